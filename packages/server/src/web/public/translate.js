// The list changes while one types. Without this the form works by its button: what is asked for here is the same page.
const form = document.getElementById('translate');
/** Time for the next letter; shorter would ask for words that nobody means. */
const PAUSE_MILLISECONDS = 200;
/** What an answer changes: never the field in which somebody is typing. */
const CHANGED = ['translate-results', 'unit', 'form', 'route'];

/** What is folded away until it is asked. */
const NARROWING = '#translate .concord-translate__narrow';

let timer;
let asking;
let shown = address();

function address() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim() !== '') query.set(name, value.trim());
  return `${form.getAttribute('action')}?${query}`;
}

async function ask() {
  const wanted = address();
  if (wanted === shown) return;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(wanted, { signal, headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // A page of another kind, as when no release is in use: the button leads there.
    if (page.getElementById('translate-results') === null) return;
    for (const id of CHANGED) {
      const old = document.getElementById(id);
      if (old !== null && old !== document.activeElement) old.replaceWith(page.getElementById(id));
    }
    // Errors are told in the summary: the box at the top would take the focus from who is typing.
    document.getElementById('translate-problems').replaceChildren();
    for (const told of document.querySelectorAll('#translate .nhsuk-error-message')) told.remove();
    for (const field of document.querySelectorAll('#translate .nhsuk-input--error')) {
      field.classList.remove('nhsuk-input--error');
      field.removeAttribute('aria-describedby');
    }
    // A dose by weight opens what asks for the weight; nothing is folded away under a reader's eyes.
    if (page.querySelector(NARROWING)?.open) document.querySelector(NARROWING).open = true;
    document.getElementById('picked').value = page.getElementById('picked').value;
    document.getElementById('translate-summary').textContent = page.getElementById('translate-summary').textContent;
    document.title = page.title;
    shown = address();
    history.replaceState(null, '', shown);
  } catch (error) {
    // A later question took this one's place, or the network failed: the button still works.
    if (error.name !== 'AbortError') shown = undefined;
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MILLISECONDS);
}

// On the form, not on its fields: some are replaced.
form.addEventListener('input', soon);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(timer);
  ask();
});
