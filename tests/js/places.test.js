import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {Places} from '../../wirelane_geo/ui/static/places.js';
import {always} from './seeded.js';
import {viewportAt} from './viewports.js';

/** @typedef {import('../../wirelane_geo/ui/static/places.js').Place} Place */

/** The names that the map is shipped with. @type {import('../../wirelane_geo/ui/static/places.js').Table[]} */
const tables = ['cities', 'towns', 'villages'].map(file => {
  const packed = readFileSync(new URL(`../../wirelane_geo/ui/static/${file}.json.gz`, import.meta.url));
  const {names, ...columns} = JSON.parse(gunzipSync(packed).toString());
  return {...columns, names: names.map((/** @type {string} */ name) => name.split('|'))};
});
const tones = {surface: '#fff', ink: '#000', muted: '#777', accent: '#f00', halo: '#0a64ff'};

/** @param {Viewport} viewport @param {Mark[]} marks @returns {Place[]} */
function named(viewport, marks = [], lang = 'en') {
  const places = new Places(() => {});
  Object.assign(places, {tables, lang});
  return places.props(viewport, marks, tones, false).data;
}
/** The middle of a name and half of what it takes on the screen. @param {Viewport} viewport @param {Place} place */
function lies(viewport, {text, size, position, offset}) {
  const [x, y] = viewport.project(position);
  return {x, y: y + offset[1], w: text.length * size * 0.27, h: size * 0.55};
}
/** @param {import('./seeded.js').Random} random */
const somewhere = random => viewportAt({longitude: random.between(-175, 175), latitude: random.between(-60, 65), zoom: random.between(1, 11)});
/** @param {import('./seeded.js').Random} random @returns {Mark[]} */
const someMarks = random => random.many(random.whole(0, 60), () => [random.between(0, 1280), random.between(0, 800), random.between(10, 34)]);

test('no name lies on another one', () => {
  always(random => {
    const viewport = somewhere(random), all = named(viewport, someMarks(random)).map(place => lies(viewport, place));
    all.forEach((a, i) => { all.slice(i + 1).forEach(b => {
      assert.ok(Math.abs(a.x - b.x) >= a.w + b.w || Math.abs(a.y - b.y) >= a.h + b.h);
    }); });
  }, 60);
});

test('no name lies on a mark, and none goes far from its place for that', () => {
  always(random => {
    const viewport = somewhere(random), marks = someMarks(random);
    for (const place of named(viewport, marks)) {
      const {x, y, w, h} = lies(viewport, place);
      assert.ok(Math.abs(place.offset[1]) < 70 && place.offset[0] === 0);
      for (const [mx, my, r] of marks) assert.ok(Math.abs(x - mx) >= w + r || Math.abs(y - my) >= h + r - 3.01, place.text);
    }
  }, 60);
});

test('names are those of places in view, no more than the screen has room for', () => {
  always(random => {
    const viewport = somewhere(random), [west, south, east, north] = viewport.getBounds(), found = named(viewport);
    assert.ok(found.length <= 160);
    for (const {position: [lon, lat]} of found) assert.ok(west <= lon && lon <= east && south <= lat && lat <= north);
  }, 60);
});

test('a town is called what the visitor calls it', () => {
  const bavaria = viewportAt({longitude: 11.6, latitude: 48.1, zoom: 7});
  const called = (/** @type {string} */ lang) => named(bavaria, [], lang).map(({text}) => text);
  assert.ok(called('en').includes('Munich') && !called('en').includes('München'));
  assert.ok(called('de').includes('München') && !called('de').includes('Munich'));
});

test('a name under a mark moves to its edge; under many of them it is left out', () => {
  const viewport = viewportAt({longitude: 11.576, latitude: 48.137, zoom: 8});
  const munich = (/** @type {Mark[]} */ marks) => named(viewport, marks).find(({text}) => text === 'Munich');
  assert.deepEqual(munich([])?.offset, [0, 0]);
  assert.ok(Math.abs(munich([[640, 400, 20]])?.offset[1] ?? 0) > 20);
  assert.equal(munich([-80, -40, 0, 40, 80].map(dy => [640, 400 + dy, 60])), undefined);
});

test('beyond the antimeridian the names are those of the other side', () => {
  const eastward = named(viewportAt({longitude: 179.9, latitude: -17, zoom: 4}));
  const westward = named(viewportAt({longitude: -180.1, latitude: -17, zoom: 4}));
  for (const name of ['Nasinu', 'Nuku‘alofa']) assert.ok(eastward.some(({text}) => text === name), name); // on either side of it
  assert.deepEqual(eastward.map(({text}) => text), westward.map(({text}) => text));
});

test('closer up there are places that were not named from afar', () => {
  const counts = [4, 6, 8].map(zoom => new Set(named(viewportAt({longitude: 11.6, latitude: 48.1, zoom})).map(({text}) => text)));
  assert.ok([...counts[2]].some(text => !counts[0].has(text) && !counts[1].has(text)));
  assert.ok(counts[0].size > 0);
});

test('the outline has the colour of the theme', () => {
  const places = new Places(() => {});
  Object.assign(places, {tables});
  assert.deepEqual(places.props(viewportAt(), [], tones, false).outlineColor, [10, 100, 255]);
});

test('villages are those of the squares that are looked at, and each side of an edge has its share of names', async () => {
  const all = tables[2], places = new Places(() => {}), edge = viewportAt({longitude: 15, latitude: 50, zoom: 8.5});
  /** @param {(lon: number) => boolean} inside @returns {import('../../wirelane_geo/ui/static/places.js').Table} */
  const side = inside => {
    const kept = all.names.map((_, i) => i).filter(i => inside(all.lon[i]));
    const of = (/** @type {any[]} */ column) => kept.map(i => column[i]);
    return {names: of(all.names), lon: of(all.lon), lat: of(all.lat), zoom: of(all.zoom), size: of(all.size)};
  };
  Object.assign(places, {tables: tables.slice(0, 2)});
  places.villages.read = async name => name === 'villages/12,9.json' ? side(lon => lon < 15_000) : side(lon => lon >= 15_000);
  const before = places.props(edge, [], tones, true).data.length;
  await new Promise(resolve => { setImmediate(resolve); });
  const names = places.props(edge, [], tones, true).data;
  assert.ok(names.length > before);
  assert.ok(names.some(({position: [lon]}) => lon < 15) && names.some(({position: [lon]}) => lon > 15));
  assert.deepEqual([...places.villages.known.keys()].sort(), ['villages/12,9', 'villages/13,9'].map(name => name.slice(9)));
});
