// How values are written. Times are those of the application's clock, durations have two units at most.

/** Milliseconds of an ISO 8601 duration such as PT1M2.5S, or null. */
export function millis(duration) {
  if (!duration) return null;
  const parts = /^(-)?PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?$/.exec(duration);
  if (!parts) return null;
  const [, , hours = 0, minutes = 0, seconds = 0] = parts;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** 12 ms, 3.4 s, 2 m 5 s, 3 h 10 m, 4 d 2 h; of milliseconds. */
export function span(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1).replace('.0', '') : Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, 'm', Math.floor(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return two(hours, 'h', minutes % 60, 'm');
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(great, greatUnit, small, smallUnit) {
  return `${great} ${greatUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`;
}

/** The same, of an ISO 8601 duration. */
export const duration = (iso) => span(millis(iso));

/** The state of a node, and of one that waits for its restart when that comes. */
export function stateText({ state, pendingRestart: pending }) {
  if (!pending) return state;
  const due = millis(pending.dueIn);
  return `${state} ${due > 0 ? `in ${span(due)}` : 'now'}, attempt ${pending.attempt}`;
}

const NUMBERS = new Intl.NumberFormat('en');
export const number = (value) => (value === null || value === undefined ? '–' : NUMBERS.format(value));

export const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many ?? `${one}s`}`;

export function bytes(value) {
  if (value === null || value === undefined) return '–';
  const megabytes = value / (1024 * 1024);
  return megabytes >= 1024 ? `${(megabytes / 1024).toFixed(1)} GB` : `${Math.round(megabytes)} MB`;
}

/** The time of day, with the date if it was not today; in the reader's time zone. */
export function time(iso) {
  if (!iso) return '–';
  const at = new Date(iso);
  const clock = at.toLocaleTimeString('en-GB', { hour12: false });
  const today = at.toDateString() === new Date().toDateString();
  return today ? clock : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock}`;
}

const pad = (value) => String(value).padStart(2, '0');

/** For how long ago a time was, by the application's clock. */
export const ago = (iso, now) => (iso ? `${span(Math.max(0, Date.parse(now) - Date.parse(iso)))} ago` : '–');

/** com.example.shop.Stock$Add as Stock$Add. */
export const simple = (className) => (className ? className.slice(className.lastIndexOf('.') + 1) : '–');

/** com.example.shop.Stock.onMessage(Stock.java:12) as Stock.onMessage(Stock.java:12). */
export function shortFrame(frame) {
  const plain = frame.includes('/') ? frame.slice(frame.lastIndexOf('/', frame.indexOf('(')) + 1) : frame;
  const open = plain.indexOf('(');
  const method = plain.lastIndexOf('.', open < 0 ? plain.length : open);
  const type = plain.lastIndexOf('.', method - 1);
  return plain.slice(type + 1);
}

export const words = (kebab) => (kebab ?? '').replaceAll('-', ' ');
