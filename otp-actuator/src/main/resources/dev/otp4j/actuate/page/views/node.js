// One actor or supervisor. Stays open while its process ends and another one takes its place.

import * as copying from '../copy.js';
import { h } from '../dom.js';
import { ago, duration, millis, number, simple, span, stateText, time } from '../format.js';
import { buttons } from '../operations.js';
import { bar, facts, linked, nodeLink, section, spark, stack, stateOf, table, wholeStack, isOfApplication } from '../parts.js';
import { crash, crashMarkdown } from './crashes.js';
import { childrenOf, tree } from './tree.js';

const SAMPLES = 120;

/** The depth of the mailbox and the messages handled per second, from one answer to the next. */
function sampled(data, ctx) {
  const samples = (ctx.memory.samples ??= []);
  const at = Date.parse(data.system.now);
  const last = samples.at(-1);
  if (last?.at === at) return samples;
  const handled = data.process.handled ?? null;
  const known = last && handled !== null && last.handled !== null && handled >= last.handled && at > last.at;
  samples.push({ at, handled, depth: data.mailbox.size + data.mailbox.held, rate: known ? ((handled - last.handled) * 1000) / (at - last.at) : null });
  if (samples.length > SAMPLES) samples.shift();
  return samples;
}

const perSecond = (rate) => `${rate >= 10 || rate === 0 ? number(Math.round(rate)) : rate.toFixed(1)}/s`;

function load(data, ctx) {
  if (data.kind !== 'actor') return null;
  const samples = sampled(data, ctx);
  const measured = (data.process.handled ?? null) !== null;
  return section('Load',
    h('div', { class: 'sparks' },
      spark('Messages waiting', samples.map((one) => one.depth), number),
      measured
        ? spark('Messages handled', samples.map((one) => one.rate), perSecond)
        : h('p', { class: 'soft' }, 'How many messages are handled is not measured: ', h('code', null, 'otp.metrics.message-timing=sampled'), ' or ', h('code', null, 'all'), ' measures it.')),
    measured && h('p', { class: 'soft' }, `${number(data.process.handled)} handled by all actors of this definition.`));
}

function now(data) {
  const process = data.process;
  if (!process.handling) {
    return section('Now',
      h('p', null, process.pid ? 'It handles no message at the moment.' : `It has no process at the moment: it is ${stateText(data)}.`),
      stack(process.stack, 'Live stack'));
  }
  const own = process.stack.filter(isOfApplication);
  return section('Now',
    h('p', null,
      millis(process.busyFor) < 1
        ? ['It is handling ', h('code', { title: process.handling }, simple(process.handling))]
        : ['It has been handling ', h('code', { title: process.handling }, simple(process.handling)), ' for at least ', h('b', null, duration(process.busyFor))],
      process.awaits && [', and waits for the reply of ', linked(process.awaits)], '.'),
    own.length > 0 && stack(own.slice(0, 8), 'Lines of the application, the innermost first'),
    wholeStack('live', process.stack));
}

function about(data) {
  const process = data.process;
  const { tolerance } = data;
  return section('About',
    facts(
      ['State', stateOf(data)],
      ['Kind', data.kind],
      ['Process', process.pid && h('code', null, process.pid)],
      ['Code', process.module && h('code', null, process.module)],
      ['Declared by', process.declaredBy && process.declaredBy !== process.module && h('code', null, process.declaredBy)],
      ['Name', process.registeredAs && h('code', null, process.registeredAs)],
      ['Restart', data.restartPolicy],
      ['Strategy', data.strategy],
      ['Tolerance', tolerance && [bar(tolerance.used, tolerance.intensity, tolerance.used > 0 ? 'warn' : ''), ` ${tolerance.used} of ${tolerance.intensity} restarts used within ${duration(tolerance.period)}`]],
      ['Mailbox', `${number(data.mailbox.size)}${data.mailbox.held ? `, and ${number(data.mailbox.held)} held by its name` : ''}`],
      ['Mailbox limit', process.mailboxLimit && `${process.mailboxLimit}${process.waitingSenders ? `, ${number(process.waitingSenders)} senders wait for room` : ''}`],
      ['Concurrency limit', process.concurrencyLimit && `${process.concurrencyLimit}${process.permit === 'held' ? ', it has a permit' : process.permit === 'awaited' ? `, it waits for a permit, ${number(process.permitAhead)} before it` : ''}`],
      ['Calls', [process.dropsExpiredCalls && 'drops those that are over', process.failsCircularCalls && 'fail early in a circle'].filter(Boolean).join(', ')],
      ['At its end', process.retained && `its messages are left to its next start (${process.retained})`],
      ['Parked messages', process.parked > 0 && h('a', { href: '#/parked' }, number(process.parked))],
      ['Oldest message', process.oldest && `waits for at least ${duration(process.oldest)}`],
      ['Restarts', number(data.restarts)],
      ['Last failure', data.lastFailure && `${simple(data.lastFailure.type)}, ${ago(data.lastFailure.at, data.system.now)}`],
      ['Children', data.childCount !== undefined && Object.entries(data.childStates ?? {}).map(([name, many]) => `${number(many)} ${name}`).join(', ')],
      ['Links', process.links.length > 0 && list(process.links)],
      ['Monitors', process.monitors.length > 0 && list(process.monitors)],
    ));
}

const list = (paths) => h('ul', { class: 'inline' }, paths.map((path) => h('li', { key: path }, linked(path))));

const children = (data, ctx) => data.children?.length > 0 && section('Children', childrenOf(data, ctx));

const STARTS = [
  { title: 'Order', numeric: true, text: (one) => one.order },
  { title: 'Time', text: (one) => time(one.at) },
  { title: 'Took', numeric: true, text: (one) => duration(one.took) },
  { title: 'Why', text: (one) => (one.restart ? 'restart' : 'start') },
];
const RECORDED = [
  { title: 'Time', text: (one) => time(one.at) },
  { title: 'Type', code: true, text: (one) => one.type, cell: (one) => h('code', null, one.type) },
];

export const node = {
  id: 'node',
  parent: 'tree',
  hidden: true,
  title: 'Node',
  question: 'What is it doing, and what has happened to it?',
  request: (ctx) => ({ path: ctx.path, query: { depth: 2, limit: 30 } }),
  heading: (data, ctx) => {
    const ids = data.path.split('/').filter((id) => id !== '');
    const above = ids.slice(0, -1).map((id, i) => [nodeLink(`/${ids.slice(0, i + 1).join('/')}`, id), ' / ']);
    return h('span', { class: 'crumbs' }, nodeLink('/', 'root'), ids.length > 0 && ' / ', above, ids.at(-1), ' ', stateOf(data));
  },
  render(data, ctx) {
    const { process } = data;
    const starts = [...process.starts].reverse();
    return h('div', { class: 'cards' },
      buttons(data.path, process.actions, ctx.refresh),
      h('div', { class: 'columns' },
        h('div', null,
          data.kind === 'actor' && now(data),
          load(data, ctx),
          children(data, ctx),
          process.crashes.length > 0 && section('Last crashes', process.crashes.map((one) => crash(one, data.system.now)))),
        h('div', null,
          about(data),
          process.recorded && section('Recorded messages', table({ caption: 'Recorded messages', columns: RECORDED, rows: [...process.recorded].reverse(), none: 'None yet.' })),
          starts.length > 0 && section('Starts', table({ caption: 'Starts', columns: STARTS, rows: starts, key: (one) => one.order })))));
  },
  markdown(data) {
    const { process } = data;
    const lines = [
      `- state: ${stateText(data)}`,
      `- mailbox: ${data.mailbox.size}, held ${data.mailbox.held}${process.oldest ? `, the oldest waits for at least ${duration(process.oldest)}` : ''}`,
      `- restarts: ${data.restarts}`,
    ];
    if (process.module) lines.push(`- code: ${copying.code(process.module)}`);
    if (data.tolerance) lines.push(`- tolerance: ${data.tolerance.used} of ${data.tolerance.intensity} restarts within ${duration(data.tolerance.period)}`);
    if (process.handling) lines.push(`- handling: ${copying.code(process.handling)} for at least ${duration(process.busyFor)}`);
    if (process.permit === 'awaited') lines.push(`- waits for a permit of: ${process.concurrencyLimit}, ${process.permitAhead} before it`);
    if (process.awaits) lines.push(`- waits for: ${copying.code(process.awaits)}`);
    if (process.stack.length > 0) lines.push('', copying.block(process.stack));
    for (const one of process.crashes) lines.push('', crashMarkdown(one));
    return lines.join('\n');
  },
  mermaid: (data) => tree.mermaid(data),
};
