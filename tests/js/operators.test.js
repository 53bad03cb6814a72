import assert from 'node:assert/strict';
import {test} from 'node:test';

Object.assign(globalThis, {location: {search: '', pathname: '/', hash: ''}, history: {state: null}, addEventListener() {}});
const {toggled} = await import('../../wirelane_geo/ui/static/operators.js');

test('a click chooses an operator, the next one takes that back', () => {
  assert.deepEqual(toggled([], 'ionity'), ['ionity']);
  assert.deepEqual(toggled(['ionity'], 'ionity'), []);
  assert.deepEqual(toggled(['ionity'], 'aral'), ['aral', 'ionity']);
});

test('an operator is not both the only one and left out', () => {
  assert.deepEqual(toggled(['ionity'], '!ionity'), ['!ionity']);
  assert.deepEqual(toggled(['!ionity', 'aral'], 'ionity'), ['aral', 'ionity']);
  assert.deepEqual(toggled(['!ionity'], '!ionity'), []);
});
