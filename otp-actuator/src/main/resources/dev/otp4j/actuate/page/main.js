// Shows one view at a time, reads its data again and again, and says when the application is gone or has started again.

import { h, show } from './dom.js';
import { exposed, read } from './api.js';
import { copy } from './copy.js';
import { count, span, time } from './format.js';
import { state } from './parts.js';
import { VIEWS } from './views.js';

const INTERVALS = [[1000, '1 s'], [2000, '2 s'], [5000, '5 s'], [15_000, '15 s'], [0, 'never']];
const place = (id) => document.getElementById(id);

let view = VIEWS[0];
let path = '/';
let params = new URLSearchParams();
let memory = {}; // what the view remembers from one answer to the next
let data = null;
let previous = null;
let system = null;
let news = null; // { kind, text }: what the banner says until it is closed
let trouble = null; // { kind, text, since }: why there is no answer now
let interval = Number(remembered('interval') ?? 2000);
let timer = 0;
let asked = 0;

function remembered(name) {
  try {
    return sessionStorage.getItem(`otp.${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    sessionStorage.setItem(`otp.${name}`, value);
  } catch {
    // then not
  }
}

// ---- addresses: #/actors?sort=mailbox, #/node/shop/stock

function addressOf(id, at, query) {
  const text = query.toString();
  const below = id === 'node' && at !== '/' ? at.split('/').map(encodeURIComponent).join('/') : '';
  return `#/${id}${below}${text ? `?${text}` : ''}`;
}

function changed(changes) {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function follow() {
  if (location.hash && !location.hash.startsWith('#/')) return;
  const [where, query] = location.hash.slice(2).split('?');
  const [id, ...below] = where.split('/').filter((segment) => segment !== '').map(decoded);
  const next = VIEWS.find((one) => one.id === id) ?? VIEWS[0];
  const nextPath = next.id === 'node' ? `/${below.join('/')}` : '/';
  if (next !== view || nextPath !== path || !data) {
    memory = {};
    data = null;
    previous = null;
    place('view').replaceChildren(h('p', { class: 'empty' }, 'Loading…'));
    window.scrollTo(0, 0);
  }
  view = next;
  path = nextPath;
  params = new URLSearchParams(query ?? '');
  frame();
  refresh();
}

let typing = 0;
const context = {
  get path() { return path; },
  get params() { return params; },
  get memory() { return memory; },
  get previous() { return previous; },
  get system() { return system; },
  hash: (changes) => addressOf(view.id, path, changed(changes)),
  set: (changes) => { location.hash = addressOf(view.id, path, changed(changes)); },
  later: (changes) => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      history.replaceState(null, '', addressOf(view.id, path, changed(changes)));
      follow();
    }, 200);
  },
  redraw: () => draw(),
  refresh: () => refresh(),
  say,
};

// ---- one request after another, while the page is visible

async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return;
  const mine = ++asked;
  try {
    const { body, size } = await read(view.request(context));
    if (mine !== asked) return;
    memory.size = size;
    answered(body);
  } catch (problem) {
    if (mine !== asked) return;
    failed(problem);
  }
  if (interval > 0) timer = setTimeout(refresh, interval);
}

function answered(body) {
  const now = body.system ?? body;
  if (system && now.incarnation !== system.incarnation) {
    news = { kind: 'warn', text: `The application has started again${now.startedAt ? `, at ${time(now.startedAt)}` : ''}. All counters began at 0.` };
    memory = {};
    data = null;
  } else if (system?.startedAt && now.startedAt && now.startedAt !== system.startedAt) {
    news = { kind: 'warn', text: `The tree was started again, at ${time(now.startedAt)}.` };
  }
  trouble = null;
  system = now;
  previous = data;
  data = body;
  frame();
  draw();
}

function failed(problem) {
  if (!problem.kind) console.error(problem);
  trouble = { kind: problem.kind ?? 'failed', text: problem.message, since: trouble?.since ?? new Date().toISOString() };
  frame();
  if (!data) show(place('view'), h('p', { class: 'empty' }, trouble.kind === 'missing' ? 'Nothing to show.' : 'No data yet.'));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
window.addEventListener('hashchange', follow);

// ---- what is around the view

function frame() {
  show(place('head'), ...head());
  show(place('nav'), h('ul', null, VIEWS.filter((one) => !one.hidden && (!one.endpoint || exposed(one.endpoint))).map(menuItem)));
  show(place('banner'), banner());
  place('view').classList.toggle('stale', trouble !== null);
  const name = view.heading ? path : view.title;
  document.title = `${system?.stuck ? `(${system.stuck} stuck) ` : ''}${name} · ${system?.name ?? 'OTP'}`;
}

function head() {
  return [
    h('a', { class: 'name', href: '#/tree' }, system?.name ?? 'OTP'),
    trouble?.kind === 'gone' ? state('gone') : system ? state(system.state) : null,
    system
      ? h(
          'ul',
          { class: 'numbers', 'aria-label': 'The system' },
          system.startedAt && h('li', null, 'up ', h('b', null, span(Date.parse(system.now) - Date.parse(system.startedAt)))),
          h('li', null, h('b', null, count(system.restarts, 'restart'))),
          h('li', { class: system.stuck ? 'bad' : null }, h('a', { href: '#/stuck' }, h('b', null, `${system.stuck} stuck`))),
          h('li', null, h('a', { href: '#/dropped' }, h('b', null, `${count(system.deadLetters, 'message')} dropped`))),
        )
      : null,
    h(
      'label',
      { class: 'field refresh' },
      'Refresh',
      h(
        'select',
        { onchange: (event) => setRefresh(Number(event.target.value)) },
        INTERVALS.map(([ms, text]) => h('option', { value: ms, selected: ms === interval }, text)),
      ),
    ),
  ];
}

function setRefresh(ms) {
  interval = ms;
  remember('interval', ms);
  refresh();
}

function menuItem(one) {
  const number = system && one.badge ? one.badge(system) : 0;
  const here = one === view || (view.parent === one.id);
  return h(
    'li',
    null,
    h('a', { href: `#/${one.id}`, 'aria-current': here ? 'page' : null }, one.title, number > 0 && h('span', { class: 'count' }, number)),
  );
}

function banner() {
  const all = [];
  if (trouble) {
    const since = ` No answer since ${time(trouble.since)}.`;
    const gone = trouble.kind === 'gone';
    const old = data && trouble.kind !== 'refused' ? ` The page shows the last known data${interval > 0 ? ' and tries again' : ''}.` : '';
    const text = gone ? `The application is gone. ${trouble.text}${since}${old}` : `${trouble.text}${trouble.kind === 'missing' ? old : ''}`;
    all.push(h('p', { class: `banner ${trouble.kind === 'missing' ? 'warn' : 'bad'}`, key: 'trouble' }, text));
  }
  if (news) {
    const close = () => { news = null; frame(); };
    all.push(h('p', { class: `banner ${news.kind}`, key: 'news' }, news.text, ' ', h('button', { type: 'button', onclick: close }, 'OK')));
  }
  return all;
}

function draw() {
  if (!data) return;
  const heading = view.heading ? view.heading(data, context) : view.title;
  show(
    place('view'),
    h(
      'div',
      { class: 'viewhead', key: 'head' },
      h('div', null, h('h1', null, heading), h('p', { class: 'question' }, view.question)),
      h(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'Copy' },
        h('button', { type: 'button', onclick: () => copy(location.href, say) }, 'Copy link'),
        h('button', { type: 'button', onclick: () => copy(ticket(), say) }, 'Copy as Markdown'),
        view.mermaid && h('button', { type: 'button', onclick: () => copy(view.mermaid(data, context), say) }, 'Copy as Mermaid'),
      ),
    ),
    h('div', { class: `content view-${view.id}`, key: `view ${view.id} ${path}` }, view.render(data, context)),
  );
}

/** What a view says, with where it is from and when. */
function ticket() {
  const title = view.heading ? path : view.title;
  const when = `${system.name}, ${system.state}, ${system.now}`;
  return `### ${title}\n\n${when}, [live](${location.href})\n\n${view.markdown(data, context)}\n`;
}

let said = 0;
function say(text) {
  clearTimeout(said);
  place('said').textContent = text;
  place('said').classList.add('shown');
  said = setTimeout(() => {
    place('said').textContent = '';
    place('said').classList.remove('shown');
  }, 3000);
}

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  place('main').focus();
});

follow();
