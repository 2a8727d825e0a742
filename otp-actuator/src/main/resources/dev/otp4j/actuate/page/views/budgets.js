// How near each supervisor is to giving up.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { duration, number } from '../format.js';
import { bar, nodeLink, table } from '../parts.js';

const kindOf = (share) => (share >= 0.66 ? 'bad' : share > 0 ? 'warn' : '');
const COLUMNS = [
  { title: 'Supervisor', header: true, code: true, text: (one) => one.path, cell: (one) => nodeLink(one.path) },
  { title: 'Share', text: (one) => `${Math.round(one.share * 100)} %`, cell: (one) => [bar(one.share, 1, `long ${kindOf(one.share)}`), `${Math.round(one.share * 100)} %`] },
  { title: 'Used', numeric: true, text: (one) => one.used, cell: (one) => number(one.used) },
  { title: 'Tolerated', numeric: true, text: (one) => one.intensity, cell: (one) => number(one.intensity) },
  { title: 'Within', numeric: true, text: (one) => duration(one.period) },
];

export const budgets = {
  id: 'budgets',
  title: 'Budgets',
  question: 'How near is each supervisor to giving up? At 100 % the next crash makes it stop all its children and end.',
  request: () => ({ query: { view: 'budgets', limit: 200 } }),
  render: (data) => h('div', null, table({ caption: 'Restart tolerance', columns: COLUMNS, rows: data.supervisors, key: (one) => one.path, none: 'No supervisor runs.' })),
  markdown: (data) => copying.table(COLUMNS, data.supervisors),
};
