// Viewports as deck.gl has them: its own are made from the same class of math.gl.
import {WebMercatorViewport} from '@math.gl/web-mercator';

/** @param {Partial<View & {width: number, height: number}>} [where] @returns {Viewport} */
export function viewportAt({longitude = 10, latitude = 51, zoom = 6, width = 1280, height = 800} = {}) {
  const made = new WebMercatorViewport({longitude, latitude, zoom, width, height});
  return {
    longitude, latitude, zoom, width, height,
    getBounds: () => { const [[west, south], [east, north]] = made.getBounds(); return [west, south, east, north]; },
    project: at => /** @type {Pixel} */ (made.project(at)),
    unproject: at => /** @type {LonLat} */ (made.unproject(at)),
  };
}

/** What the camera uses of deck.gl. */
export const deck = /** @type {DeckGL} */ (/** @type {unknown} */ ({
  WebMercatorViewport,
  LinearInterpolator: class { constructor(/** @type {string[]} */ props) { this.props = props; } },
  FlyToInterpolator: class { constructor(/** @type {object} */ options) { this.options = options; } },
}));
