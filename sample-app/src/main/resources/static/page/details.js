// One event: what has become of it at each subscriber.

import { h, show } from './dom.js';
import * as api from './api.js';
import { closes, copyable, open } from './dialogs.js';
import { shortUrl, time } from './format.js';

export function details(delivery, urls) {
  const content = h('div', null, h('p', { class: 'soft' }, 'Loading…'));
  open({ title: 'Event', content, buttons: closes(), wide: true });
  const load = async () => {
    try {
      show(content, body(await api.event(delivery.event), urls));
    } catch (e) {
      show(content, h('p', { class: 'problem', role: 'alert' }, e.message));
    }
  };
  load();
}

function body(event, urls) {
  return [
    copyable(event.id, 'Id of the event'),
    h('p', { class: 'soft' }, `Accepted ${time(event.receivedAt)}`),
    h('ul', { class: 'plain' }, event.deliveries.map((each) => delivery(each, urls))),
  ];
}

function delivery(each, urls) {
  const last = each.lastError ?? (each.lastStatus ? `status ${each.lastStatus}` : null);
  return h(
    'li',
    null,
    h('b', null, shortUrl(urls.get(each.subscription) ?? each.subscription)),
    `: ${each.state} after ${each.attempts} ${each.attempts === 1 ? 'attempt' : 'attempts'}`,
    last && `, ${last}`,
    each.state === 'pending' && each.attempts > 0 && each.nextAttemptAt && `, again at ${time(each.nextAttemptAt)}`,
  );
}
