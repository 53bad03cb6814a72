// Streamlit loads this text from a blob; the component itself is modules under assets/, relative to the page.
const modules = import(new URL('./assets/map.js', document.baseURI));

export default async function (component) {
  const {render} = await modules;
  return render(component);
}
