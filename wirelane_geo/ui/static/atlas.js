// One picture with all that marks are lettered with: digits in two sizes and the status glyphs, as coverage (alpha).
export const CHARACTERS = '0123456789.,kM/';
const CELL = [20, 22]; // CSS px
const FONTS = ['600 13px', '500 10.5px'];
const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif';
const COLUMNS = CHARACTERS.length + 1; // column 0 is blank: code 0 is no character

/** Draws the atlas for a pixel ratio: {image: ImageData, scale, cell, advances: [row][code] in CSS px}. */
export function drawAtlas(looks, ratio) {
  const scale = 2 * Math.max(1, ratio); // twice the screen's, so that bilinear sampling is a box filter
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(COLUMNS * CELL[0] * scale);
  canvas.height = Math.ceil((FONTS.length + 1) * CELL[1] * scale);
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.scale(scale, scale);
  pen.fillStyle = pen.strokeStyle = '#fff';
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  const advances = FONTS.map((font, row) => {
    pen.font = `${font} ${FAMILY}`;
    const {actualBoundingBoxAscent: ascent} = pen.measureText('0');
    return [0, ...[...CHARACTERS].map((character, i) => {
      pen.fillText(character, (i + 1.5) * CELL[0], (row + 0.5) * CELL[1] + ascent / 2);
      return pen.measureText(character).width;
    })];
  });
  pen.lineCap = pen.lineJoin = 'round';
  looks.forEach((look, i) => {
    const side = 18;
    pen.save();
    pen.translate((i + 1.5) * CELL[0] - side / 2, (FONTS.length + 0.5) * CELL[1] - side / 2);
    pen.scale(side / 24, side / 24);
    pen.lineWidth = look.stroke;
    const path = new Path2D(look.path);
    pen.stroke(path);
    if (look.filled) pen.fill(path);
    pen.restore();
  });
  return {image: pen.getImageData(0, 0, canvas.width, canvas.height), scale, cell: CELL, advances};
}

/** Codes of a text for the shader, at most `length`; 0 fills up. */
export function writeCodes(text, target, start, length) {
  for (let i = 0; i < length; i++) target[start + i] = i < text.length ? CHARACTERS.indexOf(text[i]) + 1 : 0;
}

/** A count in at most four characters: 999, 1.2k, 12k, 123k, 1.2M. */
export function shortCount(count, point = '.') {
  if (count < 1000) return String(count);
  const [unit, name] = count < 999_500 ? [1000, 'k'] : [1_000_000, 'M'];
  const value = count / unit;
  return (value < 9.95 ? value.toFixed(1).replace(/\.0$/, '').replace('.', point) : value.toFixed(0)) + name;
}
