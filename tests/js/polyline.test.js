import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decode, encode, shortened} from '../../wirelane_geo/ui/static/polyline.js';
import {always} from './seeded.js';

/** @typedef {[number, number]} At */

test('the text is that of every routing service', () => {
  /** @type {At[]} */
  const points = [[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]];
  assert.equal(encode(points), '_p~iF~ps|U_ulLnnqC_mqNvxq`@');
  assert.deepEqual(decode('_p~iF~ps|U_ulLnnqC_mqNvxq`@'), points);
});

test('what is written reads back', () => {
  always(random => {
    /** @type {At[]} */
    const points = random.many(random.whole(0, 12), () => [random.whole(-18e6, 18e6) / 1e5, random.whole(-9e6, 9e6) / 1e5]);
    assert.deepEqual(decode(encode(points)), points);
  });
});

test('what is no line is none', () => {
  for (const text of ['_', '?', 'a b', '\u00ff', '~~~~~~~~~~~~']) assert.deepEqual(decode(text), []);
});

test('a track is shortened to five metres, ends and all', () => {
  /** @type {At[]} */
  const track = Array.from({length: 3000}, (_, i) => [13 + i / 3000, 52 + 0.2 * Math.sin(i / 500)]);
  const short = shortened(track);
  assert.ok(short.length > 10 && short.length <= 500, String(short.length));
  assert.deepEqual([short[0], short.at(-1)], [track[0], track.at(-1)]);
  assert.deepEqual(shortened(short), short);
  assert.equal(shortened(track, 5, 20).length <= 20, true);
});

test('a line that goes nowhere stays small', () => {
  assert.deepEqual(shortened([]), []);
  assert.deepEqual(shortened([[1, 1]]), [[1, 1]]);
});
