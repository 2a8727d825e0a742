// Asks the relay once a second what there is to see, while the page is in sight, and shows it.

import { byId, h, show } from './dom.js';
import * as api from './api.js';
import { showSubscriptions } from './subscriptions.js';
import { showDeliveries } from './deliveries.js';
import { startSending } from './send.js';
import { showDemo } from './demo.js';
import { showChaos } from './chaos.js';
import { field, form } from './dialogs.js';
import { between, duration, number, time } from './format.js';

const INTERVAL = 1000;
/** After something was done here: when the next picture can be asked for. */
const SOON = 300;

let picture;
let problem;
let lostAt;
let timer;
let asking = false;
/** The moment of the picture that is to be replaced by a newer one soon. */
let outdated;

function refresh() {
  const first = outdated === undefined;
  outdated = picture?.at ?? null;
  if (first && !asking) schedule(SOON);
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
}

async function ask() {
  if (document.hidden || asking) return;
  asking = true;
  try {
    picture = await api.overview();
    problem = null;
    lostAt = null;
  } catch (e) {
    problem = e;
    lostAt ??= Date.now();
  }
  if (problem || picture.at !== outdated) outdated = undefined;
  await draw();
  asking = false;
  schedule(outdated === undefined ? INTERVAL : SOON);
}

async function draw() {
  show(byId('head'), head());
  show(byId('banner'), banner());
  if (!picture) return;
  show(byId('figures'), figures());
  redraw();
  await showDemo(picture);
}

/** Again with what is known, such as after another choice of a filter. */
function redraw() {
  showSubscriptions(picture, refresh);
  showDeliveries(picture, refresh, redraw);
  showChaos(picture, refresh);
}

function head() {
  const live = !problem && picture;
  return [
    h('a', { class: 'name', href: '#main' }, h('img', { src: 'page/icon.svg', alt: '', width: 24, height: 24 }), 'Webhook relay'),
    h('span', { class: `chip ${live ? 'good' : 'bad'}`, id: 'live' }, live ? 'live' : 'no answer'),
    h(
      'nav',
      { 'aria-label': 'More' },
      (problem?.status === 401 || problem?.status === 403 || api.hasKey()) && h('button', { type: 'button', onclick: askKey, 'data-do': 'key' }, 'API key'),
      h('a', { href: 'actuator/otpui' }, 'Supervision tree'),
    ),
  ];
}

function banner() {
  if (!problem) return picture.problem && h('p', { class: 'banner bad' }, picture.problem);
  if (problem.status === 401 || problem.status === 403) {
    return h('p', { class: 'banner warn' }, problem.message, h('button', { type: 'button', onclick: askKey }, 'Enter an API key'));
  }
  return h('p', { class: 'banner bad' }, `${problem.message} No answer since ${time(lostAt)}. This page tries again.`);
}

function askKey() {
  form({
    title: 'API key',
    content: [
      field('key', 'Key', { type: 'password', autocomplete: 'off' }),
      h('p', { class: 'soft' }, 'It is kept until this tab is closed. Leave it empty to forget it.'),
    ],
    verb: 'Use it',
    act: async (fields) => {
      api.useKey(fields.key.value.trim());
      refresh();
      return null;
    },
  });
}

const sum = (name) => picture.subscriptions.reduce((all, each) => all + each[name], 0);

function figures() {
  const failed = sum('failed');
  const oldest = picture.subscriptions
    .filter((each) => each.enabled && each.oldestPendingAt && each.pending > 0)
    .map((each) => between(each.oldestPendingAt, picture.at));
  const all = [
    ['Subscriptions', number(picture.subscriptions.length + picture.more)],
    ['Pending', number(sum('pending'))],
    ['Delivered', number(sum('delivered'))],
    ['Failed', number(failed), failed > 0 ? 'bad' : ''],
    ['Oldest pending', oldest.length > 0 ? duration(Math.max(...oldest)) : '–'],
    ['Restarts of the ledger', number(picture.ledger.restarts)],
  ];
  return h('dl', { class: 'figures' }, all.map(([title, value, className]) =>
    h('div', { class: className ?? '', 'data-figure': title }, h('dt', null, title), h('dd', null, value))));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) schedule(0);
});
show(byId('head'), head());
startSending(refresh);
ask();
