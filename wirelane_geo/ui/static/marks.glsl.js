// The shaders of MarkLayer. Lengths are CSS pixels, y points up.
import {CHARACTERS} from './atlas.js';

const STATUSES = 7;
const hex = (colour, i) => (parseInt(colour.slice(i, i + 2), 16) / 255).toFixed(4);
const vec3 = colour => `vec3(${hex(colour, 1)}, ${hex(colour, 3)}, ${hex(colour, 5)})`;
const array = (type, list) => `${type}[${list.length}](${list.join(', ')})`;
const floats = list => array('float', list.map(value => value.toFixed(3)));

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

export const VERTEX = `#version 300 es
#define SHADER_NAME mark-layer-vertex-shader
in vec3 positions;
in vec3 instancePositions;
in vec3 instancePositions64Low;
in vec2 instanceFrom;
in float instanceRadius;
in float instanceKind;
in vec4 instanceMixA, instanceMixB;
in vec4 instanceTextA, instanceTextB, instanceTextC;
in vec3 instancePickingColors;
out vec2 offset;
flat out float radius, kind;
flat out vec4 mixA, mixB, textA, textB, textC;

void main(void) {
  geometry.worldPosition = instancePositions;
  geometry.pickingColor = instancePickingColors;
  radius = instanceRadius;
  kind = instanceKind;
  mixA = instanceMixA;
  mixB = instanceMixB;
  textA = instanceTextA;
  textB = instanceTextB;
  textC = instanceTextC;
  offset = positions.xy * (radius + 1.0);
  gl_Position = project_position_to_clipspace(instancePositions, instancePositions64Low, vec3(0.0), geometry.position);
  if (mark.progress < 1.0) {
    vec4 from = project_position_to_clipspace(vec3(instanceFrom, 0.0), vec3(0.0), vec3(0.0));
    gl_Position = mix(from, gl_Position, mark.progress);
  }
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
  gl_Position.xy += project_pixel_size_to_clipspace(offset);
}
`;

export const fragment = (palette, atlas) => `#version 300 es
#define SHADER_NAME mark-layer-fragment-shader
precision highp float;
uniform sampler2D markAtlas;
in vec2 offset;
flat in float radius, kind;
flat in vec4 mixA, mixB, textA, textB, textC;
out vec4 fragColor;

const float TURN = 6.2831853;
const float RING = 5.5, OUTLINE = 1.5, SHADOW = 2.5;
const vec3 COLOUR[${STATUSES}] = ${array('vec3', palette.looks.map(look => vec3(look.colour)))};
const vec3 GLYPH[${STATUSES}] = ${array('vec3', palette.looks.map(look => vec3(look.ink)))};
const float BODY[${STATUSES}] = ${floats(palette.looks.map(look => ['solid', 'hollow', 'dotted'].indexOf(look.body)))};
const int ARC[${STATUSES}] = ${array('int', palette.arcs)};
const float ADVANCE_A[${CHARACTERS.length + 1}] = ${floats(atlas.advances[0])};
const float ADVANCE_B[${CHARACTERS.length + 1}] = ${floats(atlas.advances[1])};
const vec2 CELL = vec2(${atlas.cell.map(value => value.toFixed(1)).join(', ')});
const float SCALE = ${atlas.scale.toFixed(4)};

float inside(float edge, float r) { return 1.0 - smoothstep(edge - 0.5, edge + 0.5, r); }

vec4 over(vec4 below, vec3 colour, float coverage) {
  return vec4(mix(below.rgb, colour, coverage), max(below.a, coverage));
}

float cell(vec2 p, float column, float row) {
  if (abs(p.x) > CELL.x / 2.0 || abs(p.y) > CELL.y / 2.0) return 0.0;
  vec2 at = vec2((column + 0.5) * CELL.x + p.x, (row + 0.5) * CELL.y - p.y) * SCALE;
  return textureLod(markAtlas, at / vec2(textureSize(markAtlas, 0)), 0.0).a;
}

float line(vec2 p, float codes[6], float row) {
  float advances[6];
  float width = 0.0;
  for (int i = 0; i < 6; i++) {
    int code = int(codes[i] * 255.0 + 0.5);
    advances[i] = row < 0.5 ? ADVANCE_A[code] : ADVANCE_B[code];
    width += advances[i];
  }
  float pen = -width / 2.0;
  for (int i = 0; i < 6; i++) {
    if (p.x >= pen && p.x < pen + advances[i])
      return cell(vec2(p.x - pen - advances[i] / 2.0, p.y), floor(codes[i] * 255.0 + 0.5), row);
    pen += advances[i];
  }
  return 0.0;
}

// The arc in the direction of p at distance r, with a hairline of surface between two arcs.
vec3 arc(vec2 p, float r) {
  float turn = fract(atan(p.x, p.y) / TURN);
  float ends[${STATUSES}] = float[${STATUSES}](mixA.x, mixA.y, mixA.z, mixA.w, mixB.x, mixB.y, mixB.z);
  float start = 0.0, gap = 1e3;
  vec3 colour = mark.surface.rgb;
  for (int i = 0; i < ${STATUSES}; i++) {
    if (ends[i] <= start) continue;
    if (turn >= start && turn <= ends[i]) {
      colour = COLOUR[ARC[i]];
      if (ends[i] - start < 0.998) gap = min(turn - start, ends[i] - turn) * TURN * r;
    }
    start = ends[i];
  }
  return mix(mark.surface.rgb, colour, smoothstep(0.1, 1.1, gap));
}

vec4 cluster(vec4 c, vec2 p, float r, float edge) {
  float outer = edge - OUTLINE;
  c = over(c, arc(p, r), inside(outer, r) * (1.0 - inside(outer - RING, r)));
  float first[6] = float[6](textA.x, textA.y, textA.z, textA.w, textB.x, textB.y);
  float second[6] = float[6](textB.z, textB.w, textC.x, textC.y, textC.z, textC.w);
  c = over(c, mark.ink.rgb, line(p - vec2(0.0, 5.0), first, 0.0));
  return over(c, mark.muted.rgb, line(p + vec2(0.0, 7.5), second, 1.0));
}

vec4 station(vec4 c, vec2 p, float r, float edge, int status) {
  float outer = edge - OUTLINE;
  float disc = inside(outer, r);
  vec3 glyph = GLYPH[status];
  if (BODY[status] > 1.5) // a dotted rim
    disc *= 1.0 - step(0.5, fract(atan(p.x, p.y) / TURN * 12.0)) * (1.0 - inside(outer - 2.0, r));
  c = over(c, COLOUR[status], disc);
  if (BODY[status] > 0.5 && BODY[status] < 1.5) { // hollow
    c = over(c, mark.surface.rgb, inside(outer - 2.2, r));
    glyph = mark.muted.rgb;
  }
  float label[6] = float[6](textA.x, textA.y, textA.z, textA.w, textB.x, textB.y);
  bool labelled = label[0] > 0.0;
  float size = labelled ? 0.7 : outer / 10.5;
  c = over(c, glyph, cell((p - vec2(0.0, labelled ? 5.5 : 0.0)) / size, float(status + 1), 2.0));
  return labelled ? over(c, glyph, line(p + vec2(0.0, 6.0), label, 1.0)) : c;
}

vec4 painted(vec2 p) {
  float r = length(p);
  float edge = radius - SHADOW;
  if (kind > 7.5) return vec4(mark.accent.rgb, inside(edge, r) * (1.0 - inside(edge - 3.0, r)));
  vec4 c = vec4(0.0, 0.0, 0.0, 0.22 * (1.0 - smoothstep(edge - 1.0, radius, length(p + vec2(0.0, 0.8)))));
  c = over(c, mark.surface.rgb, inside(edge, r));
  return kind < 0.5 ? cluster(c, p, r, edge) : station(c, p, r, edge, int(kind + 0.5) - 1);
}

void main(void) {
  geometry.uv = offset / radius;
  fragColor = painted(offset);
  if (fragColor.a < 0.004) discard;
  fragColor.a *= layer.opacity;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
