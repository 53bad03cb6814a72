// The outline of a drawn area, and a route, over the map.
import {outlines} from './where.js';

const SVG = 'http://www.w3.org/2000/svg';

export class Outline {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.svg = document.createElementNS(SVG, 'svg');
    this.svg.setAttribute('class', 'wg-outline');
    this.svg.setAttribute('aria-hidden', 'true');
    this.path = document.createElementNS(SVG, 'path');
    this.svg.append(this.path);
    element.append(this.svg);
  }

  /** Puts it where its corners are. @param {Viewport} viewport @param {(key: string) => string} value a filter's value */
  place(viewport, value) {
    const lines = outlines(value);
    this.path.setAttribute('d', lines.map(line => `M${line.map(at => viewport.project(at).map(px => px.toFixed(1)).join(' ')).join('L')}`).join(''));
  }

  /** Draws it into a picture of the map that is `scale` times as large. @param {CanvasRenderingContext2D} pen @param {number} scale */
  draw(pen, scale) {
    const {stroke, strokeWidth} = getComputedStyle(this.path);
    pen.save();
    pen.scale(scale, scale);
    Object.assign(pen, {strokeStyle: stroke, lineWidth: parseFloat(strokeWidth), lineJoin: 'round'});
    pen.stroke(new Path2D(this.path.getAttribute('d') ?? ''));
    pen.restore();
  }
}
