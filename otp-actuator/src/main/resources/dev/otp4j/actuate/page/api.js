// Requests to the endpoint "otp", and to other endpoints of this library. Reads with GET, and operates with POST.

const PATIENCE = 10_000;
const PARTS = 20;
const root = new URL(document.documentElement.dataset.otp, document.baseURI);

const others = new Map(
  (document.documentElement.dataset.others ?? '').split(' ').filter(Boolean).map((one) => one.split('=')),
);

/** Whether another endpoint of this library is exposed, such as "otpleases". */
export const exposed = (endpoint) => others.has(endpoint);

/** Why there is no answer; `kind` is gone, refused, missing, wrong or failed. */
export class Problem extends Error {
  constructor(kind, text, status) {
    super(text);
    this.kind = kind;
    this.status = status;
  }
}

/** Of a view, or of a node if there is a path; that of the root is '/'. */
function address(path, query) {
  const url = new URL(root);
  if (path) url.pathname += path.split('/').map(encodeURIComponent).join('/');
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, { credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch (e) {
    const why = e.name === 'TimeoutError' ? `It has not answered within ${PATIENCE / 1000} s.` : 'It cannot be reached.';
    throw new Problem('gone', why);
  }
  const text = await answer.text().catch(() => '');
  return { answer, text };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The answer to the request of a view: { path, query }, the path if it is about a node; or { endpoint, parts } for the
 * data of another endpoint, to which the summary of the system is added, and as `parts` what stands below it at the names
 * that parts(data) gives.
 */
export async function read({ path, query, endpoint, parts }) {
  if (!endpoint) return got(address(path, query), 'otp');
  const [{ body: own, size }, { body: about }] = await Promise.all([
    got(beside(endpoint), endpoint),
    got(address('', { view: 'budgets', limit: 1 }), 'otp'),
  ]);
  const names = parts ? parts(own).slice(0, PARTS) : [];
  const below = await Promise.all(names.map((name) => got(beside(endpoint, name), endpoint)));
  return { body: { ...own, system: about.system, parts: below.map(({ body }) => body) }, size };
}

function beside(endpoint, name) {
  const url = new URL(others.get(endpoint), document.baseURI);
  if (name) url.pathname += `/${encodeURIComponent(name)}`;
  return url;
}

async function got(url, endpoint) {
  const { answer, text } = await ask(url, { headers: { Accept: 'application/json' } });
  const body = parsed(text);
  if (answer.ok && body && !answer.redirected) return { body, size: text.length };
  if (answer.redirected || answer.status === 401 || answer.status === 403) {
    throw new Problem('refused', `The application does not let you read the endpoint "${endpoint}". Log in, and load this page again.`, answer.status);
  }
  if (answer.status === 404 && !body?.error) {
    throw new Problem('failed', `The endpoint "${endpoint}" is not exposed. Add ${endpoint} to management.endpoints.web.exposure.include.`, 404);
  }
  const kind = answer.status === 404 ? 'missing' : answer.status === 400 ? 'wrong' : 'failed';
  throw new Problem(kind, body?.error ?? `The application answered with the status ${answer.status}.`, answer.status);
}

function csrfToken() {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith('XSRF-TOKEN='));
  return cookie ? decodeURIComponent(cookie.slice('XSRF-TOKEN='.length)) : null;
}

function postOnce(url, body, token) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  if (token) headers['X-XSRF-TOKEN'] = token;
  return ask(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function post(url, body) {
  const token = csrfToken();
  const first = await postOnce(url, body, token);
  // The first refusal may bring the token: Spring Security makes it when it is needed.
  return first.answer.status === 403 && csrfToken() !== token ? postOnce(url, body, csrfToken()) : first;
}

const REFUSED =
  'The application refused the request (403), and nothing was done. Either you may not do this, or its protection against ' +
  'forged requests (CSRF) has no token for this page. With Spring Security: csrf(csrf -> csrf.spa()), which keeps the token in ' +
  'the cookie XSRF-TOKEN.';

/** Does something to a node; returns { outcome, text }. */
export async function operate(path, action) {
  const { answer, text } = await post(address(path), { action });
  const body = parsed(text);
  return body?.outcome ? body : notDone(answer, body, 'otp');
}

/** Sends something to another endpoint; returns { outcome, text, body }. */
export async function write(endpoint, name, sent) {
  const { answer, text } = await post(beside(endpoint, name), sent);
  const body = parsed(text);
  return answer.ok ? { outcome: 'done', body } : notDone(answer, body, endpoint);
}

function notDone(answer, body, endpoint) {
  if (answer.status === 403) return { outcome: 'refused', text: REFUSED };
  if (answer.status === 401 || answer.redirected) {
    return { outcome: 'refused', text: 'You are not logged in (any more), and nothing was done.' };
  }
  if (answer.status === 405) {
    return { outcome: 'refused', text: `The access to the endpoint is read-only: management.endpoint.${endpoint}.access=unrestricted allows operations.` };
  }
  return { outcome: 'failed', text: body?.error ?? `The application answered with the status ${answer.status}.` };
}
