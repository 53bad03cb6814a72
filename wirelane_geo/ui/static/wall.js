// The wall's page: shows what Python has rendered, and does by itself what must go on without a server.
// Time is the server's, counted on by a clock that nobody sets: the screen's own may be wrong, or be put right.
import {span} from './ages.js';
import {all, find} from './elements.js';
import {render as showParts} from './panels.js';
import {say} from './say.js';

const TICK_MS = 1000;
const ASK_MS = 3000;
const PATIENCE_MS = 4000;
const EXACT_S = 1; // a heartbeat that took longer doesn't say well enough what o'clock it is
const SILENT_S = 60; // with a server that answers, no render for so long (or for four refreshes) means a lost session
const DRIFT_MS = 60_000; // between two places of all that is bright, a pixel apart
const DRIFT = ['0px 0px', '1px 0px', '1px 1px', '0px 1px'];
const SLEPT_S = 30; // the server's clock has gone on by so much more than ours: the screen was asleep

/** What the page goes by: the element and the data of the last render, and when that was (`at`, seconds of our clock); the
 * server's process, whether it doesn't answer (`missing`), its last heartbeat there and here (seconds), and by how much its
 * clock is ahead of ours (`ahead`, seconds): a heartbeat knows that better than a render, which may have been long on its way.
 * @type {{root: HTMLElement, data: WallData, at: number, process?: string, missing?: boolean, ahead?: number,
 *   beat?: {there: number, here: number}, ticking?: Timer, asking?: Timer, waiting?: boolean, leaving?: boolean}} */
let wall;
const seconds = () => performance.now() / 1000;

/** What Streamlit calls at each rerun. @param {Component<WallData>} component */
export function render(component) {
  showParts(component);
  const {data} = component, root = /** @type {HTMLElement} */ (component.parentElement.querySelector('.wl-wall'));
  wall ??= {root, data, at: seconds(), process: data.process};
  if (wall.process !== data.process) return leave();
  Object.assign(wall, {root, data, at: seconds()});
  if (!wall.ticking) {
    wall.ticking = setInterval(tick, TICK_MS);
    wall.asking = setInterval(ask, ASK_MS);
  }
  tick();
  return () => {
    if (wall.root.isConnected) return;
    clearInterval(wall.ticking);
    clearInterval(wall.asking);
    wall.ticking = undefined;
  };
}

/** @type {Texts} */
const text = (name, values = {}) => wall.data.texts[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ''));

function tick() {
  const {data, root} = wall, now = 1000 * (seconds() + (wall.ahead ?? data.now / 1000 - wall.at));
  /** @param {number} when @param {Intl.DateTimeFormatOptions} [form] */
  const clock = (when, form) => new Date(when).toLocaleTimeString(data.lang === 'de' ? 'de-DE' : 'en-GB', form);
  /** @param {number} n */
  const days = n => text('days', {n: n.toLocaleString(data.lang)});
  say(root.querySelector('[data-clock]'), clock(now));
  for (const element of all(root, '[data-time]')) {
    say(element, clock(Number(element.dataset.time), {hour: '2-digit', minute: '2-digit'}));
  }
  for (const element of all(root, '[data-at]')) {
    say(element, span((now - Number(element.dataset.at)) / 1000, days));
  }
  document.documentElement.style.setProperty('--drift', DRIFT[Math.floor(now / DRIFT_MS) % DRIFT.length]);
  const age = data.age === null ? null : Math.max(0, data.age + (now - data.now) / 1000);
  const reason = wall.missing ? text('offline') : data.reason;
  const loading = age === null && !reason && root.querySelector('[data-loading]');
  const silent = data.silent + (now - data.now) / 1000;
  const stale = age === null || age > data.stale || silent > data.silent_stale;
  const late = Number(age) > data.late || silent > data.silent_late || reason;
  const level = loading ? 'good' : stale ? 'stale' : late ? 'late' : 'good';
  const words = loading ? '' : age === null ? text('never') : text('age', {age: span(age, days)});
  const element = find(root, '[data-age]');
  say(element, reason ? `${words}: ${reason}` : words);
  if (element) element.dataset.level = level;
}

/** The watchdog: a server that was away and is back has lost this page's session, and so may one that only seems to be. */
async function ask() {
  if (wall.waiting) return;
  wall.waiting = true;
  const asked = seconds(), answer = await heartbeat(), passed = seconds() - asked;
  wall.waiting = false;
  const there = Number(answer?.headers.get('Server-Time') || NaN);
  if (Number.isFinite(there) && passed < EXACT_S) wall.ahead = there - (asked + passed / 2);
  const silent = seconds() - wall.at > Math.max(SILENT_S, 4 * wall.data.refresh);
  if (answer && (wall.missing || silent || slept(answer, asked))) return leave();
  wall.missing = !answer;
  tick();
}

/** The server's heartbeat, or null where there is none. */
async function heartbeat() {
  try {
    const answer = await fetch('./healthz', {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
    return answer.ok ? answer : null;
  } catch {
    return null;
  }
}

/** Whether this page stood still since it asked last: then nothing in it can be believed. @param {Response} answer @param {number} asked */
function slept(answer, asked) {
  const there = Date.parse(answer.headers.get('Date') ?? '') / 1000, {beat} = wall;
  if (!Number.isFinite(there)) return false;
  wall.beat = {there, here: asked};
  return beat !== undefined && there - beat.there - (asked - beat.here) > SLEPT_S;
}

/** Loads the page anew, once it can be had: what a proxy says for a server that isn't there yet would stay for good. */
async function leave() {
  if (wall.leaving) return;
  wall.leaving = true;
  try {
    const page = await fetch(location.href, {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
    if (page.ok) return location.reload();
  } catch { /* next time */ }
  wall.missing = true;
  wall.leaving = false;
}
