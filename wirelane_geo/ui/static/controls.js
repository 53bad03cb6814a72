// Buttons at the map's edge: zoom, whole network, near me; and a line for what went wrong.
import {icon} from './icon.js';

export class Controls {
  /** @type {Texts} */
  text = name => name;
  /** @type {Timer} */
  timer = undefined;

  /** @param {HTMLElement} element @param {{zoom(by: number): void, fit(): void, locate(lon: number, lat: number, metres: number): void}} actions */
  constructor(element, {zoom, fit, locate}) {
    this.box = Object.assign(document.createElement('div'), {className: 'wg-controls'});
    this.line = Object.assign(document.createElement('div'), {className: 'wg-message', hidden: true});
    this.line.setAttribute('role', 'status');
    this.locate = locate;
    /** @type {[name: string, run: () => void, path: string][]} */
    const buttons = [
      ['near_me', () => this.nearMe(), 'M12 3v3M12 18v3M3 12h3M18 12h3M12 7a5 5 0 1 0 .01 0zM12 11.9v.01'],
      ['zoom_in', () => zoom(1), 'M12 6v12M6 12h12'], ['zoom_out', () => zoom(-1), 'M6 12h12'],
      ['fit', fit, 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5'],
    ];
    this.buttons = Object.fromEntries(buttons.map(([name, run, path]) => [name, this.button(name, run, path)]));
    element.append(this.box, this.line);
  }

  /** @param {string} name @param {() => void} run @param {string} path its drawing */
  button(name, run, path) {
    const button = Object.assign(document.createElement('button'), {type: 'button', className: `wg-button wg-${name}`});
    button.append(icon(path));
    button.addEventListener('click', run);
    this.box.append(button);
    return button;
  }

  /** @param {Context} context */
  update({text}) {
    this.text = text;
    for (const [name, button] of Object.entries(this.buttons)) {
      button.title = text(name);
      button.setAttribute('aria-label', text(name));
    }
  }

  nearMe() {
    if (!navigator.geolocation) return this.say(this.text('near_me_failed'));
    navigator.geolocation.getCurrentPosition(
      ({coords}) => { this.say(''); this.locate(coords.longitude, coords.latitude, coords.accuracy); },
      error => this.say(this.text(error.code === error.PERMISSION_DENIED ? 'near_me_denied' : 'near_me_failed')),
      {enableHighAccuracy: false, timeout: 10_000, maximumAge: 60_000},
    );
  }

  /** Shows a message, for 8 s or until the next one. @param {string} message */
  say(message, {stays = false} = {}) {
    this.line.textContent = message;
    this.line.hidden = !message;
    clearTimeout(this.timer);
    if (message && !stays) this.timer = setTimeout(() => this.say(''), 8000);
  }
}
