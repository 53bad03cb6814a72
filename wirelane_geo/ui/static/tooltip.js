// What is under the pointer: numbers from the columns at once, names from the server when they come.
import {countsOf, kilowatts, unknownOf} from './marks.js';

/** By handle. @type {Map<number, Promise<Label | null>>} */
const labels = new Map();
const WAIT_MS = 120;

/** Names of a station, asked for once; null where they can't be had. @param {number} handle */
const fetchLabel = handle => {
  const known = labels.get(handle);
  if (known) return known;
  const url = new URL(`./map/label?handle=${handle}`, document.baseURI);
  /** @type {Promise<Label | null>} */
  const asked = fetch(url).then(answer => answer.ok ? answer.json() : null).catch(() => null);
  labels.set(handle, asked);
  asked.then(label => label ?? labels.delete(handle));
  return asked;
};

/** @typedef {(name: string) => Column} Columns of the layer that is pointed at, by name
 * @typedef {[className: string, text: string, look?: Look]} Line of a tooltip */

export class Tooltip {
  /** @type {Palette} */
  palette = {looks: [], arcs: [], tones: {surface: '', ink: '', muted: '', accent: '', halo: ''}};
  /** @type {Texts} */
  text = name => name;
  number = new Intl.NumberFormat();
  /** What is shown: the layer's id and the row. @type {string | null} */
  shown = null;
  /** @type {Pixel} */
  at = [0, 0];
  /** @type {Timer} */
  timer = undefined;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.box = Object.assign(document.createElement('div'), {className: 'wg-tooltip', hidden: true});
    this.box.setAttribute('role', 'tooltip');
    element.append(this.box);
  }

  /** @param {Context} context */
  update({data, text, number}) { Object.assign(this, {palette: data.palette, text, number}); }

  hide() {
    this.shown = null;
    clearTimeout(this.timer);
    this.box.hidden = true;
  }

  /** @param {{layer: Layer, index: number, x: number, y: number}} pointed @param {Columns} row */
  show({layer, index, x, y}, row) {
    const key = `${layer.id} ${index}`;
    if (this.shown !== key) {
      this.shown = key;
      if (layer.id === 'stations') this.station(index, row);
      else this.cluster(index, row);
    }
    this.place(x, y);
  }

  /** @param {number} i @param {Columns} row */
  station(i, row) {
    const status = row('status')[i], [free, closed, matching, total] = ['free', 'closed', 'matching', 'total'].map(name => row(name)[i]);
    const power = kilowatts(row('deciKW')[i]);
    const counts = status === unknownOf(this.palette) ? this.unknown(matching) : matching < total
      ? this.text('matching_free', {free, matching, total}) : this.text('free_of', {free, total});
    const figures = [counts, ...Number.isNaN(power) ? [] : [this.text('kw', {n: this.number.format(power)})]].join(' · ');
    const look = this.palette.looks[status];
    /** @type {Line[]} */
    const facts = [['wg-tooltip-figures', figures, look]];
    if (closed) facts.push(['wg-tooltip-status', this.closed(closed), this.palette.looks.at(-1)]);
    this.fill(facts);
    const key = this.shown, handle = row('handle')[i];
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const label = await fetchLabel(handle);
      if (!label || this.shown !== key) return;
      this.fill([['wg-tooltip-title', label.title], ...facts,
        ['wg-tooltip-place', [label.place, label.cpo].filter(Boolean).join(' · ')]]);
      this.place(...this.at);
    }, WAIT_MS);
  }

  /** @param {number} i @param {Columns} row */
  cluster(i, row) {
    const counts = countsOf(row('byStatus'), row('closed'), i);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const unknown = unknownOf(this.palette), told = counts[unknown] < total;
    const free = told
      ? this.text('free_of', {free: this.number.format(counts[0]), total: this.number.format(total)}) : this.unknown(total);
    /** @type {Line[]} */
    const mix = this.palette.arcs.filter(s => s && counts[s] && told)
      .map(s => ['wg-tooltip-status', `${this.number.format(counts[s])} ${this.text(this.palette.looks[s].status)}`, this.palette.looks[s]]);
    const shared = row('handle')[i], stations = this.number.format(row('stations')[i]);
    this.fill([['wg-tooltip-title', this.text(shared ? 'stations_here' : 'stations', {n: stations})],
      ['wg-tooltip-figures', free, this.palette.looks[told ? 0 : unknown]], ...mix,
      ['wg-tooltip-place', this.text(shared ? 'list_them' : 'zoom_to')]]);
  }

  /** @param {number} n */
  closed(n) { return `${this.number.format(n)} ${this.text('CLOSED_NOW')}`; }

  /** What is said instead of "0 of n free" where no status is known. @param {number} n */
  unknown(n) { return this.text(n === 1 ? 'unknown_one' : 'unknown_many', {n: this.number.format(n)}); }

  /** @param {Line[]} lines */
  fill(lines) {
    this.box.replaceChildren(...lines.filter(([, text]) => text).map(([className, text, look]) => {
      const line = Object.assign(document.createElement('div'), {className});
      if (look) {
        const dot = Object.assign(document.createElement('span'), {className: 'wg-dot'});
        dot.style.background = look.colour;
        line.append(dot);
      }
      line.append(text);
      return line;
    }));
    this.box.hidden = false;
  }

  /** Beside a point of the map. @param {number} x @param {number} y */
  place(x, y) {
    this.at = [x, y];
    const {clientWidth, clientHeight: height} = this.element;
    const {offsetWidth: w, offsetHeight: h} = this.box;
    const panel = document.querySelector('.wl-panel')?.getBoundingClientRect(), from = this.element.getBoundingClientRect().left;
    const width = panel && panel.left - from > w + 32 ? panel.left - from : clientWidth; // what a panel at the side leaves
    const left = x + 16 + w > width ? x - 16 - w : x + 16;
    const top = Math.min(Math.max(8, y - h / 2), height - h - 8);
    this.box.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
  }
}
