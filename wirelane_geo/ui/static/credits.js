// Who the map beneath is owed to, in a line at its foot.

export class Credits {
  /** @type {string[]} what a remote style's sources want to be credited with */
  attributed = [];

  /** @param {HTMLElement} element */
  constructor(element) {
    this.line = Object.assign(document.createElement('div'), {className: 'wg-credits'});
    element.append(this.line);
  }

  /** @param {{data: MapData, text: Texts}} context @param {import('./basemap.js').Basemap} basemap
   * @param {string[]} [texts] what the sources of a remote style say */
  update({data: {credits}, text}, {extent, covered, missing, unreadable}, texts = []) {
    if (texts.length) this.attributed = texts;
    /** @type {Credit[]} */
    const remote = credits.remote.length ? credits.remote : this.attributed.map(name => [name]);
    const owed = [...extent === 'none' ? [] : remote, ...extent === 'all' ? [] : credits.embedded];
    const absent = missing && !covered ? [`${text(unreadable ? 'streets_unreadable' : 'no_streets')} · `] : [];
    this.line.replaceChildren(...absent, ...owed.flatMap(([textContent, href], i) => [
      ...i ? [' · '] : [], href ? Object.assign(document.createElement('a'), {href, textContent, target: '_blank', rel: 'noopener'}) : textContent,
    ]));
    this.line.setAttribute('aria-label', text('attribution'));
  }
}
