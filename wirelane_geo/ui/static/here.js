// Where the visitor is: a dot on the map, and around it how far off that may be.
const METRES_PER_PIXEL = 40_075_017 / 512; // at the equator, zoom 0
const LEAST_PX = 14; // a smaller circle is under the dot

export class Here {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.dot = Object.assign(document.createElement('div'), {className: 'wg-here', hidden: true});
    this.dot.setAttribute('role', 'img');
    /** @type {{at: LonLat, metres: number} | null} */
    this.fix = null;
    element.append(this.dot);
  }

  /** @param {Context} context */
  update({text}) {
    this.dot.setAttribute('aria-label', text('here'));
    this.dot.title = text('here');
  }

  /** @param {number} longitude @param {number} latitude @param {number} metres that it may be off */
  mark(longitude, latitude, metres) {
    this.fix = {at: [longitude, latitude], metres};
    this.dot.hidden = false;
  }

  /** Puts the dot where its place is. @param {Viewport} viewport */
  place(viewport) {
    if (!this.fix) return;
    const [x, y] = viewport.project(this.fix.at);
    const pixels = this.fix.metres / (METRES_PER_PIXEL * Math.cos(this.fix.at[1] * Math.PI / 180) / 2 ** viewport.zoom);
    this.dot.style.translate = `${x.toFixed(1)}px ${y.toFixed(1)}px`;
    this.dot.style.setProperty('--reach', `${pixels > LEAST_PX ? Math.min(pixels, 4000).toFixed(0) : 0}px`);
  }
}
