// Handlers that are busy with one message for too long. Equal stacks are one entry.

import { block, code } from '../copy.js';
import { h } from '../dom.js';
import { count, duration, millis, number, simple, span } from '../format.js';
import { empty, linked, nodeLink, stack, wholeStack } from '../parts.js';

const LINES = 5;
const NAMED = 12;

/** Groups by the first lines of the application; the longest wait first. */
export function groups(handlers) {
  const byLines = new Map();
  for (const one of handlers) {
    const lines = one.application.length > 0 ? one.application : one.stack.slice(0, LINES);
    const key = lines.join('\n') || one.messageType;
    const group = byLines.get(key) ?? { key, lines, handlers: [], longest: 0 };
    group.handlers.push(one);
    group.longest = Math.max(group.longest, millis(one.busyFor) ?? 0);
    byLines.set(key, group);
  }
  return [...byLines.values()].sort((a, b) => b.longest - a.longest);
}

const types = (group) => [...new Set(group.handlers.map((one) => simple(one.messageType)))].join(', ');

function card(group) {
  const many = group.handlers.length;
  return h(
    'section',
    { class: 'card', key: group.key },
    h('h2', null, h('span', { class: 'count bad' }, many), many === 1 ? ` handler, for ${span(group.longest)}` : ` handlers at the same lines, the longest for ${span(group.longest)}`),
    h('p', null, 'with ', h('code', null, types(group))),
    stack(group.lines, 'First lines of the stack, the innermost first') ?? h('p', { class: 'soft' }, 'The stack is not read yet.'),
    h('ul', { class: 'handlers' }, group.handlers.slice(0, NAMED).map((one) => h('li', { key: one.path }, nodeLink(one.path), ` for ${duration(one.busyFor)}`, one.awaits && [', waits for ', linked(one.awaits)]))),
    many > NAMED && h('p', { class: 'soft' }, `and ${number(many - NAMED)} more`),
    wholeStack(group.key, group.handlers[0].stack),
  );
}

export const stuck = {
  id: 'stuck',
  title: 'Stuck',
  question: 'Which handlers have been busy with one message for too long, and on which line of code?',
  badge: (system) => system.stuck,
  request: () => ({ query: { view: 'stuck', limit: 200 } }),
  render(data) {
    if (data.count === 0) return empty('No handler is stuck.');
    const shown = data.handlers.length;
    return h('div', { class: 'cards' },
      shown < data.count && h('p', { class: 'soft' }, `${count(data.count, 'handler')} in all; these are the ${shown} that have been busy the longest.`),
      groups(data.handlers).map(card));
  },
  markdown: (data) =>
    groups(data.handlers)
      .map((group) => `**${group.handlers.length} × for up to ${span(group.longest)}** with ${code(types(group))}: ${group.handlers.slice(0, NAMED).map((one) => code(one.path)).join(', ')}\n\n${block(group.lines)}`)
      .join('\n\n') || 'no stuck handlers',
};
