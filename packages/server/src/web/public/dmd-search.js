// Search as you type. Without this the form works by its button: what is asked for here is the same page.
const form = document.getElementById('dmd-search');
const input = document.getElementById('q');
const level = document.getElementById('level');
/** Time for the next letter; shorter would ask for words that nobody means. */
const PAUSE_MILLISECONDS = 150;

let timer;
let asking;
let shown = address();

function address() {
  const query = new URLSearchParams({ q: input.value.trim() });
  if (level.value !== '') query.set('level', level.value);
  return `/dmd?${query}`;
}

async function ask() {
  const wanted = address();
  if (wanted === shown) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(wanted, { signal: asking.signal, headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    shown = wanted;
    document.getElementById('dmd-results').replaceWith(page.getElementById('dmd-results'));
    document.getElementById('dmd-summary').textContent = page.getElementById('dmd-summary').textContent;
    document.title = page.title;
    history.replaceState(null, '', wanted);
  } catch (error) {
    // A later question took this one's place, or the network failed: the button still works.
    if (error.name !== 'AbortError') shown = undefined;
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MILLISECONDS);
}

input.addEventListener('input', soon);
level.addEventListener('change', ask);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(timer);
  ask();
});
