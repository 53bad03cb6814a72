// The map component: one deck for the life of its element; every render only exchanges data, never the camera.
import {readView, rounded, sameView, writeView} from './address.js';
import {Basemap} from './basemap.js';
import {Controls} from './controls.js';
import {loadDeck} from './deckgl.js';
import {clusterData, column, markLayer, selectedData, stationData} from './marks.js';
import {Search} from './search.js';
import {Tooltip} from './tooltip.js';

const DEBOUNCE_MS = 150;
const MAX_ZOOM = 20;
const STATION_ZOOM = 16;
const maps = new WeakMap();
const bench = window.wirelaneGeo ??= {repaints: [], reports: 0};

/** What Streamlit calls at each rerun. */
export async function render({data, parentElement, setStateValue}) {
  const element = parentElement.querySelector('.wg-map');
  if (!maps.has(element)) maps.set(element, new StationMap(element));
  await maps.get(element).update(data, setStateValue);
}

class StationMap {
  constructor(element) {
    this.element = element;
    this.canvas = Object.assign(document.createElement('div'), {className: 'wg-canvas', tabIndex: 0});
    this.canvas.setAttribute('role', 'application');
    element.append(this.canvas);
    this.tooltip = new Tooltip(element);
    this.search = new Search(element, hit => this.choose(hit));
    this.controls = new Controls(element, {
      zoom: by => this.zoomBy(by), fit: () => this.home && this.flyToBounds(this.home),
      locate: (longitude, latitude) => this.fly({longitude, latitude, zoom: 13}),
    });
    this.picks = Date.now() % 1e9;
    this.listen();
  }

  listen() {
    this.canvas.addEventListener('keydown', event => this.key(event));
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.element.isConnected && !event.defaultPrevented) this.pick({});
    });
    addEventListener('popstate', () => {
      const view = readView();
      if (view && this.deck && this.element.isConnected && !sameView(view, rounded(this.view()))) this.fly(view);
    });
  }

  async update(data, setStateValue) {
    this.data = data;
    this.setState = setStateValue;
    this.text = (name, values = {}) => (data.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
    this.number = new Intl.NumberFormat(data.lang, {maximumFractionDigits: 1});
    this.canvas.setAttribute('aria-label', `${this.text('map')}. ${this.text('keys')}`);
    this.element.dataset.theme = data.theme;
    for (const part of [this.tooltip, this.search, this.controls]) part.update(this);
    try {
      this.gl = await loadDeck(new URL(`./${data.bundle}`, document.baseURI));
      this.deck ??= this.start();
    } catch (error) {
      console.error(error);
      this.controls.say(this.text('no_webgl'));
      return;
    }
    if (data !== this.data) return; // a later render overtook this one
    this.command();
    this.basemap.update(this);
    this.paint();
  }

  start() {
    const {data, gl} = this;
    this.MarkLayer = markLayer(gl, data.palette);
    this.basemap = new Basemap(this);
    const deck = window.createDeck({
      container: this.canvas, tooltip: false,
      jsonInput: {...data.deck, layers: [], initialViewState: readView() ?? this.target(data.camera) ?? {longitude: 10, latitude: 51, zoom: 5}},
    });
    this.token = data.camera?.token;
    deck.setProps({
      controller: {dragRotate: false, touchRotate: false, keyboard: false, inertia: 250, scrollZoom: {smooth: false, speed: 0.01}},
      onViewStateChange: ({viewState}) => { this.moved(); return {...viewState, maxZoom: MAX_ZOOM}; },
      onResize: () => this.moved(),
      onLoad: () => this.report(),
      onHover: info => this.hover(info),
      onClick: info => this.click(info),
      onAfterRender: () => this.painted(),
      getCursor: ({isDragging, isHovering}) => isDragging ? 'grabbing' : isHovering ? 'pointer' : 'grab',
      pickingRadius: 4,
    });
    bench.project = (lon, lat) => this.viewport()?.project([lon, lat]);
    bench.drawn = () => Object.fromEntries(deck.props.layers.filter(Boolean).map(layer => [layer.id, layer.props.data?.length ?? null]));
    bench.map = this;
    return deck;
  }

  viewport() { return this.deck?.isInitialized ? this.deck.getViewports()[0] : undefined; }

  view() {
    const {longitude, latitude, zoom} = this.viewport();
    return {longitude, latitude, zoom};
  }

  // --- the camera -------------------------------------------------------------------------------------------------

  command() {
    const {camera} = this.data;
    if (camera?.bounds) this.home = camera.bounds;
    if (!camera || camera.token === this.token) return;
    this.token = camera.token;
    const target = this.target(camera);
    if (target) this.fly(target);
  }

  target(camera) {
    if (camera?.view) return {longitude: camera.view[0], latitude: camera.view[1], zoom: camera.view[2]};
    return camera?.bounds ? this.fitting(camera.bounds, 12) : null;
  }

  fitting([south, west, north, east], maxZoom) {
    const {clientWidth: width, clientHeight: height} = this.canvas;
    const padding = {top: 60, right: 40, bottom: 60, left: 40};
    for (const [side, px] of Object.entries(this.data.padding)) padding[side] += px;
    if (padding.left + padding.right > width * 0.8) padding.left = padding.right = 10;
    if (padding.top + padding.bottom > height * 0.8) padding.top = padding.bottom = 10;
    if (east < west) east += 360;
    const {longitude, latitude, zoom} = new this.gl.WebMercatorViewport({width, height})
      .fitBounds([[west, south], [east, north]], {padding, maxZoom, minExtent: 1e-4});
    return {longitude, latitude, zoom};
  }

  flyToBounds(bounds, maxZoom = STATION_ZOOM) { this.fly(this.fitting(bounds, maxZoom)); }

  zoomBy(by) {
    const view = this.view();
    this.fly({...view, zoom: Math.min(MAX_ZOOM, Math.max(0, view.zoom + by))}, 200);
  }

  fly(target, milliseconds) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const animation = still ? {transitionDuration: 0} : milliseconds
      ? {transitionDuration: milliseconds, transitionInterpolator: new this.gl.LinearInterpolator(['longitude', 'latitude', 'zoom'])}
      : {transitionDuration: 'auto', transitionInterpolator: new this.gl.FlyToInterpolator({speed: 3, maxDuration: 1800})};
    this.deck.setProps({initialViewState: {...target, ...animation, flight: this.flight = (this.flight ?? 0) + 1}});
    this.moved();
  }

  key(event) {
    const step = 100;
    const pan = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (pan) {
      const viewport = this.viewport();
      const [longitude, latitude] = viewport.unproject([viewport.width / 2 + pan[0], viewport.height / 2 + pan[1]]);
      this.fly({longitude, latitude, zoom: viewport.zoom}, 150);
    } else if (event.key === '+' || event.key === '=') this.zoomBy(1);
    else if (event.key === '-' || event.key === '_') this.zoomBy(-1);
    else return;
    event.preventDefault();
  }

  // --- what Python hears ------------------------------------------------------------------------------------------

  moved() {
    clearTimeout(this.timer);
    this.tooltip.hide();
    this.timer = setTimeout(() => this.report(), DEBOUNCE_MS);
  }

  report() {
    const viewport = this.element.isConnected && this.viewport();
    if (!viewport) return;
    const [west, south, east, north] = viewport.getBounds();
    writeView(this.view());
    this.reported = {serial: ++bench.reports, at: performance.now()};
    this.setState('viewport', {
      west, south, east, north, zoom: viewport.zoom, width: viewport.width, height: viewport.height, serial: bench.reports,
    });
  }

  pick(choice) { this.setState('picked', {...choice, serial: ++this.picks}); }

  choose(hit) {
    this.fly({longitude: hit.lon, latitude: hit.lat, zoom: hit.zoom});
    if (hit.point_id) this.pick({point_id: hit.point_id});
  }

  // --- data -------------------------------------------------------------------------------------------------------

  paint() {
    const {data} = this, zoom = this.viewport()?.zoom ?? 0;
    const from = position => Float32Array.from(position);
    const options = {palette: data.palette, zoom, from, point: (1.5).toLocaleString(data.lang)[1]};
    const bound = {
      stations: () => stationData(data.stations, options),
      clusters: () => clusterData(data.clusters, options),
      selected: () => selectedData(data.selected, zoom),
    };
    const configuration = {classes: {...this.gl, MarkLayer: this.MarkLayer, ...this.basemap.classes}};
    const {layers} = new this.gl.JSONConverter({configuration}).convert(structuredClone(data.deck));
    this.basemap.layers = layers.filter(layer => !bound[layer.id]);
    this.marks = layers.filter(layer => bound[layer.id])
      .map(layer => layer.clone({data: bound[layer.id](), tones: data.palette.tones}));
    this.pending = true;
    this.compose();
  }

  compose() { this.deck.setProps({layers: [...this.basemap.drawn(), ...this.marks]}); }

  painted() {
    if (!this.pending) return;
    this.pending = false;
    const answered = this.reported?.serial === this.data.answers;
    bench.repaints.push({
      points: this.data.stations.numRows + this.data.clusters.numRows, serial: this.data.answers,
      ms: answered ? performance.now() - this.reported.at : null,
    });
    if (answered) this.reported = null;
  }

  hover(info) {
    if (info.index < 0 || !info.layer) return this.tooltip.hide();
    const row = name => column(this.data[info.layer.id], name);
    this.tooltip.show(info, row, this);
  }

  click(info) {
    if (info.index < 0 || !info.layer) return;
    const row = name => column(this.data[info.layer.id], name);
    if (info.layer.id === 'stations') return this.pick({handle: row('handle')[info.index]});
    this.flyToBounds(row('bounds').subarray(4 * info.index, 4 * info.index + 4));
  }
}
