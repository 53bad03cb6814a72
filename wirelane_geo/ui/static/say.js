/** Writes words into an element, if it is there and says something else: what stays as it is costs no layout. */
export function say(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}
