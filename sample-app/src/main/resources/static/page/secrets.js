// The secret of a subscription: it is shown once when it is new, and rotated.

import { h } from './dom.js';
import * as api from './api.js';
import { closes, copyable, field, form, open, say } from './dialogs.js';
import { shortUrl, time } from './format.js';

export const secretField = () => [
  field('secret', 'Secret, optional', { type: 'text', placeholder: 'whsec_…', autocomplete: 'off' }),
  h('p', { class: 'soft' }, 'Without a secret the relay makes one and shows it once.'),
];

export function showSecret(secret, more) {
  open({
    title: 'The secret of the subscription',
    content: [
      h('p', null, 'Deliveries are signed with it. It is shown now and never again.'),
      copyable(secret, 'Secret'),
      more,
    ],
    buttons: closes('Done', 'primary'),
  });
}

export function rotateSecret(each, refresh) {
  form({
    title: 'Rotate the secret?',
    content: [
      h('p', null, 'Deliveries to ', h('b', null, shortUrl(each.url)), ' are signed with a new secret from now on.'),
      h('p', null, 'They are signed with the old one as well for a time, which is shown with the new one.'),
      secretField(),
    ],
    verb: 'Rotate',
    act: async (fields) => {
      const made = await api.rotateSecret(each.id, fields.secret.value.trim());
      refresh();
      return () => {
        say('Rotated.');
        showSecret(made.secret, oldSecret(made.oldSecretUntil));
      };
    },
  });
}

const oldSecret = (until) =>
  until
    ? h('p', null, 'Until ', h('time', { datetime: until }, time(until)), ' deliveries are signed with the old secret as well.')
    : h('p', null, 'Deliveries are no longer signed with the old secret.');
