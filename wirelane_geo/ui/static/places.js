// Names of towns on the embedded basemap: those that the zoom has room for, beside the marks and each other.
import {readPacked} from './packed.js';

const SIZES = [15, 13.5, 12, 11]; // px, by the file's size classes
const MOST = 160;
const STYLE = {
  fontWeight: 600, characterSet: 'auto',
  fontSettings: {sdf: true, fontSize: 48, buffer: 8, radius: 14}, outlineWidth: 3,
  getText: place => place.text, getPosition: place => place.position, getSize: place => place.size, getPixelOffset: place => place.offset,
};
const HUSH = 30; // px around a town that is left unnamed: its suburbs aren't named either
const ROW = 24; // px, of the grid in which collisions are looked for

export class Places {
  constructor(redraw) {
    this.redraw = redraw;
    this.shown = [];
  }

  async read() {
    try {
      const {names, ...columns} = await readPacked('places.json.gz');
      this.table = {...columns, names: names.map(name => name.split('|'))};
      this.redraw();
    } catch (error) {
      this.asked = false; // the next pan asks again
      console.error(error);
    }
  }

  name(i) {
    const [first, ...others] = this.table.names[i];
    return others.find(other => other.startsWith(`${this.lang}=`))?.slice(this.lang.length + 1) ?? first;
  }

  /** Rows that a viewport could name, most important first. */
  candidates(viewport) {
    const [west, south, east, north] = viewport.getBounds().map(degree => degree * 1000);
    const {lon, lat, zoom: from, names} = this.table;
    const rows = [];
    for (let i = 0; i < names.length && from[i] <= viewport.zoom * 10 && rows.length < 4 * MOST; i++) {
      if (lat[i] < south || lat[i] > north) continue;
      const x = lon[i] + 360_000 * Math.ceil((west - lon[i]) / 360_000);
      if (x <= east) rows.push([i, x / 1000]);
    }
    return rows;
  }

  /** Names and where they stand: on their place, or under the mark that covers it; those without room are left out. */
  choose(viewport, obstacles) {
    const taken = new Grid(), marks = new Grid();
    for (const [x, y, r] of obstacles) marks.add([x - r, y - r, x + r, y + r]);
    const chosen = [];
    for (const [i, lon] of this.candidates(viewport)) {
      if (chosen.length >= MOST) break;
      const text = this.name(i), size = SIZES[this.table.size[i]], lat = this.table.lat[i] / 1000;
      const [x, y] = viewport.project([lon, lat]);
      const half = [text.length * size * 0.27, size * 0.55];
      const dy = this.offset(x, y, half, marks);
      const box = [x - half[0] - 4, y + dy - half[1] - 2, x + half[0] + 4, y + dy + half[1] + 2];
      const lost = dy === null || taken.hits(box).next().value;
      taken.add(lost ? [x - HUSH, y - HUSH, x + HUSH, y + HUSH] : box);
      if (lost) continue;
      chosen.push({text, size, position: [lon, lat], offset: [0, dy]});
    }
    return chosen;
  }

  offset(x, y, [w, h], marks) {
    const free = dy => [...marks.hits([x - w, y + dy - h + 3, x + w, y + dy + h - 3])].length === 0;
    if (free(0)) return 0;
    for (const [, top, , bottom] of marks.hits([x - w, y - h, x + w, y + h])) {
      for (const dy of [bottom + h - y, top - h - y]) if (Math.abs(dy) < 70 && free(dy)) return dy;
    }
    return null;
  }

  props(viewport, obstacles, tones) {
    if (!this.table && !this.asked) { this.asked = true; this.read(); }
    if (this.table) this.shown = this.choose(viewport, obstacles);
    return {
      ...STYLE, fontFamily: this.font, data: this.shown, visible: true,
      outlineColor: [1, 3, 5].map(i => parseInt(tones.halo.slice(i, i + 2), 16)),
    };
  }
}

class Grid { // of boxes [left, top, right, bottom]
  constructor() { this.cells = new Map(); }

  *keys([left, top, right, bottom]) {
    for (let column = Math.floor(left / 96); column <= Math.floor(right / 96); column++)
      for (let row = Math.floor(top / ROW); row <= Math.floor(bottom / ROW); row++) yield column * 65536 + row;
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (this.cells.has(key)) this.cells.get(key).push(box);
      else this.cells.set(key, [box]);
    }
  }

  *hits(box) {
    for (const key of this.keys(box)) for (const other of this.cells.get(key) ?? [])
      if (other[0] < box[2] && other[2] > box[0] && other[1] < box[3] && other[3] > box[1]) yield other;
  }
}
