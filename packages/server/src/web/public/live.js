// The part of the page that others change is kept up to date. Without this the link "Refresh" does it.
const part = document.getElementById('live-part');
const news = document.getElementById('live-news');
const state = document.getElementById('live-state');
/** A browser gives up on a server that is away; this does not. */
const RETRY_MILLISECONDS = 4000;

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const version = () => part.querySelector('[data-version]')?.dataset.version;
const first = version();

let source;
let retry;

function open() {
  clearTimeout(retry);
  const address = new URL(part.dataset.live, location.href);
  address.searchParams.set('seen', part.dataset.mark);
  source = new EventSource(address);
  source.addEventListener('open', () => tell(`Live since ${time.format(new Date())}`));
  source.addEventListener('part', (event) => show(JSON.parse(event.data), event.lastEventId));
  source.addEventListener('error', () => {
    lost();
    if (source.readyState !== EventSource.CLOSED) return;
    retry = setTimeout(open, RETRY_MILLISECONDS);
  });
}

/** Puts the new part in place of the old; who stood on something in it stands on it still, wherever it has gone. */
function show({ html, news: words }, mark) {
  const held = part.contains(document.activeElement) ? document.activeElement.id : '';
  const opened = [...part.querySelectorAll('details[open][id]')].map(({ id }) => id);
  part.innerHTML = html;
  part.dataset.mark = mark;
  for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
  if (held !== '') document.getElementById(held)?.focus({ preventScroll: true });
  if (news.textContent !== words) news.textContent = words;
  tell(`Live, changed at ${time.format(new Date())}`);
  // Forms beside the part were made for what it was: they say so when they are sent, and here.
  if (version() !== first) offer();
}

function tell(words) {
  state.textContent = words;
  state.parentElement.classList.remove('concord-live--lost');
}

function lost() {
  state.replaceChildren('Not live: the connection is lost. ', link('Refresh'));
  state.parentElement.classList.add('concord-live--lost');
}

function offer() {
  state.replaceChildren('This order has changed. ', link('Show what can be done now'));
}

function link(words) {
  const anchor = document.createElement('a');
  anchor.className = 'nhsuk-link';
  anchor.href = part.dataset.refresh;
  anchor.textContent = words;
  return anchor;
}

function close() {
  clearTimeout(retry);
  source?.close();
}

// A browser has few connections to one server: a page that nobody looks at gives its own back, and asks anew for what it
// missed when somebody does.
document.addEventListener('visibilitychange', () => {
  close();
  if (document.visibilityState === 'visible') open();
});
addEventListener('pagehide', close);
addEventListener('pageshow', (event) => {
  if (event.persisted) {
    close();
    open();
  }
});
if (document.visibilityState === 'visible') open();
