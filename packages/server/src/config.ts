import { BadSetting } from './config/bad-setting.ts';
import { readConfigFile } from './config/config-file.ts';
import { type Origins, readSection, type Sources, type Values } from './config/read-section.ts';
import type { ValuesOf } from './config/section.ts';
import { sections } from './config/sections.ts';
import type { ServerSettings } from './config/server-section.ts';

export { BadSetting } from './config/bad-setting.ts';

type Sections = typeof sections;

/** Everything that a site can set, with defaults that suit one machine. docs/configuration.md lists every key. */
export type Config = ServerSettings & { [Name in Exclude<keyof Sections, 'server'>]: ValuesOf<Sections[Name]> };

/** The configuration where nothing is set. */
export const DEFAULTS: Config = read({ flags: {}, environment: {}, file: undefined }, new Map());

/**
 * The configuration from the command line, the environment and the config file, in that order: the first that has a
 * value wins.
 * @param folder where a config file is looked for, unless one is named by --config or CONCORD_CONFIG
 * @param origins is told where each value that is no default is from
 * @throws BadSetting
 */
export function readConfig(
  environment: Values,
  flags: Values,
  folder: string = process.cwd(),
  origins: Origins = new Map(),
): Config {
  const named = [flags.config, environment.CONCORD_CONFIG].find((each) => typeof each === 'string' && each !== '');
  const file = readConfigFile(named as string | undefined, folder);
  const config = read({ flags, environment, file }, origins);
  if (config.workers > 1 && config.databaseUrl === undefined) {
    throw new BadSetting(
      '--workers needs PostgreSQL: the embedded database is one process. Set DATABASE_URL=postgres://...',
    );
  }
  return config;
}

function read(sources: Sources, origins: Origins): Config {
  const server = readSection(sections.server, sources, { data: '', workers: 1 }, origins);
  const rest = Object.entries(sections).filter(([name]) => name !== 'server');
  const values = rest.map(([name, part]) => [name, readSection(part as never, sources, server, origins)]);
  return { ...server, ...Object.fromEntries(values) };
}

/** The folder of dm+d snapshots: as set, or `dmd` in the data folder. */
export function dmdFolder(environment: Values, flags: Values): string {
  return readConfig(environment, flags).dmd;
}
