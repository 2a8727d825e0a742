// How values are written.

const NUMBER = new Intl.NumberFormat('en');
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const number = (value) => NUMBER.format(value);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** The time of day; with the day if that is another one than today. */
export function time(value) {
  const at = new Date(value);
  const clock = CLOCK.format(at);
  return at.toDateString() === new Date().toDateString() ? clock : `${DAY.format(at)}, ${clock}`;
}

/** Milliseconds as text: 12 ms, 3.4 s, 5 min, 2 h, 3 d. */
export function duration(milliseconds) {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Between two instants as the server writes them. */
export const between = (from, to) => new Date(to) - new Date(from);

/** The end of an id tells it from others; its beginning is the time. */
export const shortId = (id) => (id.length > 14 ? `${id.slice(0, 4)}…${id.slice(-8)}` : id);

/** A URL without what all of them have. */
export const shortUrl = (url) => url.replace(/^https?:\/\//, '');

export const pretty = (value) => JSON.stringify(value, null, 2);
