// The language that a visitor chose, remembered for pages and visits whose link says none; Python reads it, too (page_setup.py).
const NAME = 'wirelane_geo_lang', YEAR_S = 31_536_000;

/** @returns {string} "" where none was chosen */
export const rememberedLanguage = () => document.cookie.match(new RegExp(`(?:^|; )${NAME}=(\\w+)`))?.[1] ?? '';

/** Remembers it, and puts it into an address that says another one. @param {string} lang */
export function rememberLanguage(lang) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not there without HTTPS
  document.cookie = `${NAME}=${lang}; path=${new URL('.', document.baseURI).pathname}; max-age=${YEAR_S}; samesite=lax`;
  const url = new URL(location.href);
  if (!url.searchParams.has('lang')) return;
  url.searchParams.set('lang', lang);
  history.replaceState(history.state, '', url);
}
