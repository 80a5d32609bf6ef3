import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { openSample } from '../support/dmd.ts';
import { newNhsNumber } from '../support/people.ts';
import { inBlock, openLive, real, SupplyWindows, says } from '../support/supply-windows.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';
import { AtWork, newPatient, signed } from '../support/work-pages.ts';

let server: TestServer;
let browser: Browser;
let base: string;

describe('orders in two browsers, on one server that is both ward and pharmacy', { skip: withoutBrowser }, () => {
  before(async () => {
    server = await openTestServer({ role: 'shared-record' }, await openSample());
    base = await listen(server);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('the ward signs, the pharmacy sees it, supplies it, and the ward sees it completed: nobody reloads', async () => {
    const windows = await SupplyWindows.open(browser, { ward: base, pharmacy: base });
    const name = await windows.sign('Hollis', newNhsNumber());
    await windows.begin(name);
    await windows.supply(name, () => inBlock(windows.doctor, 'ready', name).waitFor());
    await windows.close();
  });

  test('the ward stops an order that is being prepared, and the pharmacy is told without reloading', async () => {
    const windows = await SupplyWindows.open(browser, { ward: base, pharmacy: base });
    const name = await windows.sign('Ashby', newNhsNumber());
    await windows.begin(name);
    await windows.stop(name);
    await windows.close();
  });

  test('a list that changes keeps the focus where it was, and what is being typed', async () => {
    const { page } = await openWindow(browser, base, { viewport: WINDOWS[0].viewport });
    const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
    const first = await signed(doctor, (await newPatient(server, 'Firth')).id);
    await openLive(page, `${base}/ward`);
    const link = page.locator(`#order-${first}`);
    await link.focus();
    await signed(doctor, (await newPatient(server, 'Second')).id);
    await inBlock(page, 'waiting', 'SECOND').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), `order-${first}`);
    await page.locator('#who').pressSequentially('typ');
    await signed(doctor, (await newPatient(server, 'Third')).id);
    await inBlock(page, 'waiting', 'THIRD').waitFor();
    assert.equal(await page.evaluate('document.activeElement.value'), 'typ');
    assert.match((await page.locator('#live-news').textContent()) ?? '', /waiting/);
    await page.context().close();
  });

  test('works without script', async () => {
    const { page } = await openWindow(browser, base, { javaScriptEnabled: false });
    const patient = await newPatient(server, 'Plain');
    await says(page, base, 'Dr Anil Sethi', 'GMC', '9900003');
    await page.goto(`${base}/ward/new?patient=${patient.id}&code=777067000`);
    await page.locator('#amount').fill('1');
    await page.locator('#unit').selectOption({ label: 'gram' });
    await page.locator('#timing').selectOption({ label: '4 times a day' });
    await page.locator('#route').selectOption({ label: 'Oral' });
    await page.getByRole('button', { name: 'Show the dose' }).click();
    await page.getByText('1 gram - 4 times a day - Oral').waitFor();
    await page.locator('#category').selectOption({ label: 'Inpatient' });
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByRole('button', { name: 'Sign this order' }).click();
    await page.goto(`${base}/pharmacy`);
    await page.getByRole('link', { name: 'Refresh' }).click();
    await page.locator('li', { hasText: 'PLAIN, Test' }).waitFor();
    await page.context().close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window`, async () => {
      const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
      const pharmacist = await new AtWork(server).is('Mr Ian Cole', 'GPhC', '2990001');
      const patient = await newPatient(server, `Axe${name}`);
      const inpatient = { category: 'inpatient', days: '' };
      const [one, two, three] = [
        await signed(doctor, patient.id, inpatient),
        await signed(doctor, patient.id),
        await signed(doctor, patient.id, inpatient),
      ];
      const supply = { product: '39732411000001106', quantity: '14', version: '2' };
      await pharmacist.send(`/pharmacy/orders/${one}/supply`, supply);
      await pharmacist.send(`/pharmacy/orders/${two}/supply`, supply);
      await doctor.send(`/ward/orders/${two}/do/hold`, { version: '2', reason: 'Nil by mouth until tomorrow' });
      await pharmacist.send(`/pharmacy/orders/${three}/decline`, { version: '2', reason: 'Not stocked' });
      const { page, faults } = await openWindow(browser, base, { viewport });
      await says(page, base, 'Dr Anil Sethi', 'GMC', '9900003');
      const found = await server.get(`MedicationDispense?prescription=MedicationRequest/${one}`);
      for (const path of [
        ...['/ward', `/ward?patient=${patient.id}`, '/ward?q=axe', '/ward/new', `/ward/new?patient=${patient.id}`],
        ...[`/ward/new?patient=${patient.id}&medicine=par`, `/ward/new?patient=${patient.id}&code=774586009`],
        ...[`/ward/orders/${one}`, `/ward/orders/${two}`, `/ward/going-home?patient=${patient.id}`, '/you?back=/ward'],
        ...['/pharmacy', `/pharmacy/orders/${one}`, `/pharmacy/orders/${two}`, `/pharmacy/orders/${three}`],
        ...[`/pharmacy/orders/${one}?product=39732411000001106`, `/patients/${patient.id}`],
        `/pharmacy/supplies/${found.bundle.entry?.[0]?.resource?.id}/label`,
      ]) {
        await page.goto(base + path);
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
        assert.deepEqual(await violations(page), [], path);
        const beyond: number = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(beyond <= 0, `${path} is ${beyond} pixels wider than the window`);
      }
      await page.goto(`${base}/ward/new?patient=${patient.id}&code=774586009`);
      await page.getByRole('button', { name: 'Save draft' }).click();
      await page.getByText('There is a problem').waitFor();
      assert.deepEqual(await violations(page), [], 'errors at fields');
      assert.deepEqual(real(faults), []);
      await page.context().close();
    });
  }
});
