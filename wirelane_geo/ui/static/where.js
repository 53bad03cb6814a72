// Where, in the sidebar: an area drawn on the map or that in view, and what lies along a route, of a file or pasted.
import {readView} from './address.js';
import {boundsOf, lonLatAt} from './camera.js';
import {chosen, choose, onChoice} from './choice.js';
import {all, find} from './elements.js';
import {decode, encode, shortened} from './polyline.js';

const ROW = '.wl-form [data-key]', WIDTH_M = 2000, MOST_BYTES = 32 << 20, SVG = 'http://www.w3.org/2000/svg';

/** A file's points: a track or route of GPX, lines or rings of GeoJSON. @param {string} text @returns {LonLat[]} */
export function track(text) {
  return onEarth(text.trimStart().startsWith('<') ? ofGpx(text) : ofGeoJson(text));
}

/** A pasted line's points: positions ("lat, lon" one after the other), a file's text, or a line as routing services and our own
 * links write it. @param {string} text @returns {LonLat[]} */
export function pasted(text) {
  const line = text.trim(), numbers = line.split(/[\s,;]+/).map(Number);
  if (/^[<{]/.test(line)) return track(line);
  if (numbers.some(Number.isNaN)) return onEarth(decode(line.replace(/^\d+:/, '')));
  return numbers.length % 2 ? [] : onEarth(Array.from({length: numbers.length / 2}, (_, i) => [numbers[2 * i + 1], numbers[2 * i]]));
}

/** @param {LonLat[]} points @returns {LonLat[]} */
const onEarth = points => points.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90) ? points : [];

/** @param {string} text @returns {LonLat[]} */
function ofGpx(text) {
  const page = new DOMParser().parseFromString(text, 'application/xml');
  const points = ['trkpt', 'rtept'].map(name => [...page.getElementsByTagNameNS('*', name)]).find(of => of.length) ?? [];
  return points.map(point => [Number(point.getAttribute('lon')), Number(point.getAttribute('lat'))]);
}

/** @param {string} text @returns {LonLat[]} */
function ofGeoJson(text) {
  /** @param {any} part @returns {any[]} */
  const positions = part => {
    const {type, features = [], geometries = [], geometry, coordinates: at} = part ?? {};
    if (type === 'LineString') return at;
    if (type === 'MultiLineString') return at.flat();
    if (type === 'Polygon') return at[0];
    if (type === 'MultiPolygon') return at.flatMap((/** @type {any[]} */ one) => one[0]);
    return [...features, ...geometries, ...geometry ? [geometry] : []].flatMap(positions);
  };
  try {
    return positions(JSON.parse(text)).map(([lon, lat]) => [Number(lon), Number(lat)]);
  } catch {
    return [];
  }
}

/** @param {HTMLElement} row */
function show(row) {
  const value = chosen(row.dataset.key ?? '');
  for (const part of all(row, '[data-where=remove], [data-where=width]')) part.hidden = !value;
  const width = row.querySelector('select');
  if (!width) return;
  const metres = value.split(':')[0];
  if (value && ![...width.options].some(option => option.value === metres)) width.add(new Option(`${Number(metres) / 1000} km`, metres));
  if (value) width.value = metres;
}

/** Has somebody draw around an area with the pointer, and chooses it. @param {HTMLElement} row @param {HTMLElement} button */
function draw(row, button) {
  const canvas = find(document, '.wg-canvas');
  if (!canvas || find(document, '.wg-drawing')) return;
  const box = canvas.getBoundingClientRect(), ending = new AbortController();
  const sheet = Object.assign(document.createElement('div'), {className: 'wg-drawing'});
  const hint = Object.assign(document.createElement('p'), {className: 'wg-drawing-hint', textContent: row.dataset.hint ?? ''});
  const svg = document.createElementNS(SVG, 'svg'), line = document.createElementNS(SVG, 'polyline');
  hint.setAttribute('role', 'status');
  svg.append(line);
  sheet.append(svg, hint);
  canvas.parentElement?.append(sheet);
  button.setAttribute('aria-pressed', 'true');
  /** @type {[number, number][]} */
  let pixels = [];
  const end = () => {
    ending.abort();
    sheet.remove();
    button.setAttribute('aria-pressed', 'false');
  };
  sheet.addEventListener('pointerdown', event => {
    sheet.setPointerCapture(event.pointerId);
    pixels = [[event.clientX - box.left, event.clientY - box.top]];
  });
  sheet.addEventListener('pointermove', event => {
    if (!pixels.length) return;
    pixels.push([event.clientX - box.left, event.clientY - box.top]);
    line.setAttribute('points', pixels.map(at => at.join(',')).join(' '));
  });
  sheet.addEventListener('pointerup', () => {
    const view = readView();
    end();
    if (!view || pixels.length < 3) return;
    const ring = pixels.map(at => lonLatAt(view, at, box.width, box.height));
    const corners = shortened([...ring, ring[0]]).slice(0, -1);
    if (corners.length > 2) choose({[row.dataset.key ?? '']: encode(corners)});
  });
  sheet.addEventListener('pointercancel', end);
  addEventListener('keydown', event => { if (event.key === 'Escape') end(); }, {signal: ending.signal});
  addEventListener('resize', end, {signal: ending.signal});
}

/** The area in view. @param {HTMLElement} row */
function takeView(row) {
  const view = readView(), canvas = find(document, '.wg-canvas');
  if (!view || !canvas) return;
  const [west, south, east, north] = boundsOf(view, canvas.clientWidth, canvas.clientHeight).split(',').map(Number);
  if (east - west < 360) choose({[row.dataset.key ?? '']: encode([[west, south], [east, south], [east, north], [west, north]])});
}

/** Chooses a route, or says that there is none. @param {HTMLElement} row @param {LonLat[]} read @returns {boolean} */
function take(row, read) {
  const points = shortened(read), note = find(row, '[role=status]'), right = points.length > 1;
  if (note) note.textContent = right ? '' : row.dataset.failed ?? '';
  if (right) choose({[row.dataset.key ?? '']: `${chosen(row.dataset.key ?? '').split(':')[0] || WIDTH_M}:${encode(points)}`});
  return right;
}

/** @param {HTMLElement} row @param {File} file */
async function takeFile(row, file) { take(row, file.size > MOST_BYTES ? [] : track(await file.text())); }

/** A field with a line in it: taken, it is empty again. @param {HTMLElement} row @param {HTMLInputElement} field @param {string} text */
function takeLine(row, field, text) {
  if (!text.trim()) return;
  field.value = take(row, text.length > MOST_BYTES ? [] : pasted(text)) ? '' : text;
}

/** Has an element's area and route react. @param {HTMLElement} root */
export function listenToWhere(root) {
  root.addEventListener('click', ({target}) => {
    const button = target instanceof Element ? target.closest('[data-where]') : null, row = button?.closest(ROW);
    if (!(button instanceof HTMLElement && row instanceof HTMLElement)) return;
    const what = button.dataset.where;
    if (what === 'draw') draw(row, button);
    else if (what === 'view') takeView(row);
    else if (what === 'file') row.querySelector('input')?.click();
    else if (what === 'remove') choose({[row.dataset.key ?? '']: ''});
  });
  root.addEventListener('paste', event => {
    const {target, clipboardData} = event, row = target instanceof Element ? target.closest(ROW) : null;
    if (!(row instanceof HTMLElement && target instanceof HTMLInputElement && target.dataset.where === 'line')) return;
    event.preventDefault(); // a field would take the ends of lines out
    takeLine(row, target, clipboardData?.getData('text') ?? '');
  });
  root.addEventListener('change', ({target}) => {
    const row = target instanceof Element ? target.closest(ROW) : null;
    if (!(row instanceof HTMLElement)) return;
    if (target instanceof HTMLInputElement && target.type === 'file' && target.files?.[0]) takeFile(row, target.files[0]);
    if (target instanceof HTMLInputElement && target.dataset.where === 'line') takeLine(row, target, target.value);
    if (target instanceof HTMLSelectElement) choose({[row.dataset.key ?? '']: `${target.value}:${chosen(row.dataset.key ?? '').split(':').slice(1).join(':')}`});
  });
}

/** The area and route of filters, as lines to draw: an area closed, a route open.
 * @param {(key: string) => string} value a filter's value, "" where it isn't set @returns {LonLat[][]} */
export function outlines(value) {
  const area = decode(value('area')), route = decode(value('route').split(':').slice(1).join(':'));
  return [area.length ? [...area, area[0]] : [], route].filter(line => line.length > 1);
}

onChoice(() => { for (const row of all(document, ROW)) show(row); });
