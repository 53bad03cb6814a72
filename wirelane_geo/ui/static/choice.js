// What the visitor chose: filters, the open station, the language, panels. The browser decides, and its address says so at once.
// Python hears each choice with its number, and what it answers to an older one is not taken: neither an address nor a server that
// lags behind can undo a click. Back and Forward are choices like any other.
import {readLink, readView, write, written} from './address.js';
import {favourites} from './favourites.js';
import {rememberedLanguage} from './language.js';

/** What is chosen and lives in no link. @type {Beside} */
const NOTHING = {panel: '', order: '', page: 1};
/** What leaves the list as it is. */
const SAME_LIST = ['station', 'lang'];

let version = 0;
/** What the address says beside the view. @type {Map<string, string>} */
let link = new Map();
/** The link as it was chosen, with all that may be wrong in it. */
let said = '';
/** A station by its mark, until Python has told its id. @type {number | null} */
let handle = null;
/** How the station was chosen: "map", "list", "search". */
let how = '';
let beside = NOTHING;
/** The version that stands for the address as it was opened, to which Python's first answer is. */
let opened = -1;
/** The map that all this is about. @type {Chooser | null} */
let chooser = null;
/** @type {Set<() => void>} */
const hearers = new Set();

/** What is chosen for a key of the link; "" for nothing. @param {string} key */
export const chosen = key => link.get(key) ?? '';
/** What is chosen beside the link. */
export const chosenBeside = () => beside;
/** Whether a station is open, or about to be. */
export const stationOpen = () => link.has('station') || handle !== null;
/** What Python is told. @returns {ChoiceReport} */
export const told = () => ({version, query: said, handle, how, ...beside, stars: beside.panel === 'favourites' ? favourites().map(({id}) => id) : []});

/** The filters of the link, canonical as soon as Python has read it; null before that of a link that was opened. */
export const chosenFilters = () => opened === version ? null : written(new Map([...link].filter(([key]) => !SAME_LIST.includes(key))));

/** Calls back whenever something else is chosen. @param {() => void} hear */
export const onChoice = hear => { hearers.add(hear); };

/** A map is there, and the address is new to it. @param {Chooser} map */
export function begin(map) {
  chooser = map;
  beside = NOTHING;
  take();
  opened = version;
  const [{type} = {type: ''}] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  const lang = rememberedLanguage();
  if (type === 'back_forward' && link.has('lang') && lang && lang !== link.get('lang')) {
    link.set('lang', lang);
    opened = -1; // Python hears of that first
  }
  for (const hear of hearers) hear();
}

/** Takes over what the address says. */
function take() {
  link = readLink();
  said = location.search.slice(1);
  handle = history.state?.handle ?? null;
  how = '';
  version++;
}

function tell() {
  for (const hear of hearers) hear();
  chooser?.choiceMade();
}

/** Changes keys of the link ("" drops one) and what is beside it. `step`: whether Back undoes it.
 * @param {Record<string, string>} changes
 * @param {{step?: boolean, how?: string, handle?: number | null} & Partial<Beside>} [more] */
export function choose(changes, {step = true, how: way = '', handle: mark = null, ...others} = {}) {
  const view = chooser?.where() ?? readView(), before = written(link), held = handle;
  const values = new Map([...link, ...Object.entries(changes)]);
  if (view) write(view, link); // where Back leads to
  link = new Map(ordered([...values.keys()]).filter(key => values.get(key)).map(key => [key, values.get(key) ?? '']));
  if ('station' in changes) handle = mark;
  beside = {...beside, ...Object.keys(changes).every(key => SAME_LIST.includes(key)) ? {} : {page: 1}, ...others};
  how = way;
  said = written(link);
  version++;
  if (said !== before || handle !== held) write(view, link, {step, state: {...history.state, handle}});
  tell();
}

/** Those keys of a link that are known, in canonical order. @param {string[]} keys */
function ordered(keys) {
  const known = document.querySelector('[data-keys]')?.getAttribute('data-keys')?.split(' ');
  return known ? known.filter(key => keys.includes(key)) : keys;
}

/** The map shows another place: its list begins anew. */
export function elsewhere() {
  if (!stationOpen()) beside = {...beside, page: 1};
}

/** The map rests at a view. @param {View} view */
export const writeView = view => write(view, link);

/** What Python makes of a choice: the canonical link. Where something was chosen since, its next answer will come. @param {Answer} answer */
export function heed({version: answered, query}) {
  if (answered !== version && (answered || opened !== version)) return;
  opened = -1;
  if (query === written(link)) return;
  link = readLink(query);
  if (handle !== null) said = query;
  handle = null;
  write(readView(), link, {state: {...history.state, handle}});
  for (const hear of hearers) hear();
}

// Back and Forward within the map's page; Streamlit needn't hear of it and run the whole page. The language stays.
addEventListener('popstate', event => {
  if (!chooser?.here()) return;
  event.stopImmediatePropagation();
  const lang = link.get('lang'), view = readView();
  take();
  if (lang && lang !== link.get('lang')) {
    link.set('lang', lang);
    said = written(link);
    write(view, link);
  }
  if (view) chooser.goTo(view);
  tell();
}, {capture: true});
