// The map component: one deck for the life of its element; a render exchanges data, never the camera.
import {readView, rounded, sameView, writeView} from './address.js';
import {origins, spread} from './arrange.js';
import {fontReady} from './atlas.js';
import {Basemap} from './basemap.js';
import {Controls} from './controls.js';
import {loadDeck} from './deckgl.js';
import {clusterData, column, markLayer, selectedData, stationData} from './marks.js';
import {Search} from './search.js';
import {Tooltip} from './tooltip.js';

const DEBOUNCE_MS = 150;
const NAMES_MS = 400;
const REST_MS = 600; // a gesture that stands still for so long is reported before it ends
const KEY_STEP = 100; // px
const STEADY = 6; // px that a pointer may move between down and up and still click
const PICKING_RADIUS = 4;
const MAX_ZOOM = 20;
const STATION_ZOOM = 16;
const NEAR_ME_ZOOM = 13;
const EUROPE = {longitude: 10, latitude: 51, zoom: 4};

const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('./map.css', import.meta.url);
document.head.append(style);

const maps = new WeakMap();
const bench = window.wirelaneGeo ??= {repaints: [], reports: 0}; // what benchmarks and browser tests read

/** What Streamlit calls at each rerun. It calls the answer at once when the next render overtook this one. */
export async function render({data, parentElement, setStateValue}) {
  const element = parentElement.querySelector('.wg-map');
  if (!maps.has(element)) maps.set(element, new StationMap(element));
  const map = maps.get(element);
  await map.update(data, setStateValue);
  return () => { if (!element.isConnected) map.close(); };
}

class StationMap {
  constructor(element) {
    this.element = element;
    this.canvas = Object.assign(document.createElement('div'), {className: 'wg-canvas', tabIndex: 0});
    this.canvas.setAttribute('role', 'application');
    this.credits = Object.assign(document.createElement('div'), {className: 'wg-credits'});
    element.append(this.canvas, this.credits);
    this.basemap = new Basemap(() => this.compose());
    this.tooltip = new Tooltip(element);
    this.search = new Search(element, hit => this.choose(hit));
    this.guarding = new AbortController();
    this.controls = new Controls(element, {
      zoom: by => this.zoomBy(by),
      fit: () => this.home && this.fly(this.fitting(this.home)),
      locate: (longitude, latitude) => this.fly({longitude, latitude, zoom: NEAR_ME_ZOOM}),
    });
    this.marks = [];
    this.stood = new Float64Array(0); // where marks stand: lon, lat, ...
    this.picks = Date.now(); // grows beyond what an earlier page load has counted
    this.listen();
  }

  listen() {
    this.closing = new AbortController();
    const {signal} = this.closing;
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.canvas.addEventListener('pointerdown', event => { this.down = [event.clientX, event.clientY]; }, true);
    this.canvas.addEventListener('click', event => this.click(event)); // deck.gl's own waits for a second one
    this.canvas.addEventListener('pointerleave', () => this.tooltip.hide());
    document.addEventListener('keydown', event => {
      const elsewhere = event.target.closest?.('input, textarea, select, [role=listbox], [role=dialog]');
      if (event.key === 'Escape' && !event.defaultPrevented && !elsewhere && this.deck) this.pick({});
    }, {signal});
    addEventListener('popstate', () => {
      const view = this.said();
      if (view && this.viewport() && !sameView(view, rounded(this.view()))) this.fly(view);
    }, {signal});
  }

  close() {
    this.closing.abort();
    this.guarding.abort();
    clearTimeout(this.timer);
    clearTimeout(this.naming);
    this.deck?.finalize();
    this.deck = null;
  }

  async update(data, setStateValue) {
    this.data = data;
    this.setState = setStateValue;
    this.text = (name, values = {}) => (data.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
    this.number = new Intl.NumberFormat(data.lang, {maximumFractionDigits: 1});
    this.canvas.setAttribute('aria-label', `${this.text('map')}. ${this.text('keys')}`);
    this.element.dataset.theme = data.theme;
    for (const part of [this.tooltip, this.search, this.controls]) part.update(this);
    this.credit([]);
    this.basemap.ask(data.basemap, (this.said() ?? EUROPE).zoom);
    try {
      [this.gl] = await Promise.all([loadDeck(new URL(`./${data.bundle}`, document.baseURI)), fontReady(this.font())]);
      if (data !== this.data) return; // a later render overtook this one
      this.deck ??= this.start(this.said() ?? this.target(data.camera) ?? EUROPE);
      this.follow();
      this.paint();
    } catch (error) {
      console.error(error); // thrown on, Streamlit would put its error in the map's place
      if (!this.deck) this.controls.say(this.text('no_webgl'), {stays: true});
    }
  }

  // --- the deck ---------------------------------------------------------------------------------------------------

  start(initialViewState) {
    const {data, gl} = this;
    if (!document.createElement('canvas').getContext('webgl2')) throw new Error('WebGL 2 is off or missing');
    this.token ??= data.camera?.token;
    this.style = data.deck.mapStyle;
    this.MarkLayer = markLayer(gl, data.palette, this.font());
    const deck = window.createDeck({container: this.canvas, tooltip: false, jsonInput: {...data.deck, layers: [], initialViewState}});
    deck.setProps({
      controller: {dragRotate: false, touchRotate: false, keyboard: false, inertia: 250},
      onViewStateChange: ({viewState}) => {
        this.moved();
        if (this.viewport() && this.basemap.outgrown(this.viewport())) this.compose();
        return {...viewState, zoom: Math.min(viewState.zoom, MAX_ZOOM)};
      },
      onInteractionStateChange: ({inTransition, isDragging, isZooming}) => { this.moving = inTransition || isDragging || isZooming; },
      onResize: () => this.moved(),
      onLoad: () => { this.report(); this.compose(); },
      onHover: info => this.hover(info),
      onAfterRender: () => this.painted(),
      getCursor: ({isDragging, isHovering}) => isDragging ? 'grabbing' : isHovering ? 'pointer' : 'grab',
      pickingRadius: PICKING_RADIUS,
    });
    const remote = deck.getMapboxMap?.();
    if (remote) this.basemap.watch(remote, texts => this.credit(texts));
    this.guard();
    bench.project = (lon, lat) => this.viewport()?.project([lon, lat]);
    bench.drawn = () => Object.fromEntries(deck.props.layers.map(({id, props}) => [id, props.visible ? props.data.length : 0]));
    bench.marks = id => this.standing(id);
    return deck;
  }

  /** A lost WebGL context or another pixel ratio: a new deck where the old one stood. */
  guard() {
    const ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const {signal} = this.guarding = new AbortController();
    const restart = () => {
      this.guarding.abort();
      const view = this.view();
      this.moving = false;
      this.deck.finalize();
      this.canvas.replaceChildren();
      this.basemap.covered = false;
      this.deck = this.start(view);
      this.paint();
    };
    ratio.addEventListener('change', restart, {signal});
    for (const canvas of this.canvas.querySelectorAll('canvas')) {
      canvas.addEventListener('webglcontextlost', () => setTimeout(() => signal.aborted || restart()), {signal});
    }
  }

  font() { return getComputedStyle(this.element).fontFamily; }

  viewport() { return this.deck?.isInitialized ? this.deck.getViewports()[0] : undefined; }

  /** The view of the address bar, where it lives there. */
  said() { return this.data.inAddress ? readView() : null; }

  view() {
    const {longitude, latitude, zoom} = this.viewport();
    return {longitude, latitude, zoom};
  }

  // --- the camera -------------------------------------------------------------------------------------------------

  /** What a render asks for beside data: a flight where the token is new, another style with the theme. */
  follow() {
    const {camera, deck: {mapStyle}} = this.data;
    if (camera?.bounds) this.home = camera.bounds;
    if (mapStyle && mapStyle !== this.style) {
      this.style = mapStyle;
      this.basemap.covered = false;
      this.deck.setProps({mapStyle});
    }
    if (!camera || camera.token === this.token) return;
    this.token = camera.token;
    const target = this.target(camera);
    if (target) this.fly(target);
  }

  target(camera) {
    if (camera?.view) return {longitude: camera.view[0], latitude: camera.view[1], zoom: camera.view[2]};
    return camera?.bounds ? this.fitting(camera.bounds) : null;
  }

  fitting([south, west, north, east]) {
    const {clientWidth: width, clientHeight: height} = this.canvas;
    const padding = {top: 70, right: 50, bottom: 50, left: 50};
    for (const [side, px] of Object.entries(this.data.padding)) padding[side] += px;
    if (padding.left + padding.right > width * 0.8) padding.left = padding.right = 10;
    if (padding.top + padding.bottom > height * 0.8) padding.top = padding.bottom = 10;
    const {longitude, latitude, zoom} = new this.gl.WebMercatorViewport({width, height})
      .fitBounds([[west, south], [east < west ? east + 360 : east, north]], {padding, maxZoom: STATION_ZOOM, minExtent: 1e-4});
    return {longitude, latitude, zoom: Math.max(0, zoom)};
  }

  zoomBy(by) {
    const view = this.view();
    this.fly({...view, zoom: Math.min(MAX_ZOOM, Math.max(0, view.zoom + by))}, 200);
  }

  fly(target, milliseconds) {
    const {LinearInterpolator, FlyToInterpolator} = this.gl;
    const animation = still() ? {transitionDuration: 0} : milliseconds
      ? {transitionDuration: milliseconds, transitionInterpolator: new LinearInterpolator(['longitude', 'latitude', 'zoom'])}
      : {transitionDuration: 'auto', transitionInterpolator: new FlyToInterpolator({speed: 3, maxDuration: 1800})};
    this.flights = (this.flights ?? 0) + 1; // makes it another state even where the target is the last one's
    this.deck.setProps({initialViewState: {...target, ...animation, flight: this.flights}});
    this.moved();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = {ArrowLeft: [-KEY_STEP, 0], ArrowRight: [KEY_STEP, 0], ArrowUp: [0, -KEY_STEP], ArrowDown: [0, KEY_STEP]}[event.key];
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
    this.tooltip.hide();
    this.movedAt = performance.now();
    this.wait();
  }

  /** Reports once the camera rests: on a slow machine one frame of a gesture may take longer than the debounce. */
  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.moving && performance.now() - this.movedAt < REST_MS) return this.wait();
      this.report();
      clearTimeout(this.naming);
      this.naming = setTimeout(() => this.compose(), NAMES_MS); // where no new marks bring the names along
    }, DEBOUNCE_MS);
  }

  report() {
    const viewport = this.element.isConnected && this.viewport();
    if (!viewport) return;
    const [west, south, east, north] = viewport.getBounds();
    const {zoom, width, height} = viewport;
    if (this.data.inAddress) writeView(this.view());
    const last = this.reported;
    if (last && [west, south, east, north].every((edge, i) => edge === last.edges[i])) return;
    this.reported = {serial: ++bench.reports, at: performance.now(), edges: [west, south, east, north]};
    this.setState('viewport', {west, south, east, north, zoom, width, height, serial: bench.reports});
  }

  pick(choice) { this.setState('picked', {...choice, serial: ++this.picks}); }

  choose(hit) {
    this.fly({longitude: hit.lon, latitude: hit.lat, zoom: hit.zoom});
    if (hit.point_id) this.pick({point_id: hit.point_id});
  }

  // --- data -------------------------------------------------------------------------------------------------------

  paint() {
    const {data} = this, {zoom, palette} = data;
    const moves = Math.abs(zoom - this.stoodAt) > 0.01 ? 120 : 24;
    let far = false;
    const from = position => {
      const start = origins(position, this.stood, zoom, moves);
      far ||= start.far;
      return start.from;
    };
    const stations = stationData(data.stations, {zoom, from});
    const clusters = clusterData(data.clusters, {
      palette, from, cell: data.cell, point: (1.5).toLocaleString(data.lang)[1], spread: (position, radius) => spread(position, radius, zoom),
    });
    const bound = {stations, clusters, selected: selectedData(data.selected, stations)};
    const configuration = {classes: {...this.gl, MarkLayer: this.MarkLayer}};
    const {layers} = new this.gl.JSONConverter({configuration}).convert(structuredClone(data.deck));
    this.basemap.update({...data, font: this.font()}, layers.filter(({id}) => !bound[id]));
    const movedAt = far && !still() ? performance.now() : 0;
    this.marks = layers.filter(({id}) => bound[id]).map(layer => layer.clone({data: bound[layer.id], tones: palette.tones, movedAt}));
    this.remember([stations, clusters], zoom);
    this.pending = true;
    clearTimeout(this.naming);
    this.compose();
  }

  /** Where the marks of a layer stand on the screen: [x, y, radius] each. */
  standing(id) {
    const {attributes} = this.marks.find(layer => layer.id === id).props.data, {value: at} = attributes.getPosition;
    return [...attributes.getRadius.value].map((radius, i) => [...this.viewport().project([at[2 * i], at[2 * i + 1]]), radius]);
  }

  remember(parts, zoom) {
    const positions = parts.map(({attributes}) => attributes.getPosition.value);
    this.stood = new Float64Array(positions.reduce((sum, part) => sum + part.length, 0));
    positions.reduce((end, part) => { this.stood.set(part, end); return end + part.length; }, 0);
    this.stoodAt = zoom;
  }

  compose() {
    const viewport = this.viewport();
    const obstacles = viewport && this.marks.length ? [...this.standing('stations'), ...this.standing('clusters')] : [];
    this.deck?.setProps({layers: [...this.basemap.drawn(viewport, obstacles), ...this.marks]});
  }

  painted() {
    if (!this.pending) return;
    this.pending = false;
    const {data, reported} = this, answered = reported?.serial === data.answers && !reported.answered;
    bench.repaints.push({
      points: data.stations.numRows + data.clusters.numRows, serial: data.answers, ms: answered ? performance.now() - reported.at : null,
    });
    if (answered) reported.answered = true;
  }

  hover(info) {
    if (info.index < 0 || !info.layer) return this.tooltip.hide();
    this.tooltip.show(info, name => column(this.data[info.layer.id], name));
  }

  click({clientX, clientY}) {
    const steady = this.down && Math.hypot(clientX - this.down[0], clientY - this.down[1]) < STEADY;
    if (!steady || !this.viewport()) return;
    const {left, top} = this.canvas.getBoundingClientRect();
    const picked = this.deck.pickObject({x: clientX - left, y: clientY - top, radius: PICKING_RADIUS});
    if (!picked) return;
    const {index: i, layer: {id}} = picked;
    if (id === 'stations') this.pick({handle: column(this.data.stations, 'handle')[i]});
    else this.fly(this.fitting(column(this.data.clusters, 'bounds').subarray(4 * i, 4 * i + 4)));
  }

  // --- credits ----------------------------------------------------------------------------------------------------

  /** Who the map beneath is owed to: the remote style where it covers, `texts` being what its sources say. */
  credit(texts) {
    const {credits} = this.data, shown = this.basemap.covered ? credits.remote : credits.embedded;
    if (texts.length) this.attributed = texts;
    const links = shown.length || !this.basemap.covered ? shown : (this.attributed ?? []).map(text => [text, null]);
    this.credits.replaceChildren(...links.flatMap(([text, url], i) => [
      ...i ? [' · '] : [], url ? Object.assign(document.createElement('a'), {href: url, textContent: text, target: '_blank', rel: 'noopener'}) : text,
    ]));
    this.credits.setAttribute('aria-label', this.text('attribution'));
  }
}

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
