import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { openDemoServer } from '../support/demo.ts';
import { aPatient, aStatement, newNhsNumber, nhs } from '../support/people.ts';
import type { TestServer } from '../support/test-server.ts';

const LONG = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(2);

let server: TestServer;
let browser: Browser;
let base: string;

/** Every kind of page, and the states of it that look different. */
const PAGES: { [name: string]: string } = {
  home: '/',
  'find, by name': '/patients?q=m',
  'find, nobody': '/patients?q=nobody',
  'find, an error': '/patients?q=9990001015',
  'medicines, many repeats': '/patients/demo-patient-margaret',
  'medicines, suspended': '/patients/demo-patient-thomas',
  'medicines, to be reviewed': '/patients/demo-patient-harold',
  'medicines, clinical trial': '/patients/demo-patient-sofia',
  'medicines, none known': '/patients/demo-patient-ruth',
  'one medicine': '/patients/demo-patient-thomas/medicine?line=MedicationStatement/demo-thomas-bisoprolol',
  timeline: '/patients/demo-patient-thomas/timeline',
  'a resource': '/resources/MedicationStatement/demo-thomas-apixaban',
  'a resource of nobody': '/resources/Organization/demo-org-surgery',
  'not found': '/nope',
  'no such patient': '/patients/none',
  'a bad request': '/patients/by-identifier',
};

describe('pages in a browser', { skip: withoutBrowser }, () => {
  before(async () => {
    server = await openDemoServer();
    base = await listen(server);
    browser = await openBrowser();
    const empty = await server.create(aPatient(newNhsNumber()));
    PAGES['medicines, empty record'] = `/patients/${empty.id}`;
    PAGES['timeline, empty record'] = `/patients/${empty.id}/timeline`;
    const number = newNhsNumber();
    await server.create(aStatement({ identifier: nhs(number) }));
    PAGES['medicines, by identifier'] =
      `/patients/by-identifier?system=https://fhir.nhs.uk/Id/nhs-number&value=${number}`;
    const long = await server.create(
      aPatient(newNhsNumber(), { name: [{ family: LONG, given: [LONG] }], deceasedDateTime: '2025-01-01' }),
    );
    const medicine = { medicationCodeableConcept: { text: LONG }, dosage: [{ text: LONG }] };
    const statement = await server.create(aStatement({ reference: `Patient/${long.id}` }, medicine));
    await server.put({ ...statement, status: 'stopped', note: [{ text: LONG }] });
    PAGES['medicines, long words'] = `/patients/${long.id}`;
    PAGES['a resource, changed, long words'] = `/resources/MedicationStatement/${statement.id}`;
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const { name, viewport } of WINDOWS) {
    test(`on a ${name}: no violation by axe, nothing wider than the window, nothing asked of another host`, async () => {
      const { page, faults } = await openWindow(browser, base, { viewport });
      for (const [state, path] of Object.entries(PAGES)) {
        await page.goto(base + path);
        // What is folded away is looked at too.
        await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
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

  test('on a desktop the allergies stand beside the medicines, on a phone above them', async () => {
    for (const { name, viewport } of WINDOWS) {
      const { page } = await openWindow(browser, base, { viewport });
      await page.goto(`${base}/patients/demo-patient-thomas`);
      const allergies = await page.getByRole('heading', { name: 'Allergies' }).boundingBox();
      const medicines = await page.getByRole('heading', { name: 'Medicines', exact: true }).boundingBox();
      const list = await page.locator('table').first().boundingBox();
      assert.ok(allergies && medicines && list);
      if (name === 'phone') assert.ok(allergies.y < medicines.y);
      else assert.ok(allergies.x > list.x + list.width && allergies.y < list.y);
      await page.context().close();
    }
  });

  test('without scripts, a patient is found and read', async () => {
    const { page, faults } = await openWindow(browser, base, { javaScriptEnabled: false });
    await page.goto(base);
    await page.getByLabel('Find a patient').fill('999 000 4048');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('heading', { level: 1, name: 'Medicines' }).waitFor();
    await page.getByText('Completed or past').click();
    assert.ok(await page.getByText('Senna 7.5mg tablets', { exact: true }).isVisible());
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByRole('heading', { level: 1, name: 'Timeline' }).waitFor();
    await page.getByRole('link', { name: /^Prescription of Morphine/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Morphine' }).waitFor();
    assert.deepEqual(faults, []);
    await page.context().close();
  });

  test('by keyboard, the skip link leads past the banner, and nothing focused lies under it', async () => {
    const { page } = await openWindow(browser, base, { viewport: WINDOWS[1].viewport });
    await page.goto(`${base}/patients/demo-patient-margaret`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const banner = page.locator('.concord-banner');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      const place = await focused.boundingBox();
      const isInMain = (await page.locator('main :focus').count()) > 0;
      assert.ok(isInMain || i > 0, 'the first stop after the skip link is in the main part');
      if (!isInMain) break;
      const covered = await banner.boundingBox();
      assert.ok(
        place && covered && place.y + place.height > covered.y + covered.height,
        `stop ${i} lies under the banner`,
      );
    }
    await page.context().close();
  });

  test('an error is announced: its summary has the focus, and leads to the field', async () => {
    const { page } = await openWindow(browser, base);
    await page.goto(`${base}/patients?q=9990001015`);
    await page.locator('.nhsuk-error-summary:focus').waitFor();
    await page.getByRole('link', { name: /not a valid NHS number/ }).click();
    await page.locator('#q:focus').waitFor();
    await page.context().close();
  });

  test('on paper, what is folded away is printed', async () => {
    const { page } = await openWindow(browser, base);
    await page.goto(`${base}/patients/demo-patient-thomas`);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText('Senna 7.5mg tablets', { exact: true }).isVisible());
    await page.context().close();
  });
});
