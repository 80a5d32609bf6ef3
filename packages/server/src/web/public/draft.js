// The dose is shown in words while it is typed. Without this the button "Show the dose" does it: what is asked for here
// is the same page.
const form = document.getElementById('draft');
const shown = document.getElementById('dose-shown');
/** Time for the next letter; shorter would ask for doses that nobody means. */
const PAUSE_MILLISECONDS = 300;
const OF_THE_DOSE = ['amount', 'unit', 'timing', 'route', 'courseDays', 'asNeeded', 'sentence'];

let timer;
let asking;

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const body = new FormData(form);
  body.set('do', 'show');
  try {
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const now = page.getElementById('dose-shown');
    if (now === null || now.innerHTML === shown.innerHTML) return;
    shown.replaceChildren(...now.childNodes);
  } catch (error) {
    // A later question took this one's place, or the network failed: the button still works.
    if (error.name !== 'AbortError') shown.replaceChildren();
  }
}

form?.addEventListener('input', (event) => {
  if (!OF_THE_DOSE.includes(event.target.id)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MILLISECONDS);
});
