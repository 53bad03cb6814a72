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

const part = (colour, i) => (parseInt(colour.slice(i, i + 2), 16) / 255).toFixed(4);
const vec3 = colour => `vec3(${part(colour, 1)}, ${part(colour, 3)}, ${part(colour, 5)})`;
const float = value => value.toFixed(4);

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
in vec3 instancePickingColors;
out vec2 offset;
flat out float radius, kind;
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
  codes = ivec2(instanceText);
  layout_.x = -width(codes.x, ${float(wide[0])}, ${float(narrow[0])}, layout_.y) / 2.0;
  layout_.z = -width(codes.y, ${float(wide[1])}, ${float(narrow[1])}, layout_.w) / 2.0;
  colour = glyph = vec3(0.0);
  ${looks.map(({colour, ink, body}, i) => `if (kind == ${float(i + 1)}) {
    colour = ${vec3(colour)}; glyph = ${body === 'hollow' ? 'mark.muted.rgb' : vec3(ink)};
  }`).join('\n  ')}
  offset = positions.xy * (radius + 1.0);
  gl_Position = project_position_to_clipspace(instancePositions, instancePositions64Low, vec3(0.0), geometry.position);
  if (mark.progress < 1.0) {
    vec4 from = project_position_to_clipspace(vec3(instanceFrom, 0.0), vec3(0.0), vec3(0.0));
    gl_Position = mix(from, gl_Position, mark.progress);
  }
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
  gl_Position.xy += project_pixel_size_to_clipspace(offset);
  vec4 unused = vec4(0.0);
  DECKGL_FILTER_COLOR(unused, geometry); // hands the picking colour on
}
`;

const ends = ['mixA.x', 'mixA.y', 'mixA.z', 'mixA.w', 'mixB.x', 'mixB.y', 'mixB.z'];

export const fragment = ({looks, arcs}, {cell, scale, wide, narrow}) => `#version 300 es
#define SHADER_NAME mark-layer-fragment-shader
precision highp float;
uniform sampler2D markAtlas;
in vec2 offset;
flat in float radius, kind;
flat in vec4 mixA, mixB;
flat in vec3 colour, glyph;
flat in ivec2 codes;
flat in vec4 layout_;
out vec4 fragColor;

const float TURN = 6.2831853;
const float RING = 5.0, OUTLINE = 1.5, SHADOW = 2.5;
const vec2 CELL = vec2(${cell.map(float).join(', ')});
const float SCALE = ${float(scale)};

float inside(float edge, float r) { return clamp(edge - r + 0.5, 0.0, 1.0); }

vec4 over(vec4 below, vec3 paint, float coverage) {
  return vec4(mix(below.rgb, paint, coverage), max(below.a, coverage));
}

float cell(vec2 p, float column, float row) { // coverage of the atlas at p from the middle of a cell
  if (abs(p.x) > CELL.x / 2.0 || abs(p.y) > CELL.y / 2.0) return 0.0;
  vec2 at = vec2((column + 0.5) * CELL.x + p.x, (row + 0.5) * CELL.y - p.y) * SCALE;
  return textureLod(markAtlas, at / vec2(textureSize(markAtlas, 0)), 0.0).a;
}

float line(vec2 p, int code, float begin, float dotted, float row, float w, float n) {
  float x = p.x - begin;
  if (x < 0.0 || x > -2.0 * begin || abs(p.y) > 9.0) return 0.0;
  float shift = dotted * (w - n);
  float place = floor(dotted > 0.5 && x > w ? max(1.0, (x + shift) / w) : x / w);
  float room = dotted > 0.5 && place == 1.0 ? n : w;
  float left = place * w - (place > 1.5 ? shift : 0.0);
  return cell(vec2(x - left - room / 2.0, p.y), float((code >> (4 * int(place))) & 15), row);
}
float large(vec2 p) { return line(p, codes.x, layout_.x, layout_.y, 0.0, ${float(wide[0])}, ${float(narrow[0])}); }
float small(vec2 p) { return line(p, codes.y, layout_.z, layout_.w, 1.0, ${float(wide[1])}, ${float(narrow[1])}); }

// The arc in the direction of p at distance r, with a hairline of surface between two arcs.
vec3 arc(vec2 p, float r) {
  float turn = fract(atan(p.x, p.y) / TURN);
  float from = 0.0, to = 1.0;
  vec3 paint = mark.surface.rgb;
  ${arcs.map((status, i) => {
    const start = i ? ends[i - 1] : '0.0', end = ends[i];
    return `if (turn >= ${start} && turn <= ${end}) { paint = ${vec3(looks[status].colour)}; from = ${start}; to = ${end}; }`;
  }).join('\n  ')}
  float gap = to - from > 0.998 ? 2.0 : min(turn - from, to - turn) * TURN * r;
  return mix(mark.surface.rgb, paint, clamp(gap - 0.1, 0.0, 1.0));
}

vec4 cluster(vec4 c, vec2 p, float r, float edge) {
  float outer = edge - OUTLINE;
  if (r > outer - RING - 0.5) return over(c, arc(p, r), inside(outer, r) * (1.0 - inside(outer - RING, r)));
  if (codes.y == 0) return over(c, mark.ink.rgb, large(p));
  return p.y > -1.5 ? over(c, mark.ink.rgb, large(p - vec2(0.0, 4.8))) : over(c, mark.muted.rgb, small(p + vec2(0.0, 7.2)));
}

vec4 station(vec4 c, vec2 p, float r, float edge) {
  float outer = edge - OUTLINE, disc = inside(outer, r);
  ${looks.map(({body}, i) => body === 'dotted' ? `if (kind == ${float(i + 1)}) // a dotted rim
    disc *= 1.0 - step(0.5, fract(atan(p.x, p.y) / TURN * 12.0)) * (1.0 - inside(outer - 2.0, r));` : '').join('')}
  c = over(c, colour, disc);
  ${looks.map(({body}, i) => body === 'hollow' ? `if (kind == ${float(i + 1)}) c = over(c, mark.surface.rgb, inside(outer - 2.2, r));` : '').join('')}
  if (codes.y == 0) return over(c, glyph, cell(p * 10.5 / outer, kind, 2.0));
  return over(c, glyph, p.y < -0.5 ? small(p + vec2(0.0, 6.5)) : cell((p - vec2(0.0, 6.5)) / 0.78, kind, 2.0));
}

vec4 painted(vec2 p) {
  float r = length(p), edge = radius - SHADOW;
  if (kind > 7.5) return vec4(mark.accent.rgb, inside(edge, r) * (1.0 - inside(edge - 3.0, r)));
  vec4 c = vec4(0.0, 0.0, 0.0, 0.22 * (1.0 - smoothstep(edge - 1.0, radius, length(p + vec2(0.0, 0.8)))));
  if (r > edge + 0.5) return c;
  c = over(c, mark.surface.rgb, inside(edge, r));
  return kind < 0.5 ? cluster(c, p, r, edge) : station(c, p, r, edge);
}

void main(void) {
  geometry.uv = offset / radius;
  fragColor = painted(offset);
  if (fragColor.a < 0.004) discard;
  fragColor.a *= layer.opacity;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
