import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { openSample } from '../support/dmd.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const PAGES: { readonly [name: string]: string } = {
  'nothing asked': '/translate',
  'products, one not measured exactly': '/translate?code=777067000&amount=500&unit=mg',
  'strengths together, by form': '/translate?medicine=levothyroxine&amount=75&unit=ug&setting=secondary',
  'actual products, caution': '/translate?medicine=insulin+glargine&amount=10&unit=767525000',
  'much for one dose, by area': '/translate?medicine=methotrexate&amount=100&unit=mg%2Fm2&area=1.5',
  'a refusal': '/translate?medicine=co-codamol&amount=500',
  'which substance': '/translate?medicine=insulin&amount=10',
  'no number': '/translate?medicine=paracetamol&amount=five&weight=x',
  'a product as a dose': '/translate/dose?code=42109611000001109&amount=2',
  'a product refused': '/translate/dose?code=42109611000001109&amount=5&unit=mL',
  'a rate as a dose': '/translate/dose?code=36124911000001107&amount=2&unit=mL%2Fh',
  'which product': '/translate/dose?medicine=amlod',
};

let server: TestServer;
let browser: Browser;
let base: string;

describe('translation pages in a browser', { skip: withoutBrowser }, () => {
  before(async () => {
    server = await openTestServer({}, await openSample());
    base = await listen(server);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window, navigation on one line`, async () => {
      const { page, faults } = await openWindow(browser, base, { viewport });
      for (const [state, path] of Object.entries(PAGES)) {
        await page.goto(base + path);
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
        assert.deepEqual(await violations(page), [], state);
        const beyond: number = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(beyond <= 0, `${state} is ${beyond} pixels wider than the window`);
      }
      const links = await page.locator('.concord-header-nav a').all();
      const boxes = await Promise.all(links.map((link) => link.boundingBox()));
      const middles = boxes.map((box) => (box ? box.y + box.height / 2 : -1));
      assert.ok(Math.max(...middles) - Math.min(...middles) < 10, `navigation at ${middles.join(', ')}`);
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }

  test('the list changes while one types, and so do the choices and the address', async () => {
    const { page, faults } = await openWindow(browser, base, { viewport: WINDOWS[0].viewport });
    await page.goto(`${base}/translate`);
    await page.locator('#medicine').pressSequentially('amlodipine');
    await page.locator('#translate-summary', { hasText: 'Now enter the dose of Amlodipine' }).waitFor();
    await page.locator('#amount').pressSequentially('7.5');
    await page.locator('#translate-results', { hasText: '1.5 tablets' }).waitFor();
    assert.match(page.url(), /medicine=amlodipine&.*amount=7\.5&unit=mg/);
    assert.equal(await page.evaluate('document.activeElement.id'), 'amount');
    await page.locator('#unit').selectOption({ label: 'microgram' });
    await page.locator('#translate-summary', { hasText: /No product|make/ }).waitFor();
    await page.locator('summary', { hasText: 'Form, route' }).click();
    await page.locator('#unit').selectOption({ label: 'milligram' });
    await page.locator('#form').selectOption({ label: 'Oral solution' });
    await page.locator('#translate-summary', { hasText: '1 product makes this dose' }).waitFor();
    // Another medicine has other forms; what was picked of the first gives way.
    await page.locator('#medicine').fill('insulin');
    await page.locator('#translate-results', { hasText: 'Which substance?' }).waitFor();
    assert.deepEqual(faults, []);
    await page.context().close();
  });

  test('a number that is none is told while typing, and the focus stays', async () => {
    const { page } = await openWindow(browser, base);
    await page.goto(`${base}/translate?code=777067000&amount=5&unit=mg`);
    await page.locator('#amount').fill('5,5');
    await page.locator('#translate-summary', { hasText: 'without commas' }).waitFor();
    assert.equal(
      await page
        .locator('#translate-results')
        .textContent()
        .then((text) => text?.trim()),
      '',
    );
    assert.equal(await page.evaluate('document.activeElement.id'), 'amount');
    await page.context().close();
  });

  test('works without script', async () => {
    const { page } = await openWindow(browser, base, { javaScriptEnabled: false });
    await page.goto(`${base}/translate`);
    await page.locator('#medicine').fill('amlodipine');
    await page.locator('#amount').fill('5');
    await page.getByRole('button', { name: 'Find products' }).click();
    await page.getByText('3 products make this dose of Amlodipine').waitFor();
    await page.context().close();
  });
});
