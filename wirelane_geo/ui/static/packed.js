// Reads the files of the embedded basemap: those that are read whole, and those that are fetched by the square.

export const SIDE = 15; // degrees; basemap_squares.py has the same
const AGAIN_MS = 5000;

/** The content of a gzipped JSON file that lies beside these modules; throws where it can't be read.
 * @param {string} name @returns {Promise<any>} */
export async function readPacked(name) {
  const answer = await fetch(new URL(`./${name}`, import.meta.url));
  if (!answer.ok || !answer.body) throw new Error(`${name}: ${answer.status}`);
  return new Response(answer.body.pipeThrough(new DecompressionStream('gzip'))).json();
}

/** A square as it is sent. @param {string} name @returns {Promise<any>} */
export async function readSquare(name) {
  const answer = await fetch(new URL(`./${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

/** Squares of a file, read when they are looked at.
 * @template T */
export class Squares {
  /** @param {string} file @param {() => void} arrived @param {(name: string) => Promise<T>} read */
  constructor(file, arrived, read) {
    this.file = file;
    this.arrived = arrived;
    this.read = read;
    /** By "column,row"; null: on its way. @type {Map<string, T | null>} */
    this.known = new Map();
    /** When one couldn't be had, in milliseconds of the page. @type {Map<string, number>} */
    this.failed = new Map();
  }

  /** Those that bounds in degrees touch. @param {LonLatBox} bounds */
  *places([west, south, east, north]) {
    const around = 360 / SIDE;
    /** @param {number} degrees @param {number} from */
    const number = (degrees, from) => Math.floor((degrees - from) / SIDE);
    const first = number(west, -180), last = Math.min(number(east, -180), first + around - 1);
    for (let x = first; x <= last; x++) for (let y = number(Math.max(south, -90), -90); y <= number(Math.min(north, 89.9), -90); y++)
      yield `${x - Math.floor(x / around) * around},${y}`;
  }

  /** Asks for what of some bounds isn't known; for what couldn't be had again after some seconds. @param {LonLatBox} bounds */
  ask(bounds) {
    const then = performance.now() - AGAIN_MS;
    for (const place of this.places(bounds)) if (!this.known.has(place) && (this.failed.get(place) ?? -Infinity) <= then) this.fetch(place);
  }

  /** @param {string} place */
  async fetch(place) {
    this.known.set(place, null);
    try {
      this.known.set(place, await this.read(`${this.file}/${place}.json`));
      this.arrived();
    } catch (error) {
      this.known.delete(place);
      this.failed.set(place, performance.now());
      console.error(error);
    }
  }

  /** Whether all of some bounds is known. @param {LonLatBox} bounds */
  cover(bounds) { return [...this.places(bounds)].every(place => this.known.get(place)); }

  /** What is known in some bounds. @param {LonLatBox} bounds @returns {T[]} */
  within(bounds) { return [...this.places(bounds)].flatMap(place => this.known.get(place) ?? []); }

  get reading() { return [...this.known.values()].includes(null); }
}
