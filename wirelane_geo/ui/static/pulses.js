// Rings that go out from what is new on the map. The browser animates them by itself: the map isn't drawn again for them,
// and a ring that is there stays the same element from render to render, so that none starts anew.
const LASTS_S = 60;
const PERIOD_S = 2;

export class Pulses {
  constructor(element) {
    this.layer = Object.assign(document.createElement('div'), {className: 'wg-pulses'});
    this.layer.setAttribute('aria-hidden', 'true');
    this.rings = new Map();
    element.append(this.layer);
  }

  /** `pulses`: [name, lon, lat, age in seconds] of all that pulse. */
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
      element.dataset.pulse = name;
      element.style.animationIterationCount = Math.max(1, Math.ceil((LASTS_S - age) / PERIOD_S));
      this.layer.append(element);
      this.rings.set(name, {element, at: [lon, lat]});
    }
  }

  /** Puts the rings where their places are in a viewport. */
  place(viewport) {
    for (const {element, at} of this.rings.values()) {
      const [x, y] = viewport.project(at);
      element.style.translate = `${x.toFixed(1)}px ${y.toFixed(1)}px`;
    }
  }
}
