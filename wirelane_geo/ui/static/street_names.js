// Names on streets of our own file: mapbox-gl takes letters from a server of pictures, which would be one more to ask. It can draw
// those of East Asia by itself; here it draws all of them, each as wide as it is. What it doesn't promise to keep (mapbox-gl
// 1.13, in pydeck's bundle): _tinySDF, _doesCharSupportLocalGlyph and localIdeographFontFamily of its glyph manager.
const SIZE = 24; // px, of which its own letters are

/** @param {RemoteMap} remote @param {string} font family */
export function drawLetters(remote, font) {
  const manager = remote.style?.glyphManager, kind = manager && Object.getPrototypeOf(manager);
  if (!kind?._tinySDF || kind.lettersDrawn) return;
  const draw = kind._tinySDF, pen = document.createElement('canvas').getContext('2d');
  kind.lettersDrawn = true;
  kind._doesCharSupportLocalGlyph = () => true;
  kind._tinySDF = function (/** @type {any} */ entry, /** @type {string} */ stack, /** @type {number} */ id) {
    this.localIdeographFontFamily = font; // each style begins with another one
    const glyph = draw.call(this, entry, stack, id);
    if (!glyph || !pen) return glyph;
    pen.font = `500 ${SIZE}px ${this.localIdeographFontFamily}`;
    return {...glyph, metrics: {...glyph.metrics, advance: pen.measureText(String.fromCharCode(id)).width}};
  };
}
