// Dialogs: questions before something is done, and short messages after it.

import { byId, h } from './dom.js';

let silence;

/** Says that something was done; a screen reader reads it. */
export function say(text) {
  const said = byId('said');
  said.textContent = text;
  said.classList.add('shown');
  clearTimeout(silence);
  silence = setTimeout(() => {
    said.classList.remove('shown');
    said.textContent = '';
  }, 5000);
}

/** Opens a dialog: { title, content, buttons }; returns it. It is removed when it is closed. */
export function open({ title, content, buttons, wide }) {
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'dialog-title', class: wide ? 'wide-dialog' : '' },
    h('h2', { id: 'dialog-title' }, title),
    content,
    h('div', { class: 'buttons end' }, buttons),
  );
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export const closes = (text = 'Close', className = '') =>
  h('button', { type: 'button', class: className, onclick: (e) => e.target.closest('dialog').close() }, text);

/**
 * Asks, and does `act` when the answer is yes. The dialog stays open with the reason if that fails.
 * `act` returns what to say, or a function that is called when the dialog is closed.
 */
export function form({ title, content, verb, danger, act, wide }) {
  const note = h('p', { role: 'alert', class: 'problem' });
  const go = h('button', { type: 'submit', class: danger ? 'danger primary' : 'primary' }, verb);
  const body = h('form', { novalidate: true }, content, note, h('div', { class: 'buttons end' }, closes('Cancel'), go));
  body.onsubmit = async (e) => {
    e.preventDefault();
    go.disabled = true;
    note.textContent = '';
    try {
      const said = await act(body);
      dialog.close();
      if (typeof said === 'function') said();
      else if (said) say(said);
    } catch (failed) {
      note.textContent = failed.message;
      go.disabled = false;
    }
  };
  const dialog = open({ title, content: body, buttons: null, wide });
  (body.querySelector('input, textarea, select') ?? body.querySelector('button')).focus();
  return dialog;
}

/** A field of a form, with its title. */
export const field = (name, title, attributes) =>
  h('p', { class: 'field' }, h('label', { for: `field-${name}` }, title), h('input', { id: `field-${name}`, name, ...attributes }));

/** A yes or no of a form. */
export const choice = (name, title) =>
  h('p', { class: 'choice' }, h('input', { type: 'checkbox', id: `field-${name}`, name }), h('label', { for: `field-${name}` }, title));

/** A text to copy; without permission for the clipboard it can be selected. */
export function copyable(text, label) {
  const field = h('input', { type: 'text', readonly: true, value: text, 'aria-label': label, class: 'mono grow' });
  const copy = h('button', { type: 'button' }, 'Copy');
  copy.onclick = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      say('It is selected: copy it with Ctrl+C.');
    }
  };
  return h('div', { class: 'line' }, field, copy);
}
