import assert from 'node:assert/strict';
import {test} from 'node:test';
import {span} from '../../wirelane_geo/ui/static/ages.js';
import {always} from './seeded.js';

const SECONDS = {s: 1, min: 60, h: 3600, d: 86400};
const days = (/** @type {number} */ n) => `${n} d`;

test('an age is said in the unit that fits it', () => {
  const said = [-5, 0, 0.9, 59.9, 60, 119, 5399, 5400, 7199, 7200, 200_000].map(seconds => span(seconds));
  assert.deepEqual(said, ['0 s', '0 s', '0 s', '59 s', '1 min', '1 min', '89 min', '1 h', '1 h', '2 h', '55 h']);
});

test('days are said only where there is a word for them, from two on', () => {
  assert.equal(span(2 * 86400 - 1, days), '47 h');
  assert.equal(span(2 * 86400, days), '2 d');
  assert.equal(span(2 * 86400), '48 h');
});

test('what is said is never more than what has passed, and less by less than one unit', () => {
  always(random => {
    const seconds = 10 ** random.between(0, 7);
    const [, count, unit] = span(seconds, days).match(/^(\d+) (\w+)$/) ?? [];
    const size = SECONDS[/** @type {keyof typeof SECONDS} */ (unit)], said = Number(count) * size;
    assert.ok(said <= seconds && seconds < said + size, `${seconds} s: ${count} ${unit}`);
  });
});
