// A tile's bytes as columns of numbers, and the columns of several tiles joined into those that the layers draw from.
import {inBox, inSquare} from './tile_grid.js';

/** @type {Record<string, new (buffer: ArrayBuffer, at: number, size: number) => Column>} */
const TYPES = {Float32Array, Float64Array, Uint8Array, Uint16Array, Uint32Array};

/** A tile's bytes (docs/api.md) as columns. @param {ArrayBuffer} buffer @returns {TileColumns} */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true), begin = 4 + length;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {TileColumns} */
  const layers = {stations: {}, clusters: {}};
  for (const [layer, field, type, at, size, width] of head.columns) {
    (layers[layer] ??= {})[field] = {values: new TYPES[type](buffer, begin + at, size), width};
  }
  return layers;
}

/** Columns of several parts as tables that the layers read: of a part with a square only what lies in that, of all only what
 * lies in the box. @param {Part[]} parts @param {LonLatBox} box @returns {Tables} */
export const joined = (parts, box) => ({stations: table(parts, 'stations', box), clusters: table(parts, 'clusters', box)});

/** @param {Part[]} parts @param {MarkTable} layer @param {LonLatBox} box @returns {Table} */
function table(parts, layer, box) {
  const rows = parts.map(part => within(part, layer, box)), length = rows.reduce((sum, part) => sum + part.length, 0);
  /** @type {Record<string, Column>} */
  const columns = {};
  for (const field of Object.keys(parts[0]?.columns[layer] ?? {})) {
    columns[field] = concatenated(parts.map(part => part.columns[layer][field]), rows, length);
  }
  return {length, columns};
}

/** The rows of a part that are drawn. @param {Part} part @param {MarkTable} layer @param {LonLatBox} box @returns {number[]} */
function within({columns, square}, layer, box) {
  const at = columns[layer].getPosition?.values ?? [], rows = [];
  for (let i = 0; 2 * i < at.length; i++) {
    const lon = at[2 * i], lat = at[2 * i + 1];
    if (inBox(box, lon, lat) && (!square || inSquare(square, lon, lat))) rows.push(i);
  }
  return rows;
}

/** @param {TileColumn[]} columns @param {number[][]} rows of each @param {number} length of all @returns {Column} */
function concatenated(columns, rows, length) {
  const widest = columns.reduce((a, b) => a.values.BYTES_PER_ELEMENT >= b.values.BYTES_PER_ELEMENT ? a : b);
  const {width} = widest, all = new /** @type {any} */ (widest.values.constructor)(length * width);
  let at = 0;
  columns.forEach(({values}, part) => {
    for (const i of rows[part]) for (let k = 0; k < width; k++) all[at++] = values[i * width + k];
  });
  return all;
}
