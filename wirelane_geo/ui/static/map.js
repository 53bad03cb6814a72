// The map component: one deck for the life of its element; a render exchanges data, never the camera.
import {close} from './actions.js';
import {readView, rounded, sameView} from './address.js';
import {fontReady} from './atlas.js';
import {Basemap} from './basemap.js';
import {EUROPE, LIMITS, fitting, flight, keyed, zoomed} from './camera.js';
import {begin, choose, elsewhere, heed, told, writeView} from './choice.js';
import {Controls} from './controls.js';
import {drawnBySoftware, loadDeck} from './deckgl.js';
import {Here} from './here.js';
import {column} from './marks.js';
import {Print} from './print.js';
import {Pulses} from './pulses.js';
import {Scene} from './scene.js';
import {Search} from './search.js';
import {Tooltip} from './tooltip.js';
import {hooks, note, watch} from './test_hooks.js';

const DEBOUNCE_MS = 150;
const NAMES_MS = 400;
const REST_MS = 600; // a gesture that stands still for so long is reported before it ends
const STEADY = 6; // px that a pointer may move between down and up and still click
const PICKING_RADIUS = 4;
const NEAR_ME_ZOOM = 13;

const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('./map.css', import.meta.url).href;
const styled = new Promise(resolve => { style.onload = style.onerror = resolve; }); // before it the map has no size
document.head.append(style);

/** @type {WeakMap<HTMLElement, StationMap>} */
const maps = new WeakMap();

/** What Streamlit calls at each rerun. It calls the answer at once when the next render overtook this one.
 * @param {Component<MapData>} component */
export async function render({data, parentElement, setStateValue}) {
  const element = /** @type {HTMLElement} */ (parentElement.querySelector('.wg-map'));
  const map = maps.get(element) ?? new StationMap(element);
  maps.set(element, map);
  await map.update(data, setStateValue);
  return () => { if (!element.isConnected) map.close(); };
}

/** A map in its element. What has no value yet is filled by the first update, before anything reads it. */
export class StationMap {
  /** @type {MapData} */
  data;
  /** @type {Texts} */
  text;
  /** @type {Intl.NumberFormat} */
  number;
  /** @type {DeckGL} */
  gl;
  /** @type {Deck | null} */
  deck = null;
  /** @type {Scene} */
  scene;
  /** @type {Component<MapData>['setStateValue']} */
  setState;
  /** @type {string | undefined} of the last camera command */
  token;
  /** @type {string | null} of the remote basemap */
  style = null;
  /** @type {Report | null} */
  reported = null;
  /** @type {Pixel | undefined} where the pointer went down */
  down;
  /** @type {Bounds | undefined} of the whole network */
  home;
  /** @type {Timer} */
  timer;
  /** @type {Timer} */
  naming;
  moving = false;
  pending = false;
  arrivedAt = 0; // performance.now()
  boundAt = 0;
  movedAt = 0;
  /** @type {string[]} what a remote style's sources want to be credited with */
  attributed = [];

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.canvas = Object.assign(document.createElement('div'), {className: 'wg-canvas', tabIndex: 0});
    this.canvas.setAttribute('role', 'application');
    this.credits = Object.assign(document.createElement('div'), {className: 'wg-credits'});
    element.append(this.canvas, this.credits);
    this.basemap = new Basemap(() => this.compose());
    this.pulses = new Pulses(element);
    this.here = new Here(element);
    this.print = new Print(element);
    this.tooltip = new Tooltip(element);
    this.search = new Search(element, hit => this.goToHit(hit));
    this.controls = new Controls(element, {
      zoom: by => this.fly(zoomed(this.view(), by), 200),
      fit: () => this.home && this.fly(this.fitting(this.home)),
      locate: (longitude, latitude, metres) => {
        this.here.mark(longitude, latitude, metres);
        this.fly({longitude, latitude, zoom: NEAR_ME_ZOOM});
      },
    });
    this.closing = new AbortController();
    this.guarding = new AbortController();
    this.listen(this.closing.signal);
  }

  /** @param {AbortSignal} signal ends what listens to the page */
  listen(signal) {
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.canvas.addEventListener('pointerdown', event => { this.down = [event.clientX, event.clientY]; }, true);
    this.canvas.addEventListener('click', event => this.click(event)); // deck.gl's own waits for a second one
    this.canvas.addEventListener('pointerleave', () => this.tooltip.hide());
    document.addEventListener('keydown', event => {
      const within = event.target instanceof Element && event.target.closest('input, textarea, select, [role=listbox], [role=dialog]');
      if (event.key === 'Escape' && !event.defaultPrevented && !within && this.data?.link) close();
    }, {signal});
    addEventListener('beforeprint', () => this.picture(), {signal});
    addEventListener('afterprint', () => this.print.clear(), {signal});
  }

  close() {
    this.closing.abort();
    this.guarding.abort();
    clearTimeout(this.timer);
    clearTimeout(this.naming);
    this.deck?.finalize();
    this.deck = null;
  }

  /** @param {MapData} data @param {Component<MapData>['setStateValue']} setStateValue */
  async update(data, setStateValue) {
    this.arrivedAt = performance.now();
    this.setState = setStateValue;
    if (this.data?.answers && !data.answers) return this.forgotten(data);
    if (data.link && !this.data) begin(this.chooser());
    if (data.link) heed(data.link);
    this.data = data;
    this.text = (name, values = {}) => (data.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ''));
    this.number = new Intl.NumberFormat(data.lang, {maximumFractionDigits: 1});
    this.canvas.setAttribute('aria-label', `${this.text('map')}. ${this.text('keys')}`);
    this.element.dataset.theme = data.theme;
    for (const part of [this.here, this.tooltip, this.search, this.controls]) part.update(this);
    this.credit();
    this.basemap.ask(data.basemap, (this.said() ?? EUROPE).zoom);
    try {
      const font = getComputedStyle(this.element).fontFamily;
      [this.gl] = await Promise.all([loadDeck(new URL(`./${data.bundle}`, document.baseURI)), fontReady(font), styled]);
      if (data !== this.data || !this.element.isConnected) return; // a later render overtook this one, or the page went on
      this.scene ??= new Scene(this.gl, data.palette, font, this.ratio());
      this.deck ??= this.start(this.said() ?? this.target(data.camera) ?? EUROPE);
      this.follow();
      this.paint();
    } catch (error) {
      console.error(error); // thrown on, Streamlit would put its error in the map's place
      if (!this.deck) this.controls.say(this.text('no_webgl'), {stays: true});
    }
  }

  /** A server that was away is back and knows nothing of this page: what is on screen stays, and it hears where that is. @param {MapData} data */
  forgotten({camera}) {
    this.token = camera?.token;
    this.reported = null;
    this.report();
  }

  // --- the deck ---------------------------------------------------------------------------------------------------

  /** @param {View} view @returns {Deck} */
  start(view) {
    const {data} = this;
    const slow = drawnBySoftware();
    this.token ??= data.camera?.token;
    this.style = data.deck.mapStyle;
    this.moving = false;
    this.basemap.covered = this.basemap.missing = false;
    this.canvas.replaceChildren();
    const deck = /** @type {NonNullable<typeof window.createDeck>} */ (window.createDeck)({
      container: this.canvas, tooltip: false,
      jsonInput: {...data.deck, layers: [], initialViewState: {...view, ...LIMITS}, useDevicePixels: this.ratio(),
        deviceProps: {webgl: {antialias: !slow}}}, // each pixel four times takes as long as all the rest; marks smooth their own edges
    });
    deck.setProps({
      controller: {dragRotate: false, touchRotate: false, keyboard: false, inertia: slow ? 0 : 250}, // a few frames a second are no glide
      onViewStateChange: ({viewState}) => {
        this.moved();
        const viewport = this.viewport();
        if (viewport && this.basemap.outgrown(viewport)) this.compose();
        return viewState;
      },
      onInteractionStateChange: ({inTransition, isDragging, isZooming}) => { this.moving = Boolean(inTransition || isDragging || isZooming); },
      onResize: () => { deck.setProps({useDevicePixels: this.ratio()}); this.moved(); },
      onLoad: () => {
        for (const canvas of this.canvas.querySelectorAll('canvas')) canvas.removeAttribute('tabindex'); // what takes the keys is around it, and named
        this.rested();
        this.compose();
      },
      onHover: info => this.hover(info),
      onAfterRender: () => this.painted(),
      getCursor: ({isDragging, isHovering}) => isDragging ? 'grabbing' : isHovering ? 'pointer' : 'grab',
      pickingRadius: PICKING_RADIUS,
    });
    const remote = deck.getMapboxMap?.();
    if (remote) this.basemap.watch(remote, texts => this.credit(texts));
    this.guard();
    watch(this);
    return deck;
  }

  /** Pixels of the screen for one of the map's: a page may draw the map larger (a CSS transform). */
  ratio() { return window.devicePixelRatio * (this.element.getBoundingClientRect().width / this.element.offsetWidth || 1); }

  /** A lost WebGL context or another pixel ratio: a new deck where the old one stood. */
  guard() {
    const ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const {signal} = this.guarding = new AbortController();
    const restart = () => {
      this.guarding.abort();
      const view = this.view();
      this.deck?.finalize();
      this.deck = null; // should there be no context to be had now, the next render tries again
      this.scene = new Scene(this.gl, this.data.palette, this.scene.font, this.ratio());
      this.deck = this.start(view);
      this.paint();
    };
    ratio.addEventListener('change', restart, {signal});
    for (const canvas of this.canvas.querySelectorAll('canvas')) {
      canvas.addEventListener('webglcontextlost', () => setTimeout(() => signal.aborted || restart()), {signal});
    }
  }

  /** @returns {Viewport | undefined} what is seen; nothing before the first frame */
  viewport() { return this.deck?.isInitialized ? this.deck.getViewports()[0] : undefined; }

  /** @returns {View} */
  view() {
    const {longitude, latitude, zoom} = this.viewport() ?? EUROPE;
    return {longitude, latitude, zoom};
  }

  // --- the camera -------------------------------------------------------------------------------------------------

  /** The view of the address bar, where it lives there. */
  said() { return this.data.link ? readView() ?? this.data.link.view : null; }

  /** What those who choose something have to do with the map. @returns {Chooser} */
  chooser() {
    const path = location.pathname;
    return {
      here: () => this.element.isConnected && location.pathname === path,
      where: () => this.viewport() ? this.view() : null,
      goTo: view => { if (this.viewport() && !sameView(view, rounded(this.view()))) this.fly(view); },
      choiceMade: () => this.report(),
    };
  }

  /** What a render asks for beside data: a flight where the token is new, another style with the theme. */
  follow() {
    const {camera, deck: {mapStyle}} = this.data;
    if (camera?.bounds) this.home = camera.bounds;
    if (mapStyle && mapStyle !== this.style) {
      this.style = mapStyle;
      this.basemap.covered = this.basemap.missing = false;
      this.deck?.setProps({mapStyle});
    }
    if (!camera || camera.token === this.token) return;
    this.token = camera.token;
    this.fly(this.target(camera) ?? EUROPE);
  }

  /** @param {CameraCommand | null} camera @returns {View | null} */
  target(camera) {
    if (camera?.view) return {longitude: camera.view[0], latitude: camera.view[1], zoom: camera.view[2]};
    return camera?.bounds ? this.fitting(camera.bounds) : null;
  }

  /** @param {Bounds} bounds @returns {View} */
  fitting(bounds) { return fitting(this.gl, this.canvas, bounds, this.data.padding); }

  /** @param {View} view @param {number} [milliseconds] */
  fly(view, milliseconds) {
    this.deck?.setProps({initialViewState: flight(this.gl, view, milliseconds)});
    this.moved();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const viewport = this.viewport(), view = viewport && keyed(event, viewport);
    if (!view) return;
    this.fly(view, 150);
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
      this.rested();
      clearTimeout(this.naming);
      this.naming = setTimeout(() => this.compose(), NAMES_MS); // where no new marks bring the names along
    }, DEBOUNCE_MS);
  }

  /** The camera stands still: the address and Python hear where. */
  rested() {
    if (!this.viewport() || !this.element.isConnected) return;
    if (this.data.link) writeView(this.view());
    this.report();
  }

  /** Tells Python what is seen and, of a map whose choices live in the address, what is chosen. */
  report() {
    const viewport = this.element.isConnected ? this.viewport() : undefined;
    const choice = this.data.link ? told() : null;
    if (!viewport) return choice && this.setState('viewport', {choice});
    const [west, south, east, north] = viewport.getBounds();
    const {zoom, width, height} = viewport, edges = [west, south, east, north];
    const moved = !edges.every((edge, i) => edge === this.reported?.edges[i]);
    if (!moved && choice?.version === this.reported?.choice) return;
    if (moved && this.reported) elsewhere();
    this.reported = {serial: ++hooks.reports, at: performance.now(), edges, choice: choice?.version};
    this.setState('viewport', {west, south, east, north, zoom, width, height, serial: hooks.reports, choice: choice && told()});
  }

  /** @param {Hit} hit */
  goToHit(hit) {
    this.fly({longitude: hit.lon, latitude: hit.lat, zoom: hit.zoom});
    if (hit.point_id) choose({station: hit.point_id}, {how: 'search'});
    else if (hit.cpo) choose({cpo: hit.cpo});
  }

  // --- data -------------------------------------------------------------------------------------------------------

  paint() {
    this.scene.bind(this.data, this.basemap);
    this.pulses.update(this.data.pulses);
    this.pending = true;
    clearTimeout(this.naming);
    this.compose();
    this.boundAt = performance.now();
  }

  compose() { this.deck?.setProps({layers: this.scene.layers(this.viewport(), this.basemap)}); }

  painted() {
    const viewport = this.viewport();
    if (viewport) {
      this.pulses.place(viewport);
      this.here.place(viewport);
    }
    if (!this.pending) return;
    this.pending = false;
    note(this);
  }

  /** @param {Picking} info */
  hover({index, layer, x, y}) {
    if (index < 0 || !layer) return this.tooltip.hide();
    const table = layer.id === 'stations' ? this.data.stations : this.data.clusters;
    this.tooltip.show({index, layer, x, y}, name => column(table, name));
  }

  /** @param {MouseEvent} event */
  click({clientX, clientY}) {
    const steady = this.down && Math.hypot(clientX - this.down[0], clientY - this.down[1]) < STEADY;
    if (!steady || !this.viewport()) return;
    const {left, top} = this.canvas.getBoundingClientRect();
    const picked = this.deck?.pickObject({x: clientX - left, y: clientY - top, radius: PICKING_RADIUS});
    if (!picked) return;
    const {index: i, layer: {id}} = picked;
    const handle = column(id === 'stations' ? this.data.stations : this.data.clusters, 'handle')[i];
    if (id === 'stations') this.pick(handle);
    else if (handle) this.list(handle);
    else this.fly(this.fitting(column(this.data.clusters, 'bounds').subarray(4 * i, 4 * i + 4)));
  }

  /** Opens the station of a mark, where this map has a place for it. @param {number} handle */
  pick(handle) {
    if (this.data.link) choose({station: ''}, {how: 'map', handle});
  }

  /** Lists the stations that share the place of one, where this map has a place for it. @param {number} handle */
  list(handle) {
    if (this.data.link) choose({station: ''}, {how: 'map', panel: `site:${handle}`, page: 1});
  }

  /** Takes the picture that is printed. What a remote style has drawn is gone by now and is drawn once more. */
  picture() {
    if (!this.viewport()) return;
    this.deck?.getMapboxMap?.()?._render?.();
    this.deck?.redraw('print');
    this.print.take([...this.canvas.querySelectorAll('canvas')], this.data.lang);
  }

  /** Who the map beneath is owed to; `texts` is what the sources of a remote style say. */
  credit(/** @type {string[]} */ texts = []) {
    const {credits} = this.data, {covered} = this.basemap;
    if (texts.length) this.attributed = texts;
    const known = covered ? credits.remote : credits.embedded;
    /** @type {Credit[]} */
    const owed = covered && !known.length ? this.attributed.map(text => [text]) : known;
    const absent = this.basemap.missing && !covered ? [`${this.text('no_streets')} · `] : [];
    this.credits.replaceChildren(...absent, ...owed.flatMap(([textContent, href], i) => [
      ...i ? [' · '] : [], href ? Object.assign(document.createElement('a'), {href, textContent, target: '_blank', rel: 'noopener'}) : textContent,
    ]));
    this.credits.setAttribute('aria-label', this.text('attribution'));
  }
}
