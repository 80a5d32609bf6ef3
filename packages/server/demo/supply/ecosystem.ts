import { join } from 'node:path';
import {
  type Addresses,
  ARCHITECTURES,
  type ArchitectureName,
  type SiteConfig,
  type SiteName,
} from './architectures.ts';
import { freePorts } from './free-ports.ts';
import { Site, type SiteRecord } from './site.ts';

/** Ward, pharmacy and perhaps a broker, each a server of its own. */
export interface Ecosystem {
  readonly ward: Site;
  readonly pharmacy: Site;
  readonly broker: Site | undefined;
  /** All that there are, those first that others lean on. */
  readonly sites: readonly Site[];
  close(): Promise<void>;
}

/** Where an ecosystem keeps its records. */
export interface Grounds {
  folder: string;
  /** The dm+d snapshots, which all sites share. */
  dmd: string;
  /** Where a site keeps its record; in a folder of its own unless told. */
  record?: (site: SiteName) => SiteRecord;
  /** The address under which others know a site, where it is not its own: a proxy between them. */
  seenAs?: (site: SiteName, address: string) => Promise<string>;
  /** What every site's config file says beside. */
  settings?: object;
}

/** Starts the sites of an architecture on free ports. */
export async function startEcosystem(architecture: ArchitectureName, grounds: Grounds): Promise<Ecosystem> {
  const names: SiteName[] = ['broker', 'ward', 'pharmacy'];
  const ports = await freePorts(names.length);
  const port = (name: SiteName) => ports[names.indexOf(name)] as number;
  const addresses = names.map(async (name) => {
    const own = `http://127.0.0.1:${port(name)}`;
    return [name, (await grounds.seenAs?.(name, own)) ?? own] as const;
  });
  const at = Object.fromEntries(await Promise.all(addresses)) as unknown as Addresses;
  const configs: { readonly [site in SiteName]?: SiteConfig } = ARCHITECTURES[architecture].configure(at);
  const sites = new Map<SiteName, Site>();
  for (const name of names) {
    const config = configs[name];
    if (config === undefined) continue;
    const folder = join(grounds.folder, name);
    const record = grounds.record?.(name) ?? { data: join(folder, 'data') };
    const place = { folder, port: port(name), dmd: grounds.dmd, record };
    const known = grounds.seenAs === undefined ? {} : { publicUrl: at[name] };
    sites.set(name, new Site(name, place, { ...grounds.settings, ...known, ...config }));
  }
  const all = [...sites.values()];
  try {
    for (const site of all) await site.start();
  } catch (error) {
    await Promise.all(all.map((site) => site.stop('SIGKILL')));
    throw error;
  }
  return {
    ward: sites.get('ward') as Site,
    pharmacy: sites.get('pharmacy') as Site,
    broker: sites.get('broker'),
    sites: all,
    close: async () => {
      await Promise.all(all.map((site) => site.stop()));
    },
  };
}
