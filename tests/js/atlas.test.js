import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CHARACTERS, drawAtlas, packed, shortCount} from '../../wirelane_geo/ui/static/atlas.js';
import {always, near} from './seeded.js';

/** What the shader makes of a number: characters, four bits each. @param {number} code */
function unpacked(code) {
  let text = '';
  for (let i = 0; i < 6; i++) text += ['', ...CHARACTERS][(code >> (4 * i)) & 15];
  return text;
}

test('a text survives as a number, which a float32 holds exactly', () => {
  always(random => {
    const text = random.many(random.whole(0, 6), () => random.one(CHARACTERS)).join(''), code = packed(text);
    assert.equal(Math.fround(code), code);
    assert.equal(unpacked(code), text);
  });
  assert.equal(unpacked(packed('1234567')), '123456'); // more has no room
});

test('a count is said in four characters, and is never far from what it says', () => {
  always(random => {
    const count = Math.round(10 ** random.between(0, 8.99)), said = shortCount(count);
    const [, digits = '', unit = ''] = said.match(/^([\d.]+)([kM]?)$/) ?? [];
    assert.ok(said.length <= 4, said);
    near(Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1), count, count * 0.051, said);
    assert.equal(unpacked(packed(said)), said);
  });
});

test('a larger count never says less', () => {
  always(random => {
    const [low, high] = random.many(2, () => Math.round(10 ** random.between(0, 7))).sort((a, b) => a - b);
    const value = (/** @type {string} */ said) => Number.parseFloat(said) * (said.endsWith('M') ? 1e6 : said.endsWith('k') ? 1e3 : 1);
    assert.ok(value(shortCount(low)) <= value(shortCount(high)), `${low}, ${high}`);
  });
});

test('counts at the edges of their units', () => {
  const said = [0, 999, 1000, 1049, 1050, 9949, 9950, 12_345, 999_499, 999_500, 1_234_567].map(count => shortCount(count));
  assert.deepEqual(said, ['0', '999', '1k', '1k', '1.1k', '9.9k', '10k', '12k', '999k', '1M', '1.2M']);
  assert.equal(shortCount(1234, ','), '1,2k');
});

/** A canvas that notes what is written where, in CSS pixels, as all digits were 8 wide and points 4. */
function canvasThatNotes() {
  /** @type {{text: string, x: number, y: number, font: string}[]} */
  const written = [];
  /** @type {Pixel[]} */
  const glyphs = [];
  let origin = [0, 0];
  const pen = {
    font: '', lineWidth: 0, scale() {}, save() {}, stroke() { glyphs.push([origin[0], origin[1]]); }, fill() {},
    restore() { origin = [0, 0]; },
    translate(/** @type {number} */ x, /** @type {number} */ y) { origin = [x, y]; },
    measureText: (/** @type {string} */ text) => ({width: '.,'.includes(text) ? 4 : 8, actualBoundingBoxAscent: 10}),
    fillText(/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) { written.push({text, x, y, font: this.font}); },
    getImageData: (/** @type {number} */ _x, /** @type {number} */ _y, /** @type {number} */ width, /** @type {number} */ height) => ({width, height}),
  };
  const canvas = {width: 0, height: 0, getContext: () => pen};
  Object.assign(globalThis, {document: {createElement: () => canvas}, Path2D: class {}});
  return {written, glyphs};
}

test('each character is drawn where the shader looks for its code, each glyph where it looks for its status', () => {
  const {written, glyphs} = canvasThatNotes();
  const looks = /** @type {Look[]} */ ([...Array(7).keys()].map(i => ({path: 'M0 0', stroke: 2, filled: i % 2 === 0})));
  const {cell: [width, height], image, scale, wide, narrow} = drawAtlas(looks, 1.5, 'sans-serif');
  assert.equal(written.length, 2 * CHARACTERS.length);
  written.forEach(({text, x, y}, i) => {
    const row = Math.floor(i / CHARACTERS.length);
    assert.equal(x, (packed(text) + 0.5) * width, text);
    assert.equal(y - 5, (row + 0.5) * height, text); // its digits' middle
  });
  glyphs.forEach(([x, y], i) => { assert.deepEqual([x + 9, y + 9], [(i + 1.5) * width, 2.5 * height]); }); // kind 0 is a cluster
  assert.equal(glyphs.length, 7);
  assert.deepEqual({wide, narrow}, {wide: [8, 8], narrow: [4, 4]});
  assert.ok(image.width >= (CHARACTERS.length + 1) * width * scale && image.height >= 3 * height * scale);
});
