// What is copied into a ticket, and how it gets there.

import { h } from './dom.js';

/** Without what Markdown would read as something else. */
const cell = (value) =>
  String(value ?? '').replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/[\r\n]+/g, ' ');

/** Text in backticks, whatever it contains. */
export function code(value) {
  const text = String(value ?? '').replaceAll(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
  const ticks = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length)) + 1);
  return text === '' ? '' : ticks.length > 1 ? `${ticks} ${text} ${ticks}` : `\`${text}\``;
}

/** Lines that are shown as they are. */
export function block(lines) {
  const text = lines.join('\n');
  const fence = text.includes('```') ? '~~~~' : '```';
  return `${fence}\n${text}\n${fence}`;
}

/** A table; columns are { title, text(row), code }. */
export function table(columns, rows) {
  if (rows.length === 0) return 'none';
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => column.title)),
    line(columns.map((column) => (column.numeric ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => (column.code ? code(column.text(row)) : cell(column.text(row)))))),
  ].join('\n');
}

/** Text in the label of a Mermaid node. */
export const label = (value) =>
  String(value).replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;').replaceAll(/[\r\n]+/g, ' ');

/** Puts a text into the clipboard; without permission shows it, to be copied by hand. */
export async function copy(text, say) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    byHand(text);
  }
}

function byHand(text) {
  const area = h('textarea', { rows: 12, readonly: true, 'aria-label': 'Text to copy' }, text);
  const dialog = h(
    'dialog',
    { 'aria-label': 'Copy' },
    h('h2', null, 'Copy'),
    h('p', null, 'The browser does not let this page use the clipboard here. The text is selected: copy it with Ctrl+C.'),
    area,
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  );
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  area.select();
}
