// Calls that failed, by callee and kind of failure.

import { code } from '../copy.js';
import { h } from '../dom.js';
import { number, simple, time, words } from '../format.js';
import { empty, facts, linked } from '../parts.js';

export const calls = {
  id: 'calls',
  title: 'Calls',
  question: 'Which calls failed, and what did the callee do instead of replying?',
  request: () => ({ query: { view: 'calls', limit: 100 } }),
  render(data) {
    if (data.failed.length === 0) return empty('No call has failed since the application started.');
    return h('div', { class: 'cards' },
      data.failed.map((call) =>
        h('section', { class: 'card', key: `${call.callee} ${call.outcome}` },
          h('h2', null, h('span', { class: 'count bad' }, `${number(call.count)} ×`), ` ${words(call.outcome)}`, h('span', { class: 'soft' }, ' by '), call.callee),
          h('p', null, call.explanation),
          facts(
            ['Last caller', call.caller ? linked(call.caller) : 'a thread outside of processes'],
            ['Last request', h('code', { title: call.requestType }, simple(call.requestType))],
            ['First, last', `${time(call.first)}, ${time(call.last)}`]))));
  },
  markdown: (data) =>
    data.failed.map((call) => `**${call.count} × ${call.outcome} by ${code(call.callee)}**, last ${call.last}: ${code(call.explanation)}`).join('\n\n') || 'no failed calls',
};
