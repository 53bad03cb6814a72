// A map in a frame of somebody else's page. It is to map, panels and news what Streamlit is on the other pages: it hears what was
// chosen, asks the server what that is in HTML (embed/parts), and has them draw it.
import {framed, readView} from './address.js';
import {askForParts} from './asking.js';
import {lonLatAt, pixelOf} from './camera.js';
import {find} from './elements.js';
import {render as drawMap} from './map.js';
import {render as hear} from './news.js';
import {render as drawPanels} from './panels.js';
import {showTrouble} from './trouble.js';

const STATION_ZOOM = 16, NARROW = 700, EDGE = 60, FOOT = 90, NEAR_EDGE = 20; // zoom; px
const START = 'start'; // the token of where the camera stands at first

/** What was chosen before anybody chose anything. @type {ChoiceReport} */
const OPENED = {version: 0, query: '', handle: null, how: '', panel: '', order: '', page: 1, stars: []};

/** Shows the map that the page says. */
export function begin() {
  const root = find(document, '.wl-embed'), said = find(document, '#wl-said')?.textContent;
  if (root && said) new Embed(root, JSON.parse(said)).start();
}

class Embed {
  /** @type {EmbedReport} */
  reported = {choice: {...OPENED, query: location.search.slice(1)}};
  /** @type {EmbedAnswer | null} */
  answer = null;
  /** The question that the answer is to. */
  answered = '';
  /** @type {CameraCommand} */
  camera = {token: START};
  /** @type {Set<string>} groups of points that are shown one by one */
  unfolded = new Set();
  /** The station that they are of. */
  station = '';
  asking = new AbortController();
  dark = matchMedia('(prefers-color-scheme: dark)');
  /** The last choice that the camera has followed. */
  followed = 0;

  /** @param {HTMLElement} root @param {EmbedPage} page */
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.link = page.link;
  }

  start() {
    framed(['theme']);
    this.dark.addEventListener('change', () => this.draw());
    for (const kind of ['pointerdown', 'focusin', 'click']) this.root.addEventListener(kind, event => leadOut(event), true);
    if (window.parent !== window) this.root.addEventListener('wheel', event => this.wheel(event), {capture: true, passive: true});
    if (this.page.link.view) this.draw();
    this.ask();
  }

  /** What is asked for what was chosen. */
  question() {
    const {choice: {query, handle, panel, order, page}, ...seen} = this.reported, {timeZone} = Intl.DateTimeFormat().resolvedOptions();
    const asked = new URLSearchParams({lang: this.page.lang, zone: timeZone ?? '', link: query, panel, order, page: String(page)});
    if (handle !== null) asked.set('handle', String(handle));
    if (panel === 'list' && seen.west !== undefined) asked.set('bbox', [seen.west, seen.south, seen.east, seen.north].map(edge => edge?.toFixed(6)).join());
    for (const group of this.unfolded) asked.append('unfolded', group);
    return `embed/parts?${asked}`;
  }

  /** Asks for what is to be said, unless that is known; draws it. @param {{anew?: boolean}} [how] */
  async ask({anew = false} = {}) {
    const question = this.question(), {reported} = this;
    if (question === this.answered && !anew) return this.draw();
    this.asking.abort();
    const {signal} = this.asking = new AbortController();
    try {
      const answer = await askForParts(question, signal);
      if (signal.aborted) return;
      this.take(answer, question);
      showTrouble('parts', null, name => this.page.texts[name]);
    } catch (error) {
      if (signal.aborted) return;
      showTrouble('parts', error, (name, values = {}) => (this.page.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key])));
    }
    if (reported === this.reported) this.draw();
  }

  /** @param {EmbedAnswer} answer @param {string} question */
  take(answer, question) {
    const station = new URLSearchParams(answer.query).get('station') ?? '';
    if (station !== this.station) this.unfolded.clear();
    Object.assign(this, {answer, answered: question, station});
    this.link = {...this.link, version: this.reported.choice.version, query: answer.query};
    if (answer.bounds) this.camera = {...this.camera, bounds: answer.bounds};
  }

  /** Draws what there is. */
  draw() {
    const {answer, page, root} = this;
    if (answer) drawPanels({data: {parts: answer.parts, lang: page.lang}, parentElement: root, setStateValue() {}, setTriggerValue: (_, action) => this.unfold(String(action))});
    this.follow();
    drawMap({data: this.mapData(), parentElement: root, setTriggerValue() {}, setStateValue: (_, said) => this.hear(/** @type {EmbedReport} */ (said))});
    if (answer) hear({data: {...page.news, ...answer.news}, parentElement: root, setStateValue() {}, setTriggerValue: () => this.ask({anew: true})});
  }

  /** @returns {MapData} */
  mapData() {
    const {page, answer, camera, link} = this, theme = this.theme(), {deck, tones} = page.themes[theme];
    const panel = Boolean(answer?.parts.panel), narrow = this.root.clientWidth < NARROW;
    this.root.dataset.look = theme;
    return {
      deck, theme, palette: {...page.looks, tones}, bundle: page.bundle, basemap: page.basemap, credits: page.credits, lang: page.lang,
      texts: page.texts, camera, selected: answer?.selected ?? null, link, filters: null, pulses: [], answers: this.reported.serial ?? 0,
      padding: {top: EDGE, bottom: panel && narrow ? this.covered().bottom : FOOT, right: panel && !narrow ? this.covered().right : 0},
    };
  }

  /** The theme of the link, else the browser's. @returns {'light' | 'dark'} */
  theme() {
    const [only, other] = /** @type {('light' | 'dark')[]} */ (Object.keys(this.page.themes));
    return other ? (this.dark.matches ? 'dark' : 'light') : only;
  }

  /** CSS pixels that the panel covers. */
  covered() {
    const sheet = find(this.root, '.wl-panel .wl-sheet'), whole = this.root.getBoundingClientRect();
    const box = sheet?.getBoundingClientRect() ?? {left: whole.right, top: whole.bottom};
    return whole.width < NARROW ? {right: 0, bottom: whole.bottom - box.top} : {right: whole.right - box.left, bottom: 0};
  }

  /** Where the camera is sent, so that what was chosen is not under its own panel. */
  follow() {
    const {answer, reported: {choice: {version, how}}} = this, at = answer?.selected?.position;
    if (!answer || (this.followed === version && this.camera.view)) return;
    if (at && !this.link.view && !readView()) this.camera = {...this.camera, view: this.beside(at, STATION_ZOOM)};
    if (this.followed === version || !at || !how) return;
    this.followed = version;
    const view = readView();
    if (!view || !(how === 'search' || this.hides(at, view))) return;
    this.camera = {...this.camera, token: String(version), view: this.beside(at, how === 'search' ? STATION_ZOOM : view.zoom)};
  }

  /** Whether a place lies where the panel is, or at the edge. @param {LonLat} at @param {View} view */
  hides(at, view) {
    const {clientWidth: width, clientHeight: height} = this.root, [x, y] = pixelOf(at, view, width, height), {right, bottom} = this.covered();
    return !(x > NEAR_EDGE && x < width - right - NEAR_EDGE && y > EDGE && y < height - bottom - NEAR_EDGE);
  }

  /** The view that has a place in the middle of what the panel leaves free. @param {LonLat} at @param {number} zoom
   * @returns {[lon: number, lat: number, zoom: number]} */
  beside([longitude, latitude], zoom) {
    const {clientWidth: width, clientHeight: height} = this.root, {right, bottom} = this.covered();
    const middle = [(width - right) / 2, (height - bottom + EDGE) / 2];
    return [...lonLatAt({longitude, latitude, zoom}, [width - middle[0], height - middle[1]], width, height), zoom];
  }

  /** The map says what was chosen, or how large it is. @param {EmbedReport} said */
  hear(said) {
    this.reported = said;
    this.ask();
  }

  /** A group of points is unfolded or folded. @param {string} action "unfold:ID" */
  unfold(action) {
    const group = action.slice(action.indexOf(':') + 1);
    if (!this.unfolded.delete(group)) this.unfolded.add(group);
    this.ask();
  }

  /** In somebody else's page the wheel scrolls that page; with Ctrl it zooms the map. @param {WheelEvent} event */
  wheel(event) {
    if (event.ctrlKey || event.metaKey || !(event.target instanceof Element) || !event.target.closest('.wg-canvas')) return;
    event.stopPropagation();
    const line = find(this.root, '.wg-message');
    if (!line?.hidden) return;
    line.textContent = this.page.texts.wheel;
    line.hidden = false;
    setTimeout(() => { line.hidden = true; }, 2500);
  }
}

/** The way to the full map leads to what is seen now. @param {Event} event */
function leadOut({target}) {
  const link = target instanceof Element && target.closest('[data-full-map]');
  if (!(link instanceof HTMLAnchorElement)) return;
  const query = location.search.slice(1).split('&').filter(part => !/^theme=/i.test(part)).join('&');
  link.href = `./${query && `?${query}`}`;
}
