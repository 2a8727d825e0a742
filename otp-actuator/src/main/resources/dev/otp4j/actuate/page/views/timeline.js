// Events, the newest first, with a line below those that are new since the view was opened.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, number, time, words } from '../format.js';
import { linked, table } from '../parts.js';

const BAD = new Set(['crashed', 'gave-up', 'stuck', 'call-circle', 'start-failed', 'stopped-badly', 'killed', 'zombie-found', 'carriers-starved']);
const WARN = new Set(['restarted', 'suspended', 'operator']);
const kindOf = (event) => (BAD.has(event.kind) ? 'bad' : WARN.has(event.kind) ? 'warn' : '');

const COLUMNS = [
  { title: 'Time', text: (one) => time(one.lastAt), cell: (one) => h('time', { datetime: one.lastAt, title: one.lastAt }, time(one.lastAt)) },
  { title: 'What', text: (one) => words(one.kind), cell: (one) => [h('span', { class: `event ${kindOf(one)}` }, words(one.kind)), one.count > 1 && h('span', { class: 'soft' }, ` × ${number(one.count)}`)] },
  { title: 'Path', code: true, text: (one) => one.path ?? '', cell: (one) => (one.path ? linked(one.path) : '') },
  { title: 'Text', text: (one) => one.text },
  { title: 'Number', numeric: true, wide: true, text: (one) => one.sequence },
];

function since(ctx) {
  const now = ctx.params.get('since') ?? '';
  const use = (event) => {
    event.preventDefault();
    ctx.set({ since: event.target.elements.since.value.trim() || null });
  };
  return h('form', { class: 'filters', onsubmit: use },
    h('label', { class: 'field' }, 'Since', h('input', { name: 'since', value: now, placeholder: '2026-11-27T10:00:00Z, or a number', size: 34, spellcheck: 'false', autocomplete: 'off' })),
    h('button', { type: 'submit' }, 'Show'),
    h('button', { type: 'button', onclick: () => ctx.set({ since: ctx.system.now }) }, 'From now on'),
    now && h('a', { class: 'button', href: ctx.hash({ since: null }) }, 'All'));
}

export const timeline = {
  id: 'timeline',
  title: 'Timeline',
  question: 'What changed, and when?',
  request: ({ params }) => ({ query: { view: 'events', since: params.get('since'), limit: 200 } }),
  render(data, ctx) {
    ctx.memory.seen ??= data.lastSequence;
    const fresh = data.events.filter((one) => one.sequence > ctx.memory.seen).length;
    return h('div', null,
      since(ctx),
      h('p', { class: 'soft' }, `${count(data.events.length, 'entry', 'entries')}, the newest first; ${number(fresh)} since you opened this view`, data.forgotten > 0 && `; ${number(data.forgotten)} older ones are not kept any more`),
      table({
        caption: 'Events',
        columns: COLUMNS,
        rows: [...data.events].reverse(),
        key: (one) => one.sequence,
        rowClass: (one) => (one.sequence > ctx.memory.seen ? 'new' : ''),
        none: 'Nothing has happened.',
      }));
  },
  markdown: (data) => copying.table(COLUMNS.with(0, { title: 'Time', text: (one) => one.lastAt }), [...data.events].reverse()),
};
