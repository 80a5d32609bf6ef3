import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../demo/supply/free-ports.ts';
import { Site } from '../../demo/supply/site.ts';
import { createTestDatabase } from './test-store.ts';

/** Impatient, so that what failed is tried again within a test. */
const DELIVERY = { first: 0.05, most: 0.3, timeout: 10 };

/** Servers of their own processes and databases, that know each other. */
export interface Sites<Name extends string> {
  site: { readonly [name in Name]: Site };
  close(): Promise<void>;
}

/**
 * Starts a server for each name.
 * @param configure what the config file of each says, given the FHIR bases of all
 */
export async function startSites<const Name extends string>(
  names: readonly Name[],
  configure: (base: { readonly [name in Name]: string }) => { readonly [name in Name]: object },
): Promise<Sites<Name>> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-sites-'));
  const ports = await freePorts(names.length);
  const bases = names.map((name, i) => [name, `http://127.0.0.1:${ports[i]}/fhir`] as const);
  const configs = configure(Object.fromEntries(bases) as { [name in Name]: string });
  const databases = await Promise.all(names.map(() => createTestDatabase()));
  const sites = names.map((name, i) => {
    const { folder: data, databaseUrl } = databases[i] as (typeof databases)[number];
    const place = {
      folder: join(folder, name),
      port: ports[i] as number,
      dmd: join(folder, 'dmd'),
      record: { data, databaseUrl },
    };
    const checks = Object.fromEntries(
      ['uk-core', 'guide', 'dmd', 'dosage', 'identity'].map((layer) => [layer, 'warn']),
    );
    return new Site(name, place, { delivery: DELIVERY, conformance: checks, ...configs[name] });
  });
  const close = async () => {
    await Promise.all(sites.map((each) => each.stop()));
    await Promise.all(databases.map((each) => each.drop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(sites.map((each) => each.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return { site: Object.fromEntries(sites.map((each) => [each.name, each])) as { [name in Name]: Site }, close };
}
