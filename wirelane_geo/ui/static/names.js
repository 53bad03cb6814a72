// Puts Streamlit's own words (labels that are only heard, and hints) into the visitor's language: it has no setting for that.
import {OWN_TEXT} from './streamlit.js';

const SPOKEN = '[aria-label]:not(.wl-panels *, .wg-map *)';

/** What Streamlit wrote last, and what we made of it. @type {WeakMap<Element, {original: string, ours: string}>} */
const theirs = new WeakMap();
/** @type {[pattern: RegExp, ours: string][]} */
let rules = [];
/** @type {MutationObserver | null} */
let watching = null;

/** A text in the visitor's language, where we have it. @param {string} text @returns {string} */
function words(text) {
  for (const [pattern, ours] of rules) {
    const found = text.match(pattern);
    if (found) return ours.replace('{x}', () => words(found[1] ?? ''));
  }
  return text;
}

/** @param {Element} element @param {string} text @param {(ours: string) => void} write */
function translate(element, text, write) {
  const said = theirs.get(element);
  const original = said?.ours === text ? said.original : text, ours = words(original);
  theirs.set(element, {original, ours});
  if (ours !== text) write(ours);
}

function translateAll() {
  for (const element of document.querySelectorAll(SPOKEN)) {
    translate(element, element.getAttribute('aria-label') ?? '', ours => element.setAttribute('aria-label', ours));
  }
  for (const element of document.querySelectorAll(OWN_TEXT)) {
    translate(element, element.textContent ?? '', ours => { element.textContent = ours; });
  }
}

/** Whether something changed outside of what is ours. @param {MutationRecord} change */
const elsewhere = ({target}) => !(target instanceof Element && target.closest('.wl-panels, .wg-map'));

/** From now on what Streamlit writes is replaced by what stands beside it in `pairs`; "{x}" is any text, replaced as well.
    Where all of it is to stay as it is, nothing is watched. @param {[english: string, ours: string][]} pairs */
export function rename(pairs) {
  rules = pairs.filter(([english, ours]) => ours !== english)
    .map(([english, ours]) => [new RegExp(`^${english.replace('{x}', '(.+)')}$`), ours]);
  if (watching || rules.length) translateAll();
  if (!rules.length) {
    watching?.disconnect();
    watching = null;
  }
  if (watching || !rules.length) return;
  watching = new MutationObserver(changes => { if (changes.some(elsewhere)) translateAll(); });
  watching.observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label']});
}
