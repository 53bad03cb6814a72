import assert from 'node:assert/strict';
import {test} from 'node:test';
import {asksFor, knows, lastKnown, lookAt, onChange, told} from '../../wirelane_geo/ui/static/live.js';

test('a page asks for what came after the oldest it has, and tells the map where that is', () => {
  /** @type {(string[] | 'all')[]} */
  const heard = [], ending = new AbortController();
  onChange(where => heard.push(where), ending.signal);
  assert.equal(asksFor(), '', 'nothing was fetched yet');
  told(null, 90, 'all');
  assert.deepEqual(heard, [], 'what is not there cannot be outdated');
  knows(NaN);
  knows(101);
  knows(103);
  lookAt([13, 52.3, 13.8, 52.7], 10);
  assert.equal(asksFor(), '&seq=101&bbox=13.0000,52.3000,13.8000,52.7000&zoom=10.00');
  told(lastKnown(), 105, ['12/2200/1343']);
  assert.equal(lastKnown(), 105);
  told(lastKnown(), 105, []);
  assert.deepEqual(heard, [['12/2200/1343']]);
  const before = lastKnown();
  knows(104); // an answer that a cache had kept comes while the news are on their way
  told(before, 106, 'all');
  assert.equal(lastKnown(), 104, 'and what it misses is told again');
  assert.deepEqual(heard.at(-1), 'all');
  ending.abort();
  told(lastKnown(), 107, 'all');
  assert.equal(heard.length, 2);
});
