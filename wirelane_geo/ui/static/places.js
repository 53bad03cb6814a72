// Names of towns on the embedded basemap: those that the zoom has room for, beside the marks and each other.
import {readPacked, readSquare, Squares} from './packed.js';

/** @type {[from: number, file: string][]} */
const FILES = [[0, 'cities.json.gz'], [5, 'towns.json.gz']]; // from which zoom
const VILLAGES = 7.5; // the zoom from which they are named
const SIZES = [15, 13.5, 12, 11]; // px, by the file's size classes
const MOST = 160;

/** What the files say, "Munich|de=München". @param {Packed} packed @returns {Table} */
const table = ({names = [], lon = [], lat = [], zoom = [], size = []}) =>
  ({names: names.map(name => name.split('|')), lon, lat, zoom, size});

/** @typedef {{text: string, size: number, position: LonLat, offset: Pixel}} Place a name, its size and offset in CSS pixels
 * @typedef {{names: string[][], lon: number[], lat: number[], zoom: number[], size: number[]}} Table of places: names
 *   ("Munich", "de=München"), thousandths of a degree, tenths of the zoom from which they show, size classes
 * @typedef {Partial<Record<'lon' | 'lat' | 'zoom' | 'size', number[]>> & {names?: string[]}} Packed the same as it is sent
 * @typedef {[table: Table, row: number, lon: number]} Candidate with its longitude on the map */

const STYLE = {
  fontWeight: 600, characterSet: 'auto',
  fontSettings: {sdf: true, fontSize: 48, buffer: 8, radius: 14}, outlineWidth: 3,
  /** @param {Place} place */
  getText: place => place.text,
  /** @param {Place} place */
  getPosition: place => place.position,
  /** @param {Place} place */
  getSize: place => place.size,
  /** @param {Place} place */
  getPixelOffset: place => place.offset,
};
const HUSH = 30; // px around a town that is left unnamed: its suburbs aren't named either
/** @type {LonLatBox} */
const NOWHERE = [Infinity, Infinity, Infinity, Infinity];
const ROW = 24; // px, of the grid in which collisions are looked for

export class Places {
  /** @param {() => void} redraw */
  constructor(redraw) {
    this.redraw = redraw;
    this.lang = 'en';
    this.font = '';
    /** Where another map has names of its own. @type {LonLatBox | null} */
    this.hole = null;
    /** What was read, the most important places first; null: on its way. @type {(Table | null)[]} */
    this.tables = [];
    /** @type {Squares<Table>} */
    this.villages = new Squares('villages', redraw, async name => table(await readSquare(name)));
    /** @type {Place[]} */
    this.shown = [];
  }

  /** Reads the next of the files that a zoom needs. @param {number} zoom */
  async read(zoom) {
    const number = this.tables.length, [from, file] = FILES[number] ?? [Infinity, ''];
    if (from > zoom || this.tables.includes(null)) return;
    this.tables.push(null);
    try {
      this.tables[number] = table(await readPacked(file));
      this.redraw();
    } catch (error) {
      this.tables.pop(); // the next pan asks again
      console.error(error);
    }
  }

  /** A place's name in the visitor's language. @param {string[]} names */
  name([first, ...others]) {
    return others.find(other => other.startsWith(`${this.lang}=`))?.slice(this.lang.length + 1) ?? first;
  }

  /** Rows that a viewport could name with their longitude there, most important first.
   * @param {Viewport} viewport @returns {Candidate[]} */
  candidates(viewport) {
    const bounds = viewport.getBounds();
    const villages = this.villages.within(bounds).flatMap(village => [...rows(village, viewport, this.hole)]);
    villages.sort(([a, i], [b, j]) => a.zoom[i] - b.zoom[j] || a.size[i] - b.size[j]);
    return [...this.tables.flatMap(known => known ? [...rows(known, viewport, this.hole)] : []), ...villages].slice(0, 4 * MOST);
  }

  /** Names and where they stand: on their place, or under the mark that covers it; those without room are left out.
   * @param {Viewport} viewport @param {Mark[]} obstacles */
  choose(viewport, obstacles) {
    const taken = new Grid(), marks = new Grid();
    for (const [x, y, r] of obstacles) marks.add([x - r, y - r, x + r, y + r]);
    /** @type {Place[]} */
    const chosen = [];
    for (const [table, i, lon] of this.candidates(viewport)) {
      if (chosen.length >= MOST) break;
      const text = this.name(table.names[i]), size = SIZES[table.size[i]], lat = table.lat[i] / 1000;
      const [x, y] = viewport.project([lon, lat]);
      /** @type {Pixel} */
      const half = [text.length * size * 0.27, size * 0.55];
      const dy = this.offset(x, y, half, marks);
      /** @type {Box | null} */
      const box = dy === null ? null : [x - half[0] - 4, y + dy - half[1] - 2, x + half[0] + 4, y + dy + half[1] + 2];
      if (dy === null || !box || taken.hits(box).next().value) taken.add([x - HUSH, y - HUSH, x + HUSH, y + HUSH]);
      else {
        taken.add(box);
        chosen.push({text, size, position: [lon, lat], offset: [0, dy]});
      }
    }
    return chosen;
  }

  /** How far below its place (px) a name of that half width and height finds room beside the marks; null: nowhere near.
   * @param {number} x @param {number} y @param {Pixel} half @param {Grid} marks */
  offset(x, y, [w, h], marks) {
    /** @param {number} dy */
    const free = dy => [...marks.hits([x - w, y + dy - h + 3, x + w, y + dy + h - 3])].length === 0;
    if (free(0)) return 0;
    for (const [, top, , bottom] of marks.hits([x - w, y - h, x + w, y + h])) {
      for (const dy of [bottom + h - y, top - h - y]) if (Math.abs(dy) < 70 && free(dy)) return dy;
    }
    return null;
  }

  /** Whether something is on its way. */
  get reading() { return this.tables.includes(null) || this.villages.reading; }

  /** The text layer's properties; `reading`: more names may be read. @param {Viewport} viewport @param {Mark[]} obstacles @param {Tones} tones
   * @param {boolean} reading */
  props(viewport, obstacles, tones, reading) {
    if (reading) {
      this.read(viewport.zoom);
      if (viewport.zoom >= VILLAGES) this.villages.ask(viewport.getBounds());
    }
    if (this.tables.some(Boolean)) this.shown = this.choose(viewport, obstacles);
    return {
      ...STYLE, fontFamily: this.font, data: this.shown, visible: true,
      outlineColor: [1, 3, 5].map(i => parseInt(tones.halo.slice(i, i + 2), 16)),
    };
  }
}

/** What of a table a viewport could name outside of a hole, first what is named from afar.
 * @param {Table} table @param {Viewport} viewport @param {LonLatBox | null} hole @returns {Generator<Candidate>} */
function* rows(table, viewport, hole) {
  const {names, lon, lat, zoom} = table;
  const [west, south, east, north] = viewport.getBounds().map(degree => degree * 1000);
  const [left, bottom, right, top] = (hole ?? NOWHERE).map(degree => degree * 1000);
  for (let i = 0, found = 0; i < names.length && zoom[i] <= viewport.zoom * 10 && found < 4 * MOST; i++) {
    if (lat[i] < south || lat[i] > north || (lon[i] > left && lon[i] < right && lat[i] > bottom && lat[i] < top)) continue;
    const x = lon[i] + 360_000 * Math.ceil((west - lon[i]) / 360_000);
    if (x > east) continue;
    found++;
    yield [table, i, x / 1000];
  }
}

/** Boxes on the screen, found by where they are. */
class Grid {
  constructor() {
    /** @type {Map<number, Box[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box */
  *keys([left, top, right, bottom]) {
    for (let column = Math.floor(left / 96); column <= Math.floor(right / 96); column++)
      for (let row = Math.floor(top / ROW); row <= Math.floor(bottom / ROW); row++) yield column * 65536 + row;
  }

  /** @param {Box} box */
  add(box) {
    for (const key of this.keys(box)) {
      const there = this.cells.get(key);
      if (there) there.push(box);
      else this.cells.set(key, [box]);
    }
  }

  /** Boxes that share a part with one; one may come more than once. @param {Box} box */
  *hits(box) {
    for (const key of this.keys(box)) for (const other of this.cells.get(key) ?? [])
      if (other[0] < box[2] && other[2] > box[0] && other[1] < box[3] && other[3] > box[1]) yield other;
  }
}
