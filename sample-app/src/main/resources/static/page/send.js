// The form that sends events.

import { byId, h, show } from './dom.js';
import * as api from './api.js';
import { plural, pretty } from './format.js';

const TYPES = ['order.created', 'order.paid', 'invoice.sent', 'customer.deleted'];
const SAMPLE = { order: 1042, amount: '49.90', currency: 'EUR' };

/** The body of an event as Standard Webhooks has it. */
const eventOf = (type, data) => ({ type, timestamp: new Date().toISOString(), data });

/** Shows the form once: what is typed stays. */
export function startSending(refresh) {
  const note = h('p', { role: 'status', class: 'outcome' });
  const type = h('input', { id: 'event-type', list: 'event-types', value: TYPES[0], autocomplete: 'off', required: true });
  const data = h('textarea', { id: 'event-data', rows: 6, spellcheck: 'false', class: 'mono' }, pretty(SAMPLE));
  const send = (count) => submit({ type: type.value.trim(), text: data.value, count, note, refresh });
  data.onkeydown = (e) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send(1);
  };
  show(
    byId('send'),
    h('div', { class: 'title' }, h('h2', { id: 'send-title' }, 'Send an event')),
    h(
      'form',
      { class: 'card pad', novalidate: true, onsubmit: (e) => { e.preventDefault(); send(1); } },
      h('p', { class: 'field' }, h('label', { for: 'event-type' }, 'Type'), type),
      h('datalist', { id: 'event-types' }, TYPES.map((value) => h('option', { value }))),
      h('p', { class: 'field' }, h('label', { for: 'event-data' }, 'Data, as JSON'), data),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'submit', class: 'primary', 'data-do': 'send' }, 'Send'),
        h('button', { type: 'button', 'data-do': 'send-ten', onclick: () => send(10) }, 'Send 10'),
      ),
      note,
    ),
  );
}

async function submit({ type, text, count, note, refresh }) {
  const say = (words, outcome) => {
    note.textContent = words;
    note.className = `outcome ${outcome}`;
  };
  const data = parsed(text);
  if (data.problem) return say(data.problem, 'bad');
  if (!type) return say('The type is missing, such as order.created.', 'bad');
  try {
    let last;
    for (let n = 0; n < count; n++) last = await api.sendEvent(eventOf(type, data.value));
    say(count === 1 ? `Accepted and on the disk: ${last.id}` : `${plural(count, 'event')} accepted and on the disk.`, 'good');
  } catch (e) {
    say(e.message, 'bad');
  }
  refresh();
}

function parsed(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (e) {
    return { problem: `The data is not valid JSON: ${e.message}` };
  }
}
