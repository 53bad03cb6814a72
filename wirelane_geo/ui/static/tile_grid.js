// The squares that the map is cut into: slippy maps' tiles, and beyond their zoom 0 the whole world drawn for farther zooms.
const SPAN = 5; // levels of squares below a tile: 32 x 32 of them, 2,048 px where a square has 64
const DRAWN_FOR = 2; // a tile is drawn for the zoom that is so much closer than its own
const FARTHEST = -2; // zoom of a tile that is drawn for zoom 0
const FINEST = 18;

/** Level of the squares that clusters stand for at a zoom, as `geo.clusters.level_of`. @param {number} zoom */
export const levelOf = zoom => Math.max(Math.ceil(zoom + 2.4), 0);

/** Zoom of the tiles that a map of a zoom is drawn from. @param {number} zoom */
export const tileZoom = zoom => Math.min(Math.max(levelOf(zoom) - SPAN, FARTHEST), FINEST);

/** Side of the squares that clusters stand for, CSS pixels at a zoom. @param {number} zoom */
export const cellOf = zoom => 512 * 2 ** (zoom - levelOf(zoom));

/** @param {number} z how many tiles are beside each other */
const across = z => 2 ** Math.max(z, 0);
/** @param {number} lon */
const column = lon => (lon + 180) / 360;
/** @param {number} lat */
const row = lat => Math.min(Math.max(0.5 - Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI), 0), 1);

/** What a map of some CSS pixels shows; beyond 180 degrees it goes on. @param {View} view @param {{width: number, height: number}} size
 * @returns {LonLatBox} */
export function boxOf({longitude, latitude, zoom}, {width, height}) {
  const world = 512 * 2 ** zoom, x = width / world / 2, y = height / world / 2, middle = row(latitude);
  return [longitude - 360 * x, latitudeOf(Math.min(middle + y, 1)), longitude + 360 * x, latitudeOf(Math.max(middle - y, 0))];
}

/** @param {number} y 0 in the north, 1 in the south */
const latitudeOf = y => Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI;

/** The tiles that cover a box, each once; beyond 180 degrees the map goes on. @param {LonLatBox} box @param {number} z @returns {Address[]} */
export function covering([west, south, east, north], z) {
  const n = across(z), found = new Map();
  const top = Math.max(Math.floor(row(north) * n), 0), bottom = Math.min(Math.floor(row(south) * n), n - 1);
  const left = Math.floor(column(west) * n), right = Math.min(Math.floor(column(east) * n), left + n - 1);
  for (let x = left; x <= right; x++) {
    for (let y = top; y <= bottom; y++) {
      const address = {z, x: ((x % n) + n) % n, y};
      found.set(name(address), address);
    }
  }
  return [...found.values()];
}

/** A box grown on each side by a part of its own size. @param {LonLatBox} box @param {number} part @returns {LonLatBox} */
export function grown([west, south, east, north], part) {
  const x = part * (east - west), y = part * (north - south);
  return [west - x, Math.max(south - y, -89), east + x, Math.min(north + y, 89)];
}

/** Whether all of a box lies in another, as a map is panned: not around the world. @param {LonLatBox} outer @param {LonLatBox} inner */
export const holds = (outer, inner) => outer[0] <= inner[0] && outer[1] <= Math.max(inner[1], -89) && outer[2] >= inner[2] && outer[3] >= Math.min(inner[3], 89);

/** Whether a place lies in a box, wherever around the world that is. @param {LonLatBox} box @param {number} lon @param {number} lat */
export function inBox([west, south, east, north], lon, lat) {
  return lat >= south && lat <= north && (((lon - west) % 360) + 360) % 360 <= east - west;
}

/** Whether a place lies in a square. @param {Address} square @param {number} lon @param {number} lat */
export function inSquare({z, x, y}, lon, lat) {
  const n = across(z), last = n - 1;
  return Math.min(Math.floor(column(lon) * n), last) === x && Math.min(Math.floor(row(lat) * n), last) === y;
}

/** @param {Address} address */
export const name = ({z, x, y}) => `${z}/${x}/${y}`;

/** @param {string} text @returns {Address} */
export function addressOf(text) {
  const [z, x, y] = text.split('/').map(Number);
  return {z, x, y};
}

/** What a tile is asked for by. @param {Address} address @param {string} query a link's filters */
export function tilePath({z, x, y}, query) {
  const asked = [...z < 0 ? [`at=${z + DRAWN_FOR}`] : [], ...query ? [query] : []].join('&');
  return `map/tiles/${Math.max(z, 0)}/${x}/${y}${asked && `?${asked}`}`;
}

/** Whether one square holds the other. @param {Address} one @param {Address} other */
export function overlap(one, other) {
  const z = Math.max(Math.min(one.z, other.z), 0);
  return one.x >> Math.max(one.z - z, 0) === other.x >> Math.max(other.z - z, 0) && one.y >> Math.max(one.z - z, 0) === other.y >> Math.max(other.z - z, 0);
}

/** Whether a square and a box have something in common. @param {Address} square @param {LonLatBox} box */
export function touches(square, box) {
  const {z, x, y} = square, n = across(z), [west, south, east, north] = box;
  const left = Math.floor(column(west) * n), right = Math.floor(column(east) * n);
  return Math.floor(row(north) * n) <= y && y <= Math.floor(row(south) * n) && (((x - left) % n) + n) % n <= right - left;
}

/** The tile that is `up` levels farther out and holds one. @param {Address} address @param {number} up @returns {Address} */
export const above = ({z, x, y}, up) => ({z: z - up, x: x >> up, y: y >> up});

/** The four tiles that a tile is made of. @param {Address} address @returns {Address[]} */
export function below({z, x, y}) {
  if (z >= FINEST) return [];
  return z < 0 ? [{z: z + 1, x, y}] : [0, 1, 2, 3].map(i => ({z: z + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1)}));
}

/** Whether there is a tile so many levels farther out. @param {Address} address @param {number} up */
export const hasAbove = ({z}, up) => z - up >= FARTHEST;
