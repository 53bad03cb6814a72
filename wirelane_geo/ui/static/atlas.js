// The picture that the shaders take letters from: digits in two sizes and the status glyphs, as coverage (alpha).
export const CHARACTERS = '0123456789.,kM/'; // with "none" 16 of them: six fit into the 24 bits that a float32 holds exactly
const NARROW = '.,';
const CELL = [20, 22]; // CSS px
const FONTS = ['700 13.5px', '600 11px'];
const GLYPH = 18; // side, CSS px
const COLUMNS = CHARACTERS.length + 1;

/** Waits until the page's font is there, but not for long: without it, letters are drawn in the next best one.
 * @param {string} family */
export const fontReady = family => Promise.race([
  Promise.all(FONTS.map(font => document.fonts.load(`${font} ${family}`))).catch(() => null), new Promise(done => setTimeout(done, 1000)),
]);

/** Draws the atlas for a pixel ratio. @param {Look[]} looks @param {number} ratio @param {string} family @returns {Atlas} */
export function drawAtlas(looks, ratio, family) {
  const scale = 2 * Math.max(1, ratio); // twice the screen's, so that bilinear sampling is a box filter
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(COLUMNS * CELL[0] * scale);
  canvas.height = Math.ceil((FONTS.length + 1) * CELL[1] * scale);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {willReadFrequently: true}));
  pen.scale(scale, scale);
  pen.fillStyle = pen.strokeStyle = '#fff';
  pen.textAlign = 'center';
  pen.lineCap = pen.lineJoin = 'round';
  /** @type {number[]} */
  const wide = [];
  /** @type {number[]} */
  const narrow = [];
  FONTS.forEach((font, row) => {
    pen.font = `${font} ${family}`;
    wide.push(Math.max(...[...'0123456789'].map(digit => pen.measureText(digit).width)));
    narrow.push(Math.max(...[...NARROW].map(point => pen.measureText(point).width)));
    const {actualBoundingBoxAscent: ascent} = pen.measureText('0');
    [...CHARACTERS].forEach((character, i) => {
      const room = NARROW.includes(character) ? narrow[row] : wide[row];
      pen.fillText(character, (i + 1.5) * CELL[0], (row + 0.5) * CELL[1] + ascent / 2, room);
    });
  });
  looks.forEach((look, i) => {
    pen.save();
    pen.translate((i + 1.5) * CELL[0] - GLYPH / 2, (FONTS.length + 0.5) * CELL[1] - GLYPH / 2);
    pen.scale(GLYPH / 24, GLYPH / 24);
    pen.lineWidth = look.stroke;
    const path = new Path2D(look.path);
    pen.stroke(path);
    if (look.filled) pen.fill(path);
    pen.restore();
  });
  return {image: pen.getImageData(0, 0, canvas.width, canvas.height), scale, cell: CELL, wide, narrow};
}

/** A text of at most six characters as a number: four bits each, the first lowest. @param {string} text */
export function packed(text) {
  let codes = 0;
  for (let i = Math.min(text.length, 6) - 1; i >= 0; i--) codes = codes * 16 + CHARACTERS.indexOf(text[i]) + 1;
  return codes;
}

/** A count in at most four characters: 999, 1.2k, 12k, 123k, 1.2M. @param {number} count @param {string} point the decimal one */
export function shortCount(count, point = '.') {
  if (count < 1000) return String(count);
  const unit = count < 999_500 ? 1000 : 1_000_000, value = count / unit;
  return (value < 9.95 ? value.toFixed(1).replace(/\.0$/, '').replace('.', point) : value.toFixed(0)) + (unit === 1000 ? 'k' : 'M');
}
