import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchitectureName, SiteName } from '../../demo/supply/architectures.ts';
import { type Ecosystem, startEcosystem } from '../../demo/supply/ecosystem.ts';
import type { Site } from '../../demo/supply/site.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-store.ts';

/** Impatient, so that what failed is tried again within the test. */
const IMPATIENT = { delivery: { first: 0.05, most: 0.5, timeout: 5 } };

/** The sites of an architecture, with databases of their own. */
export interface World {
  eco: Ecosystem;
  /** What stands before a site, where the world has faults. */
  proxy(site: Site): FaultProxy;
  close(): Promise<void>;
}

/**
 * Starts the sites of an architecture.
 * @param grounds `folder`: for what they keep beside their databases; `dmd`: the snapshots that they share; `faults`: with
 *   a proxy before each, through which the others reach it
 */
export async function openWorld(
  architecture: ArchitectureName,
  { folder, dmd, faults = false }: { folder: string; dmd: string; faults?: boolean },
): Promise<World> {
  const databases = new Map<SiteName, TestDatabase>();
  for (const site of ['ward', 'pharmacy', 'broker'] as const) databases.set(site, await createTestDatabase());
  const proxies = new Map<string, FaultProxy>();
  const seenAs = async (site: SiteName, address: string) => {
    const proxy = await FaultProxy.before(address);
    proxies.set(site, proxy);
    return proxy.address;
  };
  const eco = await startEcosystem(architecture, {
    ...{ folder: mkdtempSync(join(folder, `${architecture}-`)), dmd },
    record(site) {
      const { folder: data, databaseUrl } = databases.get(site) as TestDatabase;
      return { data, databaseUrl };
    },
    ...(faults ? { settings: IMPATIENT, seenAs } : {}),
  });
  const close = async () => {
    await eco.close();
    for (const proxy of proxies.values()) await proxy.close();
    for (const database of databases.values()) await database.drop();
  };
  return { eco, proxy: (site) => proxies.get(site.name) as FaultProxy, close };
}
