import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMITS, boundsOf, fitting, flight, keyed, lonLatAt, pixelOf, zoomed} from '../../wirelane_geo/ui/static/camera.js';
import {always, near} from './seeded.js';
import {deck, viewportAt} from './viewports.js';

const media = {reduced: false};
Object.assign(globalThis, {matchMedia: () => ({matches: media.reduced})});

const HERE = {longitude: 13.4, latitude: 52.5, zoom: 11};
const key = (/** @type {string} */ name, held = {}) => ({key: name, ctrlKey: false, metaKey: false, altKey: false, ...held});

test('what is fitted is on screen, clear of what covers it, as close up as that goes', () => {
  always(random => {
    const west = random.between(-179, 150), south = random.between(-70, 60);
    const east = west + random.between(0.01, 29), north = south + random.between(0.01, 12);
    const [width, height] = [random.whole(500, 1920), random.whole(500, 1080)];
    const covered = {left: random.whole(0, 60), bottom: random.whole(0, 60)};
    const view = fitting(deck, {clientWidth: width, clientHeight: height}, [south, west, north, east], covered);
    const [left, bottom] = viewportAt({...view, width, height}).project([west, south]);
    const [right, top] = viewportAt({...view, width, height}).project([east, north]);
    const spare = [left - 50 - covered.left, width - 50 - right, top - 70, height - 50 - covered.bottom - bottom];
    for (const px of spare) assert.ok(px > -0.5, `${px} px of room`);
    if (view.zoom < 16 && view.zoom > 0) near(Math.min(spare[0] + spare[1], spare[2] + spare[3]), 0, 1, 'room left over');
  });
});

test('bounds across the antimeridian are fitted there, not around the world', () => {
  const {longitude, zoom} = fitting(deck, {clientWidth: 1000, clientHeight: 800}, [-20, 175, -15, -175], {});
  near(Math.abs(longitude), 180, 1, 'longitude');
  assert.ok(zoom > 4);
});

test('a place alone is fitted no closer than its streets', () => {
  assert.equal(fitting(deck, {clientWidth: 1000, clientHeight: 800}, [52.5, 13.4, 52.5, 13.4], {}).zoom, 16);
});

test('a map without a size, or covered nearly whole, is fitted all the same', () => {
  for (const covered of [{}, {left: 320}, {top: 500, bottom: 500, left: 900}]) {
    for (const size of [0, 90, 390]) {
      const view = fitting(deck, {clientWidth: size, clientHeight: size}, [47, 5, 55, 15], covered);
      assert.ok(Object.values(view).every(Number.isFinite) && view.zoom >= 0, JSON.stringify({view, covered, size}));
    }
  }
});

test('zooming by buttons stays within the limits', () => {
  always(random => {
    const {zoom, ...place} = zoomed({...HERE, zoom: random.between(0, 20)}, random.between(-25, 25));
    assert.ok(LIMITS.minZoom <= zoom && zoom <= LIMITS.maxZoom);
    assert.deepEqual(place, {longitude: HERE.longitude, latitude: HERE.latitude});
  });
  assert.equal(zoomed(HERE, 1).zoom, 12);
});

test('an arrow moves the map 100 px, and the opposite one back', () => {
  always(random => {
    const at = {longitude: random.between(-179, 179), latitude: random.between(-75, 75), zoom: random.between(3, 18)};
    const viewport = viewportAt(at);
    for (const [there, back, x, y] of /** @type {[string, string, number, number][]} */ ([
      ['ArrowLeft', 'ArrowRight', -100, 0], ['ArrowUp', 'ArrowDown', 0, -100], ['ArrowRight', 'ArrowLeft', 100, 0]])) {
      const moved = keyed(key(there), viewport);
      assert.ok(moved);
      assert.equal(moved.zoom, at.zoom);
      const [px, py] = viewport.project([moved.longitude, moved.latitude]);
      near(px, 640 + x, 0.01, 'x');
      near(py, 400 + y, 0.01, 'y');
      const home = keyed(key(back), viewportAt(moved));
      near(home?.longitude ?? NaN, at.longitude, 1e-6, 'longitude');
      near(home?.latitude ?? NaN, at.latitude, 1e-6, 'latitude');
    }
  }, 50);
});

test('plus and minus zoom by one, with or without Shift', () => {
  const viewport = viewportAt(HERE);
  for (const [name, zoom] of /** @type {[string, number][]} */ ([['+', 12], ['=', 12], ['-', 10], ['_', 10]])) {
    assert.deepEqual(keyed(key(name), viewport), {...HERE, zoom});
  }
});

test("the browser's own keys stay its own", () => {
  const viewport = viewportAt(HERE);
  for (const name of ['a', 'Enter', 'Tab', 'Home', 'constructor', 'toString']) assert.equal(keyed(key(name), viewport), null, name);
  for (const held of [{ctrlKey: true}, {metaKey: true}, {altKey: true}]) {
    for (const name of ['+', '-', 'ArrowLeft']) assert.equal(keyed(key(name, held), viewport), null, name);
  }
});

test('each flight is news, even to the same place, and takes no time for those who want none', () => {
  const [one, other] = [flight(deck, HERE), flight(deck, HERE)];
  assert.notEqual(one.flight, other.flight);
  assert.equal(one.transitionDuration, 'auto');
  assert.equal(flight(deck, HERE, 200).transitionDuration, 200);
  media.reduced = true;
  for (const milliseconds of [undefined, 200]) assert.equal(flight(deck, HERE, milliseconds).transitionDuration, 0);
});

test('the bounds of a view are those that the map shows', () => {
  always(random => {
    const view = {longitude: random.between(-179, 179), latitude: random.between(-70, 70), zoom: random.between(3, 18)};
    const [width, height] = [random.whole(300, 1920), random.whole(300, 1080)];
    const [west, south, east, north] = boundsOf(view, width, height).split(',').map(Number);
    const viewport = viewportAt({...view, width, height});
    const [left, top] = viewport.unproject([0, 0]), [right, bottom] = viewport.unproject([width, height]);
    near(west, left, 2e-5, 'west');
    near(east, right, 2e-5, 'east');
    near(south, Math.max(bottom, -85.05), 2e-5, 'south');
    near(north, Math.min(top, 85.05), 2e-5, 'north');
    const at = lonLatAt(view, [40, 30], width, height), expected = viewport.unproject([40, 30]);
    near(at[0], ((expected[0] + 180) % 360 + 360) % 360 - 180, 2e-5, 'longitude at a pixel');
    near(at[1], Math.min(expected[1], 85.05), 2e-5, 'latitude at a pixel');
  });
});

test('no bounds are wider than the world', () => {
  const [west, , east] = boundsOf({...HERE, zoom: 0}, 1920, 1080).split(',').map(Number);
  near(east - west, 360, 1e-4, 'degrees');
});

test('a place is drawn where a pixel says that it lies, and where deck.gl draws it', () => {
  always(random => {
    const view = {longitude: random.between(-180, 180), latitude: random.between(-70, 70), zoom: random.between(3, 18)};
    const [width, height] = [random.whole(300, 1920), random.whole(300, 1080)];
    /** @type {[number, number]} */
    const pixel = [random.between(0, width), random.between(0, height)];
    const [x, y] = pixelOf(lonLatAt(view, pixel, width, height), view, width, height);
    if (Math.abs(view.latitude) < 60) {
      near(x, pixel[0], 0.01, 'x');
      near(y, pixel[1], 0.01, 'y');
    }
    const at = lonLatAt(view, pixel, width, height), [east, south] = viewportAt({...view, width, height}).project(at);
    if (Math.abs(at[0] - view.longitude) < 90) {
      near(east, x, 0.5, 'as deck.gl draws it');
      near(south, y, 0.5, 'as deck.gl draws it');
    }
  });
});
