import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {readView, rounded, sameView, writeView} from '../../wirelane_geo/ui/static/address.js';
import {always, near} from './seeded.js';

/** A browser's address bar, as far as a page sees it: what `history` writes is read from `location`. */
const bar = {pathname: '/', search: '', hash: ''};
/** @type {string[]} */
let written = [];
Object.assign(globalThis, {location: bar, history: {
  state: {key: 1},
  replaceState: (/** @type {unknown} */ state, /** @type {string} */ _, /** @type {string} */ url) => {
    assert.deepEqual(state, {key: 1}); // Streamlit's own stays
    written.push(url);
    const [, pathname, search = '', hash = ''] = url.match(/^([^?#]*)(\?[^#]*)?(#.*)?$/) ?? [];
    Object.assign(bar, {pathname, search, hash});
  },
}});
beforeEach(() => { Object.assign(bar, {pathname: '/', search: '', hash: ''}); written = []; });

const HERE = {longitude: 13.4, latitude: 52.5, zoom: 11};

test('a view that can be used is read', () => {
  assert.deepEqual(readView('?plug=CCS&lat=52.5&lon=13.4&zoom=11'), HERE);
  assert.deepEqual(readView('?lat=-85.05&lon=-180&zoom=0'), {latitude: -85.05, longitude: -180, zoom: 0});
});

for (const search of ['', '?lat=52.5&lon=13.4', '?lat=&lon=13.4&zoom=11', '?lat=%20&lon=1&zoom=1', '?lat=north&lon=13.4&zoom=11',
  '?lat=91&lon=13.4&zoom=11', '?lat=52.5&lon=181&zoom=11', '?lat=52.5&lon=13.4&zoom=21', '?lat=52.5&lon=13.4&zoom=-1',
  '?lat=NaN&lon=13.4&zoom=11', '?lat=Infinity&lon=13.4&zoom=11']) {
  test(`no view is read from "${search}"`, () => assert.equal(readView(search), null));
}

test('what is written is read again, wherever the camera has turned to', () => {
  always(random => {
    const view = {longitude: random.between(-700, 700), latitude: random.between(-85, 85), zoom: random.between(0, 20)};
    writeView(view);
    const read = readView();
    assert.ok(read && sameView(read, rounded(view)));
    near(read.latitude, view.latitude, 5.1e-6, 'latitude');
    const turns = (read.longitude - view.longitude) / 360;
    near(turns, Math.round(turns), 2e-8, 'turns');
    assert.ok(-180 <= read.longitude && read.longitude <= 180);
  });
});

test('other parameters stay as they stand, byte for byte and in order', () => {
  bar.search = '?plug=CCS,TYPE_2&lat=1&owner=A%26B&lon=2&q=a+b&zoom=3&lang=de';
  bar.hash = '#list';
  writeView(HERE);
  assert.equal(written.at(-1), '/?lat=52.5&lon=13.4&zoom=11&plug=CCS,TYPE_2&owner=A%26B&q=a+b&lang=de#list');
});

test('what nobody understood is dropped by its name, however that is escaped', () => {
  bar.search = '?plug=CCS&colour=red&my+key=1&m%79+key=2&lang=de';
  writeView(HERE, ['colour', 'my key']);
  assert.equal(bar.search, '?lat=52.5&lon=13.4&zoom=11&plug=CCS&lang=de');
});

test('the same view is not written twice', () => {
  writeView(HERE);
  writeView({...HERE, latitude: HERE.latitude + 1e-7});
  assert.equal(written.length, 1);
  writeView({...HERE, latitude: HERE.latitude + 1e-4});
  assert.equal(written.length, 2);
});

test('views differ by more than a link can tell, or are the same', () => {
  assert.ok(sameView(HERE, {...HERE, zoom: 11.005}));
  for (const other of [{...HERE, zoom: 11.01}, {...HERE, latitude: 52.5001}, {...HERE, longitude: 13.4001}]) assert.ok(!sameView(HERE, other));
});
