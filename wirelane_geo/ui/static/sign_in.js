// Signing in and out as the browser sees it (hand_over.py): a ticket becomes a cookie that scripts can't read, all pages of this
// browser hear of it, and a page notices when nobody is signed in any more.
const SESSION = new URL('./operator/session', document.baseURI);
const TICKET = 'X-Wirelane-Geo-Ticket', LOADED = 'wirelane-geo-loaded-for-sign-in';
/** Milliseconds: how often the server is told, at most, that somebody types; how soon a page is not loaded anew again. */
const TOLD_EVERY = 60_000, ONCE_IN = 10_000;

/** What a page in another tab did. */
const others = new BroadcastChannel('wirelane-geo-sign-in');
/** The component of this page as of its last render. @type {Component<SignInData> | undefined} */
let shown;
/** @type {Timer} */
let due;
let told = 0, exchanged = '', signedIn = false;

/** Seconds until nobody is signed in any more; undefined: the server can't be asked. @param {RequestInit} [how] */
async function left(how) {
  try {
    const answer = await fetch(SESSION, {cache: 'no-store', ...how});
    return answer.ok ? Number((await answer.json()).seconds) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an operator's page is what this tab shows. */
const here = () => Boolean(shown?.parentElement.isConnected);

/** Loads the page anew, with its cookie; not again and again where a browser's websockets come without. */
function loadAnew() {
  if (Date.now() - Number(sessionStorage.getItem(LOADED)) < ONCE_IN) return;
  sessionStorage.setItem(LOADED, String(Date.now()));
  location.reload();
}

/** @param {'cookies' | 'failed'} what */
function complain(what) {
  const place = shown?.parentElement.querySelector('[role=alert]');
  if (!(place instanceof HTMLElement)) return;
  place.textContent = shown?.data.texts[what] ?? '';
  place.hidden = false;
}

/** @param {string} ticket */
async function exchange(ticket) {
  exchanged = ticket;
  if (await left({method: 'POST', headers: {[TICKET]: ticket}}) === undefined) complain('failed');
  else if (!await left()) complain('cookies');
  else {
    others.postMessage('in');
    sessionStorage.removeItem(LOADED);
    loadAnew();
  }
}

/** Looks whether the page still shows what it may, and when to look again. */
async function look() {
  clearTimeout(due);
  const seconds = await left(), before = shown?.data.signed_in;
  due = undefined;
  if (!shown || !here() || seconds === undefined) return;
  if (before && !seconds) shown.setTriggerValue('ended', true);
  if (before && seconds) due = setTimeout(look, Math.min(seconds * 1000 + 500, 2 ** 31 - 1));
  if (before === false && seconds && !shown.data.ticket) loadAnew();
}

/** Somebody is there who has nothing sent yet. */
function typed() {
  if (!here() || !shown?.data.signed_in || Date.now() < told + TOLD_EVERY) return;
  told = Date.now();
  left({method: 'POST'});
}

addEventListener('input', typed, true);
addEventListener('visibilitychange', () => { if (!document.hidden && here()) look(); });
others.addEventListener('message', ({data}) => {
  if (!here()) return;
  if (data === 'in') loadAnew();
  else look();
});

/** What Streamlit calls at each rerun. @param {Component<SignInData>} component */
export function render(component) {
  shown = component;
  const {ticket, signed_in} = component.data;
  const changed = signedIn !== signed_in;
  if (changed && !signed_in) others.postMessage('out');
  signedIn = signed_in;
  if (ticket && ticket !== exchanged) exchange(ticket);
  else if (changed || !due) look();
}
