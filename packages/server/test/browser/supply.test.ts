import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { SiteName } from '../../demo/supply/architectures.ts';
import { type Ecosystem, startEcosystem } from '../../demo/supply/ecosystem.ts';
import { useSampleUnlessLoaded } from '../../src/dmd/sample.ts';
import { openBrowser, withoutBrowser } from '../support/browser.ts';
import { newNhsNumber } from '../support/people.ts';
import { type Places, SupplyWindows } from '../support/supply-windows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-store.ts';

describe('a ward and a pharmacy of their own servers, in two browsers', { skip: withoutBrowser }, () => {
  const databases = new Map<SiteName, TestDatabase>();
  let folder: string;
  let eco: Ecosystem;
  let browser: Browser;
  let at: Places;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-windows-'));
    const dmd = join(folder, 'dmd');
    await useSampleUnlessLoaded(dmd);
    for (const site of ['ward', 'pharmacy'] as const) databases.set(site, await createTestDatabase());
    const record = (site: SiteName) => {
      const { folder: data, databaseUrl } = databases.get(site) as TestDatabase;
      return { data, databaseUrl };
    };
    eco = await startEcosystem('P1', { folder, dmd, record });
    at = { ward: eco.ward.address, pharmacy: eco.pharmacy.address };
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await eco?.close();
    for (const database of databases.values()) await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the ward signs, the pharmacy sees it, supplies it, and the ward sees it completed: nobody reloads', async () => {
    const windows = await SupplyWindows.open(browser, at);
    const name = await windows.sign('Hollis', newNhsNumber());
    await windows.begin(name);
    await windows.supply(name);
    await windows.close();
  });

  test('the ward stops an order that is being prepared, and the pharmacy is told without reloading', async () => {
    const windows = await SupplyWindows.open(browser, at);
    const name = await windows.sign('Ashby', newNhsNumber());
    await windows.begin(name);
    await windows.stop(name);
    await windows.close();
  });
});
