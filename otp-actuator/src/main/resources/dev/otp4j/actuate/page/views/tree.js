// The tree as nested lists. A supervisor shows its first children; of a factory those with the longest mailboxes. All
// children of a factory are pages of the view "actors".

import { h } from '../dom.js';
import { code, label } from '../copy.js';
import { count, number, simple, stateText } from '../format.js';
import { buttons } from '../operations.js';
import { bar, change, dim, empty, mailboxBar, nodeLink, search, state, stateOf } from '../parts.js';

const CHILDREN = 30; // of each supervisor
const NODES = 1500; // more than that, and the next request asks for one level less

function walk(node, visit, above) {
  visit(node, above);
  for (const child of node.children ?? []) walk(child, visit, node);
}

function fitted(data, ctx) {
  let nodes = 0;
  if (data.tree) walk(data.tree, () => nodes++);
  if (nodes > NODES) ctx.memory.depth = Math.max(1, (ctx.memory.depth ?? 8) - 1);
}

const isOpen = (node, memory) => memory.open?.get(node.path) ?? (node.kind !== 'factory-supervisor' || node.childCount <= 10);

function toggle(node, ctx) {
  ctx.memory.open ??= new Map();
  ctx.memory.open.set(node.path, !isOpen(node, ctx.memory));
  ctx.redraw();
}

function before(data) {
  const nodes = new Map();
  if (data?.tree) walk(data.tree, (node) => nodes.set(node.path, node));
  return nodes;
}

function row(node, ctx, known) {
  const supervisor = node.kind !== 'actor';
  const open = supervisor && isOpen(node, ctx.memory);
  const hasChildren = supervisor && (node.childCount ?? node.children?.length ?? 0) > 0;
  return h(
    'li',
    { key: node.path },
    h(
      'div',
      { class: `row ${node.state}` },
      h(
        'span',
        { class: 'who' },
        hasChildren
          ? h('button', { type: 'button', class: 'fold', 'aria-expanded': String(open), 'aria-label': `Children of ${node.name}`, onclick: () => toggle(node, ctx) }, open ? '▾' : '▸')
          : h('span', { class: 'fold' }),
        h('span', { class: `kind ${node.kind}`, title: node.kind, 'aria-hidden': 'true' }),
        nodeLink(node.path, node.name),
        h('span', { class: 'soft what' }, what(node)),
      ),
      stateOf(node),
      h('span', { class: 'figures' }, figures(node, known.get(node.path))),
    ),
    open && hasChildren && h('ul', null, (node.children ?? []).map((child) => row(child, ctx, known)), more(node)),
  );
}

/** What stands behind the name: the strategy of a supervisor, the children of a factory. */
function what(node) {
  if (node.kind === 'supervisor') return (node.strategy ?? '').replaceAll('-', ' ');
  if (node.kind !== 'factory-supervisor') return node.restartPolicy === 'permanent' ? '' : node.restartPolicy;
  const others = Object.entries(node.childStates ?? {}).filter(([name]) => name !== 'running');
  return [count(node.childCount, 'child', 'children'), others.map(([name, many]) => h('b', null, `, ${number(many)} ${name}`))];
}

/** The columns beside the name; an empty one keeps its place. */
const FIGURES = [
  {
    title: 'Mailbox',
    name: 'mailbox',
    of: ({ kind, mailbox }, old) =>
      (kind === 'actor' || mailbox.size + mailbox.held > 0) && [
        mailboxBar(mailbox.size),
        dim(mailbox.size),
        change(mailbox.size, old?.mailbox.size),
        mailbox.held > 0 && h('span', { class: 'warn' }, ` +${number(mailbox.held)} held`),
      ],
  },
  { title: 'Restarts', name: 'restarts', of: ({ restarts }, old) => restarts > 0 && [h('span', { class: 'warn' }, count(restarts, 'restart')), change(restarts, old?.restarts)] },
  {
    title: 'Tolerance used',
    name: 'tolerance',
    of: ({ tolerance }) => tolerance && [bar(tolerance.used, tolerance.intensity, degree(tolerance)), h('span', { class: degree(tolerance) || 'soft' }, `${tolerance.used} of ${tolerance.intensity}`)],
  },
  { title: 'Last failure', name: 'failure', of: ({ lastFailure }) => lastFailure && h('span', { title: `${lastFailure.type}, ${lastFailure.at}` }, simple(lastFailure.type)) },
];

function degree({ used, intensity }) {
  if (used === 0) return '';
  return used / Math.max(1, intensity) >= 0.66 ? 'bad' : 'warn';
}

const figures = (node, old) => FIGURES.map((figure) => h('span', { class: `figure ${figure.name}` }, figure.of(node, old)));

const titles = () =>
  h('div', { class: 'row titles', 'aria-hidden': 'true' },
    h('span', null, 'Name'),
    h('span', null, 'State'),
    h('span', { class: 'figures' }, FIGURES.map((figure) => h('span', { class: `figure ${figure.name}` }, figure.title))));

function more(node) {
  const missing = (node.childCount ?? 0) - (node.children?.length ?? 0);
  if (missing <= 0) return null;
  const all = `#/actors?below=${encodeURIComponent(node.path)}`;
  return h('li', { class: 'more', key: `${node.path} more` }, h('a', { href: all }, `${number(missing)} more: list all ${number(node.childCount)}`));
}

/** The children of a node, as the view of that node shows them. */
export function childrenOf(node, ctx) {
  const known = before({ tree: ctx.previous });
  return h('div', { class: 'tree' }, h('ul', { 'aria-label': 'Children', onkeydown: keys }, node.children.map((child) => row(child, ctx, known)), more(node)));
}

/** Arrow keys go through the rows, and open and close them. */
function keys(event) {
  const rows = [...event.currentTarget.querySelectorAll('li > .row')];
  const at = rows.findIndex((one) => one.contains(document.activeElement));
  if (at < 0) return;
  const fold = rows[at].querySelector('button.fold');
  const open = fold?.getAttribute('aria-expanded') === 'true';
  let to = null;
  if (event.key === 'ArrowDown') to = rows[at + 1];
  else if (event.key === 'ArrowUp') to = rows[at - 1];
  else if (event.key === 'Home') to = rows[0];
  else if (event.key === 'End') to = rows.at(-1);
  else if (event.key === 'ArrowRight' && fold && !open) fold.click();
  else if (event.key === 'ArrowRight' && fold) to = rows[at + 1];
  else if (event.key === 'ArrowLeft' && fold && open) fold.click();
  else if (event.key === 'ArrowLeft') to = rows[at].parentElement.parentElement.closest('li')?.querySelector('.row');
  else return;
  event.preventDefault();
  to?.querySelector('a')?.focus();
}

function found(data, ctx) {
  const match = ctx.params.get('match');
  if (data.matching === 0) return empty(`No path contains "${match}".`);
  return [
    h('p', { class: 'soft' }, `${count(data.matching, 'process', 'processes')} of ${number(data.total)} with "${match}" in the path${data.matching > data.actors.length ? `, the first ${data.actors.length}` : ''}`),
    h('div', { class: 'tree' }, titles(), h('ul', null, data.actors.map((one) =>
      h('li', { key: one.path }, h('div', { class: `row ${one.state}` },
        h('span', { class: 'who' }, h('span', { class: 'fold' }), h('span', { class: `kind ${one.kind}`, 'aria-hidden': 'true' }), nodeLink(one.path)),
        stateOf(one),
        h('span', { class: 'figures' }, figures({ ...one, mailbox: { size: one.mailbox, held: one.held } }))))))),
  ];
}

function none(data, ctx) {
  const why = data.gaveUp;
  return h('div', { class: 'card' },
    h('p', null, 'No tree runs: the system is ', state(data.state), '.'),
    why && h('p', null, h('code', null, why.supervisor), ' gave up because of ', h('code', null, why.child), `, which ended with ${why.failure.type} at ${why.failure.at}.`),
    data.operable && data.state !== 'starting' && buttons('/', ['start'], ctx.refresh));
}

export const tree = {
  id: 'tree',
  title: 'Tree',
  question: 'What runs, in which state, and how near is each supervisor to giving up?',
  request: (ctx) =>
    ctx.params.get('match')
      ? { query: { view: 'actors', match: ctx.params.get('match'), limit: 100 } }
      : { query: { depth: ctx.memory.depth ?? 8, limit: CHILDREN } },
  render(data, ctx) {
    const searched = Boolean(data.actors instanceof Array);
    if (!searched) fitted(data, ctx);
    const known = before(ctx.previous);
    return h('div', null,
      h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() }, search(ctx, 'Search paths')),
      searched ? found(data, ctx)
        : data.tree ? h('div', { class: 'tree' }, titles(), h('ul', { 'aria-label': 'Supervision tree', onkeydown: keys }, row(data.tree, ctx, known)))
        : none(data, ctx));
  },
  markdown(data, ctx) {
    if (data.actors instanceof Array) return data.actors.map((one) => `- ${code(one.path)} ${stateText(one)}`).join('\n') || 'none';
    if (!data.tree) return `No tree runs, the system is ${data.state}.`;
    const lines = [];
    const add = (node, depth) => {
      const facts = [stateText(node)];
      if (node.mailbox.size) facts.push(`mailbox ${node.mailbox.size}`);
      if (node.mailbox.held) facts.push(`held ${node.mailbox.held}`);
      if (node.restarts) facts.push(`restarts ${node.restarts}`);
      if (node.tolerance?.used) facts.push(`tolerance ${node.tolerance.used} of ${node.tolerance.intensity}`);
      if (node.lastFailure) facts.push(`last failure ${code(node.lastFailure.type)}`);
      lines.push(`${'  '.repeat(depth)}- ${code(node.name)} ${node.kind}, ${facts.join(', ')}`);
      if (isOpen(node, ctx.memory)) for (const child of node.children ?? []) add(child, depth + 1);
      const missing = (node.childCount ?? 0) - (node.children?.length ?? 0);
      if (missing > 0) lines.push(`${'  '.repeat(depth + 1)}- and ${missing} more`);
    };
    add(data.tree, 0);
    return lines.join('\n');
  },
  mermaid(data) {
    const lines = ['flowchart TD'];
    const numbers = new Map();
    const root = data.tree ?? (data.actors ? null : data);
    if (root?.path) {
      walk(root, (node, above) => {
        const own = numbers.size;
        numbers.set(node.path, own);
        const text = label(node.state === 'running' ? node.name : `${node.name} (${stateText(node)})`);
        lines.push(node.kind === 'actor' ? `  n${own}("${text}")` : `  n${own}["${text}"]`);
        if (above) lines.push(`  n${numbers.get(above.path)} --> n${own}`);
      });
    } else {
      (data.actors ?? []).forEach((one, i) => lines.push(`  n${i}("${label(one.path)}")`));
    }
    return lines.join('\n');
  },
};
