// The operators in view, in the sidebar: asked for by HTTP when somebody opens the row, with the points that match the other filters.
import {readView} from './address.js';
import {boundsOf} from './camera.js';
import {chosen, choose, onChoice} from './choice.js';
import {all} from './elements.js';

const ROW = '.wl-form details[data-key]', NOT = '!', DEBOUNCE_MS = 160;
const KEY = 'cpo';

/** @typedef {{word: string, name: string, points: number}} Operator */
/** @type {Operator[]} */
let known = [];
/** @type {AbortController | undefined} */
let asking;
/** @type {Timer} */
let timer;

/** Words that are chosen, those that are left out with a "!". @returns {string[]} */
const words = () => chosen(KEY).split(',').filter(Boolean);

/** What follows from a click: on, off, and of "only this one" and "not this one" the last that was said.
 * @param {string[]} before @param {string} word */
export function toggled(before, word) {
  const plain = word.replace(NOT, '');
  return [...before.filter(one => one.replace(NOT, '') !== plain), ...before.includes(word) ? [] : [word]].sort();
}

/** @param {HTMLElement} row @param {Operator} operator */
function line(row, {word, name, points}) {
  const item = document.createElement('li'), only = document.createElement('button'), not = document.createElement('button');
  Object.assign(only, {type: 'button', textContent: name});
  only.dataset.word = word;
  only.setAttribute('aria-pressed', String(words().includes(word)));
  Object.assign(not, {type: 'button', textContent: '⊘', title: (row.dataset.leaveOut ?? '').replace('{name}', name)});
  not.setAttribute('aria-label', not.title);
  not.dataset.word = NOT + word;
  not.setAttribute('aria-pressed', String(words().includes(NOT + word)));
  const count = Object.assign(document.createElement('span'), {className: 'wl-muted', textContent: points ? points.toLocaleString(document.documentElement.lang) : ''});
  item.append(only, count, not);
  return item;
}

/** Those that are chosen come first, whether they are in view or not. @param {HTMLElement} row */
function show(row) {
  const list = row.querySelector('ul'), focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.word : undefined;
  const held = [...new Set(words().map(word => word.replace(NOT, '')))];
  const first = held.map(word => known.find(one => one.word === word) ?? {word, name: word, points: 0});
  list?.replaceChildren(...[...first, ...known.filter(one => !held.includes(one.word))].map(one => line(row, one)));
  all(row, '[data-word]').find(button => button.dataset.word === focused)?.focus();
  const value = row.querySelector('.wl-value');
  if (value) value.textContent = words().map(word => `${word.startsWith(NOT) ? '⊘ ' : ''}${known.find(one => one.word === word.replace(NOT, ''))?.name ?? word.replace(NOT, '')}`).join(', ');
}

/** @param {HTMLElement} row */
async function ask(row) {
  const view = readView(), note = row.querySelector('[role=status]'), text = row.querySelector('input')?.value.trim() ?? '';
  if (!view) return;
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams(location.search);
  for (const name of ['lat', 'lon', 'zoom', 'station', 'lang', KEY]) query.delete(name);
  query.set('bbox', boundsOf(view, innerWidth, innerHeight));
  if (text) query.set('q', text);
  try {
    const answer = await fetch(new URL(`./map/operators?${query}`, document.baseURI), {signal: asking.signal});
    if (!answer.ok) throw new Error(String(answer.status));
    known = await answer.json();
    if (note) note.textContent = known.length ? '' : row.dataset.none ?? '';
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return;
    if (note) note.textContent = row.dataset.failed ?? '';
  }
  show(row);
}

/** Has an element's rows of operators react. @param {HTMLElement} root */
export function listenToOperators(root) {
  /** @param {Event} event */
  const rowOf = ({target}) => {
    const row = target instanceof Element ? target.closest(ROW) : null;
    return row instanceof HTMLDetailsElement ? row : null;
  };
  root.addEventListener('toggle', event => {
    const row = rowOf(event);
    if (row?.open) ask(row);
  }, {capture: true});
  root.addEventListener('input', event => {
    const row = rowOf(event);
    clearTimeout(timer);
    if (row) timer = setTimeout(() => ask(row), DEBOUNCE_MS);
  });
  root.addEventListener('click', event => {
    const button = event.target instanceof Element && event.target.closest('[data-word]');
    if (rowOf(event) && button instanceof HTMLElement) choose({[KEY]: toggled(words(), button.dataset.word ?? '').join(',')});
  });
}

onChoice(() => {
  for (const row of all(document, ROW)) {
    show(row);
    if (row instanceof HTMLDetailsElement && row.open) ask(row);
  }
});
