// A form of an operator's page (editor.py): asks before what was typed is lost, and points at what is wrong.
import {all, find} from './elements.js';
import {ENTERED} from './streamlit.js';

const LINKS = 'a[href]:not([target=_blank]):not([href^="#"])';

/** The component of this page as of its last render. @type {Component<EditorData> | undefined} */
let shown;
/** What the form said before anybody touched it; undefined: nobody has. @type {string | undefined} */
let clean;
/** The filling of the form that its owner has let go of. @type {string | null} */
let given = null;
/** Where it is edited. */
let place = location.href;
let checked = 0;

/** What is edited; undefined where nothing is, or this page isn't shown any more. */
const edited = () => shown?.parentElement.isConnected && shown.data.filled !== null ? shown.data : undefined;

/** @param {EditorData} data */
function says({editor}) {
  const form = find(document, editor);
  if (!form) return undefined;
  return all(form, ENTERED).map(field => field instanceof HTMLInputElement ? field.value : field.textContent).join('\n');
}

function unsaved() {
  const data = edited();
  if (!data || data.filled === given) return false;
  const now = says(data);
  return data.unsaved || (clean !== undefined && now !== undefined && now !== clean);
}

/** Asks; whoever has said yes is not asked again. */
function mayLeave() {
  if (!unsaved()) return true;
  if (!confirm(shown?.data.ask)) return false;
  given = shown?.data.filled ?? null;
  return true;
}

/** Before anything is changed. @param {Event} event */
function touched({target}) {
  const data = edited(), form = data && find(document, data.editor);
  if (!data || !(target instanceof Node) || !form?.contains(target)) return;
  place = location.href;
  clean ??= says(data);
}

for (const name of ['focusin', 'pointerdown', 'keydown']) addEventListener(name, touched, true);

addEventListener('click', event => {
  const at = event.target instanceof Element ? event.target : null;
  const leaving = edited()?.leaving;
  if (!leaving || !at?.closest(`${LINKS}, ${leaving}`) || mayLeave()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

addEventListener('beforeunload', event => { if (unsaved()) event.preventDefault(); });

/** Whether an address leads to where something is edited, or the review of that: neither loses anything. @param {string} address */
function stays(address) {
  const [there, here] = [new URL(address), new URL(place)];
  return there.pathname === here.pathname && there.searchParams.get('point') === here.searchParams.get('point');
}

// Back can't be refused, but followed by the step that it has undone. Streamlit hears of it only when it counts.
addEventListener('popstate', event => {
  if (stays(location.href) || mayLeave()) return;
  event.stopImmediatePropagation();
  history.pushState({}, '', place);
}, true);

/** Says of each field whether it is wrong, to those who don't see it, too. @param {EditorData} data */
function pointOut(data) {
  const form = find(document, data.editor);
  if (!form) return;
  for (const field of all(form, '[aria-invalid=true]')) field.removeAttribute('aria-invalid');
  const fields = data.wrong.flatMap(wrong => all(form, `${wrong} input`).slice(0, 1));
  for (const field of fields) {
    field.setAttribute('aria-invalid', 'true');
    const why = field.closest('[class*=st-key-field-]')?.querySelector('.wl-wrong');
    if (why) field.setAttribute('aria-describedby', why.id);
  }
  if (data.checked !== checked) fields[0]?.focus();
  checked = data.checked;
}

/** What Streamlit calls at each rerun. @param {Component<EditorData>} component */
export function render(component) {
  const {data} = component;
  if (data.filled !== shown?.data.filled) {
    clean = undefined;
    given = null;
  }
  shown = component;
  if (data.filled === null) return;
  place = location.href;
  requestAnimationFrame(() => pointOut(data));
}
