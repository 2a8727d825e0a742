// Kills a process on request, and shows what happens after it.

import { byId, h, show } from './dom.js';
import * as api from './api.js';
import { duration, shortId, shortUrl } from './format.js';

const PATIENCE = 60_000;
const PAUSE = 250;

const state = { picture: null, steps: [], running: false, chosen: '' };

/** Shows the part; nothing without the profile "chaos". */
export function showChaos(picture, refresh) {
  state.picture = picture;
  if (!picture.chaos) return show(byId('chaos'));
  const couriers = picture.subscriptions.filter((each) => each.courier.state !== 'absent');
  const chosen = couriers.find((each) => each.id === state.chosen) ?? couriers[0];
  show(
    byId('chaos'),
    h('div', { class: 'title' }, h('h2', { id: 'chaos-title' }, 'Crash it')),
    h(
      'div',
      { class: 'card pad' },
      h('p', { class: 'soft' }, 'Sends an event and kills a process that is needed to deliver it. Its supervisor starts it again.'),
      couriers.length > 1 && h(
        'p',
        { class: 'field' },
        h('label', { for: 'courier' }, 'Courier of'),
        h('select', { id: 'courier', onchange: (e) => { state.chosen = e.target.value; } },
          couriers.map((each) => h('option', { value: each.id, selected: each === chosen }, shortUrl(each.url)))),
      ),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', class: 'danger', disabled: state.running || !chosen, 'data-do': 'kill-courier',
          onclick: () => crash(chosen.courier.path, 'the courier', refresh) }, 'Kill the courier'),
        h('button', { type: 'button', class: 'danger', disabled: state.running, 'data-do': 'kill-ledger',
          onclick: () => crash('/ledger', 'the ledger', refresh) }, 'Kill the ledger'),
      ),
      h('ol', { class: 'steps', 'aria-live': 'polite' }, state.steps.map(({ text, tone }) => h('li', { class: tone }, text))),
    ),
  );
}

const worker = (path) =>
  path === '/ledger' ? state.picture.ledger : state.picture.subscriptions.map((each) => each.courier).find((each) => each.path === path);

const wait = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

async function crash(path, name, refresh) {
  state.running = true;
  state.steps = [];
  const step = (text, tone) => {
    state.steps.push({ text, tone });
    showChaos(state.picture, refresh);
  };
  try {
    await run(path, name, step, refresh);
  } catch (e) {
    step(e.message, 'bad');
  }
  state.running = false;
  showChaos(state.picture, refresh);
}

/** The ledger is killed before the event comes in, a courier after it. */
async function run(path, name, step, refresh) {
  const before = worker(path)?.restarts ?? 0;
  const kill = async () => {
    await api.kill(path);
    step(`Killed ${name}, ${path === '/ledger' ? path : 'which was to deliver it'}.`, 'bad');
  };
  const began = performance.now();
  const since = () => duration(performance.now() - began);
  if (path === '/ledger') await kill();
  const { id } = await api.sendEvent({ type: 'crash.test', timestamp: new Date().toISOString(), data: { killed: path } });
  step(`Event ${shortId(id)} is accepted and on the disk, ${since()}.`, 'good');
  if (path !== '/ledger') await kill();
  const seen = restarted(path, before, name, step, since, refresh);
  await delivered(id, step, since);
  await seen;
}

async function restarted(path, before, name, step, since, refresh) {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await wait()) {
    refresh();
    const now = worker(path);
    if (now && now.restarts > before) {
      return step(`The supervisor has started ${name} again: restart ${now.restarts}, seen after ${since()}.`, 'good');
    }
  }
  step(`The supervisor has not started ${name} again within ${duration(PATIENCE)}.`, 'bad');
}

async function delivered(id, step, since) {
  let last;
  for (const end = performance.now() + PATIENCE; performance.now() < end; await wait()) {
    const { deliveries } = await api.event(id);
    if (deliveries.every((each) => each.state === 'delivered')) {
      return step(`Event ${shortId(id)} is delivered, ${since()}.`, 'good');
    }
    last = deliveries.find((each) => each.state !== 'delivered');
  }
  step(`Event ${shortId(id)} is still ${last.state}${last.lastError ? `: ${last.lastError}` : ''}. It is not lost.`, 'warn');
}
