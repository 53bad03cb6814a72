// Waits at the server for changes and has Python draw anew; counts the seconds of `data-updated`, and says in `data-away`
// that the server does not answer.
import {span} from './ages.js';
import {say} from './say.js';

const TICK_MS = 1000;
const PATIENCE_MS = 10_000; // for an answer that the server holds back, and for a render that was asked for
const AWAY_MS = 2000; // until a server that doesn't answer is asked again

const pages = new WeakMap();

export function render({data, parentElement, setTriggerValue}) {
  const element = parentElement.querySelector('.wl-news');
  if (!pages.has(element)) pages.set(element, new News(element));
  pages.get(element).update(data, setTriggerValue);
}

function sayIn(selector, words) {
  for (const element of document.querySelectorAll(selector)) say(element, words);
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

class News {
  constructor(element) {
    this.element = element;
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  update(data, setTriggerValue) {
    this.drawnAt = performance.now();
    this.trigger = setTriggerValue;
    this.data = data;
    this.know(data.age);
    this.drawn?.();
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
    const {number, pause: least, latest} = this.data;
    let heard;
    try {
      const answer = await fetch(`./live/news?number=${number}`, {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
      if (!answer.ok) throw new Error(answer.statusText);
      heard = await answer.json();
      this.reached(true);
    } catch { // it is away, or has only begun to start
      this.reached(false);
      return pause(AWAY_MS);
    }
    if (number !== this.data.number) return; // drawn meanwhile
    if (heard.number === number) this.know(heard.age);
    if (heard.number === number && performance.now() - this.drawnAt < 1000 * latest) return;
    const rested = pause(1000 * least), drawn = new Promise(resolve => { this.drawn = resolve; });
    this.trigger('news', heard.number);
    await Promise.race([drawn, pause(PATIENCE_MS)]);
    await rested;
  }

  reached(there) {
    this.away = !there;
    this.tick();
  }

  know(age) {
    this.trueAt = age === null ? null : performance.now() - 1000 * age;
    this.tick();
  }

  tick() {
    sayIn('[data-away]', this.away ? this.data.away : '');
    if (this.trueAt !== null) sayIn('[data-updated]', this.data.text.replace('{age}', span((performance.now() - this.trueAt) / 1000)));
  }
}
