// Lines as short texts, as the server's geo/polyline.py writes and reads them; and with fewer corners.
const SCALE = 100_000, FIRST = 63, MORE = 32;
const METRES = 111_195; // of a degree of latitude

/** @param {number} step */
function written(step) {
  let rest = step < 0 ? ~(step * 2) : step * 2, letters = '';
  for (; rest >= MORE; rest >>= 5) letters += String.fromCharCode((MORE | (rest & (MORE - 1))) + FIRST);
  return letters + String.fromCharCode(rest + FIRST);
}

/** @param {LonLat[]} points */
export function encode(points) {
  let before = [0, 0], text = '';
  for (const [lon, lat] of points) {
    const here = [Math.round(lat * SCALE), Math.round(lon * SCALE)];
    text += written(here[0] - before[0]) + written(here[1] - before[1]);
    before = here;
  }
  return text;
}

/** The points of a text; none where it is no line. @param {string} text @returns {LonLat[]} */
export function decode(text) {
  const steps = [];
  let value = 0, shift = 0;
  for (const letter of text) {
    const part = letter.charCodeAt(0) - FIRST;
    if (!(part >= 0 && part < 2 * MORE) || shift > 30) return [];
    value |= (part & (MORE - 1)) << shift;
    shift += 5;
    if (part < MORE) {
      steps.push(value & 1 ? ~(value >> 1) : value >> 1);
      value = shift = 0;
    }
  }
  if (shift || steps.length % 2) return [];
  let lat = 0, lon = 0;
  /** @type {LonLat[]} */
  const points = [];
  for (let i = 0; i < steps.length; i += 2) {
    lat += steps[i];
    lon += steps[i + 1];
    points.push([lon / SCALE, lat / SCALE]);
  }
  return points;
}

/** With as few corners as it takes to stay within some metres; where those are more than `most`, within twice as far, and so on.
 * @param {LonLat[]} points @param {number} [metres] @param {number} [most] @returns {LonLat[]} */
export function shortened(points, metres = 5, most = 500) {
  const middle = Math.cos((points.reduce((sum, [, lat]) => sum + lat, 0) / Math.max(points.length, 1)) * Math.PI / 180);
  const flat = points.map(([lon, lat]) => [lon * middle * METRES, lat * METRES]);
  for (let within = metres; ; within *= 2) {
    const kept = corners(flat, within);
    if (kept.length <= most) return kept.map(i => points[i]);
  }
}

/** Douglas and Peucker's, without recursion. @param {number[][]} at @param {number} within */
function corners(at, within) {
  const kept = new Set([0, at.length - 1]), open = [[0, at.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span;
    let farthest = -1, most = within;
    for (let i = first + 1; i < last; i++) {
      const far = distance(at[i], at[first], at[last]);
      if (far > most) [farthest, most] = [i, far];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    open.push([first, farthest], [farthest, last]);
  }
  return [...kept].filter(i => i >= 0 && i < at.length).sort((a, b) => a - b);
}

/** From a point to the piece of line between two others. @param {number[]} p @param {number[]} a @param {number[]} b */
function distance([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const part = length ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
  return Math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay));
}
