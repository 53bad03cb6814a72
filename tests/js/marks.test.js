import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CHARACTERS, packed} from '../../wirelane_geo/ui/static/atlas.js';
import {clusterData, column, countsOf, kilowatts, selectedData, stationData, unknownOf} from '../../wirelane_geo/ui/static/marks.js';
import {fragment, vertex} from '../../wirelane_geo/ui/static/marks.glsl.js';
import {always, near} from './seeded.js';

/** @typedef {import('./seeded.js').Random} Random */

const STATUSES = ['FREE', 'IN_USE', 'UNAVAILABLE', 'UNKNOWN', 'FAULTED', 'RESERVED', 'CLOSED', 'CLOSED_NOW'];
const BODIES = /** @type {const} */ (['solid', 'solid', 'solid', 'hollow', 'solid', 'solid', 'dotted', 'hollow']);
const ARCS = /** @type {const} */ (['solid', 'hollow', 'dashed']);
/** @type {Palette} */
const palette = {
  looks: STATUSES.map((status, i) => ({status, colour: `#0${i}9e73`, ink: '#ffffff', path: 'M4 4', stroke: 2, filled: false, body: BODIES[i], arc: ARCS[i % 3]})),
  arcs: [0, 5, 1, 7, 4, 2, 3, 6], tones: {surface: '#ffffff', ink: '#000000', muted: '#777777', accent: '#ff0000', halo: '#ffffff'},
};
const UNKNOWN = 3;

/** @param {Record<string, Column>} columns @param {number} length @returns {Table} */
const table = (columns, length) => ({length, columns});
/** @param {Marks} marks @param {number} i @param {number} line */
function label({attributes: {getText: {value}}}, i, line) {
  let text = '';
  for (let k = 0; k < 6; k++) text += ['', ...CHARACTERS][(value[2 * i + line] >> (4 * k)) & 15];
  return text;
}
const same = (/** @type {Positions} */ position) => position;

/** Clusters of some counts by status, and after them of the free ones those that are closed now. @param {number[][]} counts */
const clusters = (counts, cell = 64, point = '.') => clusterData(table({
  byStatus: Uint32Array.from(counts.flatMap(count => count.slice(0, 7))), closed: Uint32Array.from(counts, count => count[7] ?? 0), getPosition: Float32Array.from(counts.flatMap((_, i) => [i, 50])),
}, counts.length), {palette, point, cell, from: same, spread: same});

/** The arcs of a cluster's ring, by status, of 255. @param {Marks} marks @param {number} i */
function arcs({attributes: {getMixA, getMixB}}, i) {
  const ends = [...getMixA.value.subarray(4 * i, 4 * i + 4), ...getMixB.value.subarray(4 * i, 4 * i + 4)];
  return Object.fromEntries(ends.map((end, s) => [palette.arcs[s], end - (ends[s - 1] ?? 0)]));
}

test('a column is its values, row by row; an empty table has empty ones', () => {
  const found = table({status: Uint8Array.from([1, 2]), bounds: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8])}, 2);
  assert.deepEqual(column(found, 'status'), Uint8Array.from([1, 2]));
  assert.equal(column(found, 'bounds').length, 8);
  assert.equal(column({length: 0, columns: {}}, 'status').length, 0);
});

test('power travels in tenths, and one that is not known is no number', () => {
  assert.deepEqual([0, 37, 3500].map(kilowatts), [0, 3.7, 350]);
  assert.ok(Number.isNaN(kilowatts(65535)));
});

test('a ring has an arc for each status that is there, and for no other, and is closed', () => {
  always(random => {
    const counts = random.many(7, () => random.unit() < 0.5 ? 0 : Math.round(10 ** random.between(0, 6)));
    counts[random.whole(0, 6)] += 1;
    const found = arcs(clusters([counts]), 0);
    counts.forEach((count, status) => { assert.equal(found[status] > 0, count > 0, `${STATUSES[status]} of ${counts}`); });
    assert.equal(Object.values(found).reduce((a, b) => a + b), 255);
  });
});

test('what is free and closed now has an arc of its own and is not told as free', () => {
  always(random => {
    const free = random.whole(1, 9999), closed = random.whole(0, free), others = random.whole(0, 99);
    const marks = clusters([[free, others, 0, 0, 0, 0, 0, closed]]), found = arcs(marks, 0);
    assert.deepEqual([found[0] > 0, found[7] > 0, found[1] > 0], [free > closed, closed > 0, others > 0]);
    assert.deepEqual(countsOf(Uint32Array.from([free, others, 0, 0, 0, 0, 0]), Uint32Array.from([closed]), 0),
      [free - closed, others, 0, 0, 0, 0, 0, closed]);
  });
  const marks = clusters([[8, 1, 0, 0, 0, 0, 0, 5], [3, 0, 0, 0, 0, 0, 0, 3]]);
  assert.deepEqual([0, 1].map(i => [label(marks, i, 0), label(marks, i, 1)]), [['3', '9'], ['0', '3']]);
});

test('arcs are as long as their share, where no status is rare', () => {
  const found = arcs(clusters([[50, 25, 0, 0, 25, 0, 0]]), 0);
  near(found[0], 127.5, 1, 'free');
  near(found[1], 63.75, 1, 'in use');
});

test('a cluster tells free over total, and the count alone where no status is known', () => {
  const marks = clusters([[3, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1500, 0, 0, 0], [0, 0, 0, 4, 1, 0, 0], [12_000, 0, 0, 0, 0, 0, 0]]);
  assert.deepEqual([0, 1, 2, 3].map(i => [label(marks, i, 0), label(marks, i, 1)]), [['3', '4'], ['1.5k', ''], ['0', '5'], ['12k', '12k']]);
  assert.equal(label(clusters([[1500, 0, 0, 0, 0, 0, 0]], 64, ','), 0, 0), '1,5k');
});

test('a cluster with more points is no smaller, and none outgrows its square', () => {
  always(random => {
    const cell = random.between(40, 80), totals = random.many(20, () => Math.round(10 ** random.between(0.3, 6))).sort((a, b) => a - b);
    const radii = [...clusters(totals.map(n => [n, 0, 0, 0, 0, 0, 0]), cell).attributes.getRadius.value];
    radii.forEach((radius, i) => { assert.ok(20.5 <= radius && radius <= Math.max(25, cell / 2 + 2) + 1e-5 && radius >= (radii[i - 1] ?? 0)); });
  }, 50);
});

/** @param {Partial<Record<string, number[]>>} given @param {number} zoom */
function stations(given, zoom) {
  const {status = [0], power = [110], free = [2], matching = [3], at = [13.4, 52.5]} = given;
  return stationData(table({status: Uint8Array.from(status), deciKW: Uint16Array.from(power), free: Uint16Array.from(free),
    matching: Uint16Array.from(matching), getPosition: Float64Array.from(at)}, status.length), {palette, zoom, from: same});
}

test('a station shows its status; close up it says how many are free of those that match', () => {
  const far = stations({status: [4]}, 14.9), close = stations({status: [4]}, 15);
  assert.equal(far.attributes.getKind.value[0], 5); // 0 is a cluster's
  assert.equal(label(far, 0, 1), '');
  assert.equal(label(close, 0, 1), '2/3');
  assert.ok(close.attributes.getRadius.value[0] > far.attributes.getRadius.value[0]);
});

test('a station without a known status never says "0 free"', () => {
  assert.equal(label(stations({status: [UNKNOWN], free: [0]}, 16), 0, 1), '3');
});

test('what a station says has room in its disc, whatever the numbers', () => {
  always(random => {
    const [free, matching] = [random.whole(0, 60_000), random.whole(0, 60_000)];
    assert.match(label(stations({free: [free], matching: [matching]}, 17), 0, 1), /^\d{1,2}\/\d{1,3}$/);
  });
});

test('more power is a larger disc; power that is not known counts as the least', () => {
  always(random => {
    const power = random.many(10, () => random.whole(0, 65_534)).sort((a, b) => a - b);
    const radii = [...stations({status: power.map(() => 0), power, free: power, matching: power, at: power.flatMap(() => [1, 2])}, 10)
      .attributes.getRadius.value];
    radii.forEach((radius, i) => { assert.ok(radius >= (radii[i - 1] ?? 9.5) && radius < 25); });
  }, 50);
  assert.equal(stations({power: [65535]}, 10).attributes.getRadius.value[0], stations({power: [0]}, 10).attributes.getRadius.value[0]);
});

test('the open station has a ring around its mark, is a pin above its place where it has none; a place alone has a ring', () => {
  const columns = {handle: Uint32Array.from([7, 8, 9])}, site = {getPosition: Float64Array.from([13.6, 52.5, 13.7, 52.5])};
  const sites = clusters([[5, 0, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0, 0]]);
  const marks = stations({status: [0, 0, 4], power: [110, 110, 3500], free: [2, 2, 0], matching: [3, 3, 1],
    at: [13.4, 52.5, 13.4000001, 52.5, 13.5, 52.5]}, 16);
  const shown = (/** @type {Selected | null} */ selected) => {
    const {length, attributes: {getPosition, getRadius, getKind, getLift, getText}} = selectedData(selected, {stations: table(columns, 3), clusters: table(site, 2)}, marks, sites, {palette, zoom: 16});
    return {length, at: [...getPosition.value], radius: getRadius.value[0], kind: getKind.value[0], lift: getLift?.value[0], foot: getLift?.value[1], text: getText.value[1]};
  };
  const station = {handle: 9, status: 4, free: 0, matching: 1}, place = /** @type {LonLat} */ ([13.5000002, 52.5]);
  const shared = false, ring = shown({position: place, shared, station});
  assert.deepEqual([ring.at, ring.kind, ring.lift], [[13.5, 52.5], 0, 0]);
  assert.equal(ring.radius, marks.attributes.getRadius.value[2] + 6);
  assert.deepEqual(shown({position: [13.4, 52.5], shared, station: {...station, handle: 8}}).at, [13.4000001, 52.5], 'its own mark of two at one place');
  const pin = shown({position: place, shared, station: {handle: 4711, status: 1, free: 0, matching: 2}});
  assert.deepEqual([pin.at, pin.kind, pin.text], [place, 2, packed('0/2')]);
  assert.ok((pin.lift ?? 0) > pin.radius, 'what is at the place itself can be seen');
  assert.equal(pin.foot, 0);
  const above = shown({position: [0, 50], shared, station: {handle: 4711, status: 1, free: 0, matching: 2}});
  assert.equal(above.foot, sites.attributes.getRadius.value[0], 'on top of the cluster that has it, whose count can be read');
  assert.ok((above.lift ?? 0) - above.radius > (above.foot ?? 0));
  const together = shown({position: [13.7000001, 52.5], shared: true});
  assert.deepEqual([together.at, together.radius], [[1, 50], Math.fround(sites.attributes.getRadius.value[1] + 6)], 'where its mark is drawn');
  const alone = shown({position: [20, 60], shared});
  assert.deepEqual([alone.at, alone.radius, alone.kind, alone.lift], [[20, 60], 19, 0, 0]);
  assert.equal(shown(null).length, 0);
});

test('the status that says nothing is found by its name', () => assert.equal(unknownOf(palette), UNKNOWN));

test('the shaders have no gap in their text, and the fragment shader has neither loops nor arrays', () => {
  const atlas = {image: /** @type {ImageData} */ ({width: 720, height: 132}), scale: 2, cell: [20, 22], wide: [8, 7], narrow: [4, 3]};
  const shaders = ['clusters', 'stations', 'selected'].map(id => fragment(id, palette, atlas));
  for (const text of [vertex(palette, atlas), ...shaders]) assert.doesNotMatch(text, /undefined|NaN|null|\[object/);
  for (const text of shaders) assert.doesNotMatch(text.replace(/\/\/.*/g, ''), /\b(for|while)\b|\[/);
});
