import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decode, joined} from '../../wirelane_geo/ui/static/tile_columns.js';
import {addressOf, boxOf, covering, grown, inBox, inSquare, levelOf, name, overlap, tilePath, tileZoom, touches} from '../../wirelane_geo/ui/static/tile_grid.js';
import {Tiles} from '../../wirelane_geo/ui/static/tiles.js';
import {always} from './seeded.js';

/** Bytes of a tile with one station at each place, as docs/api.md has them. @param {number[][]} places */
function bytes(places) {
  const position = Float32Array.from(places.flat()), handle = Uint32Array.from(places, (_, i) => i + 1);
  const room = 8 * Math.ceil(position.byteLength / 8);
  let head = JSON.stringify({columns: [['stations', 'getPosition', 'Float32Array', 0, position.length, 2],
    ['stations', 'handle', 'Uint32Array', room, handle.length, 1]]});
  head += ' '.repeat((8 - (head.length + 4) % 8) % 8);
  const all = new Uint8Array(4 + head.length + room + handle.byteLength);
  new DataView(all.buffer).setUint32(0, head.length, true);
  all.set(new TextEncoder().encode(head), 4);
  all.set(new Uint8Array(position.buffer), 4 + head.length);
  all.set(new Uint8Array(handle.buffer), 4 + head.length + room);
  return all.buffer;
}

/** Middle of a tile, degrees. @param {Address} address */
function middle({z, x, y}) {
  const n = 2 ** z;
  return [(x + 0.5) / n * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + 0.5) / n))) * 180 / Math.PI];
}

/** A server whose answers wait until they are let go: each tile has a station in the middle of each of its four quarters. */
class Server {
  /** @type {Map<string, {signal: AbortSignal, etag: string | undefined, go: () => void}>} */
  waiting = new Map();
  etag = 'one';

  ask = (/** @type {string} */ path, /** @type {AbortSignal} */ signal, /** @type {string | undefined} */ etag) => new Promise((resolve, reject) => {
    const [z, x, y] = path.split('?')[0].split('/').slice(2).map(Number);
    const places = [0, 1, 2, 3].map(i => middle({z: z + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1)}));
    signal.addEventListener('abort', () => { this.waiting.delete(path); reject(new Error('aborted')); });
    this.waiting.set(path, {signal, etag, go: () => {
      this.waiting.delete(path);
      resolve({etag: this.etag, buffer: etag === this.etag ? null : bytes(places)});
    }});
  });

  async answer() {
    for (const {go} of [...this.waiting.values()]) go();
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** @returns {{server: Server, tiles: Tiles}} */
function fresh() {
  const server = new Server();
  const tiles = new Tiles(server.ask, {changed: () => tiles.looked && tiles.look(...tiles.looked), failed: error => { throw error; }});
  return {server, tiles};
}

/** @type {LonLatBox} */
const WORLD = [-180, -89, 180, 89];
/** How many stations are drawn. @param {Tiles} tiles */
function stations(tiles) {
  const parts = tiles.parts();
  tiles.draws(parts);
  return joined(parts, WORLD).stations.length;
}

/** @type {LonLatBox} */
const BERLIN = [13, 52.3, 13.8, 52.7];

test('tiles are those of the squares that clusters stand for', () => {
  assert.deepEqual([0, 0.6, 1, 1.6, 2.6, 2.61, 10, 11.6, 20].map(tileZoom), [-2, -2, -1, -1, 0, 1, 8, 9, 18]);
  assert.equal(levelOf(10) - tileZoom(10), 5);
});

test('a box is covered, each tile once, also beyond the edge of the world', () => always(random => {
  const z = random.whole(0, 12), west = random.between(-400, 400), south = random.between(-84, 80);
  /** @type {LonLatBox} */
  const box = [west, south, west + random.between(0, 300 / 2 ** z), Math.min(south + random.between(0, 100 / 2 ** z), 85)];
  const found = covering(box, z), names = new Set(found.map(name));
  assert.equal(names.size, found.length);
  assert.ok(found.every(({x, y}) => x >= 0 && x < 2 ** z && y >= 0 && y < 2 ** z));
  const lon = random.between(box[0], box[2]), lat = random.between(box[1], box[3]);
  assert.ok(found.some(address => {
    const [mx, my] = middle(address), half = 180 / 2 ** z;
    return Math.abs((lon - mx + 540) % 360 - 180) <= half + 1e-9 && Math.abs(lat - my) <= 180 / 2 ** z;
  }));
}));

test('bytes become columns', () => {
  const {stations: {getPosition, handle}, clusters} = decode(bytes([[13.5, 52.5], [2, 48], [1, 1]]));
  assert.deepEqual([...getPosition.values], [13.5, 52.5, 2, 48, 1, 1]);
  assert.deepEqual([[...handle.values], handle.width, getPosition.width], [[1, 2, 3], 1, 2]);
  assert.deepEqual(clusters, {});
});

test('it is asked for once, the next ones ahead, and the way back asks nobody', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 10, '');
  tiles.look(BERLIN, 10, '');
  assert.equal(tiles.requests, tiles.needed.length, 'what is seen comes first');
  await server.answer();
  await server.answer();
  const {requests} = tiles;
  assert.ok(requests >= tiles.needed.length);
  tiles.look([13.2, 52.3, 14, 52.7], 10, '');
  assert.ok(tiles.needed.every(address => tiles.held.has(name(address))), 'a step aside is there already');
  await server.answer();
  const after = tiles.requests;
  tiles.look(BERLIN, 10, '');
  assert.equal(tiles.requests, after);
});

test('what nobody needs any more is given up', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 12, '');
  const asked = [...server.waiting.values()];
  tiles.look([2, 48.6, 2.6, 49], 12, '');
  assert.ok(asked.every(({signal}) => signal.aborted));
  assert.ok([...server.waiting.values()].every(({signal}) => !signal.aborted));
  await server.answer();
  assert.ok(stations(tiles) > 0);
});

test('a parent stands in for what is not there yet, and nothing is there twice', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 10, '');
  await server.answer();
  tiles.look(BERLIN, 11, '');
  const [first] = tiles.needed;
  const shown = tiles.parts();
  assert.equal(shown.length, tiles.needed.length);
  assert.ok(shown.every(({square}) => square), 'each with its part of the parent');
  assert.equal(joined(shown, WORLD).stations.length, tiles.needed.length, 'one of the four quarters each');
  server.waiting.get(`map/tiles/${name(first)}`)?.go();
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(stations(tiles), tiles.needed.length - 1 + 4, 'what has come takes its place alone');
});

test('children stand in for their parent', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 11, '');
  await server.answer();
  const there = tiles.held.size;
  tiles.look(BERLIN, 10, '');
  const shown = tiles.parts();
  assert.ok(shown.length > 0 && shown.length <= there);
  assert.equal(new Set(shown.map(({key}) => key)).size, shown.length);
  await server.answer();
  assert.equal(stations(tiles), 4 * tiles.needed.length);
});

test('a filter keeps the picture until all of the new one is there', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 10, '');
  await server.answer();
  assert.ok(stations(tiles) > 0);
  tiles.look(BERLIN, 10, '?plug=CCS');
  assert.ok(!tiles.draws(tiles.parts()), 'nothing new to draw');
  tiles.look([13.1, 52.3, 13.9, 52.7], 10, '?plug=CCS');
  assert.ok(tiles.parts().length && tiles.parts().every(({key}) => !key.includes('?plug=CCS')));
  assert.ok(!tiles.shown);
  await server.answer();
  assert.ok(tiles.parts().every(({key}) => key.includes('?plug=CCS')));
});

test('only what has changed is asked for again, and drawn where it is another', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 12, '');
  await server.answer();
  assert.ok(stations(tiles) > 0 && tiles.shown);
  const {requests} = tiles, [{z, x, y}] = tiles.needed;
  tiles.outdated([name({z: z + 2, x: 4 * x, y: 4 * y})]);
  assert.equal(tiles.requests, requests + 1);
  assert.equal(server.waiting.get(`map/tiles/${name({z, x, y})}`)?.etag, 'one');
  await server.answer();
  assert.ok(!tiles.draws(tiles.parts()), 'it was the same');
  tiles.outdated('all');
  assert.equal(tiles.requests, requests + 1 + tiles.needed.length);
  server.etag = 'two';
  await server.answer();
  assert.ok(tiles.draws(tiles.parts()));
  assert.ok(tiles.shown);
});

test('what was given up can be asked for again at once', async () => {
  const {server, tiles} = fresh();
  tiles.look(BERLIN, 12, '');
  tiles.look([2, 48.6, 2.6, 49], 12, '');
  tiles.look(BERLIN, 12, '');
  assert.ok(tiles.needed.every(address => server.waiting.has(`map/tiles/${name(address)}`)));
  await server.answer();
  assert.ok(tiles.complete);
});

test('what cannot be had is told, and asked for again but where that leads nowhere', async () => {
  /** @type {unknown[]} */
  const failed = [];
  let asked = 0;
  /** @type {Error} */
  let error = new Error('away');
  const tiles = new Tiles(() => { asked++; return Promise.reject(error); }, {changed: () => {}, failed: why => failed.push(why)});
  const answered = () => new Promise(resolve => setImmediate(resolve));
  tiles.look(BERLIN, 12, '');
  await answered();
  assert.ok(asked > 0 && failed.length === asked);
  tiles.look(BERLIN, 12, '');
  assert.equal(asked, failed.length, 'not with every frame');
  error = Object.assign(new Error('no such filter'), {final: true});
  tiles.retry();
  await answered();
  const all = asked;
  assert.equal(all, 2 * tiles.needed.length);
  tiles.retry();
  assert.equal(asked, all);
  tiles.look(BERLIN, 12, '?plug=CCS');
  assert.ok(asked > all);
  tiles.close();
});

test('no more is kept than some tiles', async () => {
  const {server, tiles} = fresh();
  for (let i = 0; i < 60; i++) {
    tiles.look([i, 50, i + 0.8, 50.4], 10, '');
    await server.answer();
    await server.answer();
  }
  assert.ok(tiles.held.size <= 160);
  assert.ok(tiles.complete);
});

test('farther out than the world is one tile, it is drawn for each zoom', () => {
  assert.deepEqual([0.4, 1.3, 2.2].map(zoom => covering([-400, -80, 400, 80], tileZoom(zoom)).map(address => tilePath(address, 'plug=CCS'))), [
    ['map/tiles/0/0/0?at=0&plug=CCS'], ['map/tiles/0/0/0?at=1&plug=CCS'], ['map/tiles/0/0/0?plug=CCS']]);
  assert.equal(tilePath({z: 3, x: 1, y: 2}, ''), 'map/tiles/3/1/2');
});

test('a box of the screen is where its tiles are', () => always(random => {
  const zoom = random.between(1, 18), view = {longitude: random.between(-179, 179), latitude: random.between(-70, 70), zoom};
  const box = boxOf(view, {width: 900, height: 700}), [west, south, east, north] = box;
  assert.ok(south < view.latitude && view.latitude < north && west < view.longitude && view.longitude < east);
  const wide = grown(box, 0.5), lon = random.between(west, east), lat = random.between(south, north);
  assert.ok(inBox(wide, lon, lat) && inBox(box, ((lon + 540) % 360) - 180, lat));
  assert.ok(!inBox(box, east + Math.min(1, (360 - east + west) / 2), lat));
  for (const address of covering(box, tileZoom(zoom))) assert.ok(touches(address, box));
  const [there] = covering([lon, lat, lon, lat], 9), wrapped = ((lon + 540) % 360) - 180;
  assert.ok(inSquare(there, wrapped, lat) && touches(there, box));
  assert.deepEqual(addressOf(name(there)), there);
}));

test('squares overlap where one holds the other', () => {
  assert.ok(overlap({z: 3, x: 4, y: 2}, {z: 5, x: 17, y: 9}));
  assert.ok(overlap({z: 5, x: 17, y: 9}, {z: 3, x: 4, y: 2}));
  assert.ok(!overlap({z: 5, x: 20, y: 9}, {z: 3, x: 4, y: 2}));
});
