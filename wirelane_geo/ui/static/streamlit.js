// What the browser's side uses of Streamlit that it doesn't promise to keep, all of it (ui/insides.py has the server's side).
// Streamlit has no public way to it; tests/ui/test_insides.py says when one of these has changed.

/** Text that only Streamlit writes, in English: there is no setting for its language. */
export const OWN_TEXT = '[data-testid=stSkipToContent], [data-testid=InputInstructions] span';

/** The page's content, a tab stop without a name. */
export const MAIN = '[data-testid=stMain]';

/** Closes the sidebar: Python can only say how it is when a page is loaded. */
export const COLLAPSE = '[data-testid=stSidebarCollapseButton] button';

/** Key under which Streamlit keeps the visitor's choice of light or dark: Python can read it, not make it. */
export const themeKey = () => `stActiveTheme-${location.pathname}-v2`;

/** Where something is entered in a form: texts, and lists that show what is chosen in them. */
export const ENTERED = '[data-testid=stTextInput] input, [data-testid=stSelectbox], [data-testid=stSelectbox] input, [data-testid=stMultiSelect]';

/** Its icon font, 375 kB, which its scripts ask for before anything has an icon: few of our pages have one. */
export const ICON_FONT = 'Material Symbols';

/** Says where Streamlit answers: below the directory of all pages. By itself it asks below a page's address first, where nothing is. */
export function sayWhere() {
  Object.assign(window, {__streamlit: {BACKEND_BASE_URL: new URL('.', document.baseURI).href}});
}
