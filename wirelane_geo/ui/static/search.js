// The search box: an ARIA combobox over GET map/search.
import {readView} from './address.js';
import {icon} from './icon.js';

const DEBOUNCE_MS = 160;

export class Search {
  /** @type {Texts} */
  text = name => name;
  lang = 'en';
  /** @type {Timer} */
  timer = undefined;
  /** @type {AbortController | undefined} */
  asking = undefined;

  /** @param {HTMLElement} element @param {(hit: Hit) => void} choose */
  constructor(element, choose) {
    this.choose = choose;
    /** @type {Hit[]} */
    this.hits = [];
    this.active = -1;
    this.waiting = false; // what is typed has no answer yet: the hits are of something else
    this.entered = false; // Enter was pressed meanwhile: it is for the first hit of that answer
    this.box = Object.assign(document.createElement('div'), {className: 'wg-search'});
    this.input = Object.assign(document.createElement('input'), {type: 'search', autocomplete: 'off', spellcheck: false, maxLength: 120});
    this.list = Object.assign(document.createElement('ul'), {id: 'wg-search-list', className: 'wg-search-list', hidden: true});
    this.list.setAttribute('role', 'listbox');
    this.note = Object.assign(document.createElement('div'), {className: 'wg-search-note'});
    this.note.setAttribute('role', 'status');
    for (const [name, value] of Object.entries({
      role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'wg-search-list', enterkeyhint: 'search',
    })) this.input.setAttribute(name, value);
    this.clear = Object.assign(document.createElement('button'), {type: 'button', className: 'wg-search-clear', hidden: true});
    this.clear.append(icon('M7 7l10 10M17 7 7 17'));
    this.clear.addEventListener('click', () => { this.empty(); this.input.focus(); });
    this.box.append(icon('M10.5 4.5a6 6 0 1 0 .01 0zM15 15l5 5'), this.input, this.clear, this.note, this.list);
    element.append(this.box);
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', event => this.key(event));
    this.input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.input.addEventListener('focus', () => this.hits.length && this.open());
  }

  /** @param {Context} context */
  update({text, data}) {
    this.text = text;
    this.lang = data.lang;
    this.input.placeholder = text('search');
    this.input.setAttribute('aria-label', text('search'));
    this.list.setAttribute('aria-label', text('search'));
    this.clear.title = text('search_clear');
    this.clear.setAttribute('aria-label', text('search_clear'));
  }

  typed() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const text = this.input.value.trim();
    this.clear.hidden = !this.input.value;
    this.waiting = Boolean(text);
    this.entered = false;
    if (!text) return this.show([], '');
    this.timer = setTimeout(() => this.ask(text), DEBOUNCE_MS);
  }

  /** @param {string} text */
  async ask(text) {
    this.asking = new AbortController();
    const view = readView(), query = new URLSearchParams({q: text, lang: this.lang});
    if (view) for (const [name, value] of Object.entries({lat: view.latitude, lon: view.longitude, zoom: view.zoom})) query.set(name, String(value));
    try {
      const answer = await fetch(new URL(`./map/search?${query}`, document.baseURI), {signal: this.asking.signal});
      if (!answer.ok) throw new Error(String(answer.status));
      const hits = await answer.json();
      this.show(hits, hits.length ? this.text('search_count', {n: hits.length}) : this.text('search_none', {text}));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) this.show([], this.text('search_failed'));
    }
  }

  /** What stands below a hit. @param {Hit} hit @returns {string} */
  detail({kind, detail}) {
    return kind === 'operator' ? this.text('search_operator', {n: Number(detail).toLocaleString(this.lang)}) : detail ?? '';
  }

  /** @param {Hit[]} hits @param {string} note */
  show(hits, note) {
    this.hits = hits;
    this.active = -1;
    this.note.textContent = note;
    this.note.classList.toggle('wg-unseen', hits.length > 0); // the count is for those who don't see the list
    this.list.replaceChildren(...hits.map((hit, i) => {
      const option = Object.assign(document.createElement('li'), {id: `wg-hit-${i}`, className: `wg-hit wg-hit-${hit.kind === 'station' ? 'station' : 'city'}`});
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      const label = Object.assign(document.createElement('span'), {className: 'wg-hit-label', textContent: hit.label});
      const detail = Object.assign(document.createElement('span'), {className: 'wg-hit-detail', textContent: this.detail(hit)});
      option.append(label, detail);
      option.addEventListener('pointerdown', event => { event.preventDefault(); this.take(i); });
      return option;
    }));
    const {entered} = this;
    this.waiting = this.entered = false;
    if (entered && hits.length) this.take(0);
    else if (hits.length) this.open();
    else this.close();
  }

  open() { this.list.hidden = false; this.input.setAttribute('aria-expanded', 'true'); }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.mark(-1);
  }

  /** @param {number} i the hit that Enter takes; -1: none */
  mark(i) {
    this.active = i;
    [...this.list.children].forEach((option, j) => { option.setAttribute('aria-selected', String(i === j)); });
    if (i < 0) return;
    this.input.setAttribute('aria-activedescendant', `wg-hit-${i}`);
    this.list.children[i].scrollIntoView({block: 'nearest'});
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const n = this.hits.length;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && n) {
      this.open();
      this.mark((this.active + (event.key === 'ArrowDown' ? 1 : this.active < 0 ? 0 : -1) + n) % n);
    } else if (event.key === 'Enter' && this.waiting && this.active < 0) this.entered = true;
    else if (event.key === 'Enter' && n) this.take(Math.max(0, this.active));
    else if (event.key === 'Escape' && (this.input.value || !this.list.hidden)) {
      this.empty();
    } else return;
    event.preventDefault();
  }

  empty() {
    this.input.value = '';
    this.typed();
  }

  /** @param {number} i */
  take(i) {
    const hit = this.hits[i];
    this.input.value = hit.label;
    this.clear.hidden = false;
    this.note.textContent = '';
    this.close();
    this.choose(hit);
  }
}
