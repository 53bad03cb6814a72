import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Basemap} from '../../wirelane_geo/ui/static/basemap.js';

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
