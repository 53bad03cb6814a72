// What is drawn: a render's layers with its columns, marks coming from where they stood, the basemap beneath.
import {origins, spread} from './arrange.js';
import {still} from './camera.js';
import {clusterData, markLayer, selectedData, stationData} from './marks.js';

const NEAR = 24; // px within which a mark is taken for the one that stood there
const PARENT = 120; // px within which, after a zoom, the mark stood that it was part of
/** @type {MarkLayerId[]} */
const OBSTACLES = ['stations', 'clusters']; // names keep clear of them

export class Scene {
  zoom = NaN;

  /** @param {DeckGL} deck @param {Palette} palette @param {string} font @param {number} ratio pixels of the screen for one of the map's */
  constructor(deck, palette, font, ratio) {
    this.deck = deck;
    this.font = font;
    this.classes = {...deck, MarkLayer: markLayer(deck, palette, font, ratio)};
    /** @type {Layer[]} */
    this.marks = [];
    this.stood = new Float64Array(0); // lon, lat, ... of the marks drawn last
  }

  /** Takes over a render's data and marks; the layers that carry none are the basemap's.
   * @param {MapData} data @param {BoundMarks} tables @param {import('./basemap.js').Basemap} basemap */
  bind(data, tables, basemap) {
    const {palette} = data, {zoom} = tables, reach = Math.abs(zoom - this.zoom) > 0.01 ? PARENT : NEAR;
    let moving = false;
    /** @param {Positions} position */
    const from = position => {
      const start = origins(position, this.stood, zoom, reach);
      moving ||= start.far;
      return start.from;
    };
    const stations = stationData(tables.stations, {zoom, from, palette});
    const clusters = clusterData(tables.clusters, {
      palette, from, cell: tables.cell, point: (1.5).toLocaleString(data.lang)[1], spread: (position, radius) => spread(position, radius, zoom),
    });
    /** @type {Record<string, Marks>} */
    const bound = {stations, clusters, selected: selectedData(data.selected, tables, stations, clusters, {palette, zoom})};
    const converter = new this.deck.JSONConverter({configuration: {classes: this.classes}});
    const {layers} = converter.convert(structuredClone(data.deck));
    const movedAt = moving && !still() ? performance.now() : 0;
    basemap.update({...data, font: this.font}, layers.filter(({id}) => !bound[id]));
    this.marks = layers.filter(({id}) => bound[id]).map(layer => layer.clone({data: bound[layer.id], tones: palette.tones, movedAt}));
    this.stood = Float64Array.from([stations, clusters].flatMap(({attributes}) => [...attributes.getPosition.value]));
    this.zoom = zoom;
  }

  /** Where the marks of a layer stand on the screen. @param {MarkLayerId} id @param {Viewport} viewport @returns {Mark[]} */
  standing(id, viewport) {
    const layer = this.marks.find(mark => mark.id === id);
    if (!layer) return [];
    const {attributes} = /** @type {Marks} */ (layer.props.data), {value: at} = attributes.getPosition;
    return Array.from(attributes.getRadius.value, (radius, i) => [...viewport.project([at[2 * i], at[2 * i + 1]]), radius]);
  }

  /** All layers for a viewport, from bottom to top. @param {Viewport | undefined} viewport @param {import('./basemap.js').Basemap} basemap */
  layers(viewport, basemap) {
    const obstacles = viewport && this.marks.length ? OBSTACLES.flatMap(id => this.standing(id, viewport)) : [];
    return [...basemap.drawn(viewport, obstacles), ...this.marks];
  }
}
