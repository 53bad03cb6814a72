// The map component as Streamlit gets it: a text that it loads from a blob URL, where relative imports lead nowhere. So this
// imports the real module from assets/, relative to the page.
/** @type {Promise<typeof import('./map.js')>} */
const modules = import(new URL('./assets/map.js', document.baseURI).href);

/** @param {Component<MapData>} component */
export default async function (component) {
  const {render} = await modules;
  return render(component);
}
