// The page of an embedded map begins, as soon as all our modules are there.
const {module} = await import(new URL('./scripts.js', import.meta.url).href);

module('embed.js').begin();
