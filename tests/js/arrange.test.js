import assert from 'node:assert/strict';
import {test} from 'node:test';
import {origins, spread} from '../../wirelane_geo/ui/static/arrange.js';
import {always, near} from './seeded.js';

/** @typedef {import('./seeded.js').Random} Random */

const FARTHEST = 26, REACH = 24; // px

/** The plane of a zoom, in pixels: the textbook's Web Mercator. @param {ArrayLike<number>} position @param {number} zoom @returns {Pixel[]} */
const pixels = (position, zoom) => Array.from({length: position.length / 2}, (_, i) => {
  const sine = Math.sin(position[2 * i + 1] * Math.PI / 180), size = 512 * 2 ** zoom;
  return [(position[2 * i] / 360 + 0.5) * size, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size];
});
/** @param {Pixel} a @param {Pixel} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Places on a screen about some place on Earth. @param {Random} random @param {number} n @param {number} zoom */
function crowd(random, n, zoom, side = 600) {
  const lon = random.between(-170, 170), lat = random.between(-70, 70), degree = 360 / (512 * 2 ** zoom);
  return Float64Array.from(random.many(n, () => [
    lon + random.between(0, side) * degree, lat + random.between(0, side) * degree * Math.cos(lat * Math.PI / 180)]).flat());
}
/** @param {Random} random @param {number} n */
const radii = (random, n) => Float32Array.from(random.many(n, () => random.between(20.5, 34)));

/** How much clusters cover of each other, in pixels of all their diameters. @param {Pixel[]} at @param {Float32Array} radius */
const overlap = (at, radius) => at.reduce((sum, a, i) => at.slice(i + 1).reduce(
  (of, b, j) => of + Math.max(0, radius[i] + radius[i + 1 + j] - 4 - distance(a, b)), sum), 0);

test('no cluster goes farther than it may, and together they cover less of each other', () => {
  always(random => {
    const n = random.whole(1, 60), zoom = random.between(4, 14), position = crowd(random, n, zoom), radius = radii(random, n);
    const before = pixels(position, zoom), after = pixels(spread(position, radius, zoom), zoom);
    after.forEach((at, i) => { assert.ok(distance(at, before[i]) < FARTHEST + 0.01, `${i} went ${distance(at, before[i])} px`); });
    assert.ok(overlap(after, radius) <= overlap(before, radius) + 0.01);
  });
});

test('two clusters that cover each other stand side by side afterwards', () => {
  always(random => {
    const zoom = random.between(4, 14), position = crowd(random, 2, zoom, 40), radius = radii(random, 2);
    if (distance(...twoOf(pixels(position, zoom))) < 25) return; // they would have to go farther than they may
    const apart = distance(...twoOf(pixels(spread(position, radius, zoom), zoom)));
    assert.ok(apart >= radius[0] + radius[1] - 4 - 0.05, `${apart} px apart`);
  });
});
/** @param {Pixel[]} all @returns {[Pixel, Pixel]} */
const twoOf = all => [all[0], all[1]];

test('a cluster with room around it stays where it belongs', () => {
  always(random => {
    const zoom = random.between(7, 14), position = crowd(random, 20, zoom, 2000), radius = radii(random, 20), at = pixels(position, zoom);
    const alone = at.map((a, i) => at.every((b, j) => i === j || distance(a, b) > 34 + 34 + 2 * FARTHEST));
    const moved = pixels(spread(position, radius, zoom), zoom);
    alone.forEach((is, i) => { if (is) near(distance(moved[i], at[i]), 0, 1e-3, 'way'); });
    assert.ok(alone.some(Boolean));
  });
});

test('the larger cluster gives way less', () => {
  const zoom = 8, position = Float64Array.from([10, 50, 10.1, 50]); // 36 px apart
  const [a, b] = pixels(position, zoom), [p, q] = pixels(spread(position, Float32Array.from([34, 21]), zoom), zoom);
  assert.ok(distance(a, p) > 0 && distance(a, p) < distance(b, q));
});

test('the same clusters get the same answer, and what was given is left as it was', () => {
  always(random => {
    const n = random.whole(0, 40), position = crowd(random, n, 7), radius = radii(random, n), given = position.slice();
    assert.deepEqual(spread(position, radius, 7), spread(position, radius, 7));
    assert.deepEqual(position, given);
  }, 50);
});

test('clusters in one and the same place come apart', () => {
  const [a, b] = pixels(spread(Float64Array.from([10, 50, 10, 50]), Float32Array.from([25, 25]), 8), 8);
  assert.ok(distance(a, b) > 40);
});

test('a mark comes from the nearest one before, as a search through all of them finds it', () => {
  always(random => {
    const zoom = random.between(3, 16), reach = random.between(5, 72), all = crowd(random, random.whole(2, 80), zoom, 300);
    const half = 2 * random.whole(0, all.length / 2), position = all.subarray(0, half), before = all.subarray(half);
    const {from, far} = origins(position, before, zoom, reach), now = pixels(position, zoom), then = pixels(before, zoom);
    let moves = false;
    now.forEach((at, i) => {
      const nearest = then.reduce((best, other, j) => distance(at, other) < distance(at, then[best]) ? j : best, 0);
      const way = then.length ? distance(at, then[nearest]) : Infinity, moved = way < reach && way >= 1;
      const wanted = moved ? before.subarray(2 * nearest, 2 * nearest + 2) : position.subarray(2 * i, 2 * i + 2);
      assert.deepEqual(from.subarray(2 * i, 2 * i + 2), Float32Array.from(wanted));
      moves ||= moved;
    });
    assert.equal(far, moves);
  });
});

test('nothing before: all marks are where they are', () => {
  const position = Float64Array.from([10, 50, 11, 51]);
  assert.deepEqual(origins(position, new Float64Array(0), 8, REACH), {from: Float32Array.from(position), far: false});
});
