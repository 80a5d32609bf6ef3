import type { Machine } from './machine.ts';
import type { Measured } from './measured.ts';

/** One line of the report: one profile in one store on one database. */
export interface Row extends Measured {
  database: string;
  /** Usual patients in the store. */
  patients: number;
  profile: string;
  title: string;
  clients: number;
  cpuSeconds: { server: number; database: number | undefined };
}

/** What is measured of a store as a whole. */
export interface StoreFigures {
  database: string;
  patients: number;
  resources: number;
  /** Bytes for each thousand resources, right after loading. */
  bytesPerThousand: number;
  logBytes: number | undefined;
  /** The server's resident memory in megabytes after the profiles. */
  memory: { now: number; peak: number };
  tables: { name: string; bytes: number }[] | undefined;
}

export interface DatabaseFigures {
  database: string;
  durability: string;
  firstStartMilliseconds: number;
  /** With the largest store. */
  secondStartMilliseconds: number;
}

export interface Results {
  machine: Machine;
  settings: object;
  databases: DatabaseFigures[];
  stores: StoreFigures[];
  rows: Row[];
}

/**
 * What others publish, for the order of magnitude: HealthSamurai's public benchmark, June 2026, CRUD requests a second
 * with 8 cores for the server and 8 for PostgreSQL. Their cores are not ours.
 */
const PUBLISHED = [
  { name: 'Medplum', requestsPerSecond: 1420 },
  { name: 'HAPI', requestsPerSecond: 3058 },
  { name: 'Aidbox', requestsPerSecond: 5212 },
];
const PUBLISHED_CORES = 16;

/** The report as text, for people. */
export function reportText(results: Results): string {
  const { machine } = results;
  const quiet =
    machine.loadBefore < 0.5 ? '' : `; NOT QUIET: ${machine.loadBefore.toFixed(1)} processes were running before`;
  return [
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, Node ${machine.node}, commit ${machine.commit}, ${machine.at}${quiet}`,
    ...results.databases.map(databaseText),
    ...results.stores.map((store) => `\n${storeText(store)}\n${table(results, store)}`),
    `\n${perCoreText(results.rows)}`,
  ].join('\n');
}

function databaseText(each: DatabaseFigures): string {
  const [first, second] = [each.firstStartMilliseconds, each.secondStartMilliseconds].map((ms) =>
    (ms / 1000).toFixed(2),
  );
  return `${each.database}: ${each.durability}. First start to first answer ${first} s, later start ${second} s`;
}

function storeText(store: StoreFigures): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  const log = store.logBytes === undefined ? '' : ` and a log of ${megabytes(store.logBytes)} MB`;
  const largest = (store.tables ?? [])
    .filter(({ bytes }) => bytes > 1e5)
    .map(({ name, bytes }) => `${name} ${megabytes((bytes / store.resources) * 1000)}`);
  return [
    `${store.database}, ${store.patients} patients and those asked for, ${store.resources} resources`,
    `  disk ${megabytes(store.bytesPerThousand)} MB per thousand resources${log}; server memory ${store.memory.now.toFixed(0)} MB, at most ${store.memory.peak.toFixed(0)} MB`,
    ...(largest.length > 0 ? [`  MB per thousand resources: ${largest.join(', ')}`] : []),
  ].join('\n');
}

function table(results: Results, store: StoreFigures): string {
  const rows = results.rows.filter((row) => row.database === store.database && row.patients === store.patients);
  const head = ['', 'clients', 'per s', 'p50 ms', 'p99 ms', 'max ms', 'CPU s per 1000', 'of them database'];
  return aligned([head, ...rows.flatMap(lines)]);
}

function lines(row: Row): string[][] {
  const { times, series, resources, seconds } = row;
  const counted = resources ?? row.requests;
  const cpu = row.cpuSeconds.server + (row.cpuSeconds.database ?? 0);
  const perThousand = (cpuSeconds: number) => ((cpuSeconds / counted) * 1000).toFixed(3);
  const database = row.cpuSeconds.database === undefined ? '-' : perThousand(row.cpuSeconds.database);
  const time = (ms: number | undefined) => (ms === undefined ? '-' : ms.toFixed(2));
  const main = [
    `${row.title}${resources === undefined ? '' : ' (resources)'}`,
    String(row.clients),
    (counted / seconds).toFixed(0),
    ...[times.p50, times.p99, times.max].map(time),
    perThousand(cpu),
    database,
  ];
  const parts = Object.entries(series);
  if (parts.length < 2) return [main];
  return [
    main,
    ...parts.map(([name, each]) => [`  ${name}`, '', '', ...[each.p50, each.p99, each.max].map(time), '', '']),
  ];
}

function aligned(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}

/** Requests for each second of processor time of server and database together, beside what others publish for a core. */
function perCoreText(rows: readonly Row[]): string {
  const ours = rows
    .filter(({ profile }) => ['create', 'read', 'update', 'crud', 'medicines'].includes(profile))
    .map((row) => {
      const cpu = row.cpuSeconds.server + (row.cpuSeconds.database ?? 0);
      return [`${row.database}, ${row.patients} patients`, row.profile, (row.requests / cpu).toFixed(0)];
    });
  const theirs = PUBLISHED.map(
    ({ name, requestsPerSecond }) => `${name} ${(requestsPerSecond / PUBLISHED_CORES).toFixed(0)}`,
  );
  return [
    'Requests per second of processor time (server and database together):',
    aligned(ours),
    `Published for other servers, CRUD requests a second for each of their ${PUBLISHED_CORES} cores: ${theirs.join(', ')}.`,
    'Other hardware, other resources, cores allotted rather than processor time used: an order of magnitude, no more.',
  ].join('\n');
}
