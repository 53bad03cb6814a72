// Loads deck.gl as pydeck's wheel ships it: one script that sets the globals `deck`, `luma` and `createDeck`.
/** @type {Promise<DeckGL> | undefined} */
let loading;

/** The global `deck`, once the script is there; it is loaded once. @param {URL} url @returns {Promise<DeckGL>} */
export function loadDeck(url) {
  loading ??= new Promise((resolve, reject) => {
    if (window.createDeck && window.deck) return resolve(window.deck);
    const script = document.createElement('script');
    script.src = url.href;
    script.onload = () => resolve(/** @type {DeckGL} */ (window.deck));
    script.onerror = () => {
      loading = undefined; // so that the next render tries again
      script.remove();
      reject(new Error(`${url} can't be loaded`));
    };
    document.head.append(script);
  });
  return loading;
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether the processor draws, for want of a graphics card. Throws where there is no WebGL 2. */
export function drawnBySoftware() {
  const probe = document.createElement('canvas').getContext('webgl2');
  if (!probe) throw new Error('WebGL 2 is off or missing');
  const told = probe.getExtension('WEBGL_debug_renderer_info');
  const renderer = probe.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : probe.RENDERER);
  probe.getExtension('WEBGL_lose_context')?.loseContext(); // a page has only so many
  return SOFTWARE.test(renderer);
}
