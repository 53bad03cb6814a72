// What lies beneath the marks. The embedded outlines and names are shown at once; they make room for the remote style
// when that has really arrived, and come back where its tiles fail.
import {clipped} from './clip.js';
import {readPacked} from './packed.js';
import {Places} from './places.js';

const AROUND = 0.3; // of the view on each side: drawn beforehand, so that a pan finds land there
const WIDEST = 4; // views across: after zooming in, land is cut anew
const PIECE = 32; // segments
const NOTHING = {land: [], borders: {length: 0}};

function degrees(line) { // differences in thousandths -> flat degrees
  const flat = new Float32Array(line.length);
  for (let i = 0, x = 0, y = 0; i < line.length; i += 2) {
    flat[i] = (x += line[i]) / 1000;
    flat[i + 1] = (y += line[i + 1]) / 1000;
  }
  return flat;
}

function join(parts) {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((end, part) => { whole.set(part, end); return end + part.length; }, 0);
  return whole;
}

/** What of a polygon lies in a box, as deck.gl takes it; nothing where it doesn't. */
function polygon(rings, box) {
  const [outside, ...holes] = rings.map(ring => clipped(ring, box));
  if (!outside.length) return [];
  const parts = [outside, ...holes.filter(hole => hole.length)];
  let end = 0;
  return [{positions: join(parts), holeIndices: parts.slice(0, -1).map(part => end += part.length)}];
}

/** A line in pieces, each with its bounds: [west, south, east, north, positions]. */
function* pieces(line) {
  for (let start = 0; start < line.length - 2; start += 2 * PIECE) {
    const part = line.subarray(start, start + 2 * PIECE + 2);
    const lons = part.filter((_, i) => i % 2 === 0), lats = part.filter((_, i) => i % 2 === 1);
    yield [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats), part];
  }
}

const starts = line => line.subarray(0, -2), ends = line => line.subarray(2);
const segments = lines => ({
  length: lines.reduce((sum, line) => sum + line.length / 2 - 1, 0),
  attributes: {
    getSourcePosition: {value: join(lines.map(starts)), size: 2}, getTargetPosition: {value: join(lines.map(ends)), size: 2},
  },
});

const LEVELS = [[0, 'world.json.gz'], [3.5, 'region.json.gz'], [5.5, 'detail.json.gz']]; // from which zoom

/** Land and borders in squares, at several levels of detail that are read when they are needed. */
class Outlines {
  constructor(arrived) {
    this.arrived = arrived;
    this.levels = LEVELS.map(([from, file]) => ({from, file, drawn: new Map()}));
  }

  async read(level) {
    try {
      Object.assign(level, {reading: true}, await readPacked(level.file));
      this.arrived();
    } catch (error) {
      level.failed = true; // the next coarser one serves
      this.arrived();
      console.error(error);
    }
  }

  /** The level for a zoom; while that is being read, the next coarser (or finer) one that is there. */
  level(zoom) {
    const levels = this.levels.filter(({failed}) => !failed);
    const wanted = levels.findLastIndex(({from}) => from <= zoom), level = levels[Math.max(0, wanted)];
    if (level && !level.squares && !level.reading) this.read(level);
    return levels.slice(0, wanted + 1).findLast(({squares}) => squares) ?? levels.find(({squares}) => squares);
  }

  /** What a viewport and its surroundings show; the same object as long as that is the same; null before anything is read. */
  within(viewport) {
    const level = this.level(viewport.zoom);
    if (!level) return null;
    const {side} = level, [west, south, east, north] = viewport.getBounds();
    if (level === this.shown && this.covers(west, south, east, north)) return this.found;
    const dx = (east - west) * AROUND, dy = (north - south) * AROUND, around = 360 / side;
    const region = {west: west - dx, south: Math.max(south - dy, -90), east: east + dx, north: Math.min(north + dy, 90)};
    const column = lon => Math.floor((lon + 180) / side), row = lat => Math.floor((Math.min(lat, 89.9) + 90) / side);
    const land = [], borders = [], everywhere = region.east - region.west >= 360;
    if (everywhere) Object.assign(region, {west: -180, east: 179.9});
    for (let x = column(region.west); x <= column(region.east); x++) for (let y = row(region.south); y <= row(region.north); y++) {
      const world = Math.floor(x / around), square = this.square(level, `${x - world * around},${y}`);
      const [left, right] = everywhere ? [-Infinity, Infinity] : [region.west - 360 * world, region.east - 360 * world];
      for (const rings of square.land) land.push(...polygon(rings, [left, region.south, right, region.north]));
      for (const [w, s, e, n, line] of square.borders)
        if (w <= right && e >= left && s <= region.north && n >= region.south) borders.push(line);
    }
    if (everywhere) Object.assign(region, {west: -Infinity, east: Infinity});
    this.shown = level;
    this.region = region;
    return this.found = {land, borders: segments(borders)};
  }

  covers(west, south, east, north) {
    const {region} = this;
    if (Number.isFinite(region.west) && region.east - region.west > WIDEST * (east - west)) return false;
    return region.west <= west && east <= region.east && region.south <= Math.max(south, -90) && Math.min(north, 90) <= region.north;
  }

  square(level, place) {
    if (!level.drawn.has(place)) {
      const {land = [], borders = []} = level.squares[place] ?? {};
      level.drawn.set(place, {land: land.map(rings => rings.map(degrees)), borders: borders.flatMap(line => [...pieces(degrees(line))])});
    }
    return level.drawn.get(place);
  }
}

export class Basemap {
  constructor(redraw) {
    this.redraw = redraw;
    this.layers = [];
    this.covered = false; // by the remote style
    this.missing = false; // there is one, and it can't be had
    this.outlines = new Outlines(redraw);
    this.places = new Places(redraw);
  }

  /** Follows a render; `layers` are those of the embedded basemap, still without data. */
  update({lang, font, palette}, layers) {
    this.layers = layers;
    this.tones = palette.tones;
    Object.assign(this.places, {lang, font});
  }

  /** Begins to read what a zoom needs, before there is a deck. */
  ask(basemap, zoom) { if (basemap !== 'none') this.outlines.level(zoom); }

  /** Whether a viewport sees beyond what is drawn. */
  outgrown(viewport) { return this.layers.length && !this.covered && this.found !== this.outlines.within(viewport); }

  /** Watches a mapbox-gl map: it covers the embedded one while its tiles arrive, or where it has none and is done. */
  watch(remote, attributed) {
    let arrived = 0, failed = 0;
    remote.getCanvas().tabIndex = -1; // it takes no key: the map's own element does
    remote.getCanvas().setAttribute('aria-hidden', 'true');
    remote.on('data', event => { if (event.tile) arrived++; });
    remote.on('error', event => {
      if (!event.tile && !event.sourceId && remote.isStyleLoaded()) return;
      failed++;
      if (this.missing || this.covered) return;
      this.missing = true;
      attributed([]);
    });
    remote.on('idle', () => {
      if (!remote.isStyleLoaded()) return;
      if (arrived > 0) this.missing = false;
      const covered = arrived > 0 || (failed === 0 && (this.covered || !tiled(remote)));
      arrived = failed = 0;
      if (covered !== this.covered) {
        this.covered = covered;
        this.redraw();
      }
      attributed(covered ? attributions(remote) : []);
    });
  }

  /** The layers; obstacles are marks as [x, y, radius] on the screen, which names keep clear of. */
  drawn(viewport, obstacles) {
    if (!this.layers.length) return [];
    if (!viewport || this.covered) return this.layers.map(layer => layer.clone({visible: false}));
    this.found = this.outlines.within(viewport);
    const shapes = this.found ?? NOTHING;
    const names = this.places.props(viewport, obstacles, this.tones);
    return this.layers.filter(({id}) => id !== 'labels' || names.data.length)
      .map(layer => layer.clone(layer.id === 'labels' ? names : {data: shapes[layer.id], getPolygon: shape => shape}));
  }
}

const tiled = remote => Object.values(remote.getStyle().sources).some(source => ['vector', 'raster', 'raster-dem'].includes(source.type));

/** What the sources of a style want to be credited with, as text: their HTML isn't trusted. */
function attributions(remote) {
  const texts = Object.keys(remote.getStyle().sources).map(id => remote.getSource(id)?.attribution).filter(Boolean);
  return [...new Set(texts.map(html => new DOMParser().parseFromString(html, 'text/html').body.textContent))];
}
