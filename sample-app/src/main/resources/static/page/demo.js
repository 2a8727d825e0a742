// The demo receiver: how it answers, and what it has got.

import { byId, h, show } from './dom.js';
import * as api from './api.js';
import { plural, shortId, shortUrl, time } from './format.js';
import { say } from './dialogs.js';

const MODES = [
  ['healthy', 'Healthy', 'Answers at once with 204.'],
  ['slow', 'Slow', 'Answers with 204 after 3 s.'],
  ['failing', 'Failing', 'Answers with 500. The relay tries again, later each time.'],
  ['down', 'Down', 'Its port is closed.'],
];
const SHOWN = 6;

/** Shows the receiver; nothing if the relay has none. */
export async function showDemo(picture) {
  if (!picture.demo) return show(byId('demo'));
  try {
    draw(await api.receiver(), picture);
  } catch (e) {
    show(byId('demo'), title(), h('p', { class: 'card pad problem' }, e.message));
  }
}

const title = () => h('div', { class: 'title' }, h('h2', { id: 'demo-title' }, 'Demo receiver'));

function draw(state, picture) {
  const mode = MODES.find(([name]) => name === state.mode);
  const subscribed = picture.subscriptions.some((each) => each.url === state.url);
  show(
    byId('demo'),
    title(),
    h(
      'div',
      { class: 'card pad' },
      h('p', { class: 'soft' }, 'A subscriber at ', h('code', null, shortUrl(state.url)), ', inside this application.'),
      h('fieldset', { class: 'modes' }, h('legend', { class: 'hidden' }, 'How the receiver answers'), MODES.map((each) => choice(each, state, picture))),
      h('p', { class: 'soft note' }, mode?.[2] ?? ''),
      state.problem && h('p', { class: 'problem' }, `It ${state.problem}.`),
      !subscribed && h('p', { class: 'problem' }, 'It has no subscription. Add one with its URL.'),
      h('h3', null, `Received: ${plural(state.received, 'request')}`),
      h('ol', { class: 'arrivals' }, state.arrivals.slice(0, SHOWN).map(arrival)),
    ),
  );
}

function choice([name, text], state, picture) {
  const id = `mode-${name}`;
  const change = async () => {
    try {
      draw(await api.setReceiver(name), picture);
      say(`The demo receiver is ${name} now.`);
    } catch (e) {
      say(e.message);
    }
  };
  const input = h('input', { type: 'radio', name: 'mode', id, value: name, onchange: change });
  input.checked = state.mode === name;
  return h('span', { key: name, class: 'mode' }, input, h('label', { for: id }, text));
}

function arrival(each) {
  return h(
    'li',
    { key: each.number },
    h('span', { class: `chip ${each.verified ? 'good' : 'bad'}` }, each.verified ? '✓ signature verified' : 'signature wrong'),
    h('span', { class: 'mono' }, shortId(each.id)),
    h('span', { class: each.status < 300 ? 'soft' : 'bad-text' }, `answered ${each.status}`),
    h('time', { class: 'soft', datetime: each.at }, time(each.at)),
    h('code', { class: 'soft body' }, each.body),
  );
}
