import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { openSample } from '../support/dmd.ts';
import { goingHome, type Home, INPATIENT, METFORMIN, PARACETAMOL, states } from '../support/going-home.ts';
import { real, says } from '../support/supply-windows.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';
import { AtWork } from '../support/work-pages.ts';

let server: TestServer;
let browser: Browser;
let base: string;
let doctor: AtWork;

/** Two that may be ticked together, and one whose order on the ward was stopped since. */
async function three(): Promise<Home> {
  const home = await goingHome([METFORMIN, PARACETAMOL, { ...INPATIENT }], { by: doctor, at: server });
  await doctor.send(`/ward/orders/${home.ward[2]}/do/stop`, { version: '2', reason: 'Rash after the second dose' });
  return home;
}

const box = (page: Page, medicine: string) => page.getByRole('checkbox', { name: `Sign ${medicine}` });
const sign = (page: Page) => page.getByRole('button', { name: 'Sign those that are ticked' });

describe('drafts that are signed together, in a browser', { skip: withoutBrowser }, () => {
  before(async () => {
    server = await openTestServer({}, await openSample());
    base = await listen(server);
    browser = await openBrowser();
    doctor = await new AtWork(server).is('Dr Frances Lowe', 'GMC', '9900004');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('without script: made, read, ticked one by one, and signed', async () => {
    const { page } = await openWindow(browser, base, { javaScriptEnabled: false });
    const home = await three();
    await says(page, base, 'Dr Anil Sethi', 'GMC', '9900003');
    await page.goto(`${base}/ward?patient=${home.patient}`);
    await page.getByRole('link', { name: 'Discharge: review and sign 3 drafts together' }).click();
    await sign(page).click();
    await page.getByRole('link', { name: 'Tick the orders that you sign' }).waitFor();
    await page.getByRole('button', { name: 'Tick the 2 of 3 that need no second look' }).click();
    assert.deepEqual(
      await Promise.all(['Amoxicillin', 'Metformin', 'Paracetamol'].map((each) => box(page, each).isChecked())),
      [false, true, true],
    );
    await box(page, 'Paracetamol').uncheck();
    await box(page, 'Amoxicillin').check();
    await sign(page).click();
    await page.getByText('Signed: 2 orders. The pharmacy is told.').waitFor();
    assert.deepEqual(await states(home.drafts, server), ['active', 'draft', 'active']);
    assert.equal(await page.getByRole('checkbox').count(), 1);
    await page.context().close();
  });

  test('with the keyboard alone', async () => {
    const { page } = await openWindow(browser, base);
    const home = await three();
    await says(page, base, 'Dr Anil Sethi', 'GMC', '9900003');
    await page.goto(base + home.address);
    await page.getByRole('button', { name: /Tick the 2/ }).focus();
    // To the box of the first, past what it is compared with to that of the second, and to the end.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    assert.equal(await box(page, 'Amoxicillin').isChecked(), true);
    await sign(page).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Signed: 1 order.').waitFor();
    assert.deepEqual(await states(home.drafts, server), ['draft', 'draft', 'active']);
    await page.context().close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window, in whatever state it is`, async () => {
      const home = await three();
      const { page, faults } = await openWindow(browser, base, { viewport });
      const look = async (state: string) => {
        assert.deepEqual(await violations(page), [], state);
        const beyond: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.ok(beyond <= 0, `${state} is ${beyond} pixels wider than the window`);
        if (process.env.CONCORD_SCREENSHOTS) {
          await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/${state}-${name}.png`, fullPage: true });
        }
      };
      await says(page, base, 'Dr Anil Sethi', 'GMC', '9900003');
      await page.goto(`${base}/ward?patient=${home.patient}`);
      await look('together-list');
      await page.goto(base + home.address);
      await look('together');
      await sign(page).click();
      await page.getByText('There is a problem').waitFor();
      await look('together-none');
      await page.getByRole('button', { name: /Tick the 2/ }).click();
      const longer = {
        code: '777067000',
        sentence: '1 g twice a day',
        category: 'discharge',
        days: '14',
        version: '1',
      };
      await doctor.send(`/ward/orders/${home.drafts[1]}/edit`, longer);
      await sign(page).click();
      await page.getByText('Nothing was signed').waitFor();
      await look('together-changed');
      await page.getByRole('link', { name: 'Paracetamol was changed meanwhile: read it again' }).click();
      assert.equal(await page.evaluate('document.activeElement.id'), `sign-${home.drafts[1]}`);
      await box(page, 'Paracetamol').check();
      await sign(page).click();
      await page.getByText('Signed: 2 orders.').waitFor();
      await look('together-signed');
      assert.deepEqual(real(faults), []);
      await page.context().close();
    });
  }
});
