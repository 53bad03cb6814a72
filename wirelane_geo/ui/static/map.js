// The map component: one deck for the life of its element. It draws its tiles by itself; a render says how, and what is chosen.
import {close} from './actions.js';
import {readView, rounded, sameView} from './address.js';
import {fontReady} from './atlas.js';
import {Basemap} from './basemap.js';
import {EUROPE, zoomed} from './camera.js';
import {begin, choose, chosen, chosenFilters, heed} from './choice.js';
import {Controls} from './controls.js';
import {Credits} from './credits.js';
import {loadDeck} from './deckgl.js';
import {Flights} from './flights.js';
import {Here} from './here.js';
import {showCounts} from './legend.js';
import {Outline} from './outline.js';
import {Pointer} from './pointer.js';
import {Print} from './print.js';
import {Pulses} from './pulses.js';
import {Report} from './report.js';
import {Scene} from './scene.js';
import {Search} from './search.js';
import {Stage} from './stage.js';
import {note, watch} from './test_hooks.js';
import {TiledMarks} from './tiled_marks.js';
import {Tooltip} from './tooltip.js';
import {showTrouble} from './trouble.js';

const NAMES_MS = 400;
const FINE_MS = 4000; // until the embedded basemap is made fine, whatever else has not come
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
  const map = maps.get(element) ?? new StationMap(element, data);
  maps.set(element, map);
  await map.update(data, setStateValue);
  return () => { if (!element.isConnected) map.close(); };
}

/** A map in its element. What has no value yet is filled by the first update, before anything reads it. */
export class StationMap {
  /** @type {Texts} */
  text = name => name;
  number = new Intl.NumberFormat();
  /** @type {Scene | undefined} */
  scene;
  /** @type {Component<MapData>['setStateValue']} */
  setState = () => {};
  path = location.pathname;
  /** @type {Timer} */
  naming;
  /** Whether what was bound last isn't painted yet. */
  pending = false;
  boundAt = 0; // performance.now()
  paintedAt = 0; // when all that is looked at was painted first
  closing = new AbortController();

  /** @param {HTMLElement} element @param {MapData} data of the first render */
  constructor(element, data) {
    this.element = element;
    this.data = data;
    this.canvas = Object.assign(document.createElement('div'), {className: 'wg-canvas', tabIndex: 0});
    this.canvas.setAttribute('role', 'application');
    element.append(this.canvas);
    this.credits = new Credits(element);
    this.basemap = new Basemap(() => this.compose());
    this.pulses = new Pulses(element);
    this.here = new Here(element);
    this.outline = new Outline(element);
    this.print = new Print(element);
    this.tooltip = new Tooltip(element);
    this.search = new Search(element, hit => this.goToHit(hit));
    this.controls = new Controls(element, {
      zoom: by => this.flights.to(zoomed(this.stage.view(), by), 200),
      fit: () => this.flights.fit(this.flights.home),
      locate: (longitude, latitude, metres) => {
        this.here.mark(longitude, latitude, metres);
        this.flights.to({longitude, latitude, zoom: NEAR_ME_ZOOM});
      },
    });
    this.stage = new Stage(element, this.canvas, this.reactions());
    this.flights = new Flights(this.stage, () => this.moved());
    this.pointer = new Pointer(this.canvas, this.stage, this.tooltip, {
      tables: () => this.marks.bound, chooses: () => Boolean(this.data.link), fit: bounds => this.flights.fit(bounds),
    });
    this.marks = new TiledMarks({
      bind: () => this.paint(), counted: (counts, query) => showCounts(counts, query !== ''),
      troubled: (what, why) => this.data.link && showTrouble(what, why, this.text),
    }, this.closing.signal, {counts: Boolean(data.link)});
    this.report = new Report({
      viewport: () => this.onItsPage() ? this.stage.viewport() : undefined, moving: () => this.stage.moving,
      own: () => this.onItsPage() && Boolean(this.data.link),
      rested: () => this.rested(), send: value => this.setState('viewport', value),
    });
    this.listen(this.closing.signal);
  }

  /** @returns {import('./stage.js').Reactions} */
  reactions() {
    return {
      moves: view => {
        this.moved();
        this.look(view);
        const viewport = this.stage.viewport();
        if (viewport && this.basemap.outgrown(viewport)) this.compose();
      },
      resized: () => this.moved(),
      loaded: () => {
        this.report.rests();
        this.compose();
      },
      painted: () => this.painted(),
      hover: info => this.pointer.hover(info),
      remote: map => this.basemap.watch(map, texts => this.credits.update(this, this.basemap, texts)),
      started: () => watch(this),
      lost: view => {
        this.scene = this.newScene();
        this.start(view);
        this.paint();
      },
    };
  }

  /** @param {AbortSignal} signal ends what listens to the page */
  listen(signal) {
    this.canvas.addEventListener('keydown', event => this.flights.key(event));
    document.addEventListener('keydown', event => {
      const within = event.target instanceof Element && event.target.closest('input, textarea, select, [role=listbox], [role=dialog]');
      if (event.key === 'Escape' && !event.defaultPrevented && !within && this.data.link) close();
    }, {signal});
    addEventListener('beforeprint', () => this.picture(), {signal});
    addEventListener('afterprint', () => this.print.clear(), {signal});
  }

  close() {
    this.closing.abort();
    this.report.close();
    clearTimeout(this.naming);
    this.stage.close();
  }

  /** @param {MapData} data @param {Component<MapData>['setStateValue']} setStateValue */
  async update(data, setStateValue) {
    const first = this.data === data;
    this.setState = setStateValue;
    if (this.data.answers && !data.answers) return this.forgotten(data);
    if (data.link && first) begin(this.chooser());
    if (data.link) heed(data.link);
    this.data = data;
    this.text = (name, values = {}) => (data.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ''));
    this.number = new Intl.NumberFormat(data.lang, {maximumFractionDigits: 1});
    this.canvas.setAttribute('aria-label', `${this.text('map')}. ${this.text('keys')}`);
    this.element.dataset.theme = data.theme;
    for (const part of [this.here, this.tooltip, this.search, this.controls]) part.update(this);
    this.credits.update(this, this.basemap);
    const begins = this.said(), font = getComputedStyle(this.element).fontFamily;
    this.marks.filter(this.filters());
    try {
      const loading = Promise.all([loadDeck(new URL(`./${data.bundle}`, document.baseURI)), fontReady(font)]);
      await styled;
      if (first && begins) this.look(begins); // asked for while deck.gl comes
      [this.stage.gl] = await loading;
      this.basemap.ask(data.basemap); // not before: on a slow line deck.gl would come later
      if (data !== this.data || !this.element.isConnected) return; // a later render overtook this one, or the page went on
      this.scene ??= this.newScene(font);
      this.flights.padding = data.padding;
      if (!this.stage.deck) this.start(this.said() ?? this.flights.target(data.camera) ?? EUROPE);
      if (this.stage.restyle(data.deck.mapStyle)) this.basemap.covered = this.basemap.missing = false;
      this.flights.follow(data);
      this.paint();
    } catch (error) {
      console.error(error); // thrown on, Streamlit would put its error in the map's place
      if (!this.stage.deck) this.controls.say(this.text('no_webgl'), {stays: true});
    }
  }

  /** A server that was away is back and knows nothing of this page: what is on screen stays, and it hears where that is. @param {MapData} data */
  forgotten({camera}) {
    this.flights.token = camera?.token;
    this.report.forget();
  }

  /** The filters of what is drawn, as a link has them: those that were chosen here, or those that Python says. */
  filters() { return this.data.link ? chosenFilters() : this.data.filters; }

  /** The value of one of them, "" where it isn't set. @param {string} key */
  value(key) { return this.data.link ? chosen(key) : new URLSearchParams(this.data.filters ?? '').get(key) ?? ''; }

  newScene(font = this.scene?.font ?? '') { return new Scene(this.stage.gl, this.data.palette, font, this.stage.ratio()); }

  // --- the camera -------------------------------------------------------------------------------------------------

  /** @param {View} view */
  start(view) {
    this.flights.token ??= this.data.camera?.token;
    this.basemap.covered = this.basemap.missing = false;
    this.look(view);
    this.stage.start(view, this.data.deck);
    setTimeout(() => this.basemap.refine(), FINE_MS);
  }

  /** The camera is somewhere, or will be in the next frame. @param {View} view */
  look(view) {
    const {clientWidth: width, clientHeight: height} = this.canvas;
    if (width && height) this.marks.look(view, {width, height});
  }

  /** The view of the address bar, where it lives there. */
  said() { return this.data.link ? readView() ?? this.data.link.view : null; }

  /** Whether the address is still that of its page. Once Back has left it, what it said would be written there, and would have Python
   * run this page instead of that one. */
  onItsPage() { return this.element.isConnected && location.pathname === this.path; }

  /** What those who choose something have to do with the map. @returns {Chooser} */
  chooser() {
    return {
      here: () => this.onItsPage(),
      where: () => this.stage.viewport() ? this.stage.view() : null,
      goTo: view => { if (this.stage.viewport() && !sameView(view, rounded(this.stage.view()))) this.flights.to(view); },
      choiceMade: () => {
        this.marks.filter(this.filters());
        this.report.tell();
      },
    };
  }

  moved() {
    this.tooltip.hide();
    this.paintedAt = 0;
    this.report.moved();
  }

  /** The camera stands still: what is drawn is for its zoom, and names keep clear of marks. */
  rested() {
    this.look(this.stage.view());
    this.marks.rest();
    clearTimeout(this.naming);
    this.naming = setTimeout(() => this.compose(), NAMES_MS); // where no new marks bring the names along
    note(this);
  }

  /** @param {Hit} hit */
  goToHit(hit) {
    this.flights.to({longitude: hit.lon, latitude: hit.lat, zoom: hit.zoom});
    if (hit.point_id) choose({station: hit.point_id}, {how: 'search'});
    else if (hit.cpo) choose({cpo: hit.cpo});
  }

  // --- what is drawn ----------------------------------------------------------------------------------------------

  paint() {
    if (!this.scene || !this.stage.deck) return;
    this.scene.bind(this.data, this.marks.bound, this.basemap);
    this.pulses.update(this.data.pulses);
    this.pending = true;
    this.paintedAt = 0;
    clearTimeout(this.naming);
    this.compose();
    this.boundAt = performance.now();
  }

  compose() {
    if (!this.scene) return;
    const {extent} = this.basemap;
    this.stage.deck?.setProps({layers: this.scene.layers(this.stage.viewport(), this.basemap)});
    if (extent !== this.basemap.extent) this.credits.update(this, this.basemap);
  }

  painted() {
    const viewport = this.stage.viewport();
    if (viewport) {
      this.pulses.place(viewport);
      this.here.place(viewport);
      this.outline.place(viewport, key => this.value(key));
    }
    this.pending = false;
    if (!this.paintedAt && this.marks.whole) {
      this.paintedAt = performance.now();
      if (!this.data.deck.mapStyle) this.basemap.refine(); // else a remote style may well come first
    }
    note(this);
  }

  /** Takes the picture that is printed. */
  picture() {
    if (!this.stage.viewport()) return;
    this.stage.redraw();
    this.print.take([...this.canvas.querySelectorAll('canvas')], this.outline, this.data.lang);
  }
}
