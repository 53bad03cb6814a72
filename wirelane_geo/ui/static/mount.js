// A component as Streamlit gets it (ui/assets.py fills in where our scripts are, and which of them it is).
const scripts = import(new URL('SCRIPTS', document.baseURI).href);

/** @param {Component<unknown>} component */
export default async function (component) {
  const {module} = await scripts;
  return module('MODULE').render(component);
}
