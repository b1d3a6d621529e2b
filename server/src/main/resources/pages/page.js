// Refines pages that work without it: live figures, keys, a clock that runs down, dialogs.
'use strict';

// A watched part comes anew over EventSource; only what differs is touched.
function morph(now, next) {
  if (now.isEqualNode(next)) return;
  const drawn = now.nodeType === Node.ELEMENT_NODE && now.hasAttribute('data-series');
  const alike = now.nodeName === next.nodeName && (drawn || now.childNodes.length === next.childNodes.length);
  if (!alike) { now.replaceWith(next); return; }
  if (now.nodeType !== Node.ELEMENT_NODE) { now.nodeValue = next.nodeValue; return; }
  for (const { name } of [...now.attributes]) {
    if (name !== 'open' && !next.hasAttribute(name)) now.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  // What is inside a chart was drawn here.
  if (drawn) { now.dispatchEvent(new Event('series')); return; }
  const fresh = [...next.childNodes];
  [...now.childNodes].forEach((child, at) => morph(child, fresh[at]));
}

// Who pressed Pay goes on to his bank by himself, once: the way back leads to the form, not in a circle.
function lead() {
  const bank = document.querySelector('a[data-leads]');
  if (bank) location.replace(bank.href);
}
lead();

if (document.body.dataset.watch) {
  const source = new EventSource(document.body.dataset.watch);
  source.addEventListener('part', event => {
    const part = new DOMParser().parseFromString(event.data, 'text/html');
    for (const next of [...part.body.children]) {
      const now = next.id && document.getElementById(next.id);
      if (now) morph(now, next);
    }
    document.dispatchEvent(new Event('part'));
    delete document.body.dataset.stale;
    lead();
  });
  source.addEventListener('last', () => source.close());
  source.addEventListener('error', () => { document.body.dataset.stale = ''; });
  addEventListener('pagehide', () => source.close());
}

// A quote's time runs down in text; at its end the button that would use it is dead.
let tick;
function runDown() {
  clearInterval(tick);
  const until = document.querySelector('[data-until]');
  if (!until) return;
  const end = Date.parse(until.dataset.until);
  tick = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    until.textContent = until.dataset.left.replace('{0}', Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0'));
    if (left === 0) {
      clearInterval(tick);
      document.querySelectorAll('form[action="/services"] button').forEach(button => { button.disabled = true; });
    }
  }, 1000);
}
runDown();
document.addEventListener('htmx:afterSettle', runDown);

document.querySelectorAll('dialog[data-modal]').forEach(dialog => {
  const away = dialog.querySelector('a.btn');
  dialog.close();
  dialog.showModal();
  dialog.addEventListener('cancel', () => { if (away) location.href = away.href; });
});

// A form is sent once; the server knows it by its id all the same.
document.addEventListener('submit', event => {
  if (event.defaultPrevented || event.target.method !== 'post') return;
  setTimeout(() => event.target.querySelectorAll('button').forEach(button => { button.disabled = true; }), 0);
});
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

document.addEventListener('click', event => {
  document.querySelectorAll('details.who[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
});

// Keys lead about, and never move money.
let led = false;
document.addEventListener('keydown', event => {
  const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
  if (event.key === 'Escape') {
    document.querySelectorAll('details.who[open]').forEach(menu => { menu.open = false; menu.querySelector('summary').focus(); });
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    const search = document.querySelector('input[type=search]');
    if (search) { event.preventDefault(); search.focus(); }
  }
  if (led) document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
  led = event.key === 'g';
});
