// The leases of singletons that run on one instance only.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { number, span } from '../format.js';
import { facts, state, table } from '../parts.js';

const KINDS = { HELD: 'running', WAITING: 'starting', ENDING: 'stopping', UNUSED: 'stopped' };
const COLUMNS = [
  { title: 'Lease', header: true, code: true, text: (one) => one.name },
  { title: 'Here', text: (one) => one.state.toLowerCase(), cell: (one) => state(KINDS[one.state] ?? 'stopped', one.state.toLowerCase()) },
  { title: 'Owner', code: true, text: (one) => one.owner ?? '–' },
  { title: 'Token', numeric: true, text: (one) => one.token, cell: (one) => number(one.token) },
  { title: 'Time left', numeric: true, text: (one) => span(one.timeLeftMillis) },
  { title: 'Gave up', numeric: true, wide: true, text: (one) => one.giveUps, cell: (one) => number(one.giveUps) },
  { title: 'What it means', wide: true, text: (one) => one.text },
];

export const leases = {
  id: 'leases',
  title: 'Leases',
  endpoint: 'otpleases',
  question: 'Which singletons run on this instance, and which on another one?',
  request: () => ({ endpoint: 'otpleases' }),
  render: (data) =>
    h(
      'div',
      null,
      facts(
        ['This instance', h('code', null, data.instance)],
        ['TTL', `${span(data.ttlMillis)}. Another instance may take a lease that was not renewed for this time.`],
        ['Margin', `${span(data.marginMillis)}. Without a renewal, this instance ends its singleton ${span(data.marginMillis)} before the end of the TTL.`]),
      table({ caption: 'Leases', columns: COLUMNS, rows: data.leases, key: (one) => one.name, none: 'No singleton uses a lease.' }),
    ),
  markdown: (data) => copying.table(COLUMNS, data.leases),
};
