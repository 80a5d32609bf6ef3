// A message is checked when it is dropped, picked or typed. Without this the form works by its button: what is asked
// for here is the same page.
const form = document.getElementById('check');
const message = document.getElementById('message');
const file = document.getElementById('file');
const status = document.getElementById('check-status');
/** Time for the next letter; shorter would check what nobody means. */
const PAUSE_MILLISECONDS = 500;

let timer;
let asking;

form.classList.add('concord-check--live');

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  if (message.value.trim() === '') {
    tell('', [], []);
    return;
  }
  if (message.value.length > Number(form.dataset.longest)) {
    tell('The message is too large for this page: check its file with the command concord check', [], []);
    return;
  }
  asking = new AbortController();
  const body = new FormData(form);
  // A file that was picked is in the text already.
  body.delete('file');
  form.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch('/check', { method: 'POST', body, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const report = page.getElementById('check-report');
    if (report === null) return;
    const fault = page.getElementById('message-fault');
    const words = page.querySelector('.nhsuk-error-summary__list')?.textContent.trim();
    tell(words ?? page.getElementById('check-status').textContent, [...report.childNodes], [...fault.childNodes]);
    document.title = page.title;
    document.querySelector('.concord-check__source').replaceWith(page.querySelector('.concord-check__source'));
  } catch (error) {
    // A later message took this one's place, or the network failed: the button still works.
    if (error.name !== 'AbortError') tell('The message could not be checked: try again', [], []);
  } finally {
    form.removeAttribute('aria-busy');
  }
}

/** Shows an answer. The box of errors at the top would take the focus from who is typing: they stand at the field. */
function tell(words, report, fault) {
  const isWrong = fault.some((each) => each.nodeType === Node.ELEMENT_NODE);
  const isReport = report.some((each) => each.nodeType === Node.ELEMENT_NODE);
  const isSaid = words !== '' && !isWrong && !isReport;
  status.textContent = words;
  document.getElementById('check-problems').replaceChildren();
  document.getElementById('check-report').replaceChildren(...report);
  const place = document.getElementById('message-fault');
  place.replaceChildren(...fault);
  if (isSaid) place.append(said(words));
  message.classList.toggle('nhsuk-textarea--error', isWrong || isSaid);
  message.closest('.nhsuk-form-group').classList.toggle('nhsuk-form-group--error', isWrong || isSaid);
  message.setAttribute('aria-describedby', isWrong || isSaid ? 'message-hint message-error' : 'message-hint');
}

function said(words) {
  const line = document.createElement('p');
  line.className = 'nhsuk-error-message';
  line.id = 'message-error';
  line.textContent = words;
  return line;
}

async function take(picked) {
  if (picked === undefined) return;
  if (picked.size > 2 * Number(form.dataset.longest)) {
    tell(`${picked.name} is too large for this page: check it with the command concord check`, [], []);
    return;
  }
  message.value = await picked.text();
  await ask();
}

message.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MILLISECONDS);
});
for (const id of ['mode', 'direction']) document.getElementById(id).addEventListener('change', ask);
file.addEventListener('change', async () => {
  await take(file.files[0]);
  // Otherwise the file would go with the form again, and win over what was typed since.
  file.value = '';
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  await ask();
  document.getElementById('check-report').scrollIntoView();
});

// Dropped anywhere on the page, so that a near miss does not open the file in place of it.
document.addEventListener('dragover', (event) => {
  if (![...event.dataTransfer.types].includes('Files')) return;
  event.preventDefault();
  form.classList.add('concord-check--over');
});
for (const name of ['dragleave', 'drop']) {
  document.addEventListener(name, () => form.classList.remove('concord-check--over'));
}
document.addEventListener('drop', (event) => {
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});
