// Waits at the server for changes: tells the map where something changed, and has Python draw anew what it draws. Counts the seconds
// of `data-updated`, and says in `data-away` that the server does not answer.
import {span} from './ages.js';
import {asksFor, lastKnown, told} from './live.js';
import {say} from './say.js';

const TICK_MS = 1000;
const PATIENCE_MS = 10_000; // for an answer that the server holds back, and for a render that was asked for
const AWAY_MS = 2000; // until a server that doesn't answer is asked again

/** @type {WeakMap<Element, News>} */
const pages = new WeakMap();

/** What Streamlit calls at each rerun. @param {Component<NewsData>} component */
export function render({data, parentElement, setTriggerValue}) {
  const element = parentElement.querySelector('.wl-news');
  if (!element) return;
  const news = pages.get(element) ?? new News(element, data);
  pages.set(element, news);
  news.update(data, setTriggerValue);
}

/** @param {string} selector @param {string} words */
function sayIn(selector, words) {
  for (const element of document.querySelectorAll(selector)) say(element, words);
}

/** @param {number} ms @returns {Promise<void>} */
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

class News {
  /** @type {number | null} */
  trueAt = null;
  drawnAt = 0;
  away = false;
  /** @type {Component<NewsData>['setTriggerValue']} */
  trigger = () => {};
  drawn = () => {};
  /** @type {Promise<void> | undefined} */
  running = undefined;

  /** @param {Element} element @param {NewsData} data */
  constructor(element, data) {
    this.element = element;
    this.data = data;
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  /** @param {NewsData} data @param {Component<NewsData>['setTriggerValue']} setTriggerValue */
  update(data, setTriggerValue) {
    this.drawnAt = performance.now();
    this.trigger = setTriggerValue;
    this.data = data;
    this.know(data.age);
    this.drawn();
    this.running ??= this.run();
  }

  async run() {
    while (this.element.isConnected) {
      if (document.hidden) {
        await new Promise(resolve => document.addEventListener('visibilitychange', resolve, {once: true}));
      } else {
        await this.ask();
      }
    }
    clearInterval(this.ticking);
  }

  async ask() {
    const {number, pause: least, latest} = this.data, known = lastKnown();
    let heard;
    try {
      const answer = await fetch(`./live/news?number=${number}${asksFor()}`, {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
      if (!answer.ok) throw new Error(answer.statusText);
      heard = await answer.json();
      this.reached(true);
    } catch { // it is away, or has only begun to start
      this.reached(false);
      return pause(AWAY_MS);
    }
    this.know(heard.age);
    if (heard.tiles) told(known, heard.seq, heard.tiles);
    const rested = heard.tiles?.length ? pause(1000 * least) : undefined;
    if (number === this.data.number) await this.drawAnew(heard.number, least, latest);
    await rested;
  }

  /** Has Python draw, where what it draws is another, or has not been drawn for long. @param {number} number @param {number} least
   * @param {number} latest */
  async drawAnew(number, least, latest) {
    const {follows, ages} = this.data, old = performance.now() - this.drawnAt > 1000 * latest;
    if (!(follows && number !== this.data.number) && !((follows || ages) && old)) {
      this.data.number = number;
      return;
    }
    const rested = pause(1000 * least), drawn = /** @type {Promise<void>} */ (new Promise(resolve => { this.drawn = resolve; }));
    this.trigger('news', number);
    await Promise.race([drawn, pause(PATIENCE_MS)]);
    await rested;
  }

  /** @param {boolean} there whether the server answers */
  reached(there) {
    this.away = !there;
    this.tick();
  }

  /** Seconds since the data was known to be true; null: it never was. @param {number | null} age */
  know(age) {
    this.trueAt = age === null ? null : performance.now() - 1000 * age;
    this.tick();
  }

  tick() {
    sayIn('[data-away]', this.away ? this.data.away : '');
    if (this.trueAt === null) return;
    const {text, days, lang} = this.data;
    const age = span((performance.now() - this.trueAt) / 1000, n => days.replace('{n}', n.toLocaleString(lang)));
    sayIn('[data-updated]', text.replace('{age}', age));
  }
}
