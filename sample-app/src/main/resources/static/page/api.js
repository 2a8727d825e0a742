// Requests to the relay. Whatever it refuses becomes a Problem with the text of its answer.

const PATIENCE = 15_000;
const KEY = 'relay.key';

/** Why something was not done. The status is 0 if there was no answer. */
export class Problem extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

/** Keeps the API key until the tab is closed. */
export function useKey(key) {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

function headers(body) {
  const all = { Accept: 'application/json' };
  if (body !== undefined) all['Content-Type'] = 'application/json';
  const key = sessionStorage.getItem(KEY);
  if (key) all.Authorization = `Bearer ${key}`;
  return all;
}

async function ask(method, path, body) {
  try {
    return await fetch(path, {
      method,
      headers: headers(body),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (e) {
    const why = e.name === 'TimeoutError' ? `has not answered within ${PATIENCE / 1000} s` : 'cannot be reached';
    throw new Problem(`The relay ${why}.`, 0);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const STATUS = {
  401: 'The relay asks for an API key.',
  403: 'The API key does not allow this.',
};

function problem(status, body) {
  const said = body?.detail ?? STATUS[status] ?? body?.title;
  return new Problem(said ? `${said} (${status})` : `The relay answered with the status ${status}.`, status);
}

/** The JSON of the answer, or null if it has none. */
export async function request(method, path, body) {
  const answer = await ask(method, path, body);
  const json = parsed(await answer.text().catch(() => ''));
  if (!answer.ok) throw problem(answer.status, json);
  return json;
}

const part = encodeURIComponent;

export const overview = () => request('GET', 'overview');
export const sendEvent = (event) => request('POST', 'events', event);
export const event = (id) => request('GET', `events/${part(id)}`);
export const subscribe = (subscription) => request('POST', 'subscriptions', subscription);
export const enable = (id, enabled) => request('PATCH', `subscriptions/${part(id)}`, { enabled });
export const unsubscribe = (id) => request('DELETE', `subscriptions/${part(id)}`);
export const setTypes = (id, eventTypes) => request('PATCH', `subscriptions/${part(id)}`, { eventTypes });
export const tell = (id, operational) => request('PATCH', `subscriptions/${part(id)}`, { operational });
export const rotateSecret = (id, secret) =>
  request('POST', `subscriptions/${part(id)}/secret/rotate`, secret ? { secret } : {});
export const testEvent = (id) => request('POST', `subscriptions/${part(id)}/test`);
export const replay = (id, since) => request('POST', `subscriptions/${part(id)}/replay`, { since });
export const attempts = (id) => request('GET', `events/${part(id)}/attempts`);
export const retry = (event, subscription) =>
  request('POST', `events/${part(event)}/deliveries/${part(subscription)}/retry`);
export const receiver = () => request('GET', 'demo/receiver');
export const setReceiver = (mode) => request('POST', `demo/receiver?mode=${part(mode)}`);
export const kill = (path) => request('POST', `chaos/kill?path=${part(path)}`);
