// Requests to the endpoint "otp", and to other endpoints of this library. Reads with GET, and operates with POST.

const PATIENCE = 10_000;
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
 * The answer to the request of a view: { path, query }, the path if it is about a node; or { endpoint } for the data of
 * another endpoint, to which the summary of the system is added.
 */
export async function read({ path, query, endpoint }) {
  if (!endpoint) return got(address(path, query), 'otp');
  const [{ body: own, size }, { body: about }] = await Promise.all([
    got(new URL(others.get(endpoint), document.baseURI), endpoint),
    got(address('', { view: 'budgets', limit: 1 }), 'otp'),
  ]);
  return { body: { ...own, system: about.system }, size };
}

async function got(url, endpoint) {
  const { answer, text } = await ask(url, { headers: { Accept: 'application/json' } });
  const body = parsed(text);
  if (answer.ok && body && !answer.redirected) return { body, size: text.length };
  if (answer.redirected || answer.status === 401 || answer.status === 403) {
    throw new Problem('refused', `The application does not let you read the endpoint "${endpoint}". Log in, and load this page again.`, answer.status);
  }
  if (answer.status === 404 && !body?.error) {
    throw new Problem('failed', `There is no endpoint "${endpoint}" here. Expose it: management.endpoints.web.exposure.include=health,otp,otpui`, 404);
  }
  const kind = answer.status === 404 ? 'missing' : answer.status === 400 ? 'wrong' : 'failed';
  throw new Problem(kind, body?.error ?? `The application answered with the status ${answer.status}.`, answer.status);
}

function csrfToken() {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith('XSRF-TOKEN='));
  return cookie ? decodeURIComponent(cookie.slice('XSRF-TOKEN='.length)) : null;
}

function post(path, action, token) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  if (token) headers['X-XSRF-TOKEN'] = token;
  return ask(address(path), { method: 'POST', headers, body: JSON.stringify({ action }) });
}

const REFUSED =
  'The application refused the request (403), and nothing was done. Either you may not do this, or its protection against ' +
  'forged requests (CSRF) has no token for this page. With Spring Security: csrf(csrf -> csrf.spa()), which keeps the token in ' +
  'the cookie XSRF-TOKEN.';

/** Does something to a node; returns { outcome, text }. */
export async function operate(path, action) {
  const token = csrfToken();
  let { answer, text } = await post(path, action, token);
  // The first refusal may bring the token: Spring Security makes it when it is needed.
  if (answer.status === 403 && csrfToken() !== token) ({ answer, text } = await post(path, action, csrfToken()));
  const body = parsed(text);
  if (body?.outcome) return body;
  if (answer.status === 403) return { outcome: 'refused', text: REFUSED };
  if (answer.status === 401 || answer.redirected) {
    return { outcome: 'refused', text: 'You are not logged in (any more), and nothing was done.' };
  }
  if (answer.status === 405) {
    return { outcome: 'refused', text: 'The access to the endpoint is read-only: management.endpoint.otp.access=unrestricted allows operations.' };
  }
  return { outcome: 'failed', text: body?.error ?? `The application answered with the status ${answer.status}.` };
}
