// What a page does before Streamlit's scripts run.
import {loadDeck} from './deckgl.js';
import {ICON_FONT, sayWhere} from './streamlit.js';

// Streamlit's icon font is left to the first icon that is shown: a browser fetches it by itself for that.
const load = document.fonts.load.bind(document.fonts);
document.fonts.load = (font, text) => font.includes(ICON_FONT) ? Promise.resolve([]) : load(font, text);

sayWhere();

// Of a page with a map: deck.gl is read while Streamlit waits for its first answer.
const script = /** @type {HTMLScriptElement | null} */ (document.querySelector('script[data-deckgl]'));
if (script) loadDeck(new URL(script.dataset.deckgl ?? '', document.baseURI)).catch(() => {}); // the map asks again
