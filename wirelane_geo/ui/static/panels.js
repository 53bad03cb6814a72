// Shows parts of HTML that Python has rendered (and escaped), and reports what is clicked in them.
import {rename} from './names.js';
import {say} from './say.js';

/** Key under which Streamlit keeps the visitor's choice of light or dark. */
const themeKey = () => `stActiveTheme-${location.pathname}-v2`;

const here = {
  /** Copies the page's address; says so on the button for a moment. */
  async copy(element) {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch { // no permission, or no HTTPS
      const field = Object.assign(document.createElement('textarea'), {value: location.href});
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
      element.focus();
    }
    const before = element.textContent;
    element.textContent = element.dataset.copy;
    setTimeout(() => { element.textContent = before; }, 1500);
  },

  /** To the map, where the sidebar lies over it. */
  collapse() {
    document.querySelector('[data-testid=stSidebarCollapseButton] button')?.click();
    document.querySelector('.wg-canvas')?.focus();
  },

  /** Streamlit reads the choice when a page is loaded; the address bar brings everything else back. */
  theme(element) {
    localStorage.setItem(themeKey(), JSON.stringify(element.dataset.theme));
    location.reload();
  },
};

function chosenTheme() {
  try {
    return JSON.parse(localStorage.getItem(themeKey())) ?? 'System';
  } catch {
    return 'System';
  }
}

/** Replaces a part's content; what was focused, scrolled and unfolded stays so where it is still there. */
function show(part, html) {
  if (part.source === html) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const unfolded = [...part.querySelectorAll('details[open][id]')].map(element => element.id);
  const scrolled = [...part.querySelectorAll('[data-scroll]')].map(element => [element.dataset.scroll, element.scrollTop]);
  part.source = html;
  part.innerHTML = html;
  const find = id => id ? part.querySelector(`[id="${CSS.escape(id)}"]`) : null;
  for (const id of unfolded) find(id)?.setAttribute('open', '');
  for (const [name, top] of scrolled) {
    const element = part.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (element) element.scrollTop = top;
  }
  if (focused) (find(focused) ?? part.querySelector('[data-focus]'))?.focus({preventScroll: true});
  for (const element of part.querySelectorAll('[data-theme]')) {
    element.setAttribute('aria-pressed', String(element.dataset.theme === chosenTheme()));
  }
}

/** What the map shows is told on the button that leads back to it, in another component. */
function tellResults() {
  const results = document.querySelector('[data-results]')?.dataset.results;
  if (results) for (const element of document.querySelectorAll('[data-shows]')) say(element, results);
}

/** Streamlit escapes more of a query string than needs to be; without that a link is short and can be read. */
function tidyAddress() {
  const plain = location.search.replace(/%(?:2C|2A|3A|7E)/gi, code => decodeURIComponent(code));
  if (plain !== location.search) history.replaceState(history.state, '', location.pathname + plain + location.hash);
}

export function render({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.wl-panels');
  root.report = value => setTriggerValue('action', value);
  if (!root.listening) {
    root.listening = true;
    root.addEventListener('click', event => {
      const element = event.target.closest('[data-action], [data-copy], [data-collapse], [data-theme]');
      if (!element) return;
      if (element.dataset.action) root.report(element.dataset.action);
      else here[['copy', 'collapse', 'theme'].find(name => name in element.dataset)](element);
    });
  }
  tidyAddress();
  document.documentElement.lang = data.lang;
  if (data.names?.length) rename(data.names);
  for (const part of [...root.children]) {
    if (part.dataset.part in data.parts) continue;
    if (part.contains(document.activeElement)) document.querySelector('.wg-canvas')?.focus();
    part.remove();
  }
  for (const [name, html] of Object.entries(data.parts)) {
    let part = root.querySelector(`:scope > [data-part="${name}"]`);
    if (!part) {
      part = Object.assign(document.createElement('div'), {className: `wl-part wl-${name}`});
      part.dataset.part = name;
      root.append(part);
    }
    show(part, html);
  }
  tellResults();
}
