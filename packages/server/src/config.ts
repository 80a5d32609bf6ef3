import { join } from 'node:path';
import { type Conformance, DEFAULT_CONFORMANCE, readConformance } from './fhir/conformance.ts';
import type { FhirLimits } from './fhir/request.ts';

/** Everything that a site can set, with defaults that suit one machine. */
export interface Config {
  host: string;
  port: number;
  /** The base that clients use when it is not the address they call: behind a reverse proxy. Without `/fhir`. */
  publicUrl: string | undefined;
  /** `postgres://...`; undefined for the embedded database. */
  databaseUrl: string | undefined;
  /** The embedded database's folder. */
  data: string;
  /** The folder of dm+d snapshots, shared by all processes. */
  dmd: string;
  /** Load the demo patients when the record is empty. */
  demo: boolean;
  /** Server processes; more than one needs PostgreSQL. */
  workers: number;
  /** JSON text of patients' records kept in memory, in megabytes, for each process. */
  cacheMegabytes: number;
  /** PostgreSQL connections of each process. */
  connections: number;
  limits: FhirLimits;
  /** What each layer of checks does to a write. */
  conformance: Conformance;
  /** `info`, `warn`, `error` or `silent`. */
  logLevel: string;
}

/** A setting that cannot be used; the message says what would do. */
export class BadSetting extends Error {}

export const DEFAULTS: Config = {
  host: '127.0.0.1',
  port: 8080,
  publicUrl: undefined,
  databaseUrl: undefined,
  data: './data',
  dmd: join('./data', 'dmd'),
  demo: true,
  workers: 1,
  cacheMegabytes: 64,
  connections: 10,
  limits: { bodyBytes: 10 * 1024 * 1024, nesting: 64, bundleEntries: 5000, defaultCount: 50, maxCount: 1000 },
  conformance: DEFAULT_CONFORMANCE,
  logLevel: 'warn',
};

type Values = { [name: string]: string | boolean | undefined };

/**
 * The configuration from the environment and the command line, which wins.
 * @throws BadSetting
 */
export function readConfig(environment: Values, flags: Values): Config {
  const databaseUrl = text(flags.database) ?? text(environment.DATABASE_URL);
  const workers = integer('--workers', flags.workers ?? environment.CONCORD_WORKERS, 1, 256) ?? 1;
  const data = dataFolder(environment, flags);
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new BadSetting('DATABASE_URL must begin with postgres:// (leave it out for the embedded database).');
  }
  if (workers > 1 && databaseUrl === undefined) {
    throw new BadSetting(
      '--workers needs PostgreSQL: the embedded database is one process. Set DATABASE_URL=postgres://...',
    );
  }
  return {
    ...DEFAULTS,
    host: text(flags.host) ?? text(environment.HOST) ?? DEFAULTS.host,
    port: integer('PORT', flags.port ?? environment.PORT, 0, 65_535) ?? DEFAULTS.port,
    publicUrl: (text(flags['public-url']) ?? text(environment.CONCORD_PUBLIC_URL))?.replace(/\/+$/, ''),
    databaseUrl,
    data,
    dmd: dmdFolder(environment, flags),
    demo: flags['no-demo'] !== true && environment.CONCORD_DEMO !== 'false',
    workers,
    connections: Math.max(4, Math.ceil(20 / workers)),
    conformance: conformance(environment),
    logLevel: text(environment.LOG_LEVEL) ?? DEFAULTS.logLevel,
  };
}

function conformance(environment: Values): Conformance {
  try {
    return readConformance(text(environment.CONCORD_CONFORMANCE));
  } catch (error) {
    throw new BadSetting((error as Error).message);
  }
}

function dataFolder(environment: Values, flags: Values): string {
  return text(flags.data) ?? text(environment.CONCORD_DATA) ?? DEFAULTS.data;
}

/** The folder of dm+d snapshots: as set, or `dmd` in the data folder. */
export function dmdFolder(environment: Values, flags: Values): string {
  return text(flags.dmd) ?? text(environment.CONCORD_DMD) ?? join(dataFolder(environment, flags), 'dmd');
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function integer(name: string, value: string | boolean | undefined, min: number, max: number): number | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  if (!/^\d{1,6}$/.test(given) || Number(given) < min || Number(given) > max) {
    throw new BadSetting(`${name} must be a number from ${min} to ${max}; "${given}" is not.`);
  }
  return Number(given);
}
