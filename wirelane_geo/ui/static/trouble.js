// Why the map can't be shown, in a notice over it; a server that doesn't answer at all is said in the legend (news.js).
import {all, find} from './elements.js';
import {Refusal} from './asking.js';

/** By what can't be had. @type {Map<string, string>} */
const troubles = new Map();

/** By the word for a cause that is no HTTP status. @type {Record<string, string>} */
const CAUSES = {unreachable: 'cause_unreachable', 'bad answer': 'cause_unreadable', store: 'cause_store', incomplete: 'cause_incomplete'};

/** The text that says a cause. @param {string} cause */
export const textOf = cause => CAUSES[cause] ?? 'cause_http';

/** Why, in the page's language where it has words for it. @param {Refusal} why @param {Texts} text */
function sentence({message, dialect, cause}, text) {
  if (dialect) return text('other_dialect', dialect);
  return cause ? text(textOf(cause), {reason: message, cause}) : message;
}

/** Something can't be had for a reason, or (null) can again. @param {string} what @param {unknown} why @param {Texts} text */
export function showTrouble(what, why, text) {
  if (why === null) troubles.delete(what);
  else if (why instanceof Refusal) {
    troubles.set(what, text('failed', {reason: sentence(why, text)}));
  }
  const words = [...new Set(troubles.values())], map = find(document, '.wg-map');
  const box = find(document, '.wg-trouble');
  if (!words.length) return box?.remove();
  const notice = box ?? Object.assign(document.createElement('div'), {className: 'wg-trouble wl-part wl-notice'});
  if (!box) map?.parentElement?.append(notice);
  if (all(notice, 'p').map(({textContent}) => textContent).join('\n') === words.join('\n')) return;
  notice.replaceChildren(...words.map(textContent => {
    const line = Object.assign(document.createElement('p'), {textContent});
    line.setAttribute('role', 'alert');
    return line;
  }));
}
