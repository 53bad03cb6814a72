// The wall's page: shows what Python has rendered, and does by itself what must go on without a server.
import {span} from './ages.js';
import {render as showParts} from './panels.js';

const TICK_MS = 1000;
const ASK_MS = 5000;
const PATIENCE_MS = 4000;
const SILENT_S = 60; // with a server that answers, no render for so long (or for four refreshes) means a lost session

const wall = {reloads: () => location.reload()};

export function render(component) {
  showParts(component);
  Object.assign(wall, {root: component.parentElement.querySelector('.wl-wall'), data: component.data, at: Date.now()});
  if (!wall.ticking) {
    wall.ticking = setInterval(tick, TICK_MS);
    wall.asking = setInterval(ask, ASK_MS);
  }
  tick();
  return () => {
    if (wall.root.isConnected) return;
    clearInterval(wall.ticking);
    clearInterval(wall.asking);
    wall.ticking = null;
  };
}

const text = (name, values = {}) => wall.data.texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

function say(selector, words) {
  const element = wall.root.querySelector(selector);
  if (element && element.textContent !== words) element.textContent = words;
  return element;
}

function tick() {
  const {data} = wall;
  say('[data-clock]', new Date().toLocaleTimeString(data.lang === 'de' ? 'de-DE' : 'en-GB'));
  const since = Math.max(0, Date.now() - wall.at) / 1000, age = data.age === null ? null : data.age + since;
  const reason = wall.missing ? text('offline') : data.reason;
  const level = age === null || age > data.stale ? 'stale' : age > data.late || reason ? 'late' : 'good';
  const words = age === null ? text('never') : text('age', {age: span(age)});
  const element = say('[data-age]', reason ? `${words}: ${reason}` : words);
  if (element) element.dataset.level = level;
}

/** The watchdog: a server that was away and is back has lost this page's session, and so may one that only seems to be. */
async function ask() {
  let answers = false;
  try {
    answers = (await fetch('./healthz', {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)})).ok;
  } catch { /* it is away */ }
  const silent = Date.now() - wall.at > 1000 * Math.max(SILENT_S, 4 * wall.data.refresh);
  if (answers && (wall.missing || silent)) return wall.reloads();
  wall.missing = !answers;
  tick();
}
