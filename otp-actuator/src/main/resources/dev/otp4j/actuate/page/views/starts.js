// Starts of children, in order, with their durations as bars.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, duration, millis, number, time } from '../format.js';
import { bar, nodeLink, table } from '../parts.js';

function columns(longest) {
  return [
    { title: 'Order', numeric: true, text: (one) => one.order },
    { title: 'Path', header: true, code: true, text: (one) => one.path, cell: (one) => nodeLink(one.path) },
    { title: 'Took', text: (one) => duration(one.took), cell: (one) => [bar(millis(one.took), longest, `long ${millis(one.took) >= 1000 ? 'warn' : ''}`), duration(one.took)] },
    { title: 'Why', text: (one) => (one.restart ? 'restart' : 'start'), cell: (one) => h('span', { class: `event ${one.restart ? 'warn' : ''}` }, one.restart ? 'restart' : 'start') },
    { title: 'Ready at', wide: true, text: (one) => time(one.at) },
  ];
}

export const starts = {
  id: 'starts',
  title: 'Start',
  question: 'What started in which order, and how long did each start take?',
  request: () => ({ query: { view: 'starts', limit: 300 } }),
  render(data) {
    const longest = Math.max(1, ...data.starts.map((one) => millis(one.took)));
    return h('div', null,
      h('p', { class: 'soft' }, `${count(data.count, 'start')}, ${number(data.starts.length)} shown. The time of a supervisor includes its children, which start one after another.`),
      table({ caption: 'Starts', columns: columns(longest), rows: data.starts, key: (one) => one.order, none: 'Nothing has been started.' }));
  },
  markdown: (data) => copying.table(columns(1), data.starts),
};
