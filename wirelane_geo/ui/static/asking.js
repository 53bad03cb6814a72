// What the map asks the server for by itself. What is refused is told in the server's words.

/** An answer that says no. `final`: the same question will have no other answer. `dialect`: which the upstream speaks, and in which
 * it is asked, where that is why; `cause`: what else is, in a word. */
export class Refusal extends Error {
  /** @param {string} words @param {boolean} final @param {{spoken: string, asked: string}} [dialect] @param {string} [cause] */
  constructor(words, final, dialect, cause) {
    super(words);
    this.final = final;
    this.dialect = dialect;
    this.cause = cause;
  }
}

/** @param {string} path @param {AbortSignal} signal @param {string | undefined} before an answer is there: only another one matters */
async function ask(path, signal, before) {
  const answer = await fetch(new URL(path, document.baseURI), {signal, cache: before === undefined ? 'default' : 'no-cache'});
  if (answer.ok) return answer;
  const {error, dialect, cause} = await answer.json().catch(() => ({}));
  const final = answer.status === 400 || answer.status === 404;
  throw new Refusal(error ?? `${answer.status} ${answer.statusText}`.trim(), final, dialect, cause);
}

/** A tile; `seq` is the last change that it can know of. @type {Ask<TileAnswer & {seq: number}>} */
export async function askForTile(path, signal, before) {
  const answer = await ask(path, signal, before), etag = answer.headers.get('etag') ?? '';
  const seq = Number(answer.headers.get('seq') ?? NaN); // a replica may be behind the one that told of the change
  return {etag, seq, buffer: etag && etag === before ? null : await answer.arrayBuffer()};
}

/** Counts of a box. @type {Ask<Counted>} */
export async function askForCounts(path, signal, before) {
  const answer = await ask(path, signal, before), fetched = answer.headers.get('fetched-at');
  return {...await answer.json(), fetchedAt: fetched ? new Date(fetched) : null};
}

/** The matching station that is nearest to the middle of a box, null where none matches anywhere. @type {Ask<Nearest | null>} */
export const askForNearest = async (path, signal) => (await ask(path, signal, undefined)).json();

/** What an embedded map says of what was chosen on it. @param {string} path @param {AbortSignal} signal @returns {Promise<EmbedAnswer>} */
export const askForParts = async (path, signal) => (await ask(path, signal, 'again')).json();
