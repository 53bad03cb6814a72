// Finds elements of a page.

/** @type {(within: ParentNode, selector: string) => HTMLElement[]} */
export const all = (within, selector) => [...within.querySelectorAll(selector)].filter(element => element instanceof HTMLElement);
/** @type {(within: ParentNode, selector: string) => HTMLElement | null} */
export const find = (within, selector) => within.querySelector(selector);
