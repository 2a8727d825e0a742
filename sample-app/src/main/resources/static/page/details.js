// One event: what has become of it at each subscriber, and each attempt.

import { h, show } from './dom.js';
import * as api from './api.js';
import { closes, copyable, open } from './dialogs.js';
import { duration, plural, shortUrl, time } from './format.js';

export function details(delivery, urls, refresh) {
  const content = h('div', null, h('p', { class: 'soft' }, 'Loading…'));
  open({ title: 'Event', content, buttons: closes(), wide: true });
  load(content, delivery.event, { urls, refresh });
}

async function load(content, id, context) {
  try {
    const [event, attempts] = await Promise.all([api.event(id), api.attempts(id)]);
    show(content, body(event, attempts, { ...context, again: () => load(content, id, context) }));
  } catch (e) {
    show(content, h('p', { class: 'problem', role: 'alert' }, e.message));
  }
}

const body = (event, attempts, context) => [
  copyable(event.id, 'Id of the event'),
  h('p', { class: 'soft' }, `${event.type ?? 'Without a type'}, accepted ${time(event.receivedAt)}`),
  h('ul', { class: 'plain' }, event.deliveries.map((each) =>
    delivery(event, each, attempts.filter(({ subscription }) => subscription === each.subscription), context))),
];

function delivery(event, each, attempts, { urls, refresh, again }) {
  const note = h('span', { role: 'status', class: 'soft' });
  const retry = async () => {
    try {
      await api.retry(event.id, each.subscription);
      again();
    } catch (e) {
      note.textContent = e.message;
    }
    refresh();
  };
  const settled = each.state === 'delivered' || each.state === 'failed';
  return h(
    'li',
    { key: each.subscription },
    h('b', null, shortUrl(urls.get(each.subscription) ?? each.subscription)),
    `: ${each.state}`,
    each.attempts > 0 && ` after ${plural(each.attempts, 'attempt')}`,
    each.state === 'pending' && each.attempts > 0 && each.nextAttemptAt && `, again at ${time(each.nextAttemptAt)}`,
    settled && h('button', { type: 'button', class: 'small', 'data-do': 'again', onclick: retry }, 'Deliver again'),
    note,
    attempts.length > 0 && log(attempts),
  );
}

const log = (attempts) =>
  h(
    'table',
    { class: 'attempts' },
    h('caption', { class: 'hidden' }, 'Attempts, the last one first'),
    h('thead', null, h('tr', null, ['Attempt', 'At', 'Answer', 'Took'].map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', null, attempts.map((each) =>
      h('tr', null, [
        each.attempt,
        time(each.at),
        each.error ?? `status ${each.status}`,
        duration(each.durationMs),
      ].map((value) => h('td', null, value))))),
  );
