// Where marks stand on the screen: clusters that would cover each other move apart, and every mark starts from where it, or
// the mark that it was part of, stood before. Positions are lon, lat, lon, lat, ... in degrees, distances CSS pixels.
const CELL = 72; // at least the largest distance at which two clusters touch
const ROUNDS = 8;
const FARTHEST = 26; // from where it belongs, so that a mark stays within its square
const OVERLAP = 4; // shadows may
const UNSEEN = 1;

/** @typedef {Map<number, number[]>} Grid which positions lie in a square */

// Web Mercator, a world of `size` pixels
/** @type {(zoom: number) => number} */
const world = zoom => 512 * 2 ** zoom;
/** @type {(lon: number, size: number) => number} */
const toX = (lon, size) => (lon + 180) / 360 * size;
/** @type {(lat: number, size: number) => number} */
const toY = (lat, size) => (0.5 - Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI)) * size;
/** @type {(x: number, size: number) => number} */
const toLon = (x, size) => x / size * 360 - 180;
/** @type {(y: number, size: number) => number} */
const toLat = (y, size) => Math.atan(Math.sinh((0.5 - y / size) * 2 * Math.PI)) * 180 / Math.PI;

/** Positions on the plane of a zoom; `grid` finds what is near. @param {Positions} position @param {number} zoom */
function plane(position, zoom) {
  const size = world(zoom), n = position.length / 2;
  const x = new Float64Array(n), y = new Float64Array(n);
  /** @type {Grid} */
  const grid = new Map();
  for (let i = 0; i < n; i++) {
    x[i] = toX(position[2 * i], size);
    y[i] = toY(position[2 * i + 1], size);
    const key = gridKey(x[i], y[i]), there = grid.get(key);
    if (there) there.push(i);
    else grid.set(key, [i]);
  }
  return {x, y, grid};
}
/** @param {number} x @param {number} y @param {number} dx @param {number} dy squares to the right, and down */
const gridKey = (x, y, dx = 0, dy = 0) => (Math.floor(x / CELL) + dx) * 0x4000000 + Math.floor(y / CELL) + dy;

/** The positions in the square of a place and in those around it. @param {Grid} grid @param {number} x @param {number} y */
function* near(grid, x, y) {
  for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) yield* grid.get(gridKey(x, y, dx, dy)) ?? [];
}

/** Cluster positions, moved apart as little as it takes. Same clusters, same answer.
 * @param {Positions} position @param {Float32Array} radius in CSS pixels @param {number} zoom */
export function spread(position, radius, zoom) {
  const {x, y, grid} = plane(position, zoom);
  const home = {x: x.slice(), y: y.slice()};
  const pairs = [];
  for (let i = 0; i < x.length; i++) for (const j of near(grid, x[i], y[i])) if (j > i) pairs.push(i, j);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < pairs.length; k += 2) {
      const i = pairs[k], j = pairs[k + 1];
      const dx = x[j] - x[i], dy = y[j] - y[i] || 1e-3, distance = Math.hypot(dx, dy);
      const excess = radius[i] + radius[j] - OVERLAP - distance;
      if (excess <= 0) continue;
      const push = excess / distance / 2, share = 2 * radius[j] / (radius[i] + radius[j]);
      x[i] -= dx * push * share; y[i] -= dy * push * share;
      x[j] += dx * push * (2 - share); y[j] += dy * push * (2 - share);
    }
    for (let i = 0; i < x.length; i++) {
      const dx = x[i] - home.x[i], dy = y[i] - home.y[i], far = Math.hypot(dx, dy) / FARTHEST;
      if (far > 1) { x[i] = home.x[i] + dx / far; y[i] = home.y[i] + dy / far; }
    }
  }
  const size = world(zoom), moved = new Float64Array(position.length);
  for (let i = 0; i < x.length; i++) { moved[2 * i] = toLon(x[i], size); moved[2 * i + 1] = toLat(y[i], size); }
  return moved;
}

/** How many pixels above a place the marks end that cover it; 0 where none does. @param {LonLat} place @param {Positions} marks
 * @param {Float32Array} radius @param {number} zoom */
export function above([lon, lat], marks, radius, zoom) {
  const size = world(zoom);
  let highest = 0;
  for (let i = 0; i < radius.length; i++) {
    const across = toX(marks[2 * i], size) - toX(lon, size), up = toY(lat, size) - toY(marks[2 * i + 1], size);
    if (Math.hypot(across, up) < radius[i]) highest = Math.max(highest, up + Math.sqrt(radius[i] ** 2 - across ** 2));
  }
  return highest;
}

/** For each position, that of the nearest mark before, where one was within `reach`; else its own: `from`. Whether any
 * of them has to go farther than one sees: `far`.
 * @param {Positions} position @param {Positions} before @param {number} zoom @param {number} reach CSS pixels */
export function origins(position, before, zoom, reach) {
  const from = Float32Array.from(position);
  let far = false;
  if (!before.length) return {from, far};
  const now = plane(position, zoom), then = plane(before, zoom);
  for (let i = 0; i < now.x.length; i++) {
    let best = Math.min(reach, CELL) ** 2, nearest = -1;
    for (const j of near(then.grid, now.x[i], now.y[i])) {
      const distance = (now.x[i] - then.x[j]) ** 2 + (now.y[i] - then.y[j]) ** 2;
      if (distance < best) { best = distance; nearest = j; }
    }
    if (nearest < 0 || best < UNSEEN ** 2) continue;
    from[2 * i] = before[2 * nearest];
    from[2 * i + 1] = before[2 * nearest + 1];
    far = true;
  }
  return {from, far};
}
