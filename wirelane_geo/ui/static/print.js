// The map on paper: a picture of it, taken when printing begins, since a page is printed at another size than it has on the screen.

export class Print {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.figure = Object.assign(document.createElement('figure'), {className: 'wg-print'});
    element.append(this.figure);
  }

  /** @param {HTMLCanvasElement[]} canvases from bottom to top @param {import('./outline.js').Outline} outline over them @param {string} lang */
  take(canvases, outline, lang) {
    const picture = document.createElement('canvas'), pen = picture.getContext('2d');
    [picture.width, picture.height] = [Math.max(...canvases.map(({width}) => width)), Math.max(...canvases.map(({height}) => height))];
    if (!pen || !picture.width || !picture.height) return;
    pen.fillStyle = getComputedStyle(this.figure).getPropertyValue('--wg-sea');
    pen.fillRect(0, 0, picture.width, picture.height);
    for (const canvas of canvases) pen.drawImage(canvas, 0, 0, picture.width, picture.height);
    outline.draw(pen, picture.width / canvases[0].clientWidth);
    const image = Object.assign(new Image(), {src: picture.toDataURL(), alt: ''});
    const now = new Intl.DateTimeFormat(lang, {dateStyle: 'medium', timeStyle: 'short'}).format(new Date());
    const caption = Object.assign(document.createElement('figcaption'), {textContent: `${now} · ${location.href}`});
    this.figure.replaceChildren(image, caption);
  }

  clear() { this.figure.replaceChildren(); }
}
