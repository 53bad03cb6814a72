// supercluster on the network and viewports that points.py wrote into a directory; its figures as JSON on stdout.
// Clusters carry their counts by status, as ours do: that is what `map` and `reduce` are for.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import Supercluster from 'supercluster';

const directory = process.argv[2];
/** @param {string} name */
const bytes = name => new Uint8Array(readFileSync(join(directory, name))).buffer;
const lon = new Float64Array(bytes('lon'));
const lat = new Float64Array(bytes('lat'));
const status = new Uint8Array(bytes('status'));
const matching = new Uint8Array(bytes('matching'));
const {viewports, changed} = JSON.parse(readFileSync(join(directory, 'questions.json'), 'utf8'));

const names = [...Array(7).keys()].map(number => `status${number}`);
const mixes = names.map(name => Object.fromEntries(names.map(other => [other, Number(other === name)])));
/** @typedef {{status: number}} Point
 * @typedef {Record<string, number>} Mix how many of each status
 * @type {import('supercluster').Options<Point, Mix>} */
const options = {
    radius: 64,
    map: properties => mixes[properties.status],
    reduce: (sum, mix) => { for (const name of names) sum[name] += mix[name]; },
};

/** @param {unknown} _ @param {number} row @returns {import('supercluster').InputFeature<Point>} */
const feature = (_, row) => ({
    type: 'Feature', properties: {status: status[row]}, geometry: {type: 'Point', coordinates: [lon[row], lat[row]]},
});
/** @param {() => void} work */
const milliseconds = work => {
    const start = performance.now();
    work();
    return performance.now() - start;
};
/** @param {number[]} numbers */
const median = numbers => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const memory = () => {
    globalThis.gc?.(); // node --expose-gc
    const {heapUsed, arrayBuffers} = process.memoryUsage();
    return heapUsed + arrayBuffers;
};
/** @param {Supercluster<Point, Mix>} index */
const queries = index => Object.fromEntries(Object.entries(/** @type {Record<string, [number, number, number, number][]>} */ (viewports)).map(([zoom, boxes]) =>
    [zoom, boxes.map(box => median([0, 1, 2].map(() => milliseconds(() => index.getClusters(box, Number(zoom))))))]));

const first = viewports['8'][0];
const before = memory();
let features = Array.from(lon, feature);
let index = new Supercluster(options);
const build = milliseconds(() => index.load(features));
features = [];
const held = memory() - before;
const clusters = queries(index);

features = Array.from(lon, feature);
const filter = median([0, 1, 2].map(() => milliseconds(() => {
    index = new Supercluster(options).load(features.filter((_, row) => matching[row]));
    index.getClusters(first, 8);
})));
const filtered = queries(index);
const update = milliseconds(() => {
    for (const row of changed) features[row].properties.status = 3;
    index = new Supercluster(options).load(features);
    index.getClusters(first, 8);
});
console.log(JSON.stringify({build, bytes: held / lon.length, clusters, filter, filtered, update}));
