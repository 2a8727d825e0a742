// The operations on a node, each with a question first.

import { h } from './dom.js';
import { operate } from './api.js';
import { words } from './format.js';

const ACTIONS = {
  restart: ['Restart', 'Its supervisor stops it in order and starts it again. The messages in its mailbox are lost. This does not count against the restart tolerance. The failures so far of a key that is left down do not count any more.'],
  stop: ['Stop', 'Its supervisor stops it in order. It stays down until it is started; a key of a keyed factory is started by its next message.'],
  start: ['Start', 'Its supervisor starts it. The failures so far of a key that is left down do not count any more. The root is started with the whole tree.'],
  suspend: ['Suspend', 'It handles no more messages after its current one. They stay queued until it is resumed.'],
  resume: ['Resume', 'It handles messages again.'],
  kill: ['Kill', 'It ends at once, also if it is stuck. The supervisor counts it as a failure. If the restart tolerance is used up, the supervisor gives up.'],
  'start-recorder': ['Record messages', 'The types of its last 100 messages are recorded for ten minutes, without their contents.'],
  'replay-parked': ['Replay parked messages', 'Its oldest parked messages, 100 at most, are sent to it again. Each is retried as before.'],
  'discard-parked': ['Discard parked messages', 'Its oldest parked messages, 100 at most, are dropped and counted.'],
  'stop-recorder': ['Stop recording', 'What was recorded is forgotten.'],
};
const DANGEROUS = new Set(['restart', 'stop', 'kill', 'suspend', 'discard-parked']);

/** Buttons for the operations that apply to a node; none if access allows none. */
export function buttons(path, actions, done) {
  if (!actions || actions.length === 0) return null;
  return h(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Operations' },
    actions.map((action) =>
      h(
        'button',
        {
          type: 'button',
          class: DANGEROUS.has(action) ? 'danger' : '',
          'data-action': action,
          onclick: () => confirm(path, action, done),
        },
        title(action),
      ),
    ),
  );
}

const title = (action) => ACTIONS[action]?.[0] ?? words(action);

function confirm(path, action, done) {
  const note = h('p', { role: 'status', class: 'outcome' });
  const go = h('button', { type: 'button', class: DANGEROUS.has(action) ? 'danger primary' : 'primary' }, title(action));
  const close = h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel');
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'question' },
    h('h2', { id: 'question' }, `${title(action)} `, h('code', null, path), '?'),
    h('p', null, ACTIONS[action]?.[1] ?? ''),
    note,
    h('div', { class: 'buttons' }, close, go),
  );
  go.onclick = async () => {
    go.disabled = true;
    note.textContent = 'Asked…';
    const result = await operate(path, action).catch((e) => ({ outcome: 'failed', text: e.message }));
    note.className = `outcome ${result.outcome}`;
    note.textContent = `${words(result.outcome)}: ${result.text}`;
    close.textContent = 'Close';
    go.remove();
    close.focus();
    done();
  };
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
