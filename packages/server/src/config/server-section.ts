import { join } from 'node:path';
import type { Neighbour } from '../messaging/neighbour.ts';
import { ROLES, type Role } from '../roles.ts';
import { httpAddress, integer, oneOf, path, text, yesNo } from './kinds.ts';
import { neighbours } from './neighbour-kind.ts';
import { section } from './section.ts';

/** The settings at the top: where the server listens, and where it keeps things. */
export interface ServerSettings {
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
  /** What part it plays between prescriber and dispenser. */
  role: Role;
  /** What the site is called, on pages and in messages. */
  name: string;
  /** The other systems that it works with. */
  neighbours: Neighbour[];
  /** `info`, `warn`, `error` or `silent`. */
  logLevel: 'info' | 'warn' | 'error' | 'silent';
}

/** The settings at the top of the file. */
export const serverSection = section<ServerSettings>('', {
  host: {
    ...{ kind: text('a name or address to listen on', /^\S+$/), usual: '127.0.0.1', environment: 'HOST', flag: 'host' },
    says: 'The interface to listen on; 0.0.0.0 is all of them.',
  },
  port: {
    ...{ kind: integer(0, 65_535), usual: 8080, environment: 'PORT', flag: 'port' },
    says: 'The port to listen on; 0 is any free one.',
  },
  publicUrl: {
    ...{ kind: httpAddress, usual: undefined, flag: 'public-url' },
    says: 'The address that clients use, without /fhir, where it is not the one called: behind a reverse proxy.',
  },
  databaseUrl: {
    kind: text('an address that begins with postgres://', /^postgres(ql)?:\/\//, {
      secret: true,
    }),
    ...{ usual: undefined, environment: 'DATABASE_URL', flag: 'database' },
    says: 'PostgreSQL to keep the record in; without it, an embedded database in `data`.',
  },
  data: {
    ...{ kind: path, usual: './data', flag: 'data' },
    says: 'The folder of the embedded database, and of all else that has no folder of its own.',
  },
  dmd: {
    ...{ kind: path, usual: ({ data }) => join(data, 'dmd'), flag: 'dmd' },
    says: 'The folder of dm+d snapshots (`concord dmd`), shared by all processes.',
  },
  demo: {
    ...{ kind: yesNo, usual: true, flag: 'no-demo', negative: true },
    says: 'Load invented patients into a record that has nothing in it.',
  },
  workers: {
    ...{ kind: integer(1, 256), usual: 1, flag: 'workers' },
    says: 'Server processes that share the port; more than one needs PostgreSQL.',
  },
  cacheMegabytes: {
    ...{ kind: integer(0, 65_536), usual: 64 },
    says: "Patients' records that each process keeps in memory, in megabytes of JSON.",
  },
  connections: {
    ...{ kind: integer(1, 1000), usual: ({ workers }) => Math.max(4, Math.ceil(20 / workers)) },
    usually: '20 shared by the workers, at least 4 each',
    says: 'PostgreSQL connections of each process.',
  },
  role: {
    ...{ kind: oneOf(...(Object.keys(ROLES) as Role[])), usual: 'shared-record', flag: 'role' },
    says: 'What part it plays between prescriber and dispenser: which pages it has, and what it tells its neighbours.',
  },
  name: {
    ...{ kind: text('a name', /^\S.{0,99}$/), usual: 'Concord', flag: 'name' },
    says: 'What the site is called, on pages and in messages.',
  },
  neighbours: {
    ...{ kind: neighbours, usual: [] },
    usually: 'none',
    says: 'The other systems that it works with: see docs/neighbours.md.',
  },
  logLevel: {
    ...{ kind: oneOf('info', 'warn', 'error', 'silent'), usual: 'warn', environment: 'LOG_LEVEL' },
    says: 'What is logged.',
  },
});
