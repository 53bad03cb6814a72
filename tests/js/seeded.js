// Random input that is the same in each run: a failure names its seed, and that seed alone shows it again.
import assert from 'node:assert/strict';

/** Numbers as mulberry32 makes them. */
export class Random {
  /** @param {number} seed */
  constructor(seed) { this.state = seed; }

  /** In [0, 1). */
  unit() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} low @param {number} high */
  between(low, high) { return low + (high - low) * this.unit(); }

  /** A whole number. @param {number} low @param {number} high the largest */
  whole(low, high) { return low + Math.floor((high - low + 1) * this.unit()); }

  /** @template T @param {ArrayLike<T>} from */
  one(from) { return from[this.whole(0, from.length - 1)]; }

  /** @template T @param {number} n @param {() => T} make */
  many(n, make) { return Array.from({length: n}, make); }
}

/** Checks what must hold for any input. @param {(random: Random) => void} property */
export function always(property, runs = 300) {
  for (let seed = 1; seed <= runs; seed++) {
    try {
      property(new Random(seed));
    } catch (error) {
      if (error instanceof Error) error.message = `with seed ${seed}: ${error.message}`;
      throw error;
    }
  }
}

/** @param {number} value @param {number} wanted @param {number} within @param {string} [what] */
export function near(value, wanted, within, what = 'value') {
  assert.ok(Math.abs(value - wanted) <= within, `${what} ${value} is not within ${within} of ${wanted}`);
}
