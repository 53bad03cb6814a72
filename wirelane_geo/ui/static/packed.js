// Reads the packed files of the embedded basemap.

/** The content of a gzipped JSON file that lies beside these modules; throws where it can't be read.
 * @param {string} name @returns {Promise<any>} */
export async function readPacked(name) {
  const answer = await fetch(new URL(`./${name}`, import.meta.url));
  if (!answer.ok || !answer.body) throw new Error(`${name}: ${answer.status}`);
  return new Response(answer.body.pipeThrough(new DecompressionStream('gzip'))).json();
}
