import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { openSample } from '../support/dmd.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const PAGES: { [name: string]: string } = {
  'search, empty': '/dmd',
  'search, found': '/dmd?q=paracetamol',
  'search, nothing': '/dmd?q=zzzz',
  'a moiety': '/dmd/777067000',
  'a generic product': '/dmd/42109611000001109',
  'a former code': '/dmd/322236009',
  'no such code': '/dmd/138875005',
};

let server: TestServer;
let browser: Browser;
let base: string;

describe('dm+d pages in a browser', { skip: withoutBrowser }, () => {
  before(async () => {
    const dmd = await openSample();
    server = await openTestServer({}, dmd);
    base = await listen(server);
    browser = await openBrowser();
    const amp = dmd.release?.dictionary.ampsOfVmp('42109611000001109')[0];
    const [ampp] = dmd.release?.dictionary.amppsOfAmp(amp?.id ?? '') ?? [];
    PAGES['an actual product'] = `/dmd/${amp?.id}`;
    PAGES['an actual pack'] = `/dmd/${ampp?.id}`;
    PAGES['a generic pack'] = `/dmd/${ampp?.vmppId}`;
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window`, async () => {
      const { page, faults } = await openWindow(browser, base, { viewport });
      for (const [state, path] of Object.entries(PAGES)) {
        await page.goto(base + path);
        assert.deepEqual(await violations(page), [], state);
        const beyond: number = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(beyond <= 0, `${state} is ${beyond} pixels wider than the window`);
      }
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }

  test('finds while one types, tells it to screen readers, and keeps the address', async () => {
    const { page } = await openWindow(browser, base, { viewport: { width: 1000, height: 800 } });
    await page.goto(`${base}/dmd`);
    await page.locator('#q').pressSequentially('ramip 5');
    await page.locator('#dmd-results a', { hasText: 'Ramipril 5mg' }).first().waitFor();
    assert.match((await page.locator('#dmd-summary').textContent()) ?? '', /medicines? found/);
    assert.match(page.url(), /q=ramip\+5/);
    assert.equal(await page.locator('#dmd-summary').getAttribute('aria-live'), 'polite');
    // The field keeps the focus: nobody is thrown out of it by an answer.
    assert.equal(await page.evaluate('document.activeElement.id'), 'q');
    await page.locator('#q').fill('zzzz');
    await page.locator('#dmd-results', { hasText: 'No medicine has a word like' }).waitFor();
    await page.context().close();
  });
});
