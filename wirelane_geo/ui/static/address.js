// Reads the map's view (lat, lon, zoom) from the address bar and writes it there; other parameters stay as they stand.
const KEYS = ['lat', 'lon', 'zoom'];
/** @param {string} part of a query string, between two `&` */
const key = part => decodeURIComponent(part.split('=', 1)[0].replaceAll('+', ' '));
/** @param {number} lon */
const wrap = lon => ((lon + 180) % 360 + 360) % 360 - 180;

/** The view in the address bar, or null where it says none that can be used. @returns {View | null} */
export function readView(search = location.search) {
  const found = new URLSearchParams(search);
  if (!KEYS.every(name => found.get(name)?.trim())) return null;
  const [latitude, longitude, zoom] = KEYS.map(name => Number(found.get(name)));
  const right = Math.abs(latitude) <= 85.06 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 20;
  return right ? {longitude, latitude, zoom} : null;
}

/** The same three numbers, rounded as a link carries them (about 1 m; 0.01 zoom). @param {View} view @returns {View} */
export function rounded({longitude, latitude, zoom}) {
  return {longitude: Number(wrap(longitude).toFixed(5)), latitude: Number(latitude.toFixed(5)), zoom: Number(zoom.toFixed(2))};
}

/** Writes the view into the address bar and drops the parameters named in `unused`; history doesn't grow.
 * @param {View} view @param {string[]} unused */
export function writeView(view, unused = []) {
  const {longitude, latitude, zoom} = rounded(view);
  const others = location.search.slice(1).split('&').filter(part => part && !KEYS.includes(key(part)) && !unused.includes(key(part)));
  const query = [`lat=${latitude}`, `lon=${longitude}`, `zoom=${zoom}`, ...others].join('&');
  if (`?${query}` !== location.search) history.replaceState(history.state, '', `${location.pathname}?${query}${location.hash}`);
}

/** Whether two views are the same one, as far as a link can tell. @param {View} a @param {View} b */
export const sameView = (a, b) => Math.abs(a.latitude - b.latitude) < 0.00002 && Math.abs(a.longitude - b.longitude) < 0.00002
  && Math.abs(a.zoom - b.zoom) < 0.006;
