// What benchmarks and browser tests may read of a map, as `window.wirelaneGeo`: no page uses it.
import {column} from './marks.js';

const REMEMBERED = 100; // repaints

/** @type {Hooks} */
export const hooks = window.wirelaneGeo ??= {repaints: [], reports: 0};

/** Lets them ask a map where things are and what it shows. @param {import('./map.js').StationMap} map */
export function watch(map) {
  Object.assign(hooks, {
    project: (/** @type {number} */ lon, /** @type {number} */ lat) => map.viewport()?.project([lon, lat]),
    drawn: () => Object.fromEntries((map.deck?.props.layers ?? []).map(({id, props}) => [id, props.visible ? props.data.length : 0])),
    marks: (/** @type {MarkLayerId} */ id) => {
      const viewport = map.viewport();
      return viewport && map.scene.standing(id, viewport);
    },
    shown: () => ({
      zoom: map.data.zoom, edges: map.reported?.edges, settled: !map.pending && map.reported?.serial === map.data.answers,
      columns: (/** @type {'stations' | 'clusters'} */ id, /** @type {string} */ name) => [...column(map.data[id], name)],
    }),
  });
}

/** Notes a repaint, and how many milliseconds after the report that it answers its parts were done. @param {import('./map.js').StationMap} map */
export function note({data, reported, arrivedAt, boundAt, canvas}) {
  const answered = reported && reported.serial === data.answers && !reported.answered ? reported : null;
  /** @param {number} moment */
  const since = moment => answered && moment - answered.at;
  /** @type {Repaint} */
  const repaint = {points: data.stations.numRows + data.clusters.numRows, serial: data.answers, arrived: since(arrivedAt),
    bound: since(boundAt), ms: since(performance.now())};
  if (hooks.finish) repaint.finished = since(finished(canvas.querySelector('canvas')));
  hooks.repaints.push(repaint);
  hooks.repaints.splice(0, hooks.repaints.length - REMEMBERED);
  if (answered) answered.answered = true;
}

/** When the graphics have really drawn what they were told to: only a benchmark waits for that. @param {HTMLCanvasElement | null} canvas */
function finished(canvas) {
  const gl = canvas?.getContext('webgl2');
  gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return performance.now();
}
