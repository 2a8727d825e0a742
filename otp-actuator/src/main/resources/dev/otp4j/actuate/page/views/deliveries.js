// Durable delivery: events that actors handle at least once, and those that were given up.

import { write } from '../api.js';
import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, number, simple, time } from '../format.js';
import { dim, section, table } from '../parts.js';

const ENDPOINT = 'otpdelivery';
const TARGETS = [
  { title: 'Target', header: true, code: true, text: (one) => one.name },
  { title: 'Events', code: true, text: (one) => simple(one.type), cell: (one) => h('code', { title: one.type }, simple(one.type)) },
  { title: 'Waiting', numeric: true, text: (one) => one.waiting, cell: (one) => dim(one.waiting) },
  { title: 'Handled', numeric: true, text: (one) => one.handled, cell: (one) => number(one.handled) },
  { title: 'Failed attempts', numeric: true, text: (one) => one.failed, cell: (one) => dim(one.failed) },
  { title: 'Sent again', numeric: true, wide: true, text: (one) => one.resubmitted, cell: (one) => dim(one.resubmitted) },
  { title: 'Given up', numeric: true, text: (one) => (one.givenUp < 0 ? '–' : one.givenUp), cell: (one) => (one.givenUp > 0 ? h('span', { class: 'count bad' }, number(one.givenUp)) : one.givenUp < 0 ? '–' : dim(0)) },
  { title: 'Last failure', wide: true, code: true, text: (one) => simple(one.lastFailure), cell: (one) => (one.lastFailure ? h('code', { title: one.lastFailure }, simple(one.lastFailure)) : '–') },
];
const GIVEN_UP = [
  { title: 'Event', header: true, code: true, text: (one) => one.eventId ?? 'cannot be read' },
  { title: 'Type', code: true, text: (one) => simple(one.type) },
  { title: 'Attempts', numeric: true, text: (one) => one.attempts },
  { title: 'Published', text: (one) => time(one.published) },
  { title: 'Last attempt', text: (one) => time(one.lastAttempt) },
];

async function again(target, publication, ctx) {
  const sent = publication ? { publication } : {};
  const result = await write(ENDPOINT, target, sent).catch((e) => ({ outcome: 'failed', text: e.message }));
  ctx.say(result.outcome === 'done' ? `${count(result.body.resubmitted, 'event')} will be delivered again` : `${result.outcome}: ${result.text}`);
  ctx.refresh();
}

const button = (text, label, action) => h('button', { type: 'button', 'aria-label': label, onclick: action }, text);

function givenUp({ target, givenUp: rows }, ctx) {
  const columns = [
    ...GIVEN_UP,
    { title: 'Deliver again', text: () => '', cell: (one) => button('Deliver again', `Deliver ${one.eventId ?? 'this event'} again`, () => again(target.name, one.publication, ctx)) },
  ];
  return section(
    `Given up by ${target.name}`,
    h('div', { class: 'buttons' }, button('Deliver all again', `Deliver all events again that ${target.name} has given up`, () => again(target.name, null, ctx))),
    table({ caption: `Given up by ${target.name}`, columns, rows, key: (one) => one.publication, none: 'None any more.' }),
  );
}

export const deliveries = {
  id: 'deliveries',
  title: 'Durable delivery',
  endpoint: ENDPOINT,
  question: 'Which committed events wait, which were handled, and which were given up after their last attempt?',
  request: () => ({ endpoint: ENDPOINT, parts: (data) => data.targets.filter((one) => one.givenUp > 0).map((one) => one.name) }),
  render: (data, ctx) =>
    h(
      'div',
      null,
      table({ caption: 'Targets', columns: TARGETS, rows: data.targets, key: (one) => one.name, none: 'No bean declares a durable target.' }),
      data.parts.map((part) => givenUp(part, ctx)),
    ),
  markdown: (data) => [copying.table(TARGETS, data.targets), ...data.parts.map((part) => `Given up by \`${part.target.name}\`:\n\n${copying.table(GIVEN_UP, part.givenUp)}`)].join('\n\n'),
};
