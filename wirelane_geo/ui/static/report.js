// When the camera rests, and who hears of it: the address, the counts, and Python, as far as it shows something that depends on it.
import {chosenBeside, elsewhere, stationOpen, told, writeView} from './choice.js';
import {hooks} from './test_hooks.js';

const DEBOUNCE_MS = 150;
const REST_MS = 600; // a gesture that stands still for so long is taken for a rest
const FOLLOWING = ['list', 'share']; // panels that Python makes of what is seen

export class Report {
  /** When the camera moved last, performance.now(). */
  movedAt = 0;
  /** Where it rested last. @type {Rest | null} */
  rest = null;
  /** What Python was told last. @type {ViewportReport | null} */
  sent = null;
  /** @type {Timer} */
  timer = undefined;

  /** @param {{viewport(): Viewport | undefined, moving(): boolean, own(): boolean, rested(): void, send(value: object): void}} map
   * `own`: whether the address bar is this map's; `rested`: the camera stands still */
  constructor(map) { this.map = map; }

  /** The camera moves. */
  moved() {
    this.movedAt = performance.now();
    this.wait();
  }

  /** Waits until it rests: on a slow machine one frame of a gesture may take longer than the debounce. */
  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.map.moving() && performance.now() - this.movedAt < REST_MS) this.wait();
      else this.rests();
    }, DEBOUNCE_MS);
  }

  /** It stands still. */
  rests() {
    const viewport = this.map.viewport();
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!viewport) return;
    const {longitude, latitude, zoom} = viewport, edges = viewport.getBounds();
    if (this.map.own()) writeView({longitude, latitude, zoom});
    if (!edges.every((edge, i) => edge === this.rest?.edges[i])) {
      if (this.rest) elsewhere();
      this.rest = {serial: ++hooks.reports, at: performance.now(), edges};
    }
    this.map.rested();
    this.tell();
  }

  /** Tells Python what is seen and, of a map whose choices live in the address, what is chosen, where it needs to know. */
  tell() {
    const viewport = this.map.viewport(), choice = this.map.own() ? told() : null;
    if (!viewport) return choice && this.map.send({choice});
    const [west, south, east, north] = viewport.getBounds(), {zoom, width, height} = viewport;
    const view = [west, south, east, north].join(), size = `${width} x ${height}`;
    const follows = !choice || (FOLLOWING.includes(chosenBeside().panel) && !stationOpen());
    const {sent} = this;
    if (sent && sent.size === size && sent.choice === choice?.version && (!follows || sent.view === view)) return;
    this.sent = {serial: (sent?.serial ?? 0) + 1, view, size, choice: choice?.version};
    this.map.send({west, south, east, north, zoom, width, height, serial: this.sent.serial, choice});
  }

  /** A server that was away is back and knows nothing of this page. */
  forget() {
    if (this.sent) this.sent = {...this.sent, size: ''};
    this.tell();
  }

  close() { clearTimeout(this.timer); }
}
