// Messages that reached no handler.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, number, simple, time } from '../format.js';
import { change, table } from '../parts.js';

const REASONS = {
  dead: 'the receiver had ended, or ended with the message in its mailbox',
  vacant: 'no actor has the name to which the message was sent',
  full: 'the mailbox was full, or the name had no process and held its limit of messages',
  unexpected: 'the receiver has no handler for the message',
  expired: 'the call of the request was over, and the receiver drops such requests',
  'in-hand': 'the receiver ended while it handled the message; its other messages were kept for its next start',
  parked: 'the message was discarded after it had been parked',
};
const keyOf = (one) => `${one.reason} ${one.receiver} ${one.type}`;

function columns(ctx) {
  const old = new Map((ctx.previous?.dropped ?? []).map((one) => [keyOf(one), one.count]));
  return [
    { title: 'Count', numeric: true, text: (one) => one.count, cell: (one) => [number(one.count), change(one.count, old.get(keyOf(one)))] },
    { title: 'Reason', text: (one) => one.reason, cell: (one) => h('span', { title: REASONS[one.reason] }, one.reason) },
    { title: 'Receiver', code: true, text: (one) => one.receiver, cell: (one) => h('code', null, one.receiver) },
    { title: 'Type', code: true, text: (one) => simple(one.type), cell: (one) => h('code', { title: one.type }, simple(one.type)) },
    { title: 'First', wide: true, text: (one) => time(one.first) },
    { title: 'Last', text: (one) => time(one.last) },
  ];
}

export const dropped = {
  id: 'dropped',
  title: 'Dropped',
  question: 'Which messages reached no handler, and why?',
  request: () => ({ query: { view: 'dropped', limit: 200 } }),
  render: (data, ctx) =>
    h('div', null,
      h('p', { class: 'soft' }, `${count(data.total, 'message')} dropped since the application started`),
      table({ caption: 'Dropped messages', columns: columns(ctx), rows: data.dropped, key: keyOf, none: 'No message was dropped.' }),
      data.dropped.length > 0 &&
        h('dl', { class: 'facts legend' }, Object.entries(REASONS).map(([name, text]) => h('div', null, h('dt', null, name), h('dd', null, text))))),
  markdown: (data, ctx) => `${data.total} dropped\n\n${copying.table(columns(ctx), data.dropped)}`,
};
