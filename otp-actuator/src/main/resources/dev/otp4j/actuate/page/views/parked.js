// Messages that are parked, because no attempt at them has succeeded.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, simple, time } from '../format.js';
import { nodeLink, table } from '../parts.js';

const COLUMNS = [
  { title: 'Number', numeric: true, text: (one) => one.number },
  { title: 'Parked', text: (one) => time(one.at) },
  { title: 'Attempts', numeric: true, text: (one) => one.attempts },
  { title: 'Actor', code: true, text: (one) => one.path ?? one.name, cell: (one) => (one.path ? nodeLink(one.path, one.path) : h('code', null, one.name)) },
  { title: 'Type', code: true, text: (one) => simple(one.type), cell: (one) => h('code', { title: one.type }, simple(one.type)) },
  { title: 'Cause', code: true, text: (one) => simple(one.cause), cell: (one) => h('code', { title: one.cause }, simple(one.cause)) },
];

export const parked = {
  id: 'parked',
  title: 'Parked',
  question: 'Which messages are parked after their last retry?',
  request: () => ({ query: { view: 'parked', limit: 200 } }),
  render: (data) =>
    h('div', null,
      h('p', { class: 'soft' }, `${count(data.count, 'message')} parked; the node of the actor has the operations to replay or to discard them`),
      table({ caption: 'Parked messages', columns: COLUMNS, rows: data.messages, key: (one) => one.number, none: 'No message is parked.' })),
  markdown: (data) => `${data.count} parked\n\n${copying.table(COLUMNS, data.messages)}`,
};
