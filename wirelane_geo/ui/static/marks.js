// The one layer that draws data: clusters as rings of their status mix, stations as discs with a glyph.
import {drawAtlas, packed, shortCount} from './atlas.js';
import {above} from './arrange.js';
import {MODULE, fragment, vertex} from './marks.glsl.js';

export const MOVE_MS = 250;
const LEAST_ARC = 0.045; // of the whole turn: no status that is there may vanish
const ARCS = 8; // of a cluster's ring at most: as many as there are looks, their ends in two times four bytes
const LABELS_FROM = 15; // zoom from which stations carry "2/3"
const SMALLEST = 20.5; // radius of a cluster that two lines of text fit into
const RING_GAP = 6; // px by which the ring of the open station is larger than its mark
const PIN = 21; // radius of its disc where it stands above its place
const NEAR = 2e-5; // degrees: float32 carries them no better
const LIFT = 44; // px from the stem's end to the middle of the disc

/** The layer class; `palette` is Python's palette.sheet(), whose looks become constants of the shader; `ratio` is the
 * screen's pixels for one of the map's.
 * @param {DeckGL} deck @param {Palette} palette @param {string} family of the font @param {number} ratio */
export function markLayer(deck, palette, family, ratio) {
  const atlas = drawAtlas(palette.looks, ratio, family);
  /** @param {string} hex */
  const colour = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).concat(1);

  return class MarkLayer extends deck.ScatterplotLayer {
    static layerName = 'MarkLayer';
    static defaultProps = {
      tones: {type: 'object', value: palette.tones},
      movedAt: {type: 'number', value: 0},
      getFrom: {type: 'accessor', value: [0, 0]},
      getKind: {type: 'accessor', value: 0},
      getText: {type: 'accessor', value: [0, 0]},
      getMixA: {type: 'accessor', value: [0, 0, 0, 0]},
      getMixB: {type: 'accessor', value: [0, 0, 0, 0]},
      getLift: {type: 'accessor', value: [0, 0]},
    };

    getShaders() {
      const shaders = super.getShaders();
      return {...shaders, vs: vertex(palette, atlas), fs: fragment(this.id, palette, atlas), modules: [...shaders.modules, MODULE]};
    }

    initializeState() {
      super.initializeState();
      const attributes = this.getAttributeManager();
      attributes.remove(['instanceFillColors', 'instanceLineColors', 'instanceLineWidths', 'instancePixelOffset']);
      attributes.addInstanced({
        instanceFrom: {size: 2, accessor: 'getFrom'},
        instanceKind: {size: 1, accessor: 'getKind'},
        instanceText: {size: 2, accessor: 'getText'},
        instanceMixA: {size: 4, type: 'unorm8', accessor: 'getMixA'},
        instanceMixB: {size: 4, type: 'unorm8', accessor: 'getMixB'},
        instanceLift: {size: 2, accessor: 'getLift'},
      });
      this.state.atlas = this.context.device.createTexture({
        width: atlas.image.width, height: atlas.image.height, format: 'rgba8unorm', data: new Uint8Array(atlas.image.data.buffer),
        sampler: {minFilter: 'linear', magFilter: 'linear'},
      });
    }

    /** @param {object} options */
    draw(options) {
      const {tones, movedAt} = /** @type {{tones: Tones, movedAt: number}} */ (this.props);
      const t = Math.min(1, (performance.now() - movedAt) / MOVE_MS);
      this.state.model.shaderInputs.setProps({mark: {
        surface: colour(tones.surface), ink: colour(tones.ink), muted: colour(tones.muted), accent: colour(tones.accent),
        progress: 1 - (1 - t) ** 3, markAtlas: this.state.atlas,
      }});
      super.draw(options);
      if (t < 1) this.setNeedsRedraw();
    }

    /** @param {object} context */
    finalizeState(context) {
      super.finalizeState(context);
      this.state.atlas?.destroy();
    }
  };
}

/** A column of a table, row by row; empty where there is none of that name. @param {Table} table @param {string} name @returns {Column} */
export const column = (table, name) => table.columns[name] ?? new Float32Array(0);

/** The marks' places. @param {Table} table */
const positions = table => /** @type {Positions} */ (column(table, 'getPosition'));

/** Cumulative shares of a ring's arcs in two times four bytes, and two lines of text, for n marks. @param {number} n */
const blank = n => ({mixA: new Uint8Array(4 * n), mixB: new Uint8Array(4 * n), text: new Float32Array(2 * n)});
/** @type {(length: number, position: Positions, radius: Float32Array, kind: Float32Array, from: Positions, marks: ReturnType<typeof blank>,
 *   lift?: Float32Array) => Marks} */
const finish = (length, position, radius, kind, from, {mixA, mixB, text}, lift) => ({length, attributes: {
  getPosition: {value: position, size: 2}, getFrom: {value: from, size: 2}, getRadius: {value: radius, size: 1},
  getKind: {value: kind, size: 1}, getText: {value: text, size: 2},
  getMixA: {value: mixA, size: 4, normalized: true}, getMixB: {value: mixB, size: 4, normalized: true},
  ...lift && {getLift: {value: lift, size: 2}},
}});

/** Clusters: radius by count and the room that a square has, arcs by status in the palette's order, label free over total, or the count alone.
 * @param {Table} table
 * @param {{palette: Palette, point: string, cell: number, from(position: Positions): Positions,
 *   spread(position: Positions, radius: Float32Array): Positions}} how */
export function clusterData(table, {palette, point, cell, from, spread}) {
  const largest = Math.min(Math.max(cell / 2 + 2, 25), 34);
  const n = table.length, byStatus = column(table, 'byStatus'), closed = column(table, 'closed'), unknown = unknownOf(palette);
  const radius = new Float32Array(n), marks = blank(n), shares = new Float64Array(ARCS);
  for (let i = 0; i < n; i++) {
    const counts = countsOf(byStatus, closed, i), total = counts.reduce((all, count) => all + count);
    let sum = 0;
    for (let s = 0; s < ARCS; s++) {
      const count = counts[palette.arcs[s]];
      sum += shares[s] = count ? Math.max(LEAST_ARC, count / total) : 0;
    }
    for (let s = 0, end = 0; s < ARCS; s++) {
      end += shares[s] / sum;
      marks[s < 4 ? 'mixA' : 'mixB'][4 * i + s % 4] = Math.round(end * 255);
    }
    radius[i] = Math.min(largest, SMALLEST + (largest - SMALLEST) / 4 * Math.log10(total));
    const told = counts[unknown] < total; // else nobody knows how many are free: the count stands alone
    marks.text[2 * i] = packed(shortCount(told ? counts[0] : total, point));
    marks.text[2 * i + 1] = told ? packed(shortCount(total, point)) : 0;
  }
  const position = spread(positions(table), radius);
  return finish(n, position, radius, new Float32Array(n), from(position), marks);
}

/** Points of the i-th cluster by the looks they have: those that are free and closed now are counted by themselves.
 * @param {Column} byStatus @param {Column} closed @param {number} i */
export function countsOf(byStatus, closed, i) {
  const counts = [...byStatus.subarray(7 * i, 7 * i + 7), closed[i]];
  counts[0] -= closed[i];
  return counts;
}

/** The number of the status that says that nothing is known. @param {Palette} palette */
export const unknownOf = palette => palette.looks.findIndex(({status}) => status === 'UNKNOWN');

/** Stations: radius by power, kind by status; close up the disc carries "free/matching" under its glyph.
 * @param {Table} table @param {{zoom: number, palette: Palette, from(position: Positions): Positions}} how */
export function stationData(table, {zoom, from, palette}) {
  const n = table.length, position = positions(table), status = column(table, 'status');
  const [power, free, matching] = ['deciKW', 'free', 'matching'].map(name => column(table, name));
  const radius = new Float32Array(n), kind = new Float32Array(n), marks = blank(n);
  const labelled = zoom >= LABELS_FROM;
  for (let i = 0; i < n; i++) {
    kind[i] = status[i] + 1;
    radius[i] = stationRadius(kilowatts(power[i])) * (labelled ? 1.4 : 1);
    if (labelled) {
      radius[i] = Math.max(radius[i], 21);
      marks.text[2 * i + 1] = freeOf(status[i], free[i], matching[i], palette);
    }
  }
  return finish(n, position, radius, kind, from(position), marks);
}

/** What stands in a disc: how many points are free of those that match; of a status that nobody knows, how many there are.
 * @param {number} status @param {number} free @param {number} matching @param {Palette} palette */
const freeOf = (status, free, matching, palette) =>
  packed(status === unknownOf(palette) ? `${Math.min(matching, 999)}` : `${Math.min(free, 99)}/${Math.min(matching, 999)}`);

/** The open station: a ring around its mark; where it has none, being part of a cluster, a pin that shows it above its place. Where
 * a place is chosen, a ring around the mark of those that share it, or around nothing.
 * @param {Selected | null} selected @param {{stations: Table, clusters: Table}} tables @param {Marks} stations
 * @param {Marks} clusters @param {{palette: Palette, zoom: number}} how */
export function selectedData(selected, tables, stations, clusters, {palette, zoom}) {
  const n = selected ? 1 : 0, marks = blank(n), {station, shared = false, position: place = []} = selected ?? {};
  const own = station ? column(tables.stations, 'handle').indexOf(station.handle) : -1, pinned = station && own < 0;
  const among = own < 0 && shared ? nearest(positions(tables.clusters), place) : own;
  const {getPosition, getRadius} = (shared ? clusters : stations).attributes;
  if (pinned && station.matching) marks.text[1] = freeOf(station.status, station.free, station.matching, palette);
  const at = Float64Array.from(among < 0 ? place : getPosition.value.subarray(2 * among, 2 * among + 2));
  const radius = among < 0 ? pinned ? PIN : 13 : getRadius.value[among];
  const kind = new Float32Array(n).fill(pinned ? station.status + 1 : 0);
  const foot = pinned ? above(selected?.position ?? [0, 0], clusters.attributes.getPosition.value, clusters.attributes.getRadius.value, zoom) : 0;
  const lift = Float32Array.from(n ? [pinned ? foot + LIFT : 0, foot] : []);
  return finish(n, at, new Float32Array(n).fill(radius + RING_GAP), kind, Float32Array.from(at), marks, lift);
}

/** Which of some positions is so near to a place that it is the same; -1: none. @param {Positions} at @param {number[]} place */
function nearest(at, [lon, lat]) {
  let best = NEAR, found = -1;
  for (let i = 0; 2 * i < at.length; i++) {
    const distance = Math.hypot(at[2 * i] - lon, at[2 * i + 1] - lat);
    if (distance < best) [best, found] = [distance, i];
  }
  return found;
}

/** Power as it travels (tenths of a kW, 65535 where it isn't known) in kW, NaN where it isn't known. @param {number} tenths */
export const kilowatts = tenths => tenths === 65535 ? NaN : tenths / 10;
/** @param {number} kw */
const stationRadius = kw => 9.5 + 1.25 * Math.log2(Math.max(kw || 3, 3) / 3);
