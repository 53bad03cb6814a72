import assert from 'node:assert/strict';
import {test} from 'node:test';
import {beside, clipped, without} from '../../wirelane_geo/ui/static/clip.js';
import {always, near} from './seeded.js';

/** @typedef {import('./seeded.js').Random} Random */

/** A ring that doesn't cross itself, about the middle of [-10, 10] x [-10, 10]. @param {Random} random */
function star(random) {
  const n = random.whole(3, 40), x = random.between(-3, 3), y = random.between(-3, 3);
  const ring = random.many(n, () => 0).flatMap((_, i) => {
    const turn = (i + random.between(0, 0.9)) / n * 2 * Math.PI, far = random.between(0.5, 10);
    return [x + far * Math.cos(turn), y + far * Math.sin(turn)];
  });
  return random.unit() < 0.5 ? [...ring, ring[0], ring[1]] : ring; // closed or not
}
/** @param {Random} random @returns {LonLatBox} */
function box(random) {
  const [west, south] = [random.between(-9, 6), random.between(-9, 6)];
  return [west, south, west + random.between(0.5, 8), south + random.between(0.5, 8)];
}
/** @param {ArrayLike<number>} ring */
function area(ring) {
  let sum = 0;
  for (let i = 0, n = ring.length; i < n; i += 2) sum += ring[i] * ring[(i + 3) % n] - ring[(i + 2) % n] * ring[i + 1];
  return sum / 2;
}
/** Whether a point is within a ring. @param {ArrayLike<number>} ring @param {number} x @param {number} y */
function inside(ring, x, y) {
  let within = false;
  for (let i = 0, n = ring.length, j = n - 2; i < n; j = i, i += 2) {
    const crosses = ring[i + 1] > y !== ring[j + 1] > y;
    if (crosses && x < (ring[j] - ring[i]) * (y - ring[i + 1]) / (ring[j + 1] - ring[i + 1]) + ring[i]) within = !within;
  }
  return within;
}

test('nothing of a part lies outside of the box', () => {
  always(random => {
    const [west, south, east, north] = box(random), part = clipped(star(random), [west, south, east, north]);
    for (let i = 0; i < part.length; i += 2) {
      assert.ok(west - 1e-9 <= part[i] && part[i] <= east + 1e-9 && south - 1e-9 <= part[i + 1] && part[i + 1] <= north + 1e-9);
    }
  });
});

test('within the box a place belongs to the part where it belongs to the ring', () => {
  always(random => {
    const ring = star(random), [west, south, east, north] = box(random), part = clipped(ring, [west, south, east, north]);
    for (let k = 0; k < 40; k++) {
      const x = random.between(west, east), y = random.between(south, north);
      assert.equal(inside(part, x, y), inside(ring, x, y), `at ${x}, ${y}`);
    }
  });
});

test('the parts in the squares of a grid add up to the ring', () => {
  always(random => {
    const ring = star(random), edges = [-20, random.between(-9, 0), random.between(0, 9), 20];
    let sum = 0;
    for (let x = 0; x < 3; x++) for (let y = 0; y < 3; y++) sum += area(clipped(ring, [edges[x], edges[y], edges[x + 1], edges[y + 1]]));
    near(sum, area(ring), 1e-9, 'area');
  });
});

test('a ring that lies within is handed back itself, one that lies outside is empty', () => {
  always(random => {
    const ring = star(random);
    assert.equal(clipped(ring, [-20, -20, 20, 20]), ring);
    for (const away of /** @type {LonLatBox[]} */ ([[20, -20, 30, 20], [-30, -20, -20, 20], [-20, 20, 20, 30], [-20, -30, 20, -20]])) {
      assert.deepEqual(clipped(ring, away), []);
    }
  }, 50);
  assert.deepEqual(clipped([], [0, 0, 1, 1]), []);
});

test('a box within the ring is cut out as it is', () => {
  near(area(clipped([-10, -10, 10, -10, 10, 10, -10, 10], [1, 2, 3, 5])), 6, 1e-12, 'area');
});

test('a box may have no side to the west and east, as for the whole world', () => {
  const part = clipped([-170, -80, 170, -80, 170, 80, -170, 80], [-Infinity, -10, Infinity, 10]);
  near(area(part), 340 * 20, 1e-9, 'area');
});

test('what lies beside a hole is all of a box but the hole, each place once', () => {
  always(random => {
    const whole = box(random), hole = box(random), parts = beside(whole, hole);
    for (let i = 0; i < 40; i++) {
      const x = random.between(whole[0], whole[2]), y = random.between(whole[1], whole[3]);
      /** @param {LonLatBox} part */
      const within = part => x > part[0] && x < part[2] && y > part[1] && y < part[3];
      assert.equal(parts.filter(within).length, within(hole) ? 0 : 1);
    }
  });
  assert.deepEqual(beside([0, 0, 1, 1], [-1, -1, 2, 2]), []);
});

test('of a line stays what has its middle outside of a box', () => {
  const line = Float32Array.from([0, 0, 4, 0, 6, 0, 20, 0]);
  assert.deepEqual(without([line], [1, -1, 9, 1]).map(part => [...part]), [[6, 0, 20, 0]]);
  assert.deepEqual(without([line], [100, 0, 101, 1]).length, 3);
});
