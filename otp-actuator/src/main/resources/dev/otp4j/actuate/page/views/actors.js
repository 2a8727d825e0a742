// All processes in one table, sorted, filtered and cut on the server.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, duration, number, simple, stateText } from '../format.js';
import { change, choice, dim, mailboxBar, nodeLink, pager, search, stateOf, table } from '../parts.js';

const PAGE = 100;
const STATES = ['running', 'stuck', 'suspended', 'starting', 'restarting', 'stopped', 'failed'];

function columns(ctx) {
  const sorted = ctx.params.get('sort') ?? 'mailbox';
  const by = (name) => (sorted === name ? true : ctx.hash({ sort: name, offset: null }));
  const old = new Map((ctx.previous?.actors ?? []).map((one) => [one.path, one]));
  return [
    { title: 'Path', header: true, sort: by('tree'), ascending: true, code: true, text: (one) => one.path, cell: (one) => nodeLink(one.path) },
    { title: 'State', text: stateText, cell: stateOf },
    { title: 'Mailbox', sort: by('mailbox'), text: (one) => one.mailbox, cell: (one) => [mailboxBar(one.mailbox), dim(one.mailbox), change(one.mailbox, old.get(one.path)?.mailbox)] },
    { title: 'Oldest', numeric: true, sort: by('age'), text: (one) => duration(one.oldest) },
    { title: 'Held', numeric: true, wide: true, text: (one) => one.held, cell: (one) => dim(one.held) },
    { title: 'Busy for', numeric: true, sort: by('busy'), text: (one) => duration(one.busyFor) },
    { title: 'With', code: true, text: (one) => (one.handling ? simple(one.handling) : ''), cell: (one) => one.handling && h('code', { title: one.handling }, simple(one.handling)) },
    { title: 'Restarts', numeric: true, sort: by('restarts'), text: (one) => one.restarts, cell: (one) => [dim(one.restarts), change(one.restarts, old.get(one.path)?.restarts)] },
    { title: 'Kind', wide: true, text: (one) => one.kind },
  ];
}

const below = (ctx) => ctx.params.get('below');

export const actors = {
  id: 'actors',
  title: 'Actors',
  question: 'Which mailbox grows, which message waits the longest, which handler runs right now?',
  request: ({ params }) => ({
    query: {
      view: 'actors',
      sort: params.get('sort') ?? 'mailbox',
      state: params.get('state'),
      match: params.get('match'),
      below: params.get('below'),
      offset: params.get('offset'),
      limit: PAGE,
    },
  }),
  render(data, ctx) {
    const offset = Number(ctx.params.get('offset') ?? 0);
    return h('div', null,
      h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
        search(ctx, 'Path contains'),
        choice(ctx, 'State', 'state', [['', 'all'], ...STATES.map((one) => [one, one])]),
        below(ctx) && h('p', { class: 'chip' }, 'below ', h('code', null, below(ctx)), ' ', h('a', { href: ctx.hash({ below: null, offset: null }) }, 'show all'))),
      h('p', { class: 'soft' }, `${number(data.matching)} of ${count(data.total, 'process', 'processes')}`),
      table({ caption: 'Processes', columns: columns(ctx), rows: data.actors, key: (one) => one.path, rowClass: (one) => one.state, none: 'No process matches the filters.' }),
      pager(ctx, data.actors.length, data.matching, offset, PAGE));
  },
  markdown: (data, ctx) => `${data.matching} of ${data.total} processes, ${data.actors.length} shown\n\n${copying.table(columns(ctx), data.actors)}`,
};
