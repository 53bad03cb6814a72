import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {framed, readLink, readView, rounded, sameView, write} from '../../wirelane_geo/ui/static/address.js';
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
/** @type {Map<string, string>} */
const NOTHING = new Map();

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
    write(view, NOTHING);
    const read = readView();
    assert.ok(read && sameView(read, rounded(view)));
    near(read.latitude, view.latitude, 5.1e-6, 'latitude');
    const turns = (read.longitude - view.longitude) / 360;
    near(turns, Math.round(turns), 2e-8, 'turns');
    assert.ok(-180 <= read.longitude && read.longitude <= 180);
  });
});

test('the link comes after the view, what is Streamlit\'s own after that, and nothing else stays', () => {
  bar.search = '?plug=CCS&lat=1&colour=red&embed=true&lon=2&utm_source=x&zoom=3&embed_options=show_toolbar&embed_options=dark';
  bar.hash = '#list';
  write(HERE, new Map([['plug', 'TYPE_2,CCS'], ['station', 'DE*A&B=1 é'], ['lang', 'de']]));
  assert.equal(bar.search, '?lat=52.5&lon=13.4&zoom=11&plug=TYPE_2,CCS&station=DE*A%26B%3D1%20%C3%A9&lang=de'
    + '&embed=true&embed_options=show_toolbar&embed_options=dark');
  assert.equal(bar.hash, '#list');
  write(null, new Map());
  assert.equal(bar.search, '?embed=true&embed_options=show_toolbar&embed_options=dark');
});

/** @param {import('./seeded.js').Random} random */
const text = random => random.many(random.whole(0, 8), () => random.one([...'aZ09 &=+%?#,*:~!()\'éß😀/'])).join('');

test('a link is read as it was written, and a repeated key means all its values', () => {
  always(random => {
    /** @type {Map<string, string>} */
    const link = new Map();
    for (const key of ['plug', 'station']) link.set(key, text(random));
    write(HERE, link);
    assert.deepEqual(readLink(), link);
  });
  assert.deepEqual(readLink('?status=FREE&lat=1&status=FAULTED'), new Map([['status', 'FREE,FAULTED']]));
});

test('the same address is not written twice', () => {
  write(HERE, NOTHING);
  write({...HERE, latitude: HERE.latitude + 1e-7}, NOTHING);
  assert.equal(written.length, 1);
  write({...HERE, latitude: HERE.latitude + 1e-4}, NOTHING);
  assert.equal(written.length, 2);
});

test('views differ by more than a link can tell, or are the same', () => {
  assert.ok(sameView(HERE, {...HERE, zoom: 11.005}));
  for (const other of [{...HERE, zoom: 11.01}, {...HERE, latitude: 52.5001}, {...HERE, longitude: 13.4001}]) assert.ok(!sameView(HERE, other));
});

test('in a frame the history is somebody else\'s, and the frame\'s own keys stay in the address', () => {
  bar.search = '?theme=dark&plug=CCS&lang=de';
  framed(['theme']); // from here on: the last test
  assert.deepEqual([...readLink().keys()], ['plug', 'lang']);
  write(HERE, new Map([['plug', 'TYPE_2']]), {step: true}); // there is no pushState to call
  assert.equal(bar.search, '?lat=52.5&lon=13.4&zoom=11&plug=TYPE_2&theme=dark');
});
