// What a page's map and its news (news.js) have in common: where the map looks, and which changes it knows of.

/** @typedef {(where: string[] | 'all') => void} Hear squares ("z/x/y") in which something has changed, or anywhere */

/** @type {{box: LonLatBox, zoom: number} | null} */
let looksAt = null;
/** The last change that all that is kept can know of. @type {number | null} */
let known = null;
/** @type {Set<Hear>} */
const hearers = new Set();

/** The map looks at a box: an account's points there are kept fresh. @param {LonLatBox} box @param {number} zoom */
export function lookAt(box, zoom) { looksAt = {box, zoom}; }

/** Something was fetched that knows of no later changes than this one. @param {number} seq */
export function knows(seq) {
  if (Number.isFinite(seq)) known = Math.min(known ?? seq, seq);
}

/** What the news are asked for by. @returns {string} */
export function asksFor() {
  const where = looksAt ? `&bbox=${looksAt.box.map(edge => edge.toFixed(4)).join(',')}&zoom=${looksAt.zoom.toFixed(2)}` : '';
  return (known === null ? '' : `&seq=${known}`) + where;
}

/** The news are there. @param {number | null} before what was known when they were asked for @param {number} seq
 * @param {string[] | 'all'} where */
export function told(before, seq, where) {
  if (known === null || before === null) return;
  if (known === before) known = seq; // else something older was fetched since, and they will be told again
  if (where.length) for (const hear of hearers) hear(where);
}

/** @returns {number | null} */
export const lastKnown = () => known;

/** Calls back when something has changed, until the signal says so. @param {Hear} hear @param {AbortSignal} signal */
export function onChange(hear, signal) {
  hearers.add(hear);
  signal.addEventListener('abort', () => hearers.delete(hear));
}
