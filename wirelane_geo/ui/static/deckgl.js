// deck.gl, as pydeck's wheel ships it: one script that sets the globals `deck`, `luma` and `createDeck`.
let loading;

export function loadDeck(url) {
  loading ??= new Promise((resolve, reject) => {
    if (window.createDeck && window.deck) return resolve(window.deck);
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => resolve(window.deck);
    script.onerror = () => {
      loading = undefined; // so that the next render tries again
      script.remove();
      reject(new Error(`${url} can't be loaded`));
    };
    document.head.append(script);
  });
  return loading;
}
