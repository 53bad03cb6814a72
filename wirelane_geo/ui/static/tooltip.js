// What is under the pointer: numbers from the columns at once, names from the server when they come.
import {kilowatts, unknownOf} from './marks.js';

const labels = new Map(); // handle -> promise of {title, place, cpo} or null
const WAIT_MS = 120;

const fetchLabel = handle => {
  if (!labels.has(handle)) {
    const url = new URL(`./map/label?handle=${handle}`, document.baseURI);
    labels.set(handle, fetch(url).then(answer => answer.ok ? answer.json() : null).catch(() => null));
    labels.get(handle).then(label => label ?? labels.delete(handle));
  }
  return labels.get(handle);
};

export class Tooltip {
  constructor(element) {
    this.element = element;
    this.box = Object.assign(document.createElement('div'), {className: 'wg-tooltip', hidden: true});
    this.box.setAttribute('role', 'tooltip');
    element.append(this.box);
  }

  update({data, text, number}) { Object.assign(this, {palette: data.palette, text, number}); }

  hide() {
    this.shown = null;
    clearTimeout(this.timer);
    this.box.hidden = true;
  }

  show({layer, index, x, y}, row) {
    const key = `${layer.id} ${index}`;
    if (this.shown !== key) {
      this.shown = key;
      if (layer.id === 'stations') this.station(index, row);
      else this.cluster(index, row);
    }
    this.place(x, y);
  }

  station(i, row) {
    const status = row('status')[i], [free, matching, total] = ['free', 'matching', 'total'].map(name => row(name)[i]);
    const power = kilowatts(row('deciKW')[i]);
    const counts = status === unknownOf(this.palette) ? this.unknown(matching) : matching < total
      ? this.text('matching_free', {free, matching, total}) : this.text('free_of', {free, total});
    const figures = [counts, ...Number.isNaN(power) ? [] : [this.text('kw', {n: this.number.format(power)})]].join(' · ');
    const look = this.palette.looks[status];
    this.fill([['wg-tooltip-figures', figures, look]]);
    const key = this.shown, handle = row('handle')[i];
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const label = await fetchLabel(handle);
      if (!label || this.shown !== key) return;
      this.fill([['wg-tooltip-title', label.title], ['wg-tooltip-figures', figures, look],
        ['wg-tooltip-place', [label.place, label.cpo].filter(Boolean).join(' · ')]]);
      this.place(...this.at);
    }, WAIT_MS);
  }

  cluster(i, row) {
    const counts = row('byStatus').subarray(7 * i, 7 * i + 7);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const unknown = unknownOf(this.palette), told = counts[unknown] < total;
    const free = told
      ? this.text('free_of', {free: this.number.format(counts[0]), total: this.number.format(total)}) : this.unknown(total);
    const mix = this.palette.arcs.filter(s => s && counts[s] && told)
      .map(s => ['wg-tooltip-status', `${this.number.format(counts[s])} ${this.text(this.palette.looks[s].status)}`, this.palette.looks[s]]);
    this.fill([['wg-tooltip-title', this.text('stations', {n: this.number.format(row('stations')[i])})],
      ['wg-tooltip-figures', free, this.palette.looks[told ? 0 : unknown]], ...mix, ['wg-tooltip-place', this.text('zoom_to')]]);
  }

  /** What is said instead of "0 of n free" where no status is known. */
  unknown(n) { return this.text(n === 1 ? 'unknown_one' : 'unknown_many', {n: this.number.format(n)}); }

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

  place(x, y) {
    this.at = [x, y];
    const {clientWidth: width, clientHeight: height} = this.element;
    const {offsetWidth: w, offsetHeight: h} = this.box;
    const left = x + 16 + w > width ? x - 16 - w : x + 16;
    const top = Math.min(Math.max(8, y - h / 2), height - h - 8);
    this.box.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
  }
}
