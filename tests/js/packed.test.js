import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Squares} from '../../wirelane_geo/ui/static/packed.js';

/** Squares that say their own name, but for those that can't be had. */
function squares() {
  /** @type {string[]} */
  const asked = [];
  const state = {refused: '', arrived: 0};
  const made = new Squares('detail', () => state.arrived++, name => {
    asked.push(name);
    return name === state.refused ? Promise.reject(new Error('503')) : Promise.resolve(name);
  });
  return {made, asked, state};
}
const done = () => new Promise(resolve => { setImmediate(resolve); });

test('each square that is looked at is asked for once', async () => {
  const {made, asked, state} = squares();
  made.ask([13, 52, 14, 53]);
  made.ask([13, 52, 16, 53]);
  assert.equal(made.reading, true);
  assert.equal(made.cover([13, 52, 14, 53]), false);
  await done();
  assert.deepEqual(asked, ['detail/12,9.json', 'detail/13,9.json']);
  assert.deepEqual(made.within([14, 52, 16, 53]), asked);
  assert.deepEqual([made.cover([13, 52, 16, 53]), made.cover([13, 52, 16, 61]), made.reading, state.arrived], [true, false, false, 2]);
});

test('beyond the antimeridian they are those of the other side; the poles have no beyond', () => {
  const {made} = squares();
  assert.deepEqual([...made.places([179, -95, 181, -80])], ['23,0', '0,0']);
  assert.deepEqual([...made.places([-181, 80, -179, 95])], ['23,11', '0,11']);
  assert.equal(new Set(made.places([-400, -90, 400, 90])).size, 24 * 12);
  assert.equal([...made.places([-400, -90, 400, 90])].length, 24 * 12);
});

test("what couldn't be had is asked for again, but not at once", async t => {
  const {made, asked, state} = squares(), errors = t.mock.method(console, 'error', () => {});
  let now = 1000;
  t.mock.method(performance, 'now', () => now);
  state.refused = 'detail/12,9.json';
  for (let look = 0; look < 3; look++) { made.ask([13, 52, 14, 53]); await done(); }
  assert.deepEqual([asked.length, errors.mock.callCount(), state.arrived, made.reading], [1, 1, 0, false]);
  now += 5001;
  state.refused = '';
  made.ask([13, 52, 14, 53]);
  await done();
  assert.deepEqual([asked.length, state.arrived, made.cover([13, 52, 14, 53])], [2, 1, true]);
});
