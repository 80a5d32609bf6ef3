import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { openWindow, WINDOWS } from './browser.ts';
import { aPerson } from './orders.ts';

/** The addresses of those who work on an order; one server may be both. */
export interface Places {
  readonly ward: string;
  readonly pharmacy: string;
}

/** A doctor's and a pharmacist's windows, side by side. */
export class SupplyWindows {
  readonly at: Places;
  readonly doctor: Page;
  readonly pharmacist: Page;
  readonly #faults: readonly (readonly string[])[];

  private constructor(at: Places, windows: readonly { page: Page; faults: string[] }[]) {
    this.at = at;
    const [doctor, pharmacist] = windows;
    this.doctor = (doctor as { page: Page }).page;
    this.pharmacist = (pharmacist as { page: Page }).page;
    this.#faults = windows.map(({ faults }) => faults);
  }

  /** Both say who they are, and the pharmacist looks at the work list. */
  static async open(browser: Browser, at: Places): Promise<SupplyWindows> {
    const options = { viewport: WINDOWS[0].viewport };
    const both = [await openWindow(browser, at.ward, options), await openWindow(browser, at.pharmacy, options)];
    const windows = new SupplyWindows(at, both);
    await says(windows.doctor, at.ward, 'Dr Anil Sethi', 'GMC', '9900003');
    await says(windows.pharmacist, at.pharmacy, 'Mr Ian Cole', 'GPhC', '2990001');
    await openLive(windows.pharmacist, `${at.pharmacy}/pharmacy`);
    return windows;
  }

  /** Nothing failed to load, and nothing was asked of others. */
  async close(): Promise<void> {
    for (const faults of this.#faults) assert.deepEqual(real(faults), []);
    await this.doctor.context().close();
    await this.pharmacist.context().close();
  }

  /** A discharge order by dose is drafted for somebody new, and signed. @returns the patient's name on lists */
  async sign(family: string, number: string): Promise<string> {
    const { doctor, at } = this;
    const name = await registered(at.ward, family, number);
    await doctor.goto(`${at.ward}/ward/new?q=${family}`);
    await doctor.locator('#medicine').fill('amoxicillin');
    await doctor.getByRole('button', { name: 'Find', exact: true }).click();
    await doctor.getByRole('link', { name: 'Amoxicillin', exact: true }).click();
    await doctor.locator('#amount').fill('500');
    await doctor.locator('#timing').selectOption({ label: '3 times a day' });
    await doctor.locator('#dose-shown', { hasText: '500 milligram - 3 times a day - Oral' }).waitFor();
    await doctor.locator('#category').selectOption({ label: 'Discharge' });
    await doctor.locator('#days').fill('7');
    await doctor.getByRole('button', { name: 'Save draft' }).click();
    await doctor.getByText('Draft saved').waitFor();
    await doctor.getByRole('button', { name: 'Sign this order' }).click();
    await doctor.getByText('Signed: the pharmacy is told.').waitFor();
    return name;
  }

  /** The order comes to the pharmacist's list while it is open; a product is chosen of those that make the dose. */
  async begin(name: string): Promise<void> {
    const { pharmacist } = this;
    await inBlock(pharmacist, 'new', name).getByRole('link', { name: 'Amoxicillin' }).click();
    await pharmacist.getByRole('link', { name: 'Amoxicillin 500mg capsules' }).click();
    assert.equal(await pharmacist.locator('#quantity').inputValue(), '21');
    await pharmacist.getByRole('button', { name: 'Begin this supply' }).click();
    await pharmacist.getByText('Begun.').waitFor();
  }

  /** What was begun is made ready and handed over; the ward's list comes to show it while it is open. */
  async supply(name: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const { doctor, pharmacist, at } = this;
    await openLive(doctor, `${at.ward}/ward`);
    const reloaded = await watchReloads(doctor);
    await pharmacist.getByRole('button', { name: 'Labelled and checked: ready' }).click();
    await meanwhile();
    await pharmacist.getByRole('button', { name: 'Hand over' }).click();
    await pharmacist.getByText('Handed over: the ward is told.').waitFor();
    await inBlock(doctor, 'completed', name).getByText('Handed over').waitFor();
    assert.equal(await reloaded(), false, 'the list of the ward was not reloaded');
  }

  /** The ward stops an order that the pharmacist has open, who is told there, and on the list. */
  async stop(name: string): Promise<void> {
    const { doctor, pharmacist, at } = this;
    await pharmacist.locator('#live-state', { hasText: 'Live' }).waitFor();
    const reloaded = await watchReloads(pharmacist);
    await doctor.getByText('Stop', { exact: true }).first().click();
    await doctor.locator('#stop-reason').fill('Rash after the first dose');
    await doctor.getByRole('button', { name: 'Stop', exact: true }).click();
    await doctor.getByText('Stopped.', { exact: true }).waitFor();
    await pharmacist.getByText('The ward has ended this order.').waitFor();
    await pharmacist.getByText('Reason: Rash after the first dose.').waitFor();
    assert.equal(await reloaded(), false, 'the order at the pharmacy was not reloaded');
    await pharmacist.getByRole('link', { name: 'Show what can be done now' }).click();
    await pharmacist.getByText('ready: not while the order is ended.').waitFor();
    await openLive(pharmacist, `${at.pharmacy}/pharmacy`);
    await inBlock(pharmacist, 'interrupted', name).waitFor();
  }
}

/** Says who somebody is, for the pages of a server. */
export async function says(page: Page, base: string, name: string, register: string, number: string): Promise<void> {
  await page.goto(`${base}/you?back=/`);
  await page.locator('#you-name').fill(name);
  await page.locator('#you-register').selectOption(register);
  await page.locator('#you-number').fill(number);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL(`${base}/`);
}

/** Opens a page, and waits until it is told of changes. */
export async function openLive(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('#live-state', { hasText: 'Live' }).waitFor();
}

/** An order of somebody in a block of a list. */
export function inBlock(page: Page, block: string, name: string): Locator {
  const section = page.locator('section', { has: page.locator(`#${block}`) });
  return section.locator('li', { hasText: name }).first();
}

/** A page that is left ends its connection, which its browser counts as a request that failed. */
export function real(faults: readonly string[]): string[] {
  return faults.filter((each) => !/^did not load .*\/live\b/.test(each));
}

/** @returns whether the page was loaded anew since: a mark on it would be gone */
async function watchReloads(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate('window.isMarked = true');
  return async () => !(await page.evaluate('window.isMarked === true'));
}

/** A patient who is known at the ward. @returns the name on lists */
async function registered(base: string, family: string, number: string): Promise<string> {
  const name = [{ use: 'official', family, given: ['Robin'] }];
  const body = JSON.stringify({ ...aPerson(number), name });
  const headers = { 'content-type': 'application/fhir+json' };
  const answer = await fetch(`${base}/fhir/Patient`, { method: 'POST', headers, body });
  assert.equal(answer.status, 201, await answer.text());
  return `${family.toUpperCase()}, Robin`;
}
