import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Counts, countsPath} from '../../wirelane_geo/ui/static/counts.js';

/** @type {LonLatBox} */
const BERLIN = [13, 52.3, 13.8, 52.7];
/** @type {LonLatBox} */
const PARIS = [2, 48.6, 2.6, 49];

/** A server that counts what it is asked, and what is shown of its answers. */
class Server {
  /** @type {string[]} */
  asked = [];
  points = 7;
  /** @type {Error | null} */
  error = null;
  /** @type {InView[]} */
  shown = [];
  /** @type {unknown[]} */
  failed = [];
  counts = new Counts({
    counts: async path => {
      this.asked.push(path);
      await new Promise(resolve => setImmediate(resolve));
      if (this.error) throw this.error;
      return {stations: 1, points: this.points, by_status: {FREE: this.points}, free: this.points, closed_now: 0, problem: null, cause: null, fetchedAt: null};
    },
    nearest: path => {
      this.asked.push(path);
      return Promise.resolve({point_id: 'p', title: 't', place: '', cpo: null, distance_m: 5});
    },
  }, {show: told => this.shown.push(told), failed: error => this.failed.push(error)});

  answers = async () => { for (let i = 0; i < 4; i++) await new Promise(resolve => setImmediate(resolve)); };
}

test('a view is asked for once, and the way back asks nobody', async () => {
  const server = new Server(), {counts} = server;
  counts.look(BERLIN, 10, '');
  counts.look(BERLIN, 10, '');
  await server.answers();
  counts.look(PARIS, 10, '');
  await server.answers();
  counts.look([13 + 1e-9, 52.3, 13.8, 52.7], 10, '');
  assert.ok(counts.shown);
  assert.equal(server.asked.length, 2);
  assert.equal(server.shown.length, 3);
});

test('who moves on is not shown what was before', async () => {
  const server = new Server(), {counts} = server;
  counts.look(BERLIN, 10, '');
  counts.look(PARIS, 10, 'plug=CCS');
  await server.answers();
  assert.deepEqual(server.asked.map(path => path.includes('plug=CCS')), [false, true]);
  assert.equal(counts.current?.query, 'plug=CCS');
});

test('a change is asked for where it is looked, and later where it was', async () => {
  const server = new Server(), {counts} = server;
  counts.look(PARIS, 10, '');
  await server.answers();
  counts.look(BERLIN, 10, '');
  await server.answers();
  counts.outdated(['12/2074/1409']); // in Paris
  assert.equal(server.asked.length, 2);
  counts.outdated(['12/2200/1343']); // in Berlin
  assert.ok(!counts.shown);
  await server.answers();
  assert.equal(server.asked.length, 3);
  counts.look(PARIS, 10, '');
  await server.answers();
  assert.equal(server.asked.length, 4);
  counts.outdated('all');
  await server.answers();
  assert.equal(server.asked.length, 5);
});

test('where nothing is in view the nearest is asked for', async () => {
  const server = new Server(), {counts} = server;
  server.points = 0;
  counts.look(BERLIN, 10, 'plug=CCS');
  await server.answers();
  assert.equal(server.asked[1], 'map/nearest?bbox=13.000000,52.300000,13.800000,52.700000&zoom=10.00&plug=CCS');
  assert.deepEqual(server.shown.map(({nearest}) => nearest?.point_id), [undefined, 'p']);
});

test('what cannot be had is told, and what was there stays', async () => {
  const server = new Server(), {counts} = server;
  counts.look(BERLIN, 10, '');
  await server.answers();
  server.error = new Error('busy');
  counts.outdated('all');
  await server.answers();
  assert.deepEqual(server.failed, [server.error]);
  assert.ok(!counts.shown);
  server.error = null;
  counts.look(BERLIN, 10, '');
  await server.answers();
  assert.ok(counts.shown);
  counts.close();
});

test('a view has one path', () => {
  assert.equal(countsPath([-200, -85.2, 10.1234567, 3], 3.456, ''), 'map/counts?bbox=-200.000000,-85.200000,10.123457,3.000000&zoom=3.46');
});
