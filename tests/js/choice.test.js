import assert from 'node:assert/strict';
import {test} from 'node:test';
import {always} from './seeded.js';

/** @typedef {import('./seeded.js').Random} Random */
/** @typedef {{url: string, state: unknown}} Entry */

// A browser's history and its address bar, as far as a page sees them.
/** @type {Entry[]} */
let entries = [];
let at = 0;
/** @type {(event: {stopImmediatePropagation(): void}) => void} */
let popped = () => {};
let kept = 0; // popstates that nobody else hears of
/** @param {'search' | 'pathname'} part */
const part = part => new URL(entries[at].url, 'http://geo.example')[part];
Object.assign(globalThis, {
  location: {get search() { return part('search'); }, get pathname() { return part('pathname'); }, hash: ''},
  history: {
    get state() { return entries[at].state; },
    pushState(/** @type {unknown} */ state, /** @type {string} */ _, /** @type {string} */ url) {
      entries = [...entries.slice(0, ++at), {url, state}];
    },
    replaceState(/** @type {unknown} */ state, /** @type {string} */ _, /** @type {string} */ url) { entries[at] = {url, state}; },
  },
  document: {cookie: '', querySelector: () => ({getAttribute: () => KEYS.join(' ')})},
  addEventListener: (/** @type {string} */ _, /** @type {typeof popped} */ hear) => { popped = hear; },
});
/** @param {number} steps */
function go(steps) {
  if (!entries[at + steps]) return false;
  at += steps;
  popped({stopImmediatePropagation: () => { kept++; }});
  return true;
}

const KEYS = ['plug', 'status', 'station', 'lang'];
const {begin, choose, chosen, heed, told} = await import('../../wirelane_geo/ui/static/choice.js');
const {readLink} = await import('../../wirelane_geo/ui/static/address.js');

/** What has been told and not been answered yet. @type {ChoiceReport[]} */
let asked = [];
const VIEW = {longitude: 13.4, latitude: 52.5, zoom: 11};
/** @type {unknown[]} where the map was sent */
let flights = [];
let onMap = true;

/** A page is loaded. @param {string} url */
function load(url) {
  [entries, at, asked, flights, onMap] = [[{url: 'about:blank', state: null}, {url, state: null}], 1, [], [], true];
  begin({here: () => onMap, where: () => VIEW, goTo: view => flights.push(view), choiceMade: () => asked.push(told())});
  asked.push(told());
}

/** What Python makes of a choice: keys in order, a mark's station by its id, no station that isn't there. @param {ChoiceReport} choice @returns {Answer} */
function answer({version, query, handle}) {
  const said = readLink(`?${query.toUpperCase().replace(/[A-Z]+=/g, key => key.toLowerCase())}`);
  if (said.has('lang')) said.set('lang', said.get('lang')?.toLowerCase() ?? '');
  if (handle !== null) said.set('station', `S${handle}`);
  if (said.get('station') === 'GONE') said.delete('station');
  return {version, query: KEYS.filter(key => said.get(key)).map(key => `${key}=${said.get(key)}`).join('&'), view: null};
}

/** @type {(one: object, other: object) => boolean} */
const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
const link = () => Object.fromEntries(readLink());

test('what is chosen is in the address at once, a step that Back undoes and Forward does again', () => {
  load('/?lat=1&lon=2&zoom=3&plug=CCS');
  choose({status: 'FREE'});
  assert.equal(entries[at].url, '/?lat=52.5&lon=13.4&zoom=11&plug=CCS&status=FREE');
  assert.equal(at, 2);
  go(-1);
  assert.deepEqual([link(), chosen('status'), asked.at(-1)?.query], [{plug: 'CCS'}, '', 'lat=52.5&lon=13.4&zoom=11&plug=CCS']);
  go(1);
  assert.deepEqual([link(), chosen('status')], [{plug: 'CCS', status: 'FREE'}, 'FREE']);
  assert.equal(flights.length, 2);
});

test('an address is rewritten as Python reads it, unless something was chosen since', () => {
  load('/?plug=ccs&plug=type_2&station=GONE');
  const first = answer(told());
  heed(first);
  assert.deepEqual([link(), at], [{plug: 'CCS,TYPE_2'}, 1]);
  assert.match(told().query, /station=GONE/, 'Python goes on naming what is wrong with it');
  load('/?plug=ccs');
  const late = answer(told());
  choose({status: 'FREE'});
  heed(late);
  assert.deepEqual(link(), {plug: 'ccs', status: 'FREE'});
  heed(answer(told()));
  assert.deepEqual(link(), {plug: 'CCS', status: 'FREE'});
});

test('Back on another page is not ours', () => {
  load('/?plug=CCS');
  choose({status: 'FREE'});
  const before = kept;
  onMap = false;
  go(-1);
  assert.deepEqual([kept, chosen('status')], [before, 'FREE']);
});

test('whatever is clicked in whatever order, and however late the answers are: all clicks count, and all agree', () => {
  always(random => {
    load('/?lat=1&lon=2&zoom=3');
    let lang = '';
    /** What is chosen at each entry of the history, but for the language. @type {Record<string, string>[]} */
    let states = [{}, {}];
    /** @param {Record<string, string>} next @param {() => void} click */
    const choosing = (next, click) => {
      const before = at, was = states[at], now = Object.fromEntries(Object.entries(next).filter(([, value]) => value));
      click();
      if (!same(was, now)) assert.equal(at, before + 1, 'a choice is a step');
      states = at > before ? [...states.slice(0, at), now] : states;
    };
    /** @type {Record<string, () => void>} */
    const act = {
      filter() {
        const key = random.one(['plug', 'status']), value = random.one(['', 'A', 'B', 'A,B']);
        choosing({...states[at], [key]: value}, () => choose({[key]: value}));
        assert.equal(chosen(key), value);
      },
      station() {
        const station = random.one(['', 'S1', 'S2']);
        choosing({...states[at], station}, () => choose({station}, {how: 'list'}));
      },
      mark() {
        const handle = random.whole(1, 2);
        choosing({...states[at], station: `S${handle}`}, () => choose({station: ''}, {handle, how: 'map'}));
      },
      language() {
        lang = random.one(['en', 'de']);
        choose({lang}, {step: false});
      },
      panel() { choose({}, {panel: random.one(['', 'list', 'share'])}); },
      back() { if (at > 1) go(-1); },
      forward() { go(1); },
      answer() {
        const next = asked.shift();
        if (next) heed(answer(next));
      },
    };
    for (const name of random.many(40, () => random.one(Object.keys(act)))) act[name]();
    while (asked.length) act.answer();
    /** @type {Record<string, string>} */
    const wanted = {...states[at], ...lang && {lang}};
    assert.deepEqual(link(), wanted, 'the address');
    for (const key of KEYS) assert.equal(chosen(key), wanted[key] ?? '', 'the switches');
    assert.deepEqual(Object.fromEntries(readLink(`?${answer(told()).query}`)), wanted, 'what Python heard last');
  });
});
