// The subscriptions, each with what can be done to it.

import { byId, h, show } from './dom.js';
import * as api from './api.js';
import { choice, field, form, say } from './dialogs.js';
import { rotateSecret, secretField, showSecret } from './secrets.js';
import { between, duration, number, plural, shortUrl, time } from './format.js';

const STATES = {
  active: ['Active', 'good'],
  retrying: ['Retrying', 'warn'],
  paused: ['Paused', 'idle'],
  problem: ['Problem', 'bad'],
};

export function showSubscriptions(picture, refresh) {
  show(
    byId('subscriptions'),
    h(
      'div',
      { class: 'title' },
      h('h2', { id: 'subscriptions-title' }, 'Subscriptions'),
      h('button', { type: 'button', class: 'primary', onclick: () => add(refresh), 'data-do': 'add' }, 'Add a subscription'),
    ),
    picture.subscriptions.length === 0
      ? h('p', { class: 'empty' }, 'There is no subscription yet, so nothing is delivered. Add one.')
      : h('ul', { class: 'card list' }, picture.subscriptions.map((each) => row(each, picture, refresh))),
    picture.more > 0 && h('p', { class: 'soft' }, `And ${plural(picture.more, 'more subscription')}: GET /subscriptions lists all.`),
    h('p', { class: 'soft note' }, `Delivered and failed are counted over the last ${number(picture.counted)} deliveries.`),
  );
}

function row(each, picture, refresh) {
  const [name, tone] = STATES[each.state];
  return h(
    'li',
    { key: each.id, class: 'subscription' },
    h('div', { class: 'who' }, h('span', { class: `chip ${tone}` }, name), h('h3', null, shortUrl(each.url))),
    h('p', { class: 'id mono soft' }, each.id),
    each.problem && h('p', { class: 'problem' }, `Nothing is delivered: ${each.problem}.`),
    h('dl', { class: 'facts' }, facts(each, picture).map(([title, value, className]) =>
      h('div', { class: className ?? '' }, h('dt', null, title), h('dd', null, value)))),
    h('div', { class: 'buttons' }, buttons(each, refresh)),
  );
}

function facts(each, picture) {
  const waits = each.oldestPendingAt && each.pending > 0;
  return [
    ['Pending', number(each.pending)],
    ['Delivered', number(each.delivered)],
    ['Failed', number(each.failed), each.failed > 0 ? 'bad' : ''],
    ['Oldest pending', waits ? duration(between(each.oldestPendingAt, picture.at)) : '–'],
    ['Courier', courier(each.courier)],
    ['Event types', each.eventTypes.length > 0 ? each.eventTypes.join(', ') : 'all'],
    ...(each.operational ? [['Operational events', 'yes']] : []),
    ...(each.oldSecretUntil ? [['Old secret', `valid until ${time(each.oldSecretUntil)}`]] : []),
    ...(each.lastError ? [['Last error', lastError(each), 'long']] : []),
  ];
}

const lastError = (each) =>
  `${each.lastError}, attempt ${each.attempts}` + (each.nextAttemptAt ? `, again at ${time(each.nextAttemptAt)}` : '');

function courier({ state, restarts }) {
  const now = state === 'absent' ? 'none' : state;
  return restarts > 0 ? `${now}, ${plural(restarts, 'restart')}` : now;
}

function buttons(each, refresh) {
  const label = (text) => `${text} ${shortUrl(each.url)}`;
  const button = (text, act, attributes = {}) =>
    h('button', { type: 'button', 'aria-label': label(text), onclick: act, ...attributes }, text);
  return [
    each.enabled
      ? button('Pause', () => enable(each, false, refresh), { 'data-do': 'pause' })
      : button('Enable', () => enable(each, true, refresh), { 'data-do': 'enable' }),
    button('Send a test event', () => test(each, refresh), { 'data-do': 'test' }),
    each.failed > 0 && button('Replay failed', () => replay(each, refresh), { 'data-do': 'replay' }),
    button('Event types', () => types(each, refresh), { 'data-do': 'types' }),
    each.operational
      ? button('Stop operational events', () => tell(each, false, refresh), { 'data-do': 'tell-no-more' })
      : button('Send operational events', () => tell(each, true, refresh), { 'data-do': 'tell' }),
    button('Rotate the secret', () => rotateSecret(each, refresh), { 'data-do': 'rotate' }),
    button('Delete', () => remove(each, refresh), { class: 'danger', 'data-do': 'delete' }),
  ];
}

/** Does something at once, and says what came of it. */
export async function attempt(act, said, refresh) {
  try {
    say(said(await act()));
  } catch (e) {
    say(e.message);
  }
  refresh();
}

const enable = (each, enabled, refresh) =>
  attempt(
    () => api.enable(each.id, enabled),
    () => (enabled ? 'Enabled. What has waited is delivered now, in order.' : 'Paused. Deliveries wait, in order.'),
    refresh,
  );

const tell = (each, operational, refresh) =>
  attempt(
    () => api.tell(each.id, operational),
    () => (operational ? 'This subscription gets operational events.' : 'This subscription gets no operational events.'),
    refresh,
  );

const test = (each, refresh) =>
  attempt(() => api.testEvent(each.id), ({ id }) => `The test event is accepted: ${id}`, refresh);

const HOUR = 3_600_000;
const SINCE = [
  ['all', 'All that are kept', () => new Date(0)],
  ['hour', 'Of the last hour', () => new Date(Date.now() - HOUR)],
  ['day', 'Of the last 24 hours', () => new Date(Date.now() - 24 * HOUR)],
];

function replay(each, refresh) {
  form({
    title: 'Replay failed deliveries?',
    content: [
      h('p', null, 'The failed deliveries to ', h('b', null, shortUrl(each.url)), ' are made again.'),
      h(
        'p',
        { class: 'field' },
        h('label', { for: 'field-since' }, 'Which'),
        h('select', { id: 'field-since', name: 'since' }, SINCE.map(([value, text]) => h('option', { value }, text))),
      ),
    ],
    verb: 'Replay',
    act: async (fields) => {
      const [, , since] = SINCE.find(([name]) => name === fields.since.value);
      const { id } = await api.replay(each.id, since().toISOString());
      refresh();
      return id ? 'The replay has begun.' : 'No delivery of that time has failed.';
    },
  });
}

/** The patterns in a text, separated by commas or spaces. */
const patterns = (text) => text.split(/[\s,]+/).filter((each) => each !== '');

const typesField = (value) => [
  field('types', 'Event types, optional', { type: 'text', placeholder: 'order.created, invoice.*', autocomplete: 'off', value }),
  h('p', { class: 'soft' }, 'Leave empty to deliver events of all types.'),
];

function types(each, refresh) {
  form({
    title: 'Event types',
    content: [h('p', null, h('b', null, shortUrl(each.url))), typesField(each.eventTypes.join(', '))],
    verb: 'Save',
    act: async (fields) => {
      await api.setTypes(each.id, patterns(fields.types.value));
      refresh();
      return 'Saved. It applies to what is pending, too.';
    },
  });
}

function remove(each, refresh) {
  form({
    title: 'Delete this subscription?',
    content: [
      h('p', null, h('b', null, each.url)),
      h('p', null, each.pending > 0 ? `Its ${plural(each.pending, 'pending delivery', 'pending deliveries')} will be given up.` : 'Nothing is pending.', ' This cannot be undone.'),
    ],
    verb: 'Delete',
    danger: true,
    act: async () => {
      await api.unsubscribe(each.id);
      refresh();
      return 'Deleted.';
    },
  });
}

function add(refresh) {
  form({
    title: 'Add a subscription',
    content: [
      field('url', 'URL of the subscriber', { type: 'url', placeholder: 'https://example.com/hook', required: true }),
      typesField(''),
      choice('operational', 'Send operational events: they tell which other subscriptions the relay disables'),
      secretField(),
    ],
    verb: 'Add',
    act: async (fields) => {
      const secret = fields.secret.value.trim();
      const made = await api.subscribe({
        url: fields.url.value.trim(),
        eventTypes: patterns(fields.types.value),
        operational: fields.operational.checked,
        ...(secret && { secret }),
      });
      refresh();
      return () => {
        say('Added.');
        showSecret(made.secret);
      };
    },
  });
}
