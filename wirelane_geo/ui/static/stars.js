// Stars and bells at stations: shows which are favourites, and keeps what is clicked.
import {choose, chosenBeside} from './choice.js';
import {all} from './elements.js';
import {drop, favourites, keep, onFavourites} from './favourites.js';
import {allowed, begin} from './telling.js';

/** Why the last click did nothing: "denied", "unable", "full", "unkept". */
let note = '';

/** A station as an element names it. @param {HTMLElement} element @param {boolean} tell @returns {Favourite} */
const named = ({dataset: {star, tell: bell, handle, title}}, tell) => ({id: star ?? bell ?? '', handle: Number(handle), title: title ?? '', tell});

/** Shows what is kept. */
export function showStars() {
  const kept = new Map(favourites().map(one => [one.id, one]));
  for (const star of all(document, '[data-star]')) /** @type {HTMLInputElement} */ (star).checked = kept.has(star.dataset.star ?? '');
  for (const bell of all(document, '[data-tell]')) bell.setAttribute('aria-pressed', String(kept.get(bell.dataset.tell ?? '')?.tell ?? false));
  const why = note || ([...kept.values()].some(one => one.tell) && !allowed() ? 'denied' : '');
  for (const place of all(document, '.wl-told')) {
    const words = why ? place.dataset[why] ?? '' : '';
    if (place.textContent !== words) place.textContent = words;
  }
}

/** A bell rings for a favourite, and makes one. @param {HTMLElement} bell */
async function ring(bell) {
  const station = named(bell, true);
  if (bell.getAttribute('aria-pressed') === 'true') {
    note = keep({...station, tell: false});
  } else {
    note = await begin();
    if (!note) note = keep(station);
  }
  showStars();
}

/** Has an element's stars and bells react. @param {HTMLElement} root */
export function listenToStars(root) {
  root.addEventListener('change', ({target}) => {
    if (!(target instanceof HTMLInputElement && target.dataset.star)) return;
    note = target.checked ? keep(named(target, false)) : drop(target.dataset.star);
    showStars();
  });
  root.addEventListener('click', ({target}) => {
    const bell = target instanceof Element && target.closest('[data-tell]');
    if (bell instanceof HTMLElement) ring(bell);
  });
}

onFavourites(() => {
  showStars();
  if (chosenBeside().panel === 'favourites') choose({});
});
