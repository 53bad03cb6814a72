// The deck of a map: made once, made anew where its context was lost, and where its camera stands.
import {EUROPE, LIMITS, flight} from './camera.js';
import {drawnBySoftware} from './deckgl.js';
import {drawLetters} from './street_names.js';

const PICKING_RADIUS = 4; // px

/** What a map has to do with its deck. `moves`: where the camera will be in the next frame.
 * @typedef {{moves(view: View): void, resized(): void, loaded(): void, painted(): void, hover(info: Picking): void,
 *   remote(map: RemoteMap): void, started(): void, lost(view: View): void}} Reactions */

/** A style as text, so that it can be compared. @param {MapStyle} style */
const written = style => typeof style === 'string' ? style : style && JSON.stringify(style);

/** A style of this server with the page's address in it: mapbox-gl asks for tiles from where no page is. @param {MapStyle} style @returns {MapStyle} */
const located = style => typeof style === 'string' || !style ? style
  : JSON.parse(JSON.stringify(style).replaceAll('{base}', new URL('.', document.baseURI).href));

export class Stage {
  /** @type {DeckGL} */
  gl;
  /** @type {Deck | null} */
  deck = null;
  /** @type {string | null} of the remote basemap */
  style = null;
  /** Whether a hand or a flight moves the camera. */
  moving = false;
  guarding = new AbortController();

  /** @param {HTMLElement} element @param {HTMLElement} canvas within it @param {Reactions} reactions */
  constructor(element, canvas, reactions) {
    this.element = element;
    this.canvas = canvas;
    this.reactions = reactions;
  }

  /** @param {View} view @param {MapData['deck']} spec */
  start(view, spec) {
    const slow = drawnBySoftware(), {reactions} = this;
    this.style = written(spec.mapStyle);
    this.moving = false;
    this.canvas.replaceChildren();
    const deck = this.deck = /** @type {NonNullable<typeof window.createDeck>} */ (window.createDeck)({
      container: this.canvas, tooltip: false,
      jsonInput: {...spec, mapStyle: located(spec.mapStyle), layers: [], initialViewState: {...view, ...LIMITS}, useDevicePixels: this.ratio(),
        deviceProps: {webgl: {antialias: !slow}}}, // each pixel four times takes as long as all the rest; marks smooth their own edges
    });
    deck.setProps({
      controller: {dragRotate: false, touchRotate: false, keyboard: false, inertia: slow ? 0 : 250}, // a few frames a second are no glide
      onViewStateChange: ({viewState}) => {
        reactions.moves(viewState);
        return viewState;
      },
      onInteractionStateChange: ({inTransition, isDragging, isZooming}) => { this.moving = Boolean(inTransition || isDragging || isZooming); },
      onResize: () => { deck.setProps({useDevicePixels: this.ratio()}); reactions.resized(); },
      onLoad: () => {
        for (const canvas of this.canvas.querySelectorAll('canvas')) canvas.removeAttribute('tabindex'); // what takes the keys is around it, and named
        reactions.loaded();
      },
      onHover: info => reactions.hover(info),
      onAfterRender: () => reactions.painted(),
      getCursor: ({isDragging, isHovering}) => isDragging ? 'grabbing' : isHovering ? 'pointer' : 'grab',
      pickingRadius: PICKING_RADIUS,
    });
    const remote = deck.getMapboxMap?.();
    if (remote && spec.mapStyle && typeof spec.mapStyle === 'object') drawLetters(remote, getComputedStyle(this.element).fontFamily);
    if (remote) reactions.remote(remote);
    this.guard();
    reactions.started();
  }

  /** Pixels of the screen for one of the map's: a page may draw the map larger (a CSS transform). */
  ratio() { return window.devicePixelRatio * (this.element.getBoundingClientRect().width / this.element.offsetWidth || 1); }

  /** A lost WebGL context or another pixel ratio: a new deck where the old one stood. */
  guard() {
    const ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const {signal} = this.guarding = new AbortController();
    const restart = () => {
      const view = this.view();
      this.close(); // should there be no context to be had now, the next render tries again
      this.reactions.lost(view);
    };
    ratio.addEventListener('change', restart, {signal});
    for (const canvas of this.canvas.querySelectorAll('canvas')) {
      canvas.addEventListener('webglcontextlost', () => setTimeout(() => signal.aborted || restart()), {signal});
    }
  }

  close() {
    this.guarding.abort();
    this.deck?.finalize();
    this.deck = null;
  }

  /** @returns {Viewport | undefined} what is seen; nothing before the first frame */
  viewport() { return this.deck?.isInitialized ? this.deck.getViewports()[0] : undefined; }

  /** @returns {View} */
  view() {
    const {longitude, latitude, zoom} = this.viewport() ?? EUROPE;
    return {longitude, latitude, zoom};
  }

  /** @param {View} view @param {number} [milliseconds] */
  fly(view, milliseconds) { this.deck?.setProps({initialViewState: flight(this.gl, view, milliseconds)}); }

  /** @param {MapStyle} style of the remote basemap; whether it is another one */
  restyle(style) {
    if (!style || written(style) === this.style) return false;
    this.style = written(style);
    this.deck?.setProps({mapStyle: located(style)});
    return true;
  }

  /** What is drawn at a place of the canvas, px. @param {number} x @param {number} y */
  pick(x, y) { return this.deck?.pickObject({x, y, radius: PICKING_RADIUS}); }

  /** What a remote style has drawn is gone by now and is drawn once more, for a picture of it all. */
  redraw() {
    this.deck?.getMapboxMap?.()?._render?.();
    this.deck?.redraw('print');
  }
}
