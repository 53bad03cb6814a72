// How long ago something was: "12 s", "5 min", "3 h". These units are written alike in all languages; days need a word.

/** An age in words. @param {number} seconds @param {(days: number) => string} [days] the words for that many days; without it, hours go on counting */
export function span(seconds, days) {
  const whole = Math.max(0, Math.floor(seconds));
  if (days && whole >= 2 * 86400) return days(Math.floor(whole / 86400));
  if (whole < 60) return `${whole} s`;
  return whole < 5400 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 3600)} h`;
}
