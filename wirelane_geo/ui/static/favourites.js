// Favourite stations: kept in this browser only, for no account and no server. Each is known by the id of its first point.

const KEY = 'wirelane-geo-favourites';
/** As many as the server takes at once (ui/address.py). */
export const MOST = 50;
const LONGEST_ID = 128, LONGEST_TITLE = 200;

/** Calls back when another one is a favourite, here or in another window. @type {Set<() => void>} */
const hearers = new Set();

/** What was kept, as far as it can be what we keep: anything may stand there. @param {string | null} text @returns {Favourite[]} */
export function understood(text) {
  /** @type {unknown} */
  let said = null;
  try {
    said = JSON.parse(text ?? '[]');
  } catch { /* somebody else's */ }
  /** @type {Map<string, Favourite>} */
  const found = new Map();
  for (const one of Array.isArray(said) ? said : []) {
    const {id, handle, title, tell} = one ?? {};
    const right = typeof id === 'string' && id && id.length <= LONGEST_ID && Number.isSafeInteger(handle) && handle > 0 && typeof title === 'string';
    if (right && found.size < MOST) found.set(id, {id, handle, title: title.slice(0, LONGEST_TITLE), tell: tell === true});
  }
  return [...found.values()];
}

/** @returns {Favourite[]} */
export function favourites() {
  try {
    return understood(localStorage.getItem(KEY));
  } catch { // the browser keeps nothing for us
    return [];
  }
}

/** Adds a favourite, or changes it. @param {Favourite} one @returns {'' | 'full' | 'unkept'} why it isn't kept */
export function keep(one) {
  const others = favourites(), place = others.findIndex(({id}) => id === one.id);
  if (place < 0 && others.length >= MOST) return 'full';
  return write(place < 0 ? [...others, one] : others.with(place, one));
}

/** @param {string} id */
export const drop = id => write(favourites().filter(one => one.id !== id));

/** @param {Favourite[]} all @returns {'' | 'unkept'} */
function write(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    return 'unkept';
  }
  for (const hear of hearers) hear();
  return '';
}

/** @param {() => void} hear */
export const onFavourites = hear => { hearers.add(hear); };

if (typeof addEventListener === 'function') addEventListener('storage', ({key}) => { if (key === KEY || key === null) for (const hear of hearers) hear(); });
