import { parseArgs } from 'node:util';
import { PROFILES, type Profile } from './profiles.ts';

export interface Options {
  quick: boolean;
  /** Which profiles; all when empty. */
  only: readonly Profile[];
  databases: readonly ('pglite' | 'postgres')[];
  /** Usual patients in the store at each measurement; growing. */
  patients: readonly number[];
  /** Patients of each measured size. */
  asked: readonly number[];
  /** Connections that ask at once in the profiles with many. */
  clients: number;
  /** Instead of each profile's own number. */
  requests: number | undefined;
  /** No profile runs longer. */
  seconds: number;
  seed: number;
  workers: number;
  json: string | undefined;
  packages: boolean;
  cpuProfiles: string | undefined;
}

export const HELP = `Usage: npm run bench -- [options]

Measures the server over HTTP, on the embedded database and on PostgreSQL when there is one: at BENCH_DATABASE_URL, or
at postgres://postgres@127.0.0.1:5432/postgres. In PostgreSQL it makes a new database and drops it at the end. Every
answer that is timed is checked; a wrong one ends the run. Prints tables and writes JSON to bench/results/.

  --quick                small stores and few requests: about a minute
  --only NAME,...        only the profiles whose name begins so (the store is loaded all the same)
  --database NAME        pglite or postgres; default both
  --patients N,N         patients in the store, at each measurement; default 1000,20000 (quick: 200,1000)
  --clients N            connections that ask at once, where many do; default 16
  --requests N           timed requests of each profile; default: each profile's own number
  --seconds N            no profile runs longer; default 20 (quick: 5)
  --workers N            server processes (PostgreSQL only); default 1
  --seed N               of everything that looks random; default 1
  --json FILE            where to write the JSON; default bench/results/<time>.json
  --packages             run the packages' own measurements too (packages/*/bench)
  --cpu-profile FOLDER   write V8 processor profiles of the server there (slows it)
  --help                 print this

Profiles:
${PROFILES.map(({ name, title }) => `  ${name.padEnd(35)} ${title}`).join('\n')}`;

/**
 * Options from the command line.
 * @returns undefined when help is asked for
 * @throws with a sentence to print, when one is not understood
 */
export function readOptions(argv: string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      ...{ quick: flag, help: flag, packages: flag, only: text, database: text, patients: text, clients: text },
      ...{ requests: text, seconds: text, workers: text, seed: text, json: text, 'cpu-profile': text },
    },
  });
  if (values.help) return undefined;
  const quick = values.quick ?? false;
  const { database } = values;
  if (database !== undefined && database !== 'pglite' && database !== 'postgres') {
    throw new Error(`--database takes pglite or postgres, not ${database}.`);
  }
  const workers = whole('--workers', values.workers) ?? 1;
  if (workers > 1 && database !== 'postgres') throw new Error('--workers needs --database postgres.');
  return {
    quick,
    only: chosen(values.only),
    databases: database === undefined ? ['pglite', 'postgres'] : [database],
    patients: growing(values.patients) ?? (quick ? [200, 1000] : [1000, 20_000]),
    asked: quick ? [20, 10, 4] : [100, 50, 20],
    clients: whole('--clients', values.clients) ?? 16,
    requests: whole('--requests', values.requests),
    seconds: whole('--seconds', values.seconds) ?? (quick ? 5 : 20),
    seed: whole('--seed', values.seed) ?? 1,
    workers,
    json: values.json,
    packages: values.packages ?? false,
    cpuProfiles: values['cpu-profile'],
  };
}

function chosen(names: string | undefined): readonly Profile[] {
  if (names === undefined) return PROFILES;
  const wanted = names.split(',');
  for (const name of wanted) {
    if (!PROFILES.some((profile) => profile.name.startsWith(name))) {
      throw new Error(`--only: no profile begins with "${name}". See --help for those that there are.`);
    }
  }
  return PROFILES.filter((profile) => wanted.some((name) => profile.name.startsWith(name)));
}

function growing(text: string | undefined): number[] | undefined {
  const numbers = text?.split(',').map((each) => whole('--patients', each) as number);
  if (numbers?.some((each, i) => each < 10 || each <= (numbers[i - 1] ?? 0))) {
    throw new Error('--patients takes growing numbers from 10, such as 1000,20000.');
  }
  return numbers;
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} takes a whole number from 1, not "${text}".`);
  return Number(text);
}
