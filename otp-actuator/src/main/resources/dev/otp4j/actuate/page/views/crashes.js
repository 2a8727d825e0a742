// Crashes in groups, and one crash, as the view of a node shows it too.

import { block, code } from '../copy.js';
import { h } from '../dom.js';
import { ago, count, duration, number, shortFrame, simple, time } from '../format.js';
import { empty, facts, nodeLink } from '../parts.js';

export function crash(one, now) {
  return h(
    'article',
    { class: 'crash', key: `${one.at} ${one.path}` },
    h('p', { class: 'crashhead' }, h('b', null, simple(one.causes[0])), one.messageType && [' on ', h('code', { title: one.messageType }, simple(one.messageType))], h('span', { class: 'soft' }, ` ${ago(one.at, now)}`)),
    facts(
      ['At', one.frame && h('code', { title: one.frame }, shortFrame(one.frame))],
      ['Causes', one.causes.length > 1 && one.causes.slice(1).map(simple).join(', ')],
      ['Text', one.texts && one.texts.filter((text) => text && text !== 'null').join('; ')],
      ['Message', one.message],
      ['Size', one.messageSize],
      ['Process', [nodeLink(one.path), one.generation && `, life ${one.generation}`]],
      ['Lost with it', one.queued > 0 && `${number(one.queued)} queued messages`],
      ['Supervisor', one.decision],
      ['Ran again after', one.ranAgainAfter && duration(one.ranAgainAfter)],
    ),
  );
}

export function crashMarkdown(one) {
  const lines = [`${one.at} ${code(one.path)}: ${one.causes.map(code).join(' caused by ')}${one.messageType ? ` on ${code(one.messageType)}` : ''}`];
  if (one.frame) lines.push(block([`at ${one.frame}`]));
  lines.push(`queued ${one.queued}; ${one.decision ?? 'no decision'}${one.ranAgainAfter ? `; ran again after ${duration(one.ranAgainAfter)}` : ''}`);
  return lines.join('\n');
}

export const crashes = {
  id: 'crashes',
  title: 'Crashes',
  question: 'What crashed, on which message, how often, and what did the supervisor do?',
  request: () => ({ query: { view: 'crashes', limit: 100 } }),
  render(data) {
    if (data.groups.length === 0) return empty('Nothing has crashed since the application started.');
    return h(
      'div',
      { class: 'cards' },
      data.groups.map((group) =>
        h(
          'section',
          { class: 'card', key: `${group.definition} ${group.type} ${group.messageType}` },
          h('h2', null, h('span', { class: 'count bad' }, `${number(group.count)} ×`), ' ', simple(group.type), h('span', { class: 'soft' }, ' in '), group.definition),
          h('p', { class: 'soft' }, h('code', null, group.type), ` first ${time(group.first)}, last ${time(group.last.at)}`),
          crash(group.last, data.system.now),
        ),
      ),
    );
  },
  markdown: (data) =>
    data.groups.map((group) => `**${group.count} × ${code(group.type)} in ${code(group.definition)}**, first ${group.first}\n\n${crashMarkdown(group.last)}`).join('\n\n') || 'no crashes',
};
