// Rings that spread from what is new on the map. They are CSS animations, so the map isn't drawn again for them; a ring stays
// the same element from render to render, so that none starts anew.
const LASTS_S = 60;
const PERIOD_S = 2;

export class Pulses {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.layer = Object.assign(document.createElement('div'), {className: 'wg-pulses'});
    this.layer.setAttribute('aria-hidden', 'true');
    /** @type {Map<number, {element: HTMLElement, at: LonLat}>} */
    this.rings = new Map();
    element.append(this.layer);
  }

  /** @param {Pulse[]} pulses all that pulse */
  update(pulses) {
    const names = new Set(pulses.map(([name]) => name));
    for (const [name, ring] of this.rings) {
      if (names.has(name)) continue;
      ring.element.remove();
      this.rings.delete(name);
    }
    for (const [name, lon, lat, age] of pulses) {
      if (this.rings.has(name)) continue;
      const element = document.createElement('i');
      element.dataset.pulse = String(name);
      element.style.animationIterationCount = String(Math.max(1, Math.ceil((LASTS_S - age) / PERIOD_S)));
      this.layer.append(element);
      this.rings.set(name, {element, at: [lon, lat]});
    }
  }

  /** Puts the rings where their places are. @param {Viewport} viewport */
  place(viewport) {
    for (const {element, at} of this.rings.values()) {
      const [x, y] = viewport.project(at);
      element.style.translate = `${x.toFixed(1)}px ${y.toFixed(1)}px`;
    }
  }
}
