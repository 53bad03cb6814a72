// The map's tiles: asked for while the hand moves, kept for the way back. What is there stays until better has come, and nothing
// is there twice.
import {decode} from './tile_columns.js';
import {above, addressOf, below, covering, grown, hasAbove, name, overlap, tilePath, tileZoom} from './tile_grid.js';

const KEPT = 160; // tiles: a few MB
const AHEAD = 0.5; // of the view on each side: asked for before it is seen
const UP = 4; // levels above that stand in for a tile that isn't there yet
const DOWN = 2; // and below
const AGAIN_MS = 4000; // until what couldn't be had is asked for again

export class Tiles {
  /** By name and filters; the last used ones are at the end. @type {Map<string, CachedTile>} */
  held = new Map();
  /** @type {Map<string, AbortController>} */
  asked = new Map();
  /** What couldn't be had, and whether it is worth asking again. @type {Map<string, boolean>} */
  refused = new Map();
  /** @type {Address[]} */
  needed = [];
  query = '';
  /** The filters that the picture has. @type {string | null} */
  drawnQuery = null;
  drawn = '';
  requests = 0;
  bytes = 0;
  /** @type {Timer} */
  again = undefined;
  /** @type {[LonLatBox, number, string] | null} */
  looked = null;

  /** @param {Ask<TileAnswer>} ask @param {{changed(): void, failed(error: unknown): void}} tell `changed`: there may be something new to
   * draw; `failed`: what is needed can't be had */
  constructor(ask, {changed, failed}) {
    this.ask = ask;
    this.changed = changed;
    this.failed = failed;
  }

  /** The map looks at a box at a zoom, with a link's filters: asks for what is missing, and then for what is around it.
   * @param {LonLatBox} box @param {number} zoom @param {string} query */
  look(box, zoom, query) {
    const z = tileZoom(zoom);
    this.looked = [box, zoom, query];
    if (query !== this.query) this.refused.clear();
    this.query = query;
    this.needed = covering(box, z);
    const around = covering(grown(box, AHEAD), z), wanted = new Set(around.map(address => this.key(address)));
    for (const [key, asking] of this.asked) if (!wanted.has(key)) this.giveUp(key, asking);
    for (const address of this.needed) this.want(address);
    if (this.complete) for (const address of around) this.want(address);
  }

  /** Whether all that is needed is there, with the filters that are wanted. */
  get complete() { return this.looked !== null && this.needed.every(address => this.held.has(this.key(address))); }

  /** Whether what is there is what was drawn last, and all of it is up to date. */
  get shown() {
    const needed = this.needed.flatMap(address => this.held.get(this.key(address)) ?? []);
    return this.complete && !needed.some(({stale}) => stale) && this.drawn === said(needed.map(named));
  }

  /** Something has changed in some squares ("z/x/y"), or anywhere. @param {string[] | 'all'} where */
  outdated(where) {
    const squares = where === 'all' ? null : where.map(addressOf);
    for (const held of this.held.values()) held.stale ||= !squares || squares.some(square => overlap(square, held.address));
    for (const address of this.needed) this.want(address);
  }

  /** What to draw now: the tiles that are needed, and in the place of those that aren't there what is known of it from other
   * zooms; with new filters, the old picture until the new one is whole. @returns {Part[]} */
  parts() {
    const whole = this.complete;
    let parts = whole || this.drawnQuery === null ? [] : this.needed.flatMap(address => this.standing(address, /** @type {string} */ (this.drawnQuery)));
    if (!parts.length) {
      this.drawnQuery = this.query;
      parts = this.needed.flatMap(address => this.standing(address, this.query));
    }
    return parts;
  }

  /** Remembers that parts are drawn. Whether they were not before. @param {Part[]} parts */
  draws(parts) {
    const now = said(parts), before = this.drawn;
    this.drawn = now;
    return now !== before;
  }

  /** @param {Address} address @param {string} query @returns {Part[]} */
  standing(address, query) {
    const own = this.held.get(name(address) + query);
    if (own) return [this.part(own)];
    for (let up = 1; up <= UP && hasAbove(address, up); up++) {
      const farther = this.held.get(name(above(address, up)) + query);
      if (farther) return [{...this.part(farther), square: address}];
    }
    return this.closer(address, query, DOWN);
  }

  /** @param {Address} address @param {string} query @param {number} levels @returns {Part[]} */
  closer(address, query, levels) {
    if (!levels) return [];
    return below(address).flatMap(child => {
      const held = this.held.get(name(child) + query);
      return held ? [this.part(held)] : this.closer(child, query, levels - 1);
    });
  }

  /** @param {CachedTile} held @returns {Part} */
  part(held) {
    const key = name(held.address) + held.query;
    this.held.delete(key);
    this.held.set(key, held);
    return named(held);
  }

  /** @param {Address} address */
  key(address) { return name(address) + this.query; }

  /** Asks for a tile that isn't there, or is no longer right. @param {Address} address */
  want(address) {
    const key = this.key(address), held = this.held.get(key);
    if ((!held || held.stale) && !this.asked.has(key) && !this.refused.has(key)) this.fetch(address, key, held);
  }

  /** @param {Address} address @param {string} key @param {CachedTile | undefined} before */
  async fetch(address, key, before) {
    const {query} = this, asking = new AbortController();
    this.asked.set(key, asking);
    this.requests++;
    if (before) before.stale = false; // what changes from now on makes it so again
    try {
      const {etag, buffer} = await this.ask(tilePath(address, query), asking.signal, before?.etag);
      if (buffer) this.held.set(key, {address, query, etag, columns: decode(buffer), stale: false});
      this.bytes += buffer?.byteLength ?? 0;
      while (this.held.size > KEPT) this.held.delete(/** @type {string} */ (this.held.keys().next().value));
    } catch (error) {
      if (before) before.stale = true;
      if (!asking.signal.aborted) this.missed(key, error);
    } finally {
      if (this.asked.get(key) === asking) this.asked.delete(key);
    }
    if (!asking.signal.aborted) this.changed();
  }

  /** @param {string} key @param {AbortController} asking */
  giveUp(key, asking) {
    asking.abort();
    this.asked.delete(key);
  }

  /** @param {string} key @param {unknown} error */
  missed(key, error) {
    const final = error instanceof Error && 'final' in error && Boolean(error.final);
    this.refused.set(key, final);
    if (!final) this.again ??= setTimeout(() => this.retry(), AGAIN_MS);
    if (this.needed.some(address => this.key(address) === key)) this.failed(error);
  }

  /** Asks again for what couldn't be had. */
  retry() {
    clearTimeout(this.again);
    this.again = undefined;
    for (const [key, final] of this.refused) if (!final) this.refused.delete(key);
    if (this.looked) this.look(...this.looked);
  }

  /** Asks for nothing any more. */
  close() {
    clearTimeout(this.again);
    for (const [key, asking] of this.asked) this.giveUp(key, asking);
    this.looked = null;
  }
}

/** @param {CachedTile} held @returns {Part} */
const named = ({address, query, etag, columns}) => ({key: `${name(address)}${query}@${etag}`, columns});
/** @param {Part[]} parts */
const said = parts => parts.map(({key, square}) => key + (square ? name(square) : '')).join(' ');
