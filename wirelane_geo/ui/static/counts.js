// How much is in view: asked for when the map comes to rest, kept for the way back.
import {addressOf, touches} from './tile_grid.js';

const KEPT = 200; // views
const AGAIN_MS = 4000; // until what couldn't be had is asked for again

/** @typedef {{box: LonLatBox, query: string, told: InView, stale: boolean}} KeptCounts */

export class Counts {
  /** By what they are asked for by; the last used ones are at the end. @type {Map<string, KeptCounts>} */
  kept = new Map();
  /** @type {{key: string, stop: AbortController} | null} */
  asking = null;
  /** @type {[LonLatBox, number, string] | null} */
  looked = null;
  /** What is shown. @type {KeptCounts | undefined} */
  current = undefined;
  requests = 0;
  /** @type {Timer} */
  again = undefined;

  /** @param {{counts: Ask<Counted>, nearest: Ask<Nearest | null>}} ask
   * @param {{show(counts: InView, query: string): void, failed(error: unknown): void}} tell */
  constructor(ask, {show, failed}) {
    this.ask = ask;
    this.show = show;
    this.failed = failed;
  }

  /** The map rests: shows the counts of a box, as soon as they are there. @param {LonLatBox} box @param {number} zoom @param {string} query */
  look(box, zoom, query) {
    this.looked = [box, zoom, query];
    const key = countsPath(box, zoom, query), known = this.kept.get(key);
    if (known) this.use(key, known);
    if (this.asking?.key === key || known?.stale === false) return;
    this.asking?.stop.abort();
    this.asking = null;
    this.fetch(key, box, query);
  }

  /** Whether what is shown is what was looked at last. */
  get shown() { return this.current !== undefined && !this.asking && !this.again && !this.current.stale; }

  /** Something has changed in some squares ("z/x/y"), or anywhere. @param {string[] | 'all'} where */
  outdated(where) {
    const squares = where === 'all' ? null : where.map(addressOf);
    for (const kept of this.kept.values()) kept.stale ||= !squares || squares.some(square => touches(square, kept.box));
    if (this.looked) this.look(...this.looked);
  }

  /** @param {string} key @param {KeptCounts} counts */
  use(key, counts) {
    this.kept.delete(key);
    this.kept.set(key, counts);
    if (this.kept.size > KEPT) this.kept.delete(/** @type {string} */ (this.kept.keys().next().value));
    this.current = counts;
    this.show(counts.told, counts.query);
  }

  /** @param {string} key @param {LonLatBox} box @param {string} query */
  async fetch(key, box, query) {
    const stop = new AbortController(), before = this.kept.get(key);
    this.asking = {key, stop};
    this.requests++;
    clearTimeout(this.again);
    this.again = undefined;
    if (before) before.stale = false; // what changes from now on makes it so again
    try {
      const told = {...await this.ask.counts(key, stop.signal, before && 'again'), nearest: before?.told.nearest ?? null};
      this.use(key, {box, query, told, stale: false});
      if (!told.points) await this.findNearest(key, stop.signal);
      this.asking = null;
    } catch (error) {
      if (before) before.stale = true;
      if (stop.signal.aborted) return;
      this.asking = null;
      this.failed(error);
      if (!(error instanceof Error && 'final' in error && error.final)) this.again = setTimeout(() => this.looked && this.look(...this.looked), AGAIN_MS);
    }
  }

  /** Where nothing is in view: the way to what is. @param {string} key @param {AbortSignal} signal */
  async findNearest(key, signal) {
    const counts = this.kept.get(key), nearest = await this.ask.nearest(key.replace('map/counts', 'map/nearest'), signal, undefined);
    if (counts && nearest) this.use(key, {...counts, told: {...counts.told, nearest}});
  }

  /** Asks for nothing any more. */
  close() {
    clearTimeout(this.again);
    this.asking?.stop.abort();
    this.looked = null;
  }
}

/** What counts are asked for by: a view that is the same one, but for what nobody sees, has the same.
 * @param {LonLatBox} box @param {number} zoom @param {string} query */
export const countsPath = (box, zoom, query) =>
  `map/counts?bbox=${box.map(edge => edge.toFixed(6)).join(',')}&zoom=${zoom.toFixed(2)}${query && `&${query}`}`;
