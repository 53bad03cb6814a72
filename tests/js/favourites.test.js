// Favourites: what may stand in a browser's storage, how many there are, and when one has become free.
import assert from 'node:assert/strict';
import test from 'node:test';

/** @type {Map<string, string>} */
const stored = new Map();
Object.assign(globalThis, {
  addEventListener: () => {},
  localStorage: {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => {
      if (text.includes('too much')) throw new Error('QuotaExceededError');
      stored.set(key, text);
    },
  },
});
const {MOST, drop, favourites, keep, onFavourites, understood} = await import('../../wirelane_geo/ui/static/favourites.js');
const {isFree} = await import('../../wirelane_geo/ui/static/telling.js');

const ONE = {id: 'a', handle: 1, title: 'Street 1', tell: false};

test('what is kept comes back, once each, in its order', () => {
  stored.clear();
  keep(ONE);
  keep({...ONE, id: 'b'});
  keep({...ONE, tell: true});
  assert.deepEqual(favourites(), [{...ONE, tell: true}, {...ONE, id: 'b'}]);
  drop('a');
  assert.deepEqual(favourites().map(({id}) => id), ['b']);
});

test('nothing that somebody else wrote is taken for a favourite', () => {
  const wrong = ['', 'x', '{}', 'null', '3', '[3]', '[null]', '[[]]', '{"length": 9}', JSON.stringify([
    {...ONE, id: ''}, {...ONE, id: 'x'.repeat(129)}, {...ONE, id: 3}, {...ONE, handle: '1'}, {...ONE, handle: 1.5}, {...ONE, handle: 0},
    {...ONE, handle: 2 ** 53}, {...ONE, title: null}])];
  for (const text of wrong) assert.deepEqual(understood(text), [], text);
  assert.deepEqual(understood(JSON.stringify([{...ONE, tell: 'yes', more: 1}, 'x', ONE])), [ONE]);
  assert.equal(understood(JSON.stringify([{...ONE, title: 'x'.repeat(9999)}]))[0].title.length, 200);
  assert.equal(understood(JSON.stringify(Array.from({length: 500}, (_, i) => ({...ONE, id: `${i}`})))).length, MOST);
});

test('when it is full, or the browser keeps nothing, that is said and nothing is lost', () => {
  stored.clear();
  for (let i = 0; i < MOST; i++) assert.equal(keep({...ONE, id: `${i}`}), '');
  assert.equal(keep({...ONE, id: 'one more'}), 'full');
  assert.equal(keep({...ONE, id: '3', tell: true}), '');
  assert.equal(favourites().length, MOST);
  assert.equal(keep({...ONE, id: '4', title: 'too much'}), 'unkept');
  assert.equal(favourites()[4].title, ONE.title);
});

test('whoever shows them hears of each change', () => {
  stored.clear();
  let heard = 0;
  onFavourites(() => { heard++; });
  keep(ONE);
  drop(ONE.id);
  assert.equal(heard, 2);
});

test('a station becomes free where it was known not to be, and nowhere else', () => {
  const at = (/** @type {number} */ free, /** @type {number} */ unknown, problem = null) => /** @type {any} */ ({free, unknown, problem});
  /** How often it is told of, over some answers. @param {any[]} answers */
  const told = answers => {
    let before = /** @type {boolean | undefined} */ (undefined), count = 0;
    for (const answer of answers) {
      const now = isFree(before, answer);
      if (before === false && now) count++;
      before = now;
    }
    return count;
  };
  assert.equal(told([at(1, 0)]), 0, 'it was free when we came');
  assert.equal(told([at(0, 0), at(1, 0)]), 1);
  assert.equal(told([at(0, 0), at(1, 0), at(2, 0), at(1, 0)]), 1, 'once, not with each point');
  assert.equal(told([at(0, 0), at(1, 0), at(0, 0), at(1, 0)]), 2);
  assert.equal(told([at(1, 0), at(0, 2), at(1, 0)]), 0, 'nothing was known in between');
  assert.equal(told([at(0, 0), at(0, 2), at(1, 0)]), 1);
  assert.equal(told([at(0, 2), at(1, 0)]), 0, 'nobody knew what it was before');
  assert.equal(told([at(0, 0), {...at(1, 0), problem: 'old'}]), 0, 'old news are none');
});
