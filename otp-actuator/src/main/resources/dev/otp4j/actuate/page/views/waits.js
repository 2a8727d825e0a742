// Which actor waits for the reply of which. Circles, which cannot end by themselves, stand first.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { count, duration, simple } from '../format.js';
import { linked, nodeLink, table } from '../parts.js';

const inCircle = (data) => new Set(data.circles.flat());

function columns(data) {
  const members = inCircle(data);
  return [
    { title: 'Process', header: true, code: true, text: (one) => one.path, cell: (one) => [nodeLink(one.path), members.has(one.path) && [' ', h('span', { class: 'state stuck' }, 'circle')]] },
    { title: 'Waits for', code: true, text: (one) => one.awaits, cell: (one) => linked(one.awaits) },
    { title: 'Busy for', numeric: true, text: (one) => duration(one.busyFor) },
    { title: 'With', code: true, text: (one) => (one.messageType ? simple(one.messageType) : ''), cell: (one) => one.messageType && h('code', { title: one.messageType }, simple(one.messageType)) },
  ];
}

/** Actors that others wait for and that wait for none themselves: [path, number of those that wait], the most first. */
function causes(data) {
  const awaited = new Map(data.waits.map((one) => [one.path, one.awaits]));
  const numbers = new Map();
  for (const one of data.waits) {
    let end = one.path;
    for (let steps = 0; awaited.has(end) && steps <= awaited.size; steps++) end = awaited.get(end);
    if (!awaited.has(end)) numbers.set(end, (numbers.get(end) ?? 0) + 1);
  }
  return [...numbers].sort((a, b) => b[1] - a[1]).slice(0, 10);
}

const closed = (circle) => [...circle, circle[0]];

export const waits = {
  id: 'waits',
  title: 'Waits',
  question: 'Which actor waits for which, and do any wait in a circle?',
  request: () => ({ query: { view: 'waits', limit: 200 } }),
  render: (data) =>
    h('div', { class: 'cards' },
      data.circles.map((circle) =>
        h('section', { class: 'card circle', key: circle.join(' ') },
          h('h2', null, h('span', { class: 'count bad' }, circle.length), ' wait for each other in a circle'),
          h('p', { class: 'chain' }, closed(circle).map((path, i) => [i > 0 && h('span', { class: 'soft' }, ' → '), linked(path)])),
          h('p', { class: 'soft' }, 'None of them can go on until the time limit of a call ends the waiting.'))),
      causes(data).length > 0 &&
        h('section', { class: 'card', key: 'causes' },
          h('h2', null, 'Look here first'),
          h('ul', { class: 'handlers' }, causes(data).map(([path, many]) => h('li', { key: path }, linked(path), ` waits for none, and ${count(many, 'actor waits', 'actors wait')} for it`)))),
      h('p', { class: 'soft' }, `${count(data.count, 'process waits', 'processes wait')} for a reply, ${count(data.circleCount, 'circle')}`),
      table({ caption: 'Processes that wait', columns: columns(data), rows: data.waits, key: (one) => one.path, none: 'No actor waits for a reply.' })),
  markdown: (data) =>
    [...data.circles.map((circle) => `Circle: ${closed(circle).map(copying.code).join(' → ')}`), copying.table(columns(data), data.waits)].join('\n\n'),
  mermaid(data) {
    const numbers = new Map();
    const lines = ['flowchart LR'];
    const id = (path) => {
      if (!numbers.has(path)) {
        numbers.set(path, numbers.size);
        lines.push(`  n${numbers.get(path)}("${copying.label(path)}")`);
      }
      return `n${numbers.get(path)}`;
    };
    for (const one of data.waits) lines.push(`  ${id(one.path)} --> ${id(one.awaits)}`);
    for (const path of inCircle(data)) lines.push(`  style ${id(path)} stroke:#c0392b,stroke-width:3px`);
    return lines.join('\n');
  },
};
