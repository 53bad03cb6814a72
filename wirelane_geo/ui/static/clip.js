// Cuts outlines to what is looked at: a vertex far beyond the screen costs as much in each frame as one on it.

/** The part of a ring (x, y, x, y, ..., closed or not) on one side of a line; it follows the line where it was cut.
 * @param {ArrayLike<number>} ring @param {0 | 1} axis 0: x, 1: y @param {number} limit @param {1 | -1} sign 1: what is greater stays */
function cut(ring, axis, limit, sign) {
  const n = ring.length;
  /** @type {number[]} */
  const kept = [];
  if (!n) return kept;
  let [x, y] = [ring[n - 2], ring[n - 1]], before = sign * (ring[n - 2 + axis] - limit);
  for (let i = 0; i < n; i += 2) {
    const [toX, toY] = [ring[i], ring[i + 1]], now = sign * (ring[i + axis] - limit);
    if (now >= 0 !== before >= 0) {
      const t = before / (before - now);
      kept.push(x + (toX - x) * t, y + (toY - y) * t);
    }
    if (now >= 0) kept.push(toX, toY);
    [x, y, before] = [toX, toY, now];
  }
  return kept;
}

/** What of a box lies beside another one, in up to four boxes. @param {LonLatBox} box @param {LonLatBox} hole @returns {LonLatBox[]} */
export function beside([west, south, east, north], [left, bottom, right, top]) {
  if (left >= east || right <= west || bottom >= north || top <= south) return [[west, south, east, north]];
  const low = Math.max(south, bottom), high = Math.min(north, top);
  /** @type {LonLatBox[]} */
  const boxes = [[west, south, east, low], [west, high, east, north], [west, low, left, high], [right, low, east, high]];
  return boxes.filter(([w, s, e, n]) => w < e && s < n);
}

/** The part of a ring within a rectangle: the ring itself where that is all of it, empty where there is none.
 * @param {ArrayLike<number>} ring @param {LonLatBox} box @returns {ArrayLike<number>} */
export function clipped(ring, [west, south, east, north]) {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    left = Math.min(left, ring[i]); right = Math.max(right, ring[i]);
    bottom = Math.min(bottom, ring[i + 1]); top = Math.max(top, ring[i + 1]);
  }
  if (left >= east || right <= west || bottom >= north || top <= south) return [];
  let part = ring;
  if (left < west) part = cut(part, 0, west, 1);
  if (right > east) part = cut(part, 0, east, -1);
  if (bottom < south) part = cut(part, 1, south, 1);
  if (top > north) part = cut(part, 1, north, -1);
  return part;
}

/** The segments of lines (x, y, x, y, ...) that don't have their middle in a box, each a line.
 * @param {Float32Array[]} lines @param {LonLatBox} box */
export const without = (lines, [west, south, east, north]) => lines.flatMap(line => {
  const parts = [];
  for (let i = 0; i < line.length - 2; i += 2) {
    const x = (line[i] + line[i + 2]) / 2, y = (line[i + 1] + line[i + 3]) / 2;
    if (x < west || x > east || y < south || y > north) parts.push(line.subarray(i, i + 4));
  }
  return parts;
});
