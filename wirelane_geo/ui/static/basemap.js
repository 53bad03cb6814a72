// The map beneath the marks. The embedded outlines and names are shown at once; they make room for the remote style once its
// tiles have arrived, and come back where those fail.
import {beside, clipped, without} from './clip.js';
import {readPacked, readSquare, SIDE, Squares} from './packed.js';
import {Places} from './places.js';

const AROUND = 0.3; // of the view on each side: drawn beforehand, so that a pan finds land there
const WIDEST = 4; // views across: after zooming in, land is cut anew
const PIECE = 32; // segments
const SMALLEST = 0.2; // of a view's width: a region that takes less shows no streets worth a change of maps
/** @type {LonLatBox} */
const EVERYWHERE = [-Infinity, -Infinity, Infinity, Infinity];
const NOTHING = {land: [], borders: {length: 0}};

/** @typedef {Float32Array} Line degrees: lon, lat, lon, lat, ...
 * @typedef {[west: number, south: number, east: number, north: number, line: Line]} Piece of a line, and its bounds
 * @typedef {{land: Line[][], borders: Piece[]}} Square polygons (rings: the outside, then holes) and lines
 * @typedef {{land?: number[][][], borders?: number[][]}} PackedSquare as the file has it: differences in thousandths of a degree
 * @typedef {{from: number, file: string, drawn: Map<string, Square>, side: number, squares?: Record<string, PackedSquare>,
 *   reading?: boolean, failed?: boolean}} Level of detail that is read whole: from which zoom, and squares of `side` degrees
 * @typedef {{side: number, drawn: Map<string, Square>}} Drawn squares of a level, by "column,row"
 * @typedef {{positions: Float32Array, holeIndices: number[]}} Polygon as deck.gl takes it
 * @typedef {{land: Polygon[], borders: {length: number, attributes?: object}}} Shapes by the layer's id */

/** Differences in thousandths of a degree as degrees. @param {number[]} line */
function degrees(line) {
  const flat = new Float32Array(line.length);
  for (let i = 0, x = 0, y = 0; i < line.length; i += 2) {
    flat[i] = (x += line[i]) / 1000;
    flat[i + 1] = (y += line[i + 1]) / 1000;
  }
  return flat;
}

/** @param {ArrayLike<number>[]} parts */
function join(parts) {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((end, part) => { whole.set(part, end); return end + part.length; }, 0);
  return whole;
}

/** What of a polygon lies in a box; nothing where it doesn't. @param {Line[]} rings @param {LonLatBox} box @returns {Polygon[]} */
function polygon(rings, box) {
  const [outside, ...holes] = rings.map(ring => clipped(ring, box));
  if (!outside.length) return [];
  const parts = [outside, ...holes.filter(hole => hole.length)];
  let end = 0;
  return [{positions: join(parts), holeIndices: parts.slice(0, -1).map(part => end += part.length)}];
}

/** A line in pieces. @param {Line} line @returns {Generator<Piece>} */
function* pieces(line) {
  for (let start = 0; start < line.length - 2; start += 2 * PIECE) {
    const part = line.subarray(start, start + 2 * PIECE + 2);
    const lons = part.filter((_, i) => i % 2 === 0), lats = part.filter((_, i) => i % 2 === 1);
    yield [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats), part];
  }
}

/** @param {Line} line */
const starts = line => line.subarray(0, -2);
/** @param {Line} line */
const ends = line => line.subarray(2);
/** Lines as deck.gl's LineLayer takes them. @param {Line[]} lines */
const segments = lines => ({
  length: lines.reduce((sum, line) => sum + line.length / 2 - 1, 0),
  attributes: {
    getSourcePosition: {value: join(lines.map(starts)), size: 2}, getTargetPosition: {value: join(lines.map(ends)), size: 2},
  },
});

/** @type {[from: number, file: string][]} */
const LEVELS = [[0, 'world.json.gz'], [3.5, 'region.json.gz']]; // from which zoom
const CLOSE_UP = 5.5; // zoom from which outlines are those of the squares that are looked at

/** What is drawn beforehand with some bounds. @param {LonLatBox} bounds */
function surroundings([west, south, east, north]) {
  const dx = (east - west) * AROUND, dy = (north - south) * AROUND;
  return {west: west - dx, south: Math.max(south - dy, -90), east: east + dx, north: Math.min(north + dy, 90)};
}

/** Land and borders in squares, at several levels of detail that are read when they are needed. */
class Outlines {
  /** @param {() => void} arrived */
  constructor(arrived) {
    this.arrived = arrived;
    /** @type {Level[]} */
    this.levels = LEVELS.map(([from, file]) => ({from, file, drawn: new Map(), side: 360}));
    /** @type {Squares<PackedSquare>} */
    this.squares = new Squares('detail', () => {
      this.shown = undefined; // what is drawn lacks it
      arrived();
    }, readSquare);
    /** @type {Drawn} */
    this.closeUp = {side: SIDE, drawn: new Map()};
    this.fine = false;
    /** @type {Drawn | undefined} */
    this.shown = undefined;
    /** @type {Shapes | null} */
    this.found = null;
    this.region = {west: 0, south: 0, east: 0, north: 0};
    /** Where another map is seen. @type {LonLatBox | null} */
    this.hole = null;
  }

  /** @param {Level} level */
  async read(level) {
    level.reading = true;
    try {
      Object.assign(level, await readPacked(level.file));
      this.arrived();
    } catch (error) {
      level.failed = true; // the next coarser one serves
      this.arrived();
      console.error(error);
    }
  }

  /** The level for a zoom; while that is being read, the next coarser (or finer) one that is there. @param {number} zoom */
  level(zoom) {
    const levels = this.levels.filter(({failed}) => !failed);
    const wanted = levels.findLastIndex(({from}) => from <= zoom), level = levels[Math.max(0, wanted)];
    if (level && !level.squares && !level.reading) this.read(level);
    return levels.slice(0, wanted + 1).findLast(({squares}) => squares) ?? levels.find(({squares}) => squares);
  }

  /** The level for a viewport: outlines close up where all of them that it sees are there. @param {Viewport} viewport
   * @returns {Drawn | undefined} */
  levelFor(viewport) {
    if (!this.fine || viewport.zoom < CLOSE_UP) return this.level(this.fine ? viewport.zoom : 0);
    const bounds = viewport.getBounds(), {west, south, east, north} = surroundings(bounds);
    this.squares.ask([west, south, east, north]);
    return this.squares.cover(bounds) ? this.closeUp : this.levels.findLast(({squares}) => squares) ?? this.level(0);
  }

  /** Where another map is seen, nothing is drawn. @param {LonLatBox | null} hole */
  leave(hole) {
    if (String(hole) !== String(this.hole)) this.shown = undefined;
    this.hole = hole;
  }

  /** What a viewport and its surroundings show; the same object as long as that is the same; null before anything is read.
   * @param {Viewport} viewport */
  within(viewport) {
    const level = this.levelFor(viewport);
    if (!level) return null;
    const {side} = level, [west, south, east, north] = viewport.getBounds();
    if (level === this.shown && this.covers(west, south, east, north)) return this.found;
    const around = 360 / side, region = surroundings([west, south, east, north]);
    /** @param {number} lon */
    const column = lon => Math.floor((lon + 180) / side);
    /** @param {number} lat */
    const row = lat => Math.floor((Math.min(lat, 89.9) + 90) / side);
    const everywhere = region.east - region.west >= 360;
    /** @type {Polygon[]} */
    const land = [];
    /** @type {Line[]} */
    const borders = [];
    if (everywhere) Object.assign(region, {west: -180, east: 179.9});
    for (let x = column(region.west); x <= column(region.east); x++) for (let y = row(region.south); y <= row(region.north); y++) {
      const world = Math.floor(x / around), square = this.square(level, `${x - world * around},${y}`);
      const [left, right] = everywhere ? [-Infinity, Infinity] : [region.west - 360 * world, region.east - 360 * world];
      /** @type {LonLatBox} */
      const box = [left, region.south, right, region.north], boxes = this.hole && world === 0 ? beside(box, this.hole) : [box];
      for (const rings of square.land) for (const part of boxes) land.push(...polygon(rings, part));
      for (const [w, s, e, n, line] of square.borders)
        if (w <= right && e >= left && s <= region.north && n >= region.south) borders.push(line);
    }
    if (everywhere) Object.assign(region, {west: -Infinity, east: Infinity});
    this.shown = level;
    this.region = region;
    return this.found = {land, borders: segments(this.hole ? without(borders, this.hole) : borders)};
  }

  /** @param {number} west @param {number} south @param {number} east @param {number} north */
  covers(west, south, east, north) {
    const {region} = this;
    if (Number.isFinite(region.west) && region.east - region.west > WIDEST * (east - west)) return false;
    return region.west <= west && east <= region.east && region.south <= Math.max(south, -90) && Math.min(north, 90) <= region.north;
  }

  /** @param {Drawn} level @param {string} place its column and row @returns {Square} */
  square(level, place) {
    const known = level.drawn.get(place);
    if (known) return known;
    const packed = level === this.closeUp ? this.squares.known.get(place) : /** @type {Level} */ (level).squares?.[place];
    const {land = [], borders = []} = packed ?? {};
    const square = {land: land.map(rings => rings.map(degrees)), borders: borders.flatMap(line => [...pieces(degrees(line))])};
    if (packed) level.drawn.set(place, square);
    return square;
  }

  /** Whether something is on its way. */
  get reading() { return this.squares.reading || this.levels.some(({reading, squares, failed}) => reading && !squares && !failed); }
}

export class Basemap {
  /** @param {() => void} redraw */
  constructor(redraw) {
    this.redraw = redraw;
    /** @type {Layer[]} */
    this.layers = [];
    /** @type {Tones | undefined} */
    this.tones = undefined;
    /** @type {Shapes | null} */
    this.found = null;
    this.covered = false; // by the remote style
    this.missing = false; // there is one, and it can't be had
    this.unreadable = false; // because it is written for another kind of map
    /** Where the remote style has anything, and from which zoom. */
    this.region = EVERYWHERE;
    this.from = 0;
    /** How much of the view it took. @type {'none' | 'part' | 'all'} */
    this.extent = 'none';
    this.fine = false; // what is first on the screen are marks: outlines of cities and names of villages come after them
    this.outlines = new Outlines(redraw);
    this.places = new Places(redraw);
  }

  /** Follows a render; `layers` are those of the embedded basemap, still without data.
   * @param {{lang: string, font: string, palette: Palette}} render @param {Layer[]} layers */
  update({lang, font, palette}, layers) {
    this.layers = layers;
    this.tones = palette.tones;
    Object.assign(this.places, {lang, font});
  }

  /** Begins to read the coarse outlines. @param {string} basemap */
  ask(basemap) { if (basemap !== 'none') this.outlines.level(0); }

  /** Whether something of it is on its way. */
  get reading() { return this.outlines.reading || this.places.reading; }

  /** From now on it is as fine as the zoom can show. */
  refine() {
    if (this.fine) return;
    this.fine = this.outlines.fine = true;
    this.redraw();
  }

  /** Where in a viewport the remote style is seen, if it is. @param {Viewport} viewport */
  seen(viewport) {
    if (!this.covered || viewport.zoom < this.from) return null;
    const [west, south, east, north] = viewport.getBounds(), [left, bottom, right, top] = this.region;
    return left >= east || right <= west || bottom >= north || top <= south || right - left < SMALLEST * (east - west) ? null : this.region;
  }

  /** Whether a viewport sees beyond what is drawn. @param {Viewport} viewport */
  outgrown(viewport) {
    if (!this.layers.length) return false;
    const extent = extentOf(viewport, this.seen(viewport));
    return extent !== this.extent || (extent !== 'all' && this.found !== this.outlines.within(viewport));
  }

  /** Watches a mapbox-gl map: it covers the embedded one while its tiles arrive, or where it has none and is done.
   * @param {RemoteMap} remote @param {(texts: string[]) => void} attributed */
  watch(remote, attributed) {
    let arrived = 0, failed = 0;
    remote.getCanvas().tabIndex = -1; // it takes no key: the map's own element does
    remote.getCanvas().setAttribute('aria-hidden', 'true');
    remote.on('data', event => { if (event.tile) arrived++; });
    remote.on('error', event => {
      if (!event.tile && !event.sourceId && remote.isStyleLoaded()) return;
      failed++;
      this.unreadable ||= !event.tile && !event.sourceId && wrong(event.error);
      if (this.missing || this.covered) return;
      this.missing = true;
      attributed([]);
    });
    remote.on('idle', () => {
      if (!remote.isStyleLoaded()) return;
      if (arrived > 0) this.missing = false;
      ({bounds: this.region = EVERYWHERE, from: this.from = 0} = remote.getStyle().metadata?.region ?? {});
      const covered = arrived > 0 || (failed === 0 && (this.covered || !tiled(remote)));
      arrived = failed = 0;
      if (covered !== this.covered) {
        this.covered = covered;
        this.redraw();
      }
      attributed(covered ? attributions(remote) : []);
    });
  }

  /** The layers; names keep clear of obstacles. @param {Viewport | undefined} viewport @param {Mark[]} obstacles @returns {Layer[]} */
  drawn(viewport, obstacles) {
    if (!this.layers.length || !this.tones) return [];
    const hole = viewport ? this.seen(viewport) : null;
    this.extent = viewport ? extentOf(viewport, hole) : 'none';
    if (!viewport || this.extent === 'all') return this.layers.map(layer => layer.clone({visible: false}));
    this.outlines.leave(hole);
    this.places.hole = hole;
    this.found = this.outlines.within(viewport);
    /** @type {Record<string, object>} */
    const shapes = this.found ?? NOTHING;
    const names = this.places.props(viewport, obstacles, this.tones, this.fine);
    return this.layers.filter(({id}) => id !== 'labels' || names.data.length)
      .map(layer => layer.clone(layer.id === 'labels' ? names : {data: shapes[layer.id], getPolygon: same}));
  }
}

/** How much of a viewport a box takes. @param {Viewport} viewport @param {LonLatBox | null} box @returns {'none' | 'part' | 'all'} */
function extentOf(viewport, box) {
  if (!box) return 'none';
  return beside(viewport.getBounds(), box).length ? 'part' : 'all';
}

/** Whether a style was refused for what it says, not for want of an answer. @param {(Error & {status?: number}) | undefined} error */
const wrong = error => error !== undefined && error.status === undefined && !(error instanceof TypeError) && !/fetch|network/i.test(error.message);

/** @param {Polygon} shape */
const same = shape => shape;

/** Whether its style has any tiles. @param {RemoteMap} remote */
const tiled = remote => Object.values(remote.getStyle().sources).some(source => ['vector', 'raster', 'raster-dem'].includes(source.type));

/** What the sources of a style want to be credited with, as text: their HTML isn't trusted. @param {RemoteMap} remote */
function attributions(remote) {
  const texts = Object.keys(remote.getStyle().sources).flatMap(id => remote.getSource(id)?.attribution || []);
  return [...new Set(texts.map(html => new DOMParser().parseFromString(html, 'text/html').body.textContent))];
}
