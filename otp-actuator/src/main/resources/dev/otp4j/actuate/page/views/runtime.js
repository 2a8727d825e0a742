// What the actors run on.

import { block, code } from '../copy.js';
import { h } from '../dom.js';
import { bytes, count, duration, number } from '../format.js';
import { bar, facts, isOfApplication, linked, section, spark, stack, wholeStack } from '../parts.js';

const SAMPLES = 120;
const states = (data) => Object.entries(data.states).map(([name, many]) => `${number(many)} ${name}`).join(', ') || 'none';
const value = (known) => (known < 0 ? 'not known' : number(known));

function sampled(data, memory) {
  const samples = (memory.samples ??= []);
  if (samples.at(-1)?.now !== data.system.now) samples.push({ now: data.system.now, heap: data.heap.used, queued: data.carriers?.queued ?? null });
  if (samples.length > SAMPLES) samples.shift();
  return samples;
}

/** Those of the application, if it has any. */
function firstLines(frames) {
  const own = frames.filter(isOfApplication);
  return (own.length > 0 ? own : frames).slice(0, 5);
}

function zombie(one) {
  return h('article', { class: 'crash', key: `${one.path} ${one.thread}` },
    h('p', { class: 'crashhead' }, h('b', null, one.path), ` dead for ${duration(one.deadFor)}, its code still runs`),
    facts(['Thread', h('code', null, one.thread)]),
    stack(firstLines(one.stack), 'First lines of the stack'),
    wholeStack(`${one.path} ${one.thread}`, one.stack));
}

const withEnded = (one) => (one.heldByEnded ? `, ${number(one.heldByEnded)} of them held by ended processes` : '');

function limit(one) {
  return h('article', { class: 'crash', key: one.name },
    h('p', { class: 'crashhead' }, h('b', null, one.name), ' ', bar(one.inUse, one.permits, one.waiting ? 'warn' : ''), ` ${number(one.inUse)} of ${count(one.permits, 'permit')} in use${withEnded(one)}`),
    h('p', { class: one.waiting ? '' : 'soft' }, one.waiting ? `${count(one.waiting, 'process waits', 'processes wait')} for a permit.` : 'No process waits for a permit.'),
    one.waiting > 0 && facts(
      ['Held by', list(one.holders)],
      ['In the queue', list(one.queue)]));
}

const list = (paths) => h('ul', { class: 'inline' }, paths.map((path) => h('li', { key: path }, linked(path))));

export const runtime = {
  id: 'runtime',
  title: 'Runtime',
  question: 'Are there enough threads and memory, and does code of dead processes still run?',
  request: () => ({ query: { view: 'runtime', limit: 50 } }),
  render(data, ctx) {
    const samples = sampled(data, ctx.memory);
    const { carriers, heap } = data;
    return h('div', { class: 'cards' },
      h('div', { class: 'columns' },
        h('div', null,
          section('Processes', facts(['In the tree', states(data)], ['Timers', number(data.timers)], ['Held messages', number(data.heldMessages)])),
          section('Carriers',
            carriers
              ? facts(
                  ['Busy', [bar(carriers.mounted, carriers.parallelism), ` ${value(carriers.mounted)} of ${value(carriers.parallelism)} threads carry a virtual thread`]],
                  ['Threads', value(carriers.threads)],
                  ['Waiting', carriers.queued < 0 ? 'not known' : `${count(carriers.queued, 'virtual thread waits', 'virtual threads wait')} for a carrier`])
              : h('p', null, 'This JVM does not report its carrier threads.'),
            facts(
              ['Starved', `${count(data.starvations, 'time')}: no virtual thread could begin for a second or more`],
              ['Rescued', `${count(data.rescues, 'time')}: a receiver had to be given a thread of its own`],
              ['Late replies', `${number(data.lateReplies)}: the call was over`]),
            carriers && spark('Virtual threads waiting', samples.map((one) => one.queued), number))),
        h('div', null,
          section('Memory',
            facts(
              ['Heap', [bar(heap.used, heap.max ?? heap.committed, heap.max && heap.used / heap.max > 0.9 ? 'bad' : ''), ` ${bytes(heap.used)} used${heap.max ? ` of at most ${bytes(heap.max)}` : ''}`]],
              ['Committed', bytes(heap.committed)]),
            spark('Heap', samples.map((one) => one.heap), bytes)),
          section('JVM', facts(['Version', data.java], ['Up for', duration(data.upFor)], ['Processors', number(data.processors)], ['Platform threads', number(data.platformThreads)])))),
      data.concurrencyLimits.length > 0 && section('Concurrency limits', data.concurrencyLimits.map(limit)),
      section('Zombies',
        h('p', { class: data.zombieCount ? '' : 'soft' }, data.zombieCount === 0 ? 'No dead process has code that still runs.' : `${count(data.zombieCount, 'dead process has', 'dead processes have')} code that still runs. It keeps its locks and files, and a carrier if it computes.`),
        data.zombies.map(zombie)));
  },
  markdown(data) {
    const lines = [
      `- processes: ${states(data)}`,
      data.carriers ? `- carriers: ${data.carriers.mounted} of ${data.carriers.parallelism} busy, ${data.carriers.queued} virtual threads wait` : '- carriers: not known',
      `- starvations ${data.starvations}, rescues ${data.rescues}, timers ${data.timers}, held messages ${data.heldMessages}, late replies ${data.lateReplies}`,
      `- heap: ${bytes(data.heap.used)} of ${bytes(data.heap.max ?? data.heap.committed)}`,
      `- Java ${data.java}, up for ${duration(data.upFor)}, ${data.processors} processors, ${data.platformThreads} platform threads`,
      `- zombies: ${data.zombieCount}`,
    ];
    for (const one of data.concurrencyLimits) lines.push(`- concurrency limit ${code(one.name)}: ${one.inUse} of ${one.permits} permits in use${withEnded(one)}, ${one.waiting} waiting`);
    for (const one of data.zombies) lines.push('', `${code(one.path)}, dead for ${duration(one.deadFor)}`, block(one.stack));
    return lines.join('\n');
  },
};
