// The address bar: lat, lon and zoom first, then the link of what was chosen, then what is somebody else's (Streamlit's own).
const KEYS = ['lat', 'lon', 'zoom'], others = ['embed', 'embed_options'];
/** Whether what is chosen may be a step of the browser's history. */
let steps = true;

/** This page is a part of somebody else's, whose history is theirs; these keys of its address stay as they are. @param {string[]} keys */
export function framed(keys) {
  steps = false;
  others.push(...keys);
}

/** @param {number} lon */
const wrap = lon => ((lon + 180) % 360 + 360) % 360 - 180;
/** A value as `permalink.format` quotes it. @param {string} text */
const quote = text => encodeURIComponent(text).replace(/%(?:2C|2A|3A|7E)/g, decodeURIComponent).replace(/['()]/g, sign => `%${sign.charCodeAt(0).toString(16)}`);

/** The view in the address bar, or null where it says none that can be used. @returns {View | null} */
export function readView(search = location.search) {
  const found = new URLSearchParams(search);
  if (!KEYS.every(name => found.get(name)?.trim())) return null;
  const [latitude, longitude, zoom] = KEYS.map(name => Number(found.get(name)));
  const right = Math.abs(latitude) <= 85.06 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 20;
  return right ? {longitude, latitude, zoom} : null;
}

/** What the address says beside the view, by key; of a repeated key all values. @returns {Map<string, string>} */
export function readLink(search = location.search) {
  const found = new URLSearchParams(search);
  const keys = [...new Set(found.keys())].filter(key => !KEYS.includes(key) && !others.includes(key));
  return new Map(keys.map(key => [key, found.getAll(key).join(',')]));
}

/** A link as a query string. @param {Map<string, string>} link */
export const written = link => [...link].map(([key, text]) => `${key}=${quote(text)}`).join('&');

/** The same three numbers, rounded as a link carries them (about 1 m; 0.01 zoom). @param {View} view @returns {View} */
export function rounded({longitude, latitude, zoom}) {
  return {longitude: Number(wrap(longitude).toFixed(5)), latitude: Number(latitude.toFixed(5)), zoom: Number(zoom.toFixed(2))};
}

/** Writes a view and a link into the address bar, as a new step of the history or in the place of the last one, with `state`.
 * @param {View | null} view @param {Map<string, string>} link @param {{step?: boolean, state?: unknown}} [how] */
export function write(view, link, {step = false, state = history.state} = {}) {
  const at = view && rounded(view), own = new URLSearchParams(location.search);
  const query = [
    ...at ? [`lat=${at.latitude}`, `lon=${at.longitude}`, `zoom=${at.zoom}`] : [], ...link.size ? [written(link)] : [],
    ...others.flatMap(key => own.getAll(key).map(text => `${key}=${quote(text)}`)),
  ].join('&');
  const path = location.pathname + (query && `?${query}`) + location.hash;
  if (step && steps) history.pushState(state, '', path);
  else if (path !== location.pathname + location.search + location.hash || state !== history.state) history.replaceState(state, '', path);
}

/** Whether two views are the same one, as far as a link can tell. @param {View} a @param {View} b */
export const sameView = (a, b) => Math.abs(a.latitude - b.latitude) < 0.00002 && Math.abs(a.longitude - b.longitude) < 0.00002
  && Math.abs(a.zoom - b.zoom) < 0.006;
