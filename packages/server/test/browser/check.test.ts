import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { runConcord } from '../support/concord-process.ts';
import { openSample } from '../support/dmd.ts';
import { faultyOrder } from '../support/order-message.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const order = JSON.stringify(faultyOrder(), null, 2);
const lineOf = (words: string) => order.split('\n').findIndex((line) => line.includes(words)) + 1;

let server: TestServer;
let browser: Browser;
let base: string;
const folder = mkdtempSync(join(tmpdir(), 'concord-check-page-'));

async function openAll(page: Page) {
  await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
}

/** Drops a file on the message's field, as a person does from a folder. */
async function drop(page: Page, text: string, name: string) {
  await page.evaluate(`{
    const dropped = new DataTransfer();
    dropped.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
    for (const type of ['dragover', 'drop']) document.getElementById('message').dispatchEvent(
      new DragEvent(type, { dataTransfer: dropped, bubbles: true, cancelable: true }));
  }`);
}

describe('the page that checks a message, in a browser', { skip: withoutBrowser }, () => {
  before(async () => {
    server = await openTestServer({}, await openSample());
    base = await listen(server);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  test('a message that is dropped is checked at once, and its findings stand at their places', async () => {
    const { page, faults } = await openWindow(browser, base, { viewport: WINDOWS[0].viewport });
    await page.goto(base);
    await page.getByRole('link', { name: 'Check a message' }).click();
    await drop(page, order, 'order.json');
    const at = page.locator(`#L${lineOf('"periodUnit": "day"')}`);
    await at.getByText('is not in the required value set').waitFor();
    assert.match((await at.textContent()) ?? '', /"periodUnit": "day"/);
    assert.match((await page.locator('#check-status').textContent()) ?? '', /errors/);
    // From the list to the place, and back.
    const item = page.locator('.concord-found', { hasText: 'Not an NHS number' });
    await item.getByRole('link', { name: /^Line/ }).click();
    const place = page.locator('.concord-source__found:target');
    assert.match((await place.textContent()) ?? '', /Not an NHS number/);
    assert.ok(await place.isVisible());
    await place.getByRole('link', { name: /To the list/ }).click();
    assert.match((await page.locator('.concord-found:target').textContent()) ?? '', /Not an NHS number/);
    await item.getByRole('link', { name: 'R-190' }).click();
    await page.getByRole('heading', { level: 1, name: 'Rule R-190' }).waitFor();
    assert.deepEqual(faults, []);
    await page.context().close();
  });

  test('what is typed is checked: a fault at its line, then nothing wrong any more', async () => {
    const { page } = await openWindow(browser, base);
    await page.goto(`${base}/check`);
    await page.locator('#message').fill('{\n"resourceType": "Patient"');
    await page.locator('#message-error', { hasText: 'Line 2, column 26' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'message');
    await page.locator('#message').fill(order);
    await page.locator('.concord-verdict').waitFor();
    assert.equal(await page.locator('#message-error').count(), 0);
    await page.locator('#direction').selectOption('send');
    await page.locator('.concord-check__source', { hasText: '--direction send' }).waitFor();
    await page.locator('#message').fill('x'.repeat(2_000_001));
    await page.locator('#message-error', { hasText: 'too large' }).waitFor();
    await page.context().close();
  });

  test('works without script: pasted, or picked as a file', async () => {
    const { page } = await openWindow(browser, base, { javaScriptEnabled: false });
    await page.goto(`${base}/check`);
    await page.locator('#message').fill(order);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('.concord-source__found', { hasText: 'Not an NHS number' }).waitFor();
    await page.goto(`${base}/check`);
    const buffer = Buffer.from('<Patient xmlns="http://hl7.org/fhir"><gender value="odd"/></Patient>');
    await page.locator('#file').setInputFiles({ name: 'patient.xml', mimeType: 'application/xml', buffer });
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('.concord-source__found', { hasText: '"odd" is not in' }).waitFor();
    await page.context().close();
  });

  test('on paper there is the report, what is folded away too, and not the form', async () => {
    const { page } = await openWindow(browser, base);
    await page.goto(`${base}/check`);
    await page.locator('#message').fill(order);
    await page.locator('.concord-verdict').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#check').isVisible(), false);
    assert.ok(await page.locator('.concord-verdict').isVisible());
    assert.ok(await page.locator('.concord-related').isVisible());
    assert.equal(
      await page.evaluate("getComputedStyle(document.querySelector('.concord-found a'), '::after').content"),
      'none',
    );
    await page.context().close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window, with a report, a fault, the rules`, async () => {
      const { page, faults } = await openWindow(browser, base, { viewport });
      const states: { [name: string]: () => Promise<unknown> } = {
        empty: () => page.goto(`${base}/check`),
        'a report': async () => {
          await page.locator('#message').fill(order);
          await page.locator('.concord-verdict').waitFor();
        },
        'a fault': async () => {
          await page.locator('#message').fill('{');
          await page.locator('#message-error').waitFor();
        },
        'the rules': () => page.goto(`${base}/rules`),
        'one rule': () => page.goto(`${base}/rules/R-060`),
      };
      for (const [state, show] of Object.entries(states)) {
        // The faulty message is answered with 400, which the window counts.
        await show();
        await openAll(page);
        assert.deepEqual(await violations(page), [], state);
        const beyond: number = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(beyond <= 0, `${state} is ${beyond} pixels wider than the window`);
      }
      assert.deepEqual(
        faults.filter((fault) => !fault.startsWith('400 ')),
        [],
      );
      await page.context().close();
    });

    test(`on a ${name}: the document of the command stands alone, without a violation`, async () => {
      const file = join(folder, 'order.json');
      const report = join(folder, `${name}.html`);
      writeFileSync(file, order);
      const { code } = await runConcord(['check', '--format', 'html', '--output', report, file, file]);
      assert.equal(code, 1);
      assert.doesNotMatch(readFileSync(report, 'utf8'), /\ssrc=|<link|@import|url\((?!#)/);
      const { page, faults } = await openWindow(browser, 'file:', { viewport });
      await page.goto(`file://${report}`);
      await openAll(page);
      assert.deepEqual(await violations(page), []);
      const beyond: number = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.ok(beyond <= 0, `${beyond} pixels wider than the window`);
      await page
        .locator('.concord-found', { hasText: 'Not an NHS number' })
        .last()
        .getByRole('link', { name: /^Line/ })
        .click();
      assert.match((await page.locator('.concord-source__found:target').textContent()) ?? '', /Not an NHS number/);
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }
});
