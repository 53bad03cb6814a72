// The one layer that draws data: clusters as rings of their status mix, stations as discs with a glyph.
import {drawAtlas, shortCount, writeCodes} from './atlas.js';
import {MODULE, VERTEX, fragment} from './marks.glsl.js';

export const MOVE_MS = 250;
const LEAST_ARC = 0.045; // of the whole turn: no status that is there may vanish
const LABELS_FROM = 15; // zoom from which stations carry "2/3"
const SELECTED = 8;
const BYTES = ['MixA', 'MixB', 'TextA', 'TextB', 'TextC'];

/** The layer class; `palette` is Python's palette.sheet(), whose looks become constants of the shader. */
export function markLayer(deck, palette) {
  const atlas = drawAtlas(palette.looks, window.devicePixelRatio || 1);
  const colour = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).concat(1);

  return class MarkLayer extends deck.ScatterplotLayer {
    static layerName = 'MarkLayer';
    static defaultProps = {
      tones: {type: 'object', value: palette.tones},
      movedAt: {type: 'number', value: 0},
      getFrom: {type: 'accessor', value: [0, 0]},
      getKind: {type: 'accessor', value: 0},
      ...Object.fromEntries(BYTES.map(name => [`get${name}`, {type: 'accessor', value: [0, 0, 0, 0]}])),
    };

    getShaders() {
      const shaders = super.getShaders();
      return {...shaders, vs: VERTEX, fs: fragment(palette, atlas), modules: [...shaders.modules, MODULE]};
    }

    initializeState() {
      super.initializeState();
      const attributes = this.getAttributeManager();
      attributes.remove(['instanceFillColors', 'instanceLineColors', 'instanceLineWidths', 'instancePixelOffset']);
      attributes.addInstanced({
        instanceFrom: {size: 2, accessor: 'getFrom'},
        instanceKind: {size: 1, accessor: 'getKind'},
        ...Object.fromEntries(BYTES.map(name => [`instance${name}`, {size: 4, type: 'unorm8', accessor: `get${name}`}])),
      });
      this.state.atlas = this.context.device.createTexture({
        width: atlas.image.width, height: atlas.image.height, format: 'rgba8unorm', data: new Uint8Array(atlas.image.data.buffer),
        sampler: {minFilter: 'linear', magFilter: 'linear'},
      });
    }

    draw(options) {
      const {tones, movedAt} = this.props;
      const t = Math.min(1, (performance.now() - movedAt) / MOVE_MS);
      this.state.model.shaderInputs.setProps({mark: {
        surface: colour(tones.surface), ink: colour(tones.ink), muted: colour(tones.muted), accent: colour(tones.accent),
        progress: 1 - (1 - t) ** 3, markAtlas: this.state.atlas,
      }});
      super.draw(options);
      if (t < 1) this.setNeedsRedraw();
    }

    finalizeState(context) {
      super.finalizeState(context);
      this.state.atlas?.destroy();
    }
  };
}

/** A column of an Arrow table as a typed array (of a fixed-size list: its values, row by row). */
export function column(table, name) {
  const chunk = table.numRows ? table.getChild(name).data[0] : null;
  return chunk ? (chunk.children?.[0] ?? chunk).values : new Float32Array(0);
}

const attribute = (value, size) => ({value, size});
const empty = n => Object.fromEntries(BYTES.map(name => [name, new Uint8Array(4 * n)]));
const finish = (length, position, radius, kind, from, bytes) => ({length, attributes: {
  getPosition: attribute(position, 2), getRadius: attribute(radius, 1), getKind: attribute(kind, 1), getFrom: attribute(from, 2),
  ...Object.fromEntries(BYTES.map(name => [`get${name}`, {...attribute(bytes[name], 4), normalized: true}])),
}});

/** Clusters: radius by count, arcs by status (in the palette's order), label free over total. */
export function clusterData(table, {palette, point, from}) {
  const n = table.numRows, position = column(table, 'getPosition'), counts = column(table, 'byStatus');
  const radius = new Float32Array(n), bytes = empty(n), shares = new Float64Array(7);
  for (let i = 0; i < n; i++) {
    let total = 0, sum = 0;
    for (let s = 0; s < 7; s++) total += counts[7 * i + s];
    for (let s = 0; s < 7; s++) {
      const count = counts[7 * i + palette.arcs[s]];
      sum += shares[s] = count ? Math.max(LEAST_ARC, count / total) : 0;
    }
    for (let s = 0, end = 0; s < 7; s++) {
      end += shares[s] / sum;
      bytes[s < 4 ? 'MixA' : 'MixB'][4 * i + s % 4] = Math.round(end * 255);
    }
    radius[i] = Math.min(35, 18 + 4.2 * Math.log10(total));
    label(bytes, i, shortCount(counts[7 * i], point), shortCount(total, point));
  }
  return finish(n, position, radius, new Float32Array(n), from(position), bytes);
}

/** Stations: radius by power, kind by status; close up the disc carries "free/matching" under its glyph. */
export function stationData(table, {zoom, from}) {
  const n = table.numRows, position = column(table, 'getPosition'), status = column(table, 'status');
  const [power, free, matching] = ['power', 'free', 'matching'].map(name => column(table, name));
  const radius = new Float32Array(n), kind = new Float32Array(n), bytes = empty(n);
  const labelled = zoom >= LABELS_FROM;
  for (let i = 0; i < n; i++) {
    kind[i] = status[i] + 1;
    radius[i] = stationRadius(power[i]) * (labelled ? 1.35 : 1);
    if (labelled) {
      radius[i] = Math.max(radius[i], 19);
      label(bytes, i, `${Math.min(free[i], 99)}/${Math.min(matching[i], 999)}`, '');
    }
  }
  return finish(n, position, radius, kind, from(position), bytes);
}

/** The ring around the selected station; `position` is [lon, lat] or null. */
export function selectedData(position, zoom) {
  const n = position ? 1 : 0, at = new Float64Array(position ?? []);
  const radius = new Float32Array(n).fill(zoom >= LABELS_FROM ? 31 : 27);
  return finish(n, at, radius, new Float32Array(n).fill(SELECTED), new Float32Array(position ?? []), empty(n));
}

const stationRadius = kw => 9.5 + 1.25 * Math.log2(Math.max(kw || 3, 3) / 3);

function label(bytes, i, first, second) {
  const codes = new Uint8Array(12);
  writeCodes(first, codes, 0, 6);
  writeCodes(second, codes, 6, 6);
  ['TextA', 'TextB', 'TextC'].forEach((name, part) => bytes[name].set(codes.subarray(4 * part, 4 * part + 4), 4 * i));
}
