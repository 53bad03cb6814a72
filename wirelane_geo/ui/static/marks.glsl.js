// The shaders of MarkLayer. Lengths are CSS pixels, y points up. What is the same for a whole mark is worked out at its
// corners; the fragment shader has no loops and no arrays, so that a map without a graphics card is quick too.
const UNIFORMS = `layout(std140) uniform markUniforms {
  vec4 surface;
  vec4 ink;
  vec4 muted;
  vec4 accent;
  float progress;
} mark;
`;

export const MODULE = {
  name: 'mark', vs: UNIFORMS, fs: UNIFORMS,
  uniformTypes: {surface: 'vec4<f32>', ink: 'vec4<f32>', muted: 'vec4<f32>', accent: 'vec4<f32>', progress: 'f32'},
};

/** @param {string} colour #rrggbb @param {number} i where its part begins */
const part = (colour, i) => (parseInt(colour.slice(i, i + 2), 16) / 255).toFixed(4);
/** @param {string} colour */
const vec3 = colour => `vec3(${part(colour, 1)}, ${part(colour, 3)}, ${part(colour, 5)})`;
/** @param {number} value */
const float = value => value.toFixed(4);

/** @type {(palette: Palette, atlas: Atlas) => string} */
export const vertex = ({looks}, {wide, narrow}) => `#version 300 es
#define SHADER_NAME mark-layer-vertex-shader
in vec3 positions;
in vec3 instancePositions;
in vec3 instancePositions64Low;
in vec2 instanceFrom;
in float instanceRadius;
in float instanceKind;
in vec4 instanceMixA, instanceMixB;
in vec2 instanceText;
in vec2 instanceLift;
in vec3 instancePickingColors;
out vec2 offset; // from the middle of the disc
flat out float lift, foot; // px by which the disc stands above its place, and the stem's end
flat out float radius, kind, whole; // whole: px by which a ring's gaps are closed: one status has all of it
flat out vec4 mixA, mixB;
flat out vec3 colour, glyph;
flat out ivec2 codes;
flat out vec4 layout_; // of each line: where it begins; whether its second character is narrow

float width(int code, float w, float n, out float dotted) {
  int second = (code >> 4) & 15;
  dotted = second == 11 || second == 12 ? 1.0 : 0.0;
  float characters = 0.0;
  for (int i = 0; i < 6; i++) if ((code >> (4 * i)) > 0) characters += 1.0;
  return characters * w - dotted * (w - n);
}

void main(void) {
  geometry.worldPosition = instancePositions;
  geometry.pickingColor = instancePickingColors;
  radius = instanceRadius;
  kind = instanceKind;
  mixA = instanceMixA;
  mixB = instanceMixB;
  vec4 shares = vec4(mixA.yzw, mixB.x) - mixA;
  vec4 others = vec4(mixA.x, mixB.yzw - mixB.xyz), most = max(shares, others);
  whole = max(max(most.x, most.y), max(most.z, most.w)) > 0.998 ? 2.0 : 0.0;
  codes = ivec2(instanceText);
  layout_.x = -width(codes.x, ${float(wide[0])}, ${float(narrow[0])}, layout_.y) / 2.0;
  layout_.z = -width(codes.y, ${float(wide[1])}, ${float(narrow[1])}, layout_.w) / 2.0;
  colour = glyph = vec3(0.0);
  ${looks.map(({colour, ink, body}, i) => `if (kind == ${float(i + 1)}) {
    colour = ${vec3(colour)}; glyph = ${body === 'hollow' ? 'mark.muted.rgb' : vec3(ink)};
  }`).join('\n  ')}
  lift = instanceLift.x;
  foot = instanceLift.y;
  vec2 corner = positions.xy * (radius + 1.0 + lift / 2.0);
  offset = corner - vec2(0.0, lift / 2.0);
  gl_Position = project_position_to_clipspace(instancePositions, instancePositions64Low, vec3(0.0), geometry.position);
  if (mark.progress < 1.0) {
    vec4 from = project_position_to_clipspace(vec3(instanceFrom, 0.0), vec3(0.0), vec3(0.0));
    gl_Position = mix(from, gl_Position, mark.progress);
  }
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
  gl_Position.xy += project_pixel_size_to_clipspace(corner + vec2(0.0, lift / 2.0));
  vec4 unused = vec4(0.0);
  DECKGL_FILTER_COLOR(unused, geometry); // hands the picking colour on
}
`;

const ends = ['mixA.x', 'mixA.y', 'mixA.z', 'mixA.w', 'mixB.x', 'mixB.y', 'mixB.z'];

/** @type {(atlas: Atlas) => string} */
const common = ({cell, scale, wide, narrow, image}) => `
const float TURN = 6.2831853;
const float RING = 5.0, OUTLINE = 1.5, SHADOW = 2.5, RIM = 1.2, DASH = 4.0;
const vec2 CELL = vec2(${cell.map(float).join(', ')});
const vec2 ATLAS = vec2(${float(image.width / scale)}, ${float(image.height / scale)});

float inside(float edge, float r) { return clamp(edge - r + 0.5, 0.0, 1.0); }

vec4 over(vec4 below, vec3 paint, float coverage) {
  return vec4(mix(below.rgb, paint, coverage), max(below.a, coverage));
}

float turn(vec2 p) { // of the clock's hand that points to p: [0, 1), within 1e-5
  vec2 side = abs(p);
  float t = min(side.x, side.y) / max(side.x, side.y), s = t * t;
  float angle = t * (0.159151 + s * (-0.052939 + s * (0.030803 + s * (-0.018531 + s * (0.008380 - s * 0.001866)))));
  angle = side.x > side.y ? 0.25 - angle : angle;
  angle = p.y < 0.0 ? 0.5 - angle : angle;
  return p.x < 0.0 ? 1.0 - angle : angle;
}

// Where to look in the atlas for p: from the middle of a cell; the cell's column and row. One look serves all of a mark.
struct Place { vec2 p; float column, row; };

Place letter(vec2 p, bool upper) {
  int code = upper ? codes.x : codes.y;
  float begin = upper ? layout_.x : layout_.z, dotted = upper ? layout_.y : layout_.w;
  float w = upper ? ${float(wide[0])} : ${float(wide[1])}, n = upper ? ${float(narrow[0])} : ${float(narrow[1])};
  float x = p.x - begin, shift = dotted * (w - n);
  float place = floor(dotted > 0.5 && x > w ? max(1.0, (x + shift) / w) : x / w);
  float room = dotted > 0.5 && place == 1.0 ? n : w;
  float left = place * w - (place > 1.5 ? shift : 0.0);
  bool within = x >= 0.0 && x <= -2.0 * begin && abs(p.y) <= 9.0;
  return Place(within ? vec2(x - left - room / 2.0, p.y) : CELL, float((code >> (4 * int(place))) & 15), upper ? 0.0 : 1.0);
}

float coverage(Place place) {
  vec2 at = vec2((place.column + 0.5) * CELL.x + place.p.x, (place.row + 0.5) * CELL.y - place.p.y);
  vec2 within = step(abs(place.p), CELL / 2.0);
  return textureLod(markAtlas, at / ATLAS, 0.0).a * within.x * within.y;
}
`;

/** @param {Look} look */
const arcPaint = ({colour, arc}) => `vec4(${vec3(colour)}, ${float(['solid', 'hollow', 'dashed'].indexOf(arc))})`;

/** @type {(palette: Palette) => string} */
const cluster = ({looks, arcs}) => `
// The arc in the direction of p at distance r, with a hairline of surface between two arcs; within a hollow one and between
// the dashes of a dashed one is surface, too.
vec3 arc(vec2 p, float r, float middle) {
  float t = turn(p), gap = min(t, 1.0 - t), begin = 0.0;
  vec4 paint = ${arcPaint(looks[arcs[0]])}; // with how it is filled
  ${ends.map((end, i) => `if (t >= ${end}) { paint = ${arcPaint(looks[arcs[i + 1]])}; begin = ${end}; } gap = min(gap, abs(t - ${end}));`).join('\n  ')}
  float along = gap * TURN * r;
  float hollow = inside(RING / 2.0 - RIM, abs(r - middle)) * clamp(along + 10.0 * whole - RIM - 0.1, 0.0, 1.0);
  float dashed = step(0.5, fract((t - begin) * TURN * middle / DASH));
  float ground = max(1.0 - clamp(along + whole - 0.1, 0.0, 1.0), paint.a == 1.0 ? hollow : paint.a == 2.0 ? dashed : 0.0);
  return mix(paint.rgb, mark.surface.rgb, ground);
}

vec4 painted(vec4 c, vec2 p, float r, float edge) {
  float outer = edge - OUTLINE, inner = outer - RING;
  c = over(c, arc(p, r, outer - RING / 2.0), inside(outer, r) * (1.0 - inside(inner, r)));
  bool alone = codes.y == 0, upper = alone || p.y > -1.5;
  Place place = letter(p + vec2(0.0, alone ? 0.0 : upper ? -4.8 : 7.2), upper);
  return over(c, upper ? mark.ink.rgb : mark.muted.rgb, coverage(place) * step(r, inner - 0.5));
}
`;

/** @type {(palette: Palette) => string} */
const station = ({looks}) => `
vec4 painted(vec4 c, vec2 p, float r, float edge) {
  float outer = edge - OUTLINE, disc = inside(outer, r);
  ${looks.map(({body}, i) => body === 'dotted' ? `if (kind == ${float(i + 1)}) // a dotted rim
    disc *= 1.0 - step(0.5, fract(turn(p) * 12.0)) * (1.0 - inside(outer - 2.0, r));` : '').join('')}
  c = over(c, colour, disc);
  ${looks.map(({body}, i) => body === 'hollow' ? `if (kind == ${float(i + 1)}) c = over(c, mark.surface.rgb, inside(outer - 2.2, r));` : '').join('')}
  bool alone = codes.y == 0, lower = !alone && p.y < -0.5;
  Place glyph_ = Place(alone ? p * 10.5 / outer : (p - vec2(0.0, 6.5)) / 0.78, kind, 2.0);
  Place place = letter(p + vec2(0.0, 6.5), false);
  if (!lower) place = glyph_;
  return over(c, glyph, coverage(place));
}
`;

/** @type {(palette: Palette) => string} */
const selected = palette => `${station(palette).replace('painted', 'disc')}
const float GAP = 6.0; // the ring's radius beyond that of the disc
// A ring around a mark that is there already; or a pin: the disc in its ring, on a stem that ends in the place, or on top of what covers that.
vec4 painted(vec4 c, vec2 p, float r, float edge) {
  float ring = inside(edge, r) * (1.0 - inside(edge - 3.0, r));
  if (kind == 0.0) return vec4(mark.accent.rgb, ring);
  float end = length(p + vec2(0.0, lift - foot)), along = step(foot - lift, p.y) * step(p.y, 1.0 - edge);
  c = over(c, mark.surface.rgb, max(inside(5.0, end), inside(3.0, abs(p.x)) * along));
  c = over(c, mark.accent.rgb, max(max(inside(1.5, abs(p.x)) * along, inside(3.5, end)), ring));
  return r < edge - 3.0 ? disc(c, p, r, edge - GAP + OUTLINE) : c;
}
`;

/** @type {Record<string, (palette: Palette) => string>} */
const PAINTED = {clusters: cluster, stations: station, selected};

/** The shader of a layer, by its id. @type {(id: string, palette: Palette, atlas: Atlas) => string} */
export const fragment = (id, palette, atlas) => `#version 300 es
#define SHADER_NAME mark-layer-fragment-shader
precision highp float;
uniform sampler2D markAtlas;
in vec2 offset;
flat in float radius, kind, whole, lift, foot;
flat in vec4 mixA, mixB;
flat in vec3 colour, glyph;
flat in ivec2 codes;
flat in vec4 layout_;
out vec4 fragColor;
${common(atlas)}${PAINTED[id](palette)}
void main(void) {
  geometry.uv = offset / radius;
  float r = length(offset), edge = radius - SHADOW;
  vec4 shadow = vec4(0.0, 0.0, 0.0, 0.22 * (1.0 - smoothstep(edge - 1.0, radius, length(offset + vec2(0.0, 0.8)))));
  fragColor = painted(over(shadow, mark.surface.rgb, inside(edge, r)), offset, r, edge);
  if (fragColor.a < 0.004) discard;
  fragColor.a *= layer.opacity;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
