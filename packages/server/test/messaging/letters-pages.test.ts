import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS } from '../../src/config.ts';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { Receiver } from '../support/receiver.ts';
import { toTopic, untilStatus } from '../support/subscribing.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';
import { AtWork } from '../support/work-pages.ts';

let server: TestServer;
let origin: string;
let operator: AtWork;
const opened: Receiver[] = [];
before(async () => {
  server = await openTestServer({ delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05, timeout: 5 } });
  origin = await listen(server);
  operator = new AtWork(server);
});
after(async () => {
  await server.close();
  for (const receiver of opened) await receiver.close();
});

async function open(answer: Receiver['answer']): Promise<Receiver> {
  const receiver = await Receiver.open();
  receiver.answer = answer;
  opened.push(receiver);
  return receiver;
}

async function manyLetters(to: string, count: number) {
  await server.store.db.query('insert into subscriber (name) values ($1)', [to]);
  await server.store.db.query(
    `insert into delivery (subscriber, number, patient_key, type, id, version, at, state, attempts, error, done_at)
      select $1, i, 0, 'Basic', 'letter-' || i, 1, now(), 'refused', 1, 'Nobody takes that', now()
      from generate_series(1, $2) i`,
    [to, count],
  );
}

test('however many were refused, each is on a page, and programs are given all of them', async () => {
  const to = 'neighbour/gone/deliver';
  await manyLetters(to, 430);
  const first = await operator.get('/deliveries');
  assert.equal([...first.html.matchAll(/href="\/deliveries\/message/g)].length, 20);
  let next: string | undefined = /href="([^"]+)">All that was refused/.exec(first.html)?.[1];
  const seen = new Set<string>();
  let pages = 0;
  for (; next !== undefined; pages++) {
    const { html } = await operator.get(next.replaceAll('&amp;', '&'));
    for (const [, number = ''] of html.matchAll(/to=neighbour%2Fgone%2Fdeliver&amp;which=(\d+)/g)) {
      assert.equal(seen.has(number), false, number);
      seen.add(number);
    }
    next = /rel="next" href="([^"]+)"/.exec(html)?.[1];
  }
  assert.deepEqual([seen.size, pages], [430, 9]);
  const body = JSON.parse((await server.send('GET', '/deliveries.json')).text) as {
    refused: { which: string }[];
    next: { refused?: string };
  };
  const told = body.refused.map(({ which }) => which);
  for (let page = body.next.refused; page !== undefined; ) {
    const more = JSON.parse((await server.send('GET', page)).text) as { letters: { which: string }[]; next?: string };
    told.push(...more.letters.map(({ which }) => which));
    page = more.next;
  }
  assert.equal(new Set(told).size, 430);
});

test('the pages are for everybody, and their forms work without script', { skip: withoutBrowser }, async () => {
  const receiver = await open((got) => (got.body.includes('handshake') ? 200 : 422));
  const found = await open(() => 200);
  const { id } = await server.create(toTopic(`${receiver.url}/hook`, { header: ['Authorization: one'] }));
  await untilStatus(server, id, 'active');
  await server.create(aRequest({ identifier: nhs(newNhsNumber()) }));
  const subscription = `/deliveries/subscription?id=${id}`;
  const failing = `/deliveries/letters?state=failing&to=Subscription/${id}`;
  const letter = await until(
    async () =>
      /href="(\/deliveries\/message[^"]+)"/.exec((await operator.get(failing)).html)?.[1]?.replaceAll('&amp;', '&'),
    () => 'an event that fails',
  );
  const browser = await openBrowser();
  try {
    for (const { name, ...options } of WINDOWS) {
      const { page, faults } = await openWindow(browser, origin, options);
      for (const path of [
        '/deliveries',
        failing,
        '/deliveries/letters?state=refused&to=neighbour/gone/deliver',
        letter,
        subscription,
      ]) {
        await page.goto(`${origin}${path}`);
        assert.deepEqual(await violations(page), [], `${path} on a ${name}`);
        const beyond: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.ok(beyond <= 0, `${path} is ${beyond} pixels wider than a ${name}`);
        if (process.env.CONCORD_SCREENSHOTS) {
          const file = path.replace(/^\/(deliveries\/)?|\?.*/g, '') + (path === failing ? '-failing' : '');
          await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/${file}-${name}.png`, fullPage: true });
        }
      }
      assert.deepEqual(faults, []);
    }
    const { page } = await openWindow(browser, origin, { javaScriptEnabled: false });
    await page.goto(`${origin}${subscription}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Say why it is changed' }).waitFor();
    await page.getByLabel('Address').fill(found.url);
    await page.getByLabel('Headers').fill('Authorization: two');
    await page.getByLabel('Your name').fill('Sam Patel');
    await page.getByLabel('Reason').fill('It has moved');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await found.events(1);
  } finally {
    await browser.close();
  }
});
