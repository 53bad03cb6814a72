// Writes text into elements.

/** Writes words into an element, if it is there and says something else: what stays as it is costs no layout.
 * @param {Element | null} element @param {string} words */
export function say(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}
