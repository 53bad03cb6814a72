// Where the camera goes: fitting bounds, flying, and what the keys do.
export const EUROPE = {longitude: 10, latitude: 51, zoom: 4};
export const LIMITS = {minZoom: 0, maxZoom: 20, maxPitch: 0};
const STATION_ZOOM = 16; // no fit goes closer
const KEY_STEP = 100; // px
const LEAST = 100; // px: what is hidden has no size, and nothing fits into that
const MARGIN = {top: 70, right: 50, bottom: 50, left: 50}; // px kept free around what is fitted
const TILE = 512, MOST_LATITUDE = 85.05; // px; degrees
/** @type {(keyof Sides)[]} */
const SIDES = ['top', 'right', 'bottom', 'left'];

/** Whether the visitor wants nothing to move. */
export const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The view that shows bounds, clear of the margin and of what is `covered` at each side (px).
 * @param {DeckGL} deck @param {{clientWidth: number, clientHeight: number}} element @param {Bounds} bounds @param {Partial<Sides>} covered */
export function fitting(deck, {clientWidth, clientHeight}, [south, west, north, east], covered) {
  const width = Math.max(clientWidth, LEAST), height = Math.max(clientHeight, LEAST);
  const padding = {...MARGIN};
  for (const side of SIDES) padding[side] += covered[side] ?? 0;
  if (padding.left + padding.right > width * 0.8) padding.left = padding.right = 10;
  if (padding.top + padding.bottom > height * 0.8) padding.top = padding.bottom = 10;
  const {longitude, latitude, zoom} = new deck.WebMercatorViewport({width, height})
    .fitBounds([[west, south], [east < west ? east + 360 : east, north]], {padding, maxZoom: STATION_ZOOM, minExtent: 1e-4});
  return {longitude, latitude, zoom: Math.max(LIMITS.minZoom, zoom)};
}

let flights = 0;

/** deck.gl's state that flies to a view: straight in so many milliseconds, or, without them, in an arc as long as it takes.
 * @param {DeckGL} deck @param {View} view @param {number} [milliseconds] */
export function flight(deck, view, milliseconds) {
  const {LinearInterpolator, FlyToInterpolator} = deck;
  const animation = still() ? {transitionDuration: 0} : milliseconds
    ? {transitionDuration: milliseconds, transitionInterpolator: new LinearInterpolator(['longitude', 'latitude', 'zoom'])}
    : {transitionDuration: 'auto', transitionInterpolator: new FlyToInterpolator({speed: 3, maxDuration: 1800})};
  return {...view, ...animation, ...LIMITS, flight: ++flights}; // the number makes it news even to the same place
}

/** A view closer or farther by some zoom levels. @param {View} view @param {number} by @returns {View} */
export const zoomed = (view, by) => ({...view, zoom: Math.min(LIMITS.maxZoom, Math.max(LIMITS.minZoom, view.zoom + by))});

/** @type {Record<string, Pixel>} */
const PANS = {ArrowLeft: [-KEY_STEP, 0], ArrowRight: [KEY_STEP, 0], ArrowUp: [0, -KEY_STEP], ArrowDown: [0, KEY_STEP]};
/** @type {Record<string, number>} */
const ZOOMS = {'+': 1, '=': 1, '-': -1, '_': -1};

/** The view that a key leads to, or null where it means nothing to a map.
 * @param {Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>} event @param {Viewport} viewport @returns {View | null} */
export function keyed({key, ctrlKey, metaKey, altKey}, viewport) {
  if (ctrlKey || metaKey || altKey) return null;
  const {longitude, latitude, zoom, width, height} = viewport;
  if (Object.hasOwn(ZOOMS, key)) return zoomed({longitude, latitude, zoom}, ZOOMS[key]);
  if (!Object.hasOwn(PANS, key)) return null;
  const [lon, lat] = viewport.unproject([width / 2 + PANS[key][0], height / 2 + PANS[key][1]]);
  return {longitude: lon, latitude: lat, zoom};
}

/** What lies at a pixel of a screen that shows a view. @param {View} view @param {[number, number]} pixel @param {number} width @param {number} height @returns {LonLat} */
export function lonLatAt({longitude, latitude, zoom}, [x, y], width, height) {
  const world = TILE * 2 ** zoom, middle = Math.log(Math.tan(Math.PI / 4 + latitude * Math.PI / 360));
  const lat = (2 * Math.atan(Math.exp(middle + (height / 2 - y) / world * 2 * Math.PI)) - Math.PI / 2) * 180 / Math.PI;
  const lon = longitude + (x - width / 2) / world * 360;
  return [((lon + 180) % 360 + 360) % 360 - 180, Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, lat))];
}

/** The bounds of a view on a screen of so many pixels, as a query says them. @param {View} view @param {number} width @param {number} height */
export function boundsOf({longitude, latitude, zoom}, width, height) {
  const world = TILE * 2 ** zoom, middle = Math.log(Math.tan(Math.PI / 4 + latitude * Math.PI / 360));
  /** @param {number} pixels */
  const at = pixels => (2 * Math.atan(Math.exp(middle + pixels / world * 2 * Math.PI)) - Math.PI / 2) * 180 / Math.PI;
  const across = Math.min(width / world * 360, 360), south = Math.max(at(-height / 2), -MOST_LATITUDE), north = Math.min(at(height / 2), MOST_LATITUDE);
  return [longitude - across / 2, south, longitude + across / 2, north].map(edge => edge.toFixed(5)).join(',');
}

/** Where on a screen that shows a view something lies, CSS px. @param {LonLat} at @param {View} view @param {number} width @param {number} height @returns {Pixel} */
export function pixelOf([lon, lat], {longitude, latitude, zoom}, width, height) {
  const world = TILE * 2 ** zoom;
  /** @param {number} degrees */
  const middle = degrees => Math.log(Math.tan(Math.PI / 4 + degrees * Math.PI / 360));
  const east = ((lon - longitude + 180) % 360 + 360) % 360 - 180;
  return [width / 2 + east / 360 * world, height / 2 - (middle(lat) - middle(latitude)) / (2 * Math.PI) * world];
}
