// Where the camera is sent: by Python (once for each token), by what fits into the map, by a key.
import {EUROPE, fitting, keyed} from './camera.js';

export class Flights {
  /** Of Python's last command. @type {string | undefined} */
  token;
  /** Bounds of the whole network. @type {Bounds | undefined} */
  home;
  /** CSS pixels covered by panels. @type {Partial<Sides>} */
  padding = {};

  /** @param {import('./stage.js').Stage} stage @param {() => void} moved */
  constructor(stage, moved) {
    this.stage = stage;
    this.moved = moved;
  }

  /** Flies where a render says, where that is something new. @param {MapData} data */
  follow({camera, padding}) {
    this.padding = padding;
    if (camera?.bounds) this.home = camera.bounds;
    if (!camera || camera.token === this.token) return;
    this.token = camera.token;
    this.to(this.target(camera) ?? EUROPE);
  }

  /** @param {CameraCommand | null} camera @returns {View | null} */
  target(camera) {
    if (camera?.view) return {longitude: camera.view[0], latitude: camera.view[1], zoom: camera.view[2]};
    return camera?.bounds ? this.fitting(camera.bounds) : null;
  }

  /** @param {Bounds} bounds @returns {View} */
  fitting(bounds) { return fitting(this.stage.gl, this.stage.canvas, bounds, this.padding); }

  /** @param {Bounds | undefined} bounds */
  fit(bounds) { if (bounds) this.to(this.fitting(bounds)); }

  /** @param {View} view @param {number} [milliseconds] */
  to(view, milliseconds) {
    this.stage.fly(view, milliseconds);
    this.moved();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const viewport = this.stage.viewport(), view = viewport && keyed(event, viewport);
    if (!view) return;
    this.to(view, 150);
    event.preventDefault();
  }
}
