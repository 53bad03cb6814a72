// Shows a notification where a page may not, and brings the page to the station when it is clicked. It answers no requests and keeps
// nothing.
const worker = /** @type {any} */ (self);

/** @param {unknown} station */
async function bringForward(station) {
  if (typeof station !== 'string') return;
  const [page] = await worker.clients.matchAll({type: 'window', includeUncontrolled: true});
  if (page) {
    await page.focus();
    page.postMessage({station});
  } else {
    await worker.clients.openWindow(`${worker.registration.scope}?station=${encodeURIComponent(station)}`);
  }
}

worker.addEventListener('notificationclick', (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(bringForward(event.notification.data?.station));
});
