// Shows parts of HTML that Python has rendered (and escaped), and reports what is clicked in them.
import {act} from './actions.js';
import {all, find} from './elements.js';
import {listenToFilters, showFilters} from './filters.js';
import {listenToOperators} from './operators.js';
import {listenToWhere} from './where.js';
import {listenToStars, showStars} from './stars.js';
import {follow} from './telling.js';
import {rememberLanguage} from './language.js';
import {fillLegend} from './legend.js';
import {rename} from './names.js';
import {COLLAPSE, MAIN, themeKey} from './streamlit.js';

/** What a click does in the browser itself, by the attribute that the element has. @type {Record<string, (element: HTMLElement) => void>} */
const here = {
  /** Copies a text, or the page's address; says so on the button for a moment. */
  async copy(element) {
    const value = element.dataset.text ?? location.href;
    try {
      await navigator.clipboard.writeText(value);
    } catch { // no permission, or no HTTPS
      const field = Object.assign(document.createElement('textarea'), {value});
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
      element.focus();
    }
    const before = element.textContent;
    element.textContent = element.dataset.copy ?? before;
    setTimeout(() => { element.textContent = before; }, 1500);
  },

  /** To the map, where the sidebar lies over it. */
  collapse() {
    find(document, COLLAPSE)?.click();
    find(document, '.wg-canvas')?.focus();
  },

  /** Streamlit reads the choice when a page is loaded; the address bar brings everything else back. */
  theme(element) {
    localStorage.setItem(themeKey(), JSON.stringify(element.dataset.theme));
    location.reload();
  },
};

function chosenTheme() {
  try {
    return JSON.parse(localStorage.getItem(themeKey()) ?? 'null') ?? 'System';
  } catch {
    return 'System';
  }
}

/** HTML that each part was made from. @type {WeakMap<Element, string>} */
const sources = new WeakMap();

/** Replaces a part's content; what was focused, scrolled and unfolded stays so where it is still there.
 * @param {HTMLElement} part @param {string} html */
function show(part, html) {
  if (sources.get(part) === html) return;
  const active = document.activeElement, focused = part.contains(active) ? active?.id : '';
  const unfolded = [...part.querySelectorAll('details[open][id]')].map(element => element.id);
  const scrolled = all(part, '[data-scroll]').map(element => ({name: element.dataset.scroll ?? '', top: element.scrollTop}));
  sources.set(part, html);
  part.innerHTML = html;
  /** @param {string | undefined} id */
  const named = id => id ? find(part, `[id="${CSS.escape(id)}"]`) : null;
  for (const id of unfolded) named(id)?.setAttribute('open', '');
  for (const {name, top} of scrolled) {
    const element = part.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (element) element.scrollTop = top;
  }
  if (focused) (named(focused) ?? find(part, '[data-focus]'))?.focus({preventScroll: true});
  for (const element of all(part, '[data-theme]')) {
    element.setAttribute('aria-pressed', String(element.dataset.theme === chosenTheme()));
  }
}

/** How each panel reports what was clicked, as of its last render. @type {WeakMap<Element, (action: string) => void>} */
const reports = new WeakMap();

const CLICKED = '[data-choose], [data-action], [data-copy], [data-collapse], [data-theme]';

/** Up and down a list of stations. @param {KeyboardEvent} event */
function walk(event) {
  const by = {ArrowDown: 1, ArrowUp: -1}[event.key], list = event.target instanceof Element && event.target.closest('.wl-stations');
  if (!by || !list) return;
  const rows = all(list, '[data-choose]');
  rows[rows.findIndex(row => row.closest('li') === /** @type {Element} */ (event.target).closest('li')) + by]?.focus();
  event.preventDefault();
}

/** @param {HTMLElement} root */
function listen(root) {
  listenToFilters(root);
  listenToOperators(root);
  listenToWhere(root);
  listenToStars(root);
  follow();
  root.addEventListener('keydown', walk);
  root.addEventListener('click', event => {
    const element = event.target instanceof Element && event.target.closest(CLICKED);
    if (!(element instanceof HTMLElement)) return;
    if (element.dataset.lang) rememberLanguage(element.dataset.lang);
    if (element.dataset.choose) act(element.dataset.choose);
    else if (element.dataset.action) reports.get(root)?.(element.dataset.action);
    else here[Object.keys(here).find(name => name in element.dataset) ?? '']?.(element);
  });
}

/** What Streamlit calls at each rerun. @param {Component<PanelsData>} component */
export function render({data, parentElement, setTriggerValue}) {
  const root = find(parentElement, '.wl-panels');
  if (!root) return;
  if (!reports.has(root)) listen(root);
  reports.set(root, action => setTriggerValue('action', action));
  document.documentElement.lang = data.lang;
  if (data.names?.length) rename(data.names);
  if (data.main) find(document, MAIN)?.setAttribute('aria-label', data.main);
  for (const part of all(root, ':scope > *')) {
    if (part.dataset.part && part.dataset.part in data.parts) continue;
    if (part.contains(document.activeElement)) find(document, '.wg-canvas')?.focus();
    part.remove();
  }
  for (const [name, html] of Object.entries(data.parts)) {
    let part = find(root, `:scope > [data-part="${name}"]`);
    if (!part) {
      part = Object.assign(document.createElement('div'), {className: `wl-part wl-${name}`});
      part.dataset.part = name;
      root.append(part);
    }
    show(part, html);
  }
  fillLegend();
  showFilters();
  showStars();
}
