// What benchmarks and browser tests may read of a map, as `window.wirelaneGeo`: no page uses it.
import {column} from './marks.js';

const REMEMBERED = 100; // repaints

/** @type {Hooks} */
export const hooks = window.wirelaneGeo ??= {repaints: [], reports: 0};
hooks.repaints ??= [];
hooks.reports ??= 0;

/** Lets them ask a map where things are and what it shows. @param {import('./map.js').StationMap} map */
export function watch(map) {
  Object.assign(hooks, {
    project: (/** @type {number} */ lon, /** @type {number} */ lat) => map.stage.viewport()?.project([lon, lat]),
    drawn: () => Object.fromEntries((map.stage.deck?.props.layers ?? []).map(({id, props}) => [id, props.visible ? props.data.length : 0])),
    marks: (/** @type {MarkLayerId} */ id) => {
      const viewport = map.stage.viewport();
      return viewport && map.scene?.standing(id, viewport);
    },
    shown: () => ({
      zoom: map.marks.bound.zoom, edges: map.report.rest?.edges, whole: !map.pending && map.paintedAt > 0,
      settled: !map.pending && map.paintedAt > 0 && map.marks.counted && !map.report.timer && map.report.sent?.serial === map.data.answers
        && !map.basemap.reading,
      columns: (/** @type {MarkTable} */ id, /** @type {string} */ name) => [...column(map.marks.bound[id], name)],
    }),
    /** Requests and bytes since the page was opened, tiles that are needed and those of them that are there. */
    asked: () => ({
      tiles: map.marks.tiles.requests, counts: map.marks.counts?.requests ?? 0, bytes: map.marks.tiles.bytes,
      needed: map.marks.tiles.needed.length, there: map.marks.tiles.needed.filter(address => map.marks.tiles.held.has(map.marks.tiles.key(address))).length,
    }),
  });
}

/** Notes a repaint once the camera rests and all of what is seen is painted: how many milliseconds after the camera's last movement
 * the marks were bound and painted. @param {import('./map.js').StationMap} map */
export function note({report, marks, pending, boundAt, paintedAt, canvas}) {
  const {rest, movedAt, timer} = report;
  if (!rest || timer || pending || !paintedAt || rest.noted === boundAt) return;
  const first = rest.noted === undefined;
  rest.noted = boundAt;
  /** @type {Repaint} */
  const repaint = {points: marks.bound.stations.length + marks.bound.clusters.length, serial: rest.serial,
    bound: first ? Math.max(0, boundAt - movedAt) : null, ms: first ? paintedAt - movedAt : null};
  if (hooks.finish) repaint.finished = first ? finished(canvas.querySelector('canvas')) - movedAt : null;
  hooks.repaints.push(repaint);
  hooks.repaints.splice(0, hooks.repaints.length - REMEMBERED);
}

/** When the graphics have really drawn what they were told to: only a benchmark waits for that. @param {HTMLCanvasElement | null} canvas */
function finished(canvas) {
  const gl = canvas?.getContext('webgl2');
  gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return performance.now();
}
