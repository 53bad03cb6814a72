import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Basemap} from '../../wirelane_geo/ui/static/basemap.js';
import {viewportAt} from './viewports.js';

/** A map of mapbox-gl, as far as a basemap hears it: what it does is said by the test. */
function remote() {
  /** @type {Record<string, (event: object) => void>} */
  const reactions = {};
  return {
    loaded: false, reactions, getCanvas: () => ({tabIndex: 0, setAttribute() {}}), isStyleLoaded() { return this.loaded; },
    on(/** @type {string} */ event, /** @type {(event: object) => void} */ react) { reactions[event] = react; },
    getStyle: () => ({sources: {streets: {type: 'vector'}}}), getSource: () => ({attribution: ''}),
  };
}

/** @param {object} event */
function after(event) {
  const map = remote(), basemap = new Basemap(() => {});
  /** @type {string[][]} */
  const credits = [];
  basemap.watch(/** @type {any} */ (map), texts => credits.push(texts));
  map.reactions.error(event);
  return {map, basemap, credits};
}

for (const message of ['layers[0].paint.fill-colour: unknown property "fill-colour"', 'projection: unknown property', 'Unexpected token < in JSON']) {
  test(`a style that says what this map doesn't know is unreadable: ${message}`, () => {
    const {basemap, credits} = after({error: new Error(message)});
    assert.deepEqual([basemap.missing, basemap.unreadable, basemap.covered], [true, true, false]);
    assert.equal(credits.length, 1); // said at once
  });
}

for (const error of [Object.assign(new Error('Not Found'), {status: 404}), Object.assign(new Error(''), {status: 0}), new TypeError('Failed to fetch'),
  new Error('NetworkError when attempting to fetch resource.')]) {
  test(`a style that can't be had is not unreadable: ${error.message || 'no answer'}`, () => {
    const {basemap} = after({error});
    assert.deepEqual([basemap.missing, basemap.unreadable, basemap.covered], [true, false, false]);
  });
}

test('a tile that fails says nothing of the style, and the embedded map stays', () => {
  const {map, basemap} = after({tile: {}, error: new Error('Unimplemented type: 3')});
  assert.deepEqual([basemap.missing, basemap.unreadable], [true, false]);
  map.loaded = true;
  map.reactions.idle({});
  assert.equal(basemap.covered, false);
});

/** A square of land from one place to another, as the files have it. @param {number} west @param {number} south @param {number} side */
const ground = (west, south, side) => ({land: [[[west, south, side, 0, 0, side, -side, 0, 0, -side].map(degrees => degrees * 1000)]], borders: []});
const done = () => new Promise(resolve => { setImmediate(resolve); });

/** Outlines with a world of one square, and squares close up that are answered when the test says so. */
function outlines() {
  const {outlines: made} = new Basemap(() => {});
  /** @type {Record<string, {give: (square: object) => void, refuse: (error: Error) => void}>} */
  const asked = {};
  made.levels[0].squares = {'0,0': ground(-180, -90, 180)};
  made.squares.read = name => new Promise((give, refuse) => { asked[name] = {give, refuse}; });
  return {made, asked};
}
const near = viewportAt({longitude: 7, latitude: 52, zoom: 9}), beside = viewportAt({longitude: 14.9, latitude: 52, zoom: 9});

test('outlines close up are those of the squares in view, and the coarse ones serve until they are there', async () => {
  const {made, asked} = outlines();
  const coarse = made.within(near);
  assert.deepEqual(Object.keys(asked), []); // marks come first
  made.fine = true;
  assert.equal(made.within(near), coarse);
  assert.deepEqual([Object.keys(asked), made.reading], [['detail/12,9.json'], true]);
  asked['detail/12,9.json'].give(ground(0, 45, 15));
  await done();
  const fine = made.within(near);
  assert.notEqual(fine, coarse);
  assert.deepEqual([made.within(near) === fine, made.reading], [true, false]);
  made.within(beside); // across an edge, beyond which nothing is known yet
  assert.deepEqual(Object.keys(asked), ['detail/12,9.json', 'detail/13,9.json']);
  asked['detail/13,9.json'].give({});
  await done();
  assert.equal(made.within(beside)?.land.length, 1, 'land on this side, sea on the other');
});

test("where outlines close up can't be had, the coarse ones stay", async t => {
  const {made, asked} = outlines(), errors = t.mock.method(console, 'error', () => {});
  made.fine = true;
  const coarse = made.within(near);
  asked['detail/12,9.json'].refuse(new Error('503'));
  await done();
  assert.deepEqual([made.within(near) === coarse, made.reading, errors.mock.callCount()], [true, false, 1]);
});
