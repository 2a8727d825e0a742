// The last deliveries, live.

import { byId, h, show } from './dom.js';
import { between, duration, shortId, shortUrl, time } from './format.js';
import * as api from './api.js';
import { attempt } from './subscriptions.js';
import { details } from './details.js';

const TONES = { delivered: 'good', failed: 'bad', pending: 'idle' };
const FEW = 20;
const shown = { state: '', subscription: '', all: false };

/** `refresh` asks the relay, `redraw` shows again what is known. */
export function showDeliveries(picture, refresh, redraw) {
  const urls = new Map(picture.subscriptions.map((each) => [each.id, each.url]));
  const rows = picture.deliveries.filter(
    (each) => (!shown.state || each.state === shown.state) && (!shown.subscription || each.subscription === shown.subscription),
  );
  show(
    byId('deliveries'),
    h('div', { class: 'title' }, h('h2', { id: 'deliveries-title' }, 'Deliveries'), filters(picture, redraw)),
    rows.length === 0 ? h('p', { class: 'empty' }, empty(picture)) : table(shown.all ? rows : rows.slice(0, FEW), urls, picture, refresh),
    rows.length > FEW && h('p', { class: 'more' }, moreOrLess(rows, redraw)),
  );
}

const moreOrLess = (rows, redraw) =>
  h(
    'button',
    { type: 'button', onclick: () => { shown.all = !shown.all; redraw(); } },
    shown.all ? 'Show fewer' : `Show ${rows.length - FEW} more`,
  );

function empty(picture) {
  if (picture.deliveries.length > 0) return 'No recent delivery matches the filters.';
  return picture.subscriptions.length > 0
    ? 'Nothing was delivered yet. Send an event.'
    : 'Nothing was delivered yet. Add a subscription, then send an event.';
}

function filters(picture, redraw) {
  const select = (name, label, options) =>
    h(
      'select',
      { 'aria-label': label, 'data-filter': name, onchange: (e) => { shown[name] = e.target.value; redraw(); } },
      options.map(([value, text]) => h('option', { value, selected: shown[name] === value }, text)),
    );
  return h(
    'div',
    { class: 'filters' },
    select('state', 'State', [['', 'All states'], ['pending', 'Pending'], ['delivered', 'Delivered'], ['failed', 'Failed']]),
    select('subscription', 'Subscription', [['', 'All subscriptions'], ...picture.subscriptions.map((each) => [each.id, shortUrl(each.url)])]),
  );
}

function table(rows, urls, picture, refresh) {
  const heads = [['State'], ['Event'], ['Subscription', 'wide'], ['Attempts', 'wide'], ['Answer'], ['Took', 'number wide'], ['Accepted', 'number']];
  return h(
    'div',
    { class: 'card scroll' },
    h(
      'table',
      null,
      h('caption', { class: 'hidden' }, 'The last deliveries, the newest event first'),
      h('thead', null, h('tr', null, heads.map(([title, className]) => h('th', { scope: 'col', class: className }, title)))),
      h('tbody', null, rows.map((each) => row(each, urls, picture, refresh))),
    ),
  );
}

function row(each, urls, picture, refresh) {
  const subscription = shortUrl(urls.get(each.subscription) ?? each.subscription);
  const retrying = each.state === 'pending' && each.attempts > 0;
  return h(
    'tr',
    { key: `${each.event} ${each.subscription}`, class: each.state, 'data-event': each.event },
    h('td', null, h('span', { class: `chip ${retrying ? 'warn' : TONES[each.state]}` }, retrying ? 'retrying' : each.state)),
    h(
      'td',
      null,
      h('button', { type: 'button', class: 'link mono', 'aria-label': `Details of ${each.event}`, onclick: () => details(each, urls, refresh) }, shortId(each.event)),
      each.type && h('span', { class: 'type' }, each.type),
      h('span', { class: 'type narrow' }, subscription),
    ),
    h('td', { class: 'wide soft' }, subscription),
    h('td', { class: 'wide' }, each.attempts > 0 ? each.attempts : '–'),
    h('td', null, answer(each, picture), each.state === 'failed' && retry(each, refresh)),
    h('td', { class: 'number wide soft' }, each.durationMs === null ? '–' : duration(each.durationMs)),
    h('td', { class: 'number soft' }, h('time', { datetime: each.at }, time(each.at))),
  );
}

const retry = (each, refresh) =>
  h(
    'button',
    {
      type: 'button',
      class: 'small',
      'data-do': 'retry',
      'aria-label': `Retry ${each.event}`,
      onclick: () => attempt(() => api.retry(each.event, each.subscription), () => 'It is delivered again.', refresh),
    },
    'Retry',
  );

function answer(each, picture) {
  const said = each.error ?? (each.status ? `status ${each.status}` : '–');
  if (each.state !== 'pending' || !each.nextAttemptAt) return said;
  const wait = between(picture.at, each.nextAttemptAt);
  return `${said}, again ${wait > 0 ? `in ${duration(wait)}` : 'now'}`;
}
