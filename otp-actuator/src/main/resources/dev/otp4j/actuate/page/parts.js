// Parts that several views have.

import { h } from './dom.js';
import { number, shortFrame, stateText } from './format.js';

/** The address of a node, to be put into a link or a ticket. */
export const nodeHash = (path) => `#/node${path === '/' ? '' : path.split('/').map(encodeURIComponent).join('/')}`;

export const nodeLink = (path, text) => h('a', { href: nodeHash(path), class: 'path' }, text ?? path);

/** Of what is in the tree a link; else the text, such as a pid. */
export const linked = (path) => (path?.startsWith('/') ? nodeLink(path) : (path ?? '–'));

/** The state of a node or of the system: text, with a colour that says the same again. */
export const state = (name, text = name) => h('span', { class: `state ${name}` }, text);

/** The state of a node; of one that waits for its restart also when that comes. */
export const stateOf = (node) => state(node.state, stateText(node));

/** A small bar beside a number; `of` is the value of a full bar. */
export function bar(value, of, kind) {
  const share = of > 0 ? Math.min(1, value / of) : 0;
  return h(
    'svg',
    { class: `bar ${share > 0 ? (kind ?? '') : 'none'}`, viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'all', x: 0, y: 0, width: 100, height: 8 }),
    share > 0 && h('rect', { class: 'part', x: 0, y: 0, width: Math.max(2, share * 100).toFixed(1), height: 8 }),
  );
}

/** How full a mailbox is, by powers of ten: 1 is a tenth of the bar or so, 100,000 all of it. */
export const mailboxBar = (size) => bar(size === 0 ? 0 : Math.log10(size + 1), 5, size >= 1000 ? 'bad' : size >= 100 ? 'warn' : '');

/** A number that does not stand out if it is zero. */
export const dim = (value) => h('span', { class: value === 0 ? 'soft' : null }, number(value));

/** A change since the last answer, if there is one. */
export function change(now, before) {
  if (before === undefined || before === null || now === before) return null;
  const text = now > before ? `+${number(now - before)}` : `−${number(before - now)}`;
  return h('span', { class: `change ${now > before ? 'more' : 'less'}` }, text);
}

const LIBRARIES = /^(?:java\.base|jdk\.|java\.|javax\.|sun\.|dev\.otp4j\.(?!sample))|\/(?:java|jdk)\./;
export const isOfApplication = (frame) => !LIBRARIES.test(frame);

/** A stack; the frames of the application stand out. */
export function stack(frames, label) {
  if (!frames || frames.length === 0) return null;
  return h(
    'ol',
    { class: 'stack', 'aria-label': label ?? 'Stack' },
    frames.map((frame) => h('li', { class: isOfApplication(frame) ? 'own' : '', title: frame }, shortFrame(frame))),
  );
}

/** A whole stack that is shown when it is asked for. */
export function wholeStack(key, frames) {
  if (!frames || frames.length === 0) return null;
  return h(
    'details',
    { key: `stack ${key}` },
    h('summary', null, `Whole stack, ${frames.length} frames`),
    h('ol', { class: 'stack full' }, frames.map((frame) => h('li', { class: isOfApplication(frame) ? 'own' : '' }, frame))),
  );
}

export const empty = (text) => h('p', { class: 'empty' }, text);

export const section = (title, ...content) => h('section', { class: 'card' }, h('h2', null, title), ...content);

/** Names and values; values that are absent are left out. */
export function facts(...pairs) {
  return h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
      .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

/**
 * A table. Columns are { title, text(row), cell(row), numeric, wide, sort }: `wide` ones are left out in narrow windows,
 * `sort` is the address that sorts by the column, or true if it is sorted by it.
 */
export function table({ caption, columns, rows, key, rowClass, none }) {
  if (rows.length === 0) return empty(none ?? 'None.');
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': caption },
    h(
      'table',
      null,
      h('caption', { class: 'hidden' }, caption),
      h('thead', null, h('tr', null, columns.map(head))),
      h(
        'tbody',
        null,
        rows.map((row, i) =>
          h(
            'tr',
            { key: key ? key(row) : i, class: rowClass?.(row) },
            columns.map((column, at) => cell(column, row, at)),
          ),
        ),
      ),
    ),
  );
}

const classOf = (column) => `${column.numeric ? 'number' : ''}${column.wide ? ' wide' : ''}`.trim() || null;

function head(column) {
  const sorted = column.sort === true ? (column.ascending ? 'ascending' : 'descending') : null;
  const content = typeof column.sort === 'string' ? h('a', { href: column.sort }, column.title) : column.title;
  return h('th', { scope: 'col', class: classOf(column), 'aria-sort': sorted }, content);
}

function cell(column, row, at) {
  const content = column.cell ? column.cell(row) : column.text(row);
  return h(at === 0 && column.header ? 'th' : 'td', { class: classOf(column), scope: at === 0 && column.header ? 'row' : null }, content);
}

/** A line of values, with the last and the greatest one as text. */
export function spark(name, values, text) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) {
    return h('figure', { class: 'spark' }, h('figcaption', null, name, ' ', h('b', null, known.length ? text(known.at(-1)) : '–')));
  }
  const most = Math.max(...known);
  const step = 300 / Math.max(1, values.length - 1);
  const points = values
    .map((value, i) => (value === null ? null : `${(i * step).toFixed(1)},${(46 - (most === 0 ? 0 : (value / most) * 42)).toFixed(1)}`))
    .filter((point) => point !== null);
  const said = `${name}: now ${text(known.at(-1))}, at most ${text(most)} in the last ${values.length} answers`;
  return h(
    'figure',
    { class: 'spark' },
    h('figcaption', null, name, ' ', h('b', null, text(known.at(-1))), h('span', { class: 'soft' }, ` at most ${text(most)}`)),
    h(
      'svg',
      { viewBox: '0 0 300 48', preserveAspectRatio: 'none', role: 'img', 'aria-label': said },
      h('line', { class: 'base', x1: 0, y1: 46, x2: 300, y2: 46 }),
      h('polyline', { points: points.join(' ') }),
    ),
  );
}

/** Two buttons to leaf through, and what is shown. */
export function pager(ctx, shown, matching, offset, size) {
  if (matching <= size && offset === 0) return null;
  const to = (next) => ctx.hash({ offset: next || null });
  return h(
    'nav',
    { class: 'pager', 'aria-label': 'Pages' },
    offset > 0 ? h('a', { class: 'button', href: to(Math.max(0, offset - size)) }, 'Previous') : h('span', { class: 'button off' }, 'Previous'),
    h('span', null, shown === 0 ? `0 of ${number(matching)}` : `${number(offset + 1)} to ${number(offset + shown)} of ${number(matching)}`),
    offset + shown < matching && offset + size <= 10_000
      ? h('a', { class: 'button', href: to(offset + size) }, 'Next')
      : h('span', { class: 'button off' }, 'Next'),
  );
}

/** A field that asks the server for what contains a text. */
export function search(ctx, label) {
  return h(
    'label',
    { class: 'field' },
    label,
    h('input', {
      type: 'search',
      value: ctx.params.get('match') ?? '',
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: (event) => ctx.later({ match: event.target.value.trim() || null, offset: null }),
    }),
  );
}

/** A list to choose a parameter from; the first option is the one without the parameter. */
export function choice(ctx, label, name, options) {
  const now = ctx.params.get(name) ?? '';
  return h(
    'label',
    { class: 'field' },
    label,
    h(
      'select',
      { onchange: (event) => ctx.set({ [name]: event.target.value || null, offset: null }) },
      options.map(([value, text]) => h('option', { value, selected: value === now }, text)),
    ),
  );
}
