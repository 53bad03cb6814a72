// How long something is ago. Units are written alike in all languages.
export function span(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  return seconds < 5400 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
