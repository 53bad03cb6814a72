// The filters in the sidebar: what is chosen is shown at once, whatever the server has yet to say. A row has the key that it has in
// a link: terms to switch on and off, a range of two ends, or one of several.
import {chosen, choose, onChoice} from './choice.js';
import {all} from './elements.js';

const FORM = '.wl-form', ROW = '[data-key]', MOST = '';

/** @type {(row: HTMLElement) => HTMLInputElement[]} the two ends of a range */
const ends = row => [...row.querySelectorAll('input')];
/** @type {(row: HTMLElement) => string} */
const key = row => row.dataset.key ?? '';
/** A range's bounds as the link says them; "" is open. @param {string} text */
const bounds = text => text.match(/^([\d.]*)-([\d.]*)$/)?.slice(1) ?? ['', ''];

/** Terms of a list that are on. @param {HTMLElement} row */
const terms = row => new Set(chosen(key(row)).split(',').filter(Boolean));

/** The stops of a range: those it has, and those of the link between them. The first and the last leave their ends open. @param {HTMLElement} row */
function stops(row) {
  const own = (row.dataset.stops ?? '').split(' ');
  const others = bounds(chosen(key(row))).filter(stop => stop && !own.includes(stop) && Number(stop) > 0);
  return [...own, ...others].sort((a, b) => Number(a) - Number(b)).concat(MOST);
}

/** @param {HTMLElement} row */
function showRange(row) {
  const marks = stops(row), [low, high] = bounds(chosen(key(row))), last = marks.length - 1;
  const at = [Math.max(0, marks.indexOf(low || marks[0])), high ? marks.indexOf(high) : last];
  const number = new Intl.NumberFormat(document.documentElement.lang, {maximumFractionDigits: 1});
  const words = at.map(i => marks[i] === MOST ? row.dataset.most ?? '' : `${number.format(Number(marks[i]))} kW`);
  ends(row).forEach((end, i) => {
    end.max = String(last);
    end.value = String(at[i]);
    end.setAttribute('aria-valuetext', words[i]);
    end.setAttribute('aria-valuenow', String(at[i]));
  });
  const output = row.querySelector('output');
  if (output) output.textContent = words.join(' – ');
  row.style.setProperty('--from', String(at[0] / last));
  row.style.setProperty('--to', String(at[1] / last));
  row.classList.toggle('wl-crowded', at[0] > last / 2); // of two ends at the same place the one that can still move is on top
}

/** A row with a few numbers has one more, where a link says another. @param {HTMLElement} row */
function showNumber(row) {
  const group = row.querySelector('[data-number]'), value = chosen(key(row));
  if (!(group instanceof HTMLElement)) return;
  const other = [...all(group, '[data-flag]')].find(button => button.dataset.other);
  if (other && other.dataset.flag !== value) other.remove();
  if ([...all(group, '[data-flag]')].some(button => button.dataset.flag === value)) return;
  const button = Object.assign(document.createElement('button'), {type: 'button', textContent: (group.dataset.number ?? '').replace('{n}', value)});
  Object.assign(button.dataset, {flag: value, other: '1'});
  group.append(button);
}

/** A row of stations that a link names is there while it names any. @param {HTMLElement} row */
function showNamed(row) {
  const count = chosen(key(row)).split(',').filter(Boolean).length, output = row.querySelector('output');
  row.hidden = !count;
  if (output) output.textContent = (row.dataset.named ?? '').replace('{n}', count.toLocaleString(document.documentElement.lang));
}

/** A row with a time shows it, where one is chosen. @param {HTMLElement} row */
function showTime(row) {
  const field = row.querySelector('[type=datetime-local]'), value = chosen(key(row));
  if (field instanceof HTMLInputElement && field !== document.activeElement) field.value = /^\d{4}-/.test(value) ? value : '';
}

/** A fold says what is chosen in it. @param {HTMLElement} fold */
function showFold(fold) {
  const value = fold.querySelector('summary .wl-value');
  const words = all(fold, '[data-term][aria-pressed=true]').map(button => button.dataset.term === 'unknown'
    ? `${button.closest(ROW)?.querySelector('.wl-label')?.textContent}: ${button.textContent}` : button.textContent);
  if (value) value.textContent = words.join(', ');
}

/** Shows what is chosen. */
export function showFilters() {
  for (const form of all(document, FORM)) {
    const rows = all(form, ROW);
    for (const row of rows) {
      if (row.dataset.stops) showRange(row);
      showNumber(row);
      showTime(row);
      if (row.dataset.named) showNamed(row);
      for (const button of all(row, '[data-term]')) button.setAttribute('aria-pressed', String(terms(row).has(button.dataset.term ?? '')));
      for (const button of all(row, '[data-flag]')) button.setAttribute('aria-pressed', String(chosen(key(row)) === button.dataset.flag));
    }
    all(form, '.wl-fold').forEach(showFold);
    for (const button of form.querySelectorAll('button')) {
      if (button.dataset.choose === 'reset') button.disabled = !rows.some(row => chosen(key(row)));
    }
  }
}

/** Drops all filters. */
export function reset() {
  choose(Object.fromEntries(all(document, `${FORM} ${ROW}`).map(row => [key(row), ''])));
}

/** @param {HTMLElement} row @param {string} term */
function toggle(row, term) {
  const on = terms(row);
  if (!on.delete(term)) on.add(term);
  const known = all(row, '[data-term]').map(button => button.dataset.term ?? '');
  choose({[key(row)]: [...known.filter(one => on.has(one)), ...[...on].filter(one => !known.includes(one))].join(',')});
}

/** @param {HTMLElement} row @param {HTMLInputElement} moved @param {boolean} step */
function slide(row, moved, step) {
  const marks = stops(row), [from, to] = ends(row), last = marks.length - 1;
  const low = Math.min(Number(from.value), moved === from ? Number(to.value) : last), high = Math.max(Number(to.value), low);
  const text = `${low > 0 ? marks[low] : ''}-${high < last ? marks[high] : ''}`;
  const value = text === '-' ? '' : text;
  if (value === chosen(key(row))) showRange(row);
  else choose({[key(row)]: value}, {step});
}

/** Has an element's filters react. @param {HTMLElement} root */
export function listenToFilters(root) {
  let pulling = false, begun = false; // one pull, or one key held down, is one step
  root.addEventListener('click', ({target}) => {
    const button = target instanceof Element && target.closest(`${FORM} :is([data-term], [data-flag])`);
    const row = button ? button.closest(ROW) : null;
    if (!(button instanceof HTMLElement && row instanceof HTMLElement)) return;
    if (button.dataset.term) toggle(row, button.dataset.term);
    else choose({[key(row)]: button.dataset.flag ?? ''});
  });
  root.addEventListener('input', ({target}) => {
    const row = target instanceof HTMLInputElement && target.closest(`${FORM} ${ROW}`);
    if (!(row instanceof HTMLElement && row.dataset.stops)) return;
    slide(row, /** @type {HTMLInputElement} */ (target), !begun);
    begun = pulling;
  });
  root.addEventListener('change', ({target}) => {
    const row = target instanceof HTMLInputElement && target.matches(`${FORM} [type=datetime-local]`) && target.closest(ROW);
    if (row instanceof HTMLElement && target instanceof HTMLInputElement) choose({[key(row)]: target.value});
  });
  root.addEventListener('keydown', ({repeat}) => { begun = repeat; });
  root.addEventListener('pointerdown', () => { [pulling, begun] = [true, false]; });
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { pulling = begun = false; });
}

onChoice(showFilters);
