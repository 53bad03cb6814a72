// The marks of a map: what its tiles have of them, bound to the layers while the hand moves, with the counts of where it rests.
import {Counts} from './counts.js';
import {askForCounts, askForNearest, askForTile} from './asking.js';
import {knows, lookAt, onChange} from './live.js';
import {joined} from './tile_columns.js';
import {boxOf, cellOf, grown, holds} from './tile_grid.js';
import {Tiles} from './tiles.js';

const AROUND = 0.5; // of the view on each side: bound beforehand, so that few frames of a pan bind anew

/** @type {Tables} */
const NOTHING = {stations: {length: 0, columns: {}}, clusters: {length: 0, columns: {}}};

/** What a map is told. `bind`: draw these; `troubled`: why something can't be had, null: it can again.
 * @typedef {{bind(marks: BoundMarks): void, counted(counts: InView, query: string): void, troubled(what: 'tiles' | 'counts', why: unknown): void}} Tell */

export class TiledMarks {
  /** @type {BoundMarks} */
  bound = {...NOTHING, zoom: 0, cell: cellOf(0)};
  /** Where what is bound lies. @type {LonLatBox | null} */
  region = null;
  /** What is looked at. @type {{box: LonLatBox, zoom: number} | null} */
  at = null;
  /** A link's filters; null: not known yet. @type {string | null} */
  query = null;

  /** @param {Tell} tell @param {AbortSignal} signal ends it @param {{counts: boolean}} [wanted] */
  constructor(tell, signal, {counts = true} = {counts: true}) {
    this.tell = tell;
    this.tiles = new Tiles(async (path, stop, before) => {
      const {seq, ...tile} = await askForTile(path, stop, before);
      knows(seq);
      return tile;
    }, {changed: () => {
      if (this.tiles.complete) tell.troubled('tiles', null);
      this.draw();
    }, failed: error => tell.troubled('tiles', error)});
    this.counts = counts ? new Counts({counts: askForCounts, nearest: askForNearest}, {
      show: (told, query) => {
        tell.troubled('counts', null);
        tell.counted(told, query);
      }, failed: error => tell.troubled('counts', error)}) : null;
    onChange(where => {
      this.tiles.outdated(where);
      this.counts?.outdated(where);
    }, signal);
    signal.addEventListener('abort', () => {
      this.tiles.close();
      this.counts?.close();
    });
  }

  /** The camera is somewhere, or will be in the next frame. @param {View} view @param {{width: number, height: number}} size CSS px */
  look(view, size) {
    this.at = {box: boxOf(view, size), zoom: view.zoom};
    this.draw();
  }

  /** Other filters are chosen. @param {string | null} query */
  filter(query) {
    if (query === this.query) return;
    this.query = query;
    this.draw();
    this.rest();
  }

  /** The camera rests: counts are asked for, and marks stand as they should at its zoom. */
  rest() {
    const {at, query} = this;
    if (!at || query === null) return;
    lookAt(at.box, at.zoom);
    this.counts?.look(at.box, at.zoom, query);
    this.draw(true);
  }

  /** Draws what there is of what is looked at, where that is something new. @param {boolean} [resting] */
  draw(resting = false) {
    const {at, query, tiles} = this;
    if (!at || query === null) return;
    tiles.look(at.box, at.zoom, query);
    const parts = tiles.parts(), there = tiles.draws(parts), outside = !this.region || !holds(this.region, at.box);
    const zoomed = resting && at.zoom !== this.bound.zoom;
    if (!parts.length || !(there || outside || zoomed)) return;
    this.region = grown(at.box, AROUND);
    this.bound = {...joined(parts, this.region), zoom: at.zoom, cell: cellOf(at.zoom)};
    this.tell.bind(this.bound);
  }

  /** Whether all marks of what is looked at are bound. */
  get whole() { return this.at !== null && this.query !== null && this.tiles.shown; }

  /** Whether the counts shown are those of where the camera rests. */
  get counted() { return this.counts?.shown ?? true; }
}
