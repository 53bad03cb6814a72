// "Tell me when free": while a page of ours is open, in front or behind, it asks how the chosen favourites are, and tells when one has
// become free. What isn't known is no news: a station that was free, is not heard of, and is free again has not changed.
import {choose} from './choice.js';
import {favourites, onFavourites} from './favourites.js';

const EVERY_MS = 20_000, PATIENCE_MS = 15_000;
const WORKER = './worker.js';

/** Whether each was free when that was known last. @type {Map<string, boolean>} */
const known = new Map();
let looking = false;

/** Whether a station is free: FREE and not closed; undefined where that has never been known.
 * @param {boolean | undefined} before @param {FavouriteState} now */
export const isFree = (before, {free, unknown, problem}) => problem ? before : free > 0 ? true : unknown > 0 ? before : false;

/** Whether the visitor lets us tell. */
export const allowed = () => 'Notification' in globalThis && Notification.permission === 'granted';

/** Asks whether we may tell. @returns {Promise<'' | 'denied' | 'unable'>} why not */
export async function begin() {
  if (!('Notification' in globalThis) || !isSecureContext) return 'unable';
  if (Notification.permission === 'default') await Notification.requestPermission();
  return Notification.permission === 'granted' ? '' : 'denied';
}

/** Phones let only a worker tell. @returns {Promise<ServiceWorkerRegistration | null>} */
async function worker() {
  try {
    await navigator.serviceWorker.register(new URL(WORKER, document.baseURI));
    return await navigator.serviceWorker.ready;
  } catch {
    return null;
  }
}

/** @param {FavouriteState} station */
async function tell({id, title, place, words}) {
  const icon = document.querySelector('link[rel=apple-touch-icon]')?.getAttribute('href') ?? undefined;
  const options = {body: [words, place].filter(Boolean).join(' · '), tag: `wirelane-geo ${id}`, icon, data: {station: id}};
  const registration = await worker();
  if (registration) {
    await registration.showNotification(title, options);
  } else {
    new Notification(title, options).onclick = () => {
      focus();
      choose({station: id}, {how: 'search'});
    };
  }
}

/** Asks how those are that somebody waits for. */
export async function look() {
  const waited = allowed() ? favourites().filter(one => one.tell) : [];
  for (const id of known.keys()) if (!waited.some(one => one.id === id)) known.delete(id);
  if (!waited.length || looking) return;
  looking = true;
  try {
    const query = new URLSearchParams([...waited.map(({id}) => ['id', id]), ['lang', document.documentElement.lang]]);
    const answer = await fetch(new URL(`./map/stations?${query}`, document.baseURI), {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
    /** @type {FavouriteState[]} */
    const found = answer.ok ? await answer.json() : [];
    for (const station of found) {
      const before = known.get(station.id), now = isFree(before, station);
      if (now !== undefined) known.set(station.id, now);
      if (before === false && now) await tell(station);
    }
  } catch { // it is away: what is known stays
  } finally {
    looking = false;
  }
}

let begun = false;
/** Begins to look, once in a page. */
export function follow() {
  if (begun) return;
  begun = true;
  setInterval(look, EVERY_MS);
  onFavourites(look);
  navigator.serviceWorker?.addEventListener('message', ({data}) => {
    if (typeof data?.station === 'string') choose({station: data.station}, {how: 'search'});
  });
  look();
}
