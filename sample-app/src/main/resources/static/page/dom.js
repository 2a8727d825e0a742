// Makes elements, and changes a shown element into another one. Text always becomes a text node: no text of the server
// is ever read as HTML.

/** An element: h('a', { href: '#', class: 'x', onclick: f, key: 'k' }, 'text', child, [more], null). */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element[name] = value;
    else if (name === 'key') element.dataset.key = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false && child !== '') {
      element.append(document.createTextNode(String(child)));
    }
  }
}

export const byId = (id) => document.getElementById(id);

/** Makes the content of `parent` equal to `next`, and keeps what is the same: focus, selection and scroll position. */
export function show(parent, ...next) {
  morphChildren(parent, h('div', null, ...next));
}

const HANDLERS = ['onclick', 'oninput', 'onchange', 'onkeydown', 'onsubmit'];

function morph(old, next) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const handler of HANDLERS) if (old[handler] !== next[handler]) old[handler] = next[handler];
  morphChildren(old, next);
  if (old.localName === 'select' && document.activeElement !== old && old.value !== next.value) old.value = next.value;
  if (old.localName === 'input' && old.type === 'radio') old.checked = next.checked;
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key : undefined);

const isLike = (old, next) =>
  old.nodeType === next.nodeType && old.nodeName === next.nodeName && keyOf(old) === keyOf(next);

function morphChildren(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.childNodes) {
    const key = keyOf(child);
    if (key !== undefined) keyed.set(key, child);
  }
  let at = parent.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    const known = key === undefined ? at : keyed.get(key);
    if (known && isLike(known, next)) {
      if (known === at) at = at.nextSibling;
      else parent.insertBefore(known, at);
      morph(known, next);
    } else {
      parent.insertBefore(next, at);
    }
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}
