// What a pointer does on the marks: it is told about them, opens a station, lists those at one place, flies into a cluster.
import {choose} from './choice.js';
import {column} from './marks.js';

const STEADY = 6; // px that a pointer may move between down and up and still click

/** @param {Layer} layer @param {number} index */
const nameOf = (layer, index) => `${layer.id} ${index}`;

export class Pointer {
  /** Where it went down. @type {Pixel | undefined} */
  down = undefined;
  /** The mark that it has clicked and not left yet: the panel tells of it, and opens beside it. */
  clicked = '';

  /** @param {HTMLElement} canvas @param {import('./stage.js').Stage} stage @param {import('./tooltip.js').Tooltip} tooltip
   * @param {{tables(): Tables, chooses(): boolean, fit(bounds: Bounds): void}} map `chooses`: whether anything can be chosen on it */
  constructor(canvas, stage, tooltip, map) {
    this.canvas = canvas;
    this.stage = stage;
    this.tooltip = tooltip;
    this.map = map;
    canvas.addEventListener('pointerdown', event => { this.down = [event.clientX, event.clientY]; }, true);
    canvas.addEventListener('click', event => this.click(event)); // deck.gl's own waits for a second one
    canvas.addEventListener('pointerleave', () => tooltip.hide());
  }

  /** @param {Picking} info */
  hover({index, layer, x, y}) {
    const mark = layer && index >= 0 ? nameOf(layer, index) : '';
    if (mark !== this.clicked) this.clicked = '';
    if (!layer || !mark || this.clicked) return this.tooltip.hide();
    const table = this.map.tables()[layer.id === 'stations' ? 'stations' : 'clusters'];
    this.tooltip.show({index, layer, x, y}, name => column(table, name));
  }

  /** @param {MouseEvent} event */
  click({clientX, clientY}) {
    const steady = this.down && Math.hypot(clientX - this.down[0], clientY - this.down[1]) < STEADY;
    if (!steady || !this.stage.viewport()) return;
    const {left, top} = this.canvas.getBoundingClientRect(), picked = this.stage.pick(clientX - left, clientY - top);
    if (!picked) return;
    const {index: i, layer} = picked, {id} = layer, {stations, clusters} = this.map.tables();
    this.clicked = nameOf(layer, i);
    this.tooltip.hide();
    if (id === 'stations') return this.open(column(stations, 'handle')[i], '');
    const shared = column(clusters, 'handle')[i];
    if (shared) this.open(null, `site:${shared}`);
    else this.map.fit(column(clusters, 'bounds').subarray(4 * i, 4 * i + 4));
  }

  /** Opens a station by its mark, or a list of those at one place, where this map has a place for it.
   * @param {number | null} handle @param {string} panel */
  open(handle, panel) {
    if (!this.map.chooses()) return;
    if (panel) choose({station: ''}, {how: 'map', panel, page: 1});
    else choose({station: ''}, {how: 'map', handle});
  }
}
