// The legend: how much is in view, in all and by status, how old that is, and the way to the nearest where nothing is. Python says
// in which words (`data-legend`, ui/legend.py), the numbers come from map/counts.
import {all, find} from './elements.js';
import {say} from './say.js';
import {textOf} from './trouble.js';

/** What the map says last. @type {{counts: InView, filtered: boolean} | null} */
let last = null;

/** @param {string} text @param {Record<string, string>} values */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

/** A text for one or for many. @param {LegendWords} words @param {string} key @param {number} n */
function count({texts, lang}, key, n) {
  return filled(texts[`${key}.${n === 1 ? 'one' : 'many'}`], {n: n.toLocaleString(lang)});
}

/** "350 m", "1.2 km", "1,234 km". @param {number} metres @param {string} lang */
export function distance(metres, lang) {
  if (metres < 995) return `${metres >= 100 ? 10 * Math.round(metres / 10) : Math.round(metres)} m`;
  return `${(metres / 1000).toLocaleString(lang, {maximumFractionDigits: metres < 100_000 ? 1 : 0})} km`;
}

/** "14:03", with the date before it where that isn't today's. @param {Date} when @param {Date} now @param {string} lang */
export function past(when, now, lang) {
  const locale = lang === 'en' ? 'en-GB' : lang, clock = when.toLocaleTimeString(locale, {hour: '2-digit', minute: '2-digit'});
  if (when.toDateString() === now.toDateString()) return clock;
  return `${when.toLocaleDateString(locale, {weekday: 'short', day: 'numeric', month: 'short'})}, ${clock}`;
}

/** The line of counts in pieces, each with its class; where nothing is there, that. @param {InView} counts @param {boolean} filtered
 * @param {LegendWords} words @returns {[text: string, className: string][]} */
export function line(counts, filtered, words) {
  const {stations, points, free, closed_now: closed} = counts;
  if (!points) return [[words.texts[filtered ? 'counts.none.filtered' : 'counts.none'], '']];
  return [[count(words, 'stations', stations), 'wl-strong'], [count(words, 'points', points), ''],
    ...known(counts) ? [/** @type {[string, string]} */ ([count(words, 'free', free), 'wl-strong wl-free'])] : [],
    ...closed ? [/** @type {[string, string]} */ ([count(words, 'closed_now', closed), 'wl-closed'])] : []];
}

/** Whether anything is known of what is there. @param {InView} counts */
const known = ({points, by_status: {UNKNOWN = 0}}) => UNKNOWN < points;

/** Rows of the key: statuses that are in view, and some that are explained as long as anything is known. @param {InView} counts
 * @param {LegendWords} words @returns {{status: string, name: string, meaning: string, n: number}[]} */
export function rows(counts, {statuses, always}) {
  const {free, closed_now, by_status} = counts, told = known(counts);
  return statuses.map(([status, name, meaning]) => ({status, name, meaning, n: status === 'CLOSED_NOW' ? closed_now : status === 'FREE' ? free : by_status[status] ?? 0}))
    .filter(({status, n}) => n || (told && always.includes(status)));
}

/** The map shows other counts. @param {InView} counts @param {boolean} filtered whether by filters */
export function showCounts(counts, filtered) {
  last = {counts, filtered};
  fillLegend();
}

/** Fills the legend, wherever it was drawn anew. */
export function fillLegend() {
  for (const card of all(document, '[data-legend]')) {
    if (last) fill(card, last.counts, last.filtered, JSON.parse(card.dataset.legend ?? ''));
  }
  const results = find(document, '[data-results]')?.dataset.results;
  if (results) for (const element of all(document, '[data-shows]')) say(element, results);
}

/** @param {HTMLElement} card @param {InView} counts @param {boolean} filtered @param {LegendWords} words */
function fill(card, counts, filtered, words) {
  card.dataset.results = counts.points ? count(words, 'results.show', counts.points) : words.texts['results.map'];
  const numbers = part(card, 'p', 'wl-counts');
  numbers.setAttribute('role', 'status');
  const pieces = line(counts, filtered, words), text = pieces.map(([piece]) => piece).join(', ');
  if (numbers.textContent !== text) {
    numbers.replaceChildren(...pieces.flatMap(([textContent, className], i) => [
      ...i ? [', '] : [], className ? Object.assign(document.createElement(className.includes('strong') ? 'b' : 'span'), {textContent, className}) : textContent]));
  }
  nearest(card, counts.points ? null : counts.nearest, words);
  key(part(card, 'ul', 'wl-key'), rows(counts, words), words);
  age(part(card, 'p', 'wl-age'), counts, words);
}

/** A part of the card by its class; they stand in the order in which they are asked for first.
 * @param {HTMLElement} card @param {string} tag @param {string} className */
function part(card, tag, className) {
  const there = find(card, `.${className}`);
  if (there) return there;
  const made = Object.assign(document.createElement(tag), {className});
  card.append(made);
  return made;
}

/** @param {HTMLElement} card @param {Nearest | null} station @param {LegendWords} words */
function nearest(card, station, {texts, lang}) {
  const box = part(card, 'p', 'wl-nearest');
  box.hidden = !station;
  if (!station) return box.replaceChildren();
  const {point_id: id, title, place, cpo, distance_m: metres} = station, button = box.querySelector('button') ?? document.createElement('button');
  Object.assign(button, {type: 'button', className: 'wl-button', id: 'wl-nearest',
    textContent: filled(texts['counts.nearest'], {distance: distance(metres, lang), title, place: place || cpo || ''})});
  button.dataset.choose = `nearest:${id}`;
  box.replaceChildren(button);
}

/** @param {HTMLElement} list @param {ReturnType<typeof rows>} shown @param {LegendWords} words */
function key(list, shown, {texts, lang}) {
  list.hidden = !shown.length;
  list.setAttribute('aria-label', texts['counts.label']);
  list.replaceChildren(...shown.map(({status, name, meaning, n}) => {
    const row = Object.assign(document.createElement('li'), {title: meaning}), mark = document.createElement('i');
    Object.assign(row.dataset, {status, count: String(n)});
    mark.className = `wl-mark wl-${status}`;
    mark.style.setProperty('--px', '18px');
    mark.setAttribute('aria-hidden', 'true');
    row.append(mark, Object.assign(document.createElement('span'), {className: 'wl-word', textContent: name}),
      Object.assign(document.createElement('b'), {textContent: n.toLocaleString(lang)}));
    return row;
  }));
}

/** Why it could not be renewed, in the page's language where it has words for it. @param {string} problem @param {string | null} cause
 * @param {Record<string, string>} texts */
export const reason = (problem, cause, texts) => cause ? filled(texts[`map.${textOf(cause)}`], {reason: problem, cause}) : problem;

/** How old it is, which news.js counts on, or why it could not be renewed. @param {HTMLElement} box @param {InView} counts @param {LegendWords} words */
function age(box, {problem, cause, fetchedAt}, {texts, lang, demo, demoMeaning}) {
  if (!box.childElementCount) {
    const away = document.createElement('span');
    away.dataset.away = '';
    away.setAttribute('role', 'status');
    box.append(document.createElement('span'), away);
    if (demo) box.append(Object.assign(document.createElement('span'), {className: 'wl-badge', textContent: demo, title: demoMeaning}));
  }
  const [text] = all(box, 'span'), time = fetchedAt ? past(fetchedAt, new Date(), lang) : '–';
  const words = filled(texts[problem ? 'data.problem' : 'data.from'], {time, reason: reason(problem ?? '', cause, texts)});
  box.classList.toggle('wl-trouble', Boolean(problem));
  text.title = words;
  if (problem) delete text.dataset.updated;
  if (problem || text.dataset.updated === undefined) say(text, words);
  if (!problem) text.dataset.updated = '';
}
