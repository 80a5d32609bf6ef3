/**
 * Measures dm+d over HTTP, terminology and translation: requests a second and the time of each, at 1, 10 and 50 connections, on a whole
 * release. Every answer is checked; a wrong one ends the run.
 *
 * `node bench/terminology.ts [--seconds N] [--clients N,N] [--only NAME] [ARCHIVE...]`: without archives, the full-size release of the
 * machine's test data where it has one, else the sample release.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Dictionary, dmdLoad, openSnapshot, snapshotInUse } from '../packages/dmd/src/index.ts';
import { anyVmp, type Question, type Series } from './dmd-questions.ts';
import { HttpConnection } from './http-connection.ts';
import { thisMachine } from './machine.ts';
import { type Measured, Stopwatch } from './measured.ts';
import { cpuSecondsOf, memoryOf } from './process-cost.ts';
import { type Random, randomFrom } from './random.ts';
import { ServerProcess } from './server-process.ts';
import { TRANSLATION } from './translation-questions.ts';
import { demand } from './wrong-answer.ts';

const FULL = fileURLToPath(new URL('../../shared/data/dmd/release/', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../samples/dmd', import.meta.url));
const SYSTEM = 'https://dmd.nhs.uk';
/** Questions that a run cycles through, chosen at random once. */
const POOL = 2000;

function anyProduct(dictionary: Dictionary, random: Random) {
  const level = random.pick(['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as const);
  const product = dictionary.at(level, random.below(dictionary.count(level)));
  if (product === undefined) throw new Error('A row is missing.');
  return product;
}

/** The beginnings of the first word and of another, as a person types them. */
function typed(name: string, random: Random): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => /^[A-Za-z]{3}/.test(word));
  const [first = 'par', ...others] = words;
  const second = others.length === 0 ? [] : [random.pick(others)];
  return [first, ...second].map((word) => word.slice(0, 3 + random.below(3))).join(' ');
}

const SERIES: readonly Series[] = [
  {
    name: '$lookup',
    ask(dictionary, random) {
      const { id } = anyProduct(dictionary, random);
      return { path: `/fhir/CodeSystem/$lookup?system=${SYSTEM}&code=${id}`, holds: `"valueCode":"${id}"` };
    },
  },
  {
    name: '$lookup, all properties',
    ask(dictionary, random) {
      const { id } = anyProduct(dictionary, random);
      return { path: `/fhir/CodeSystem/$lookup?system=${SYSTEM}&code=${id}&property=*`, holds: `"valueCode":"${id}"` };
    },
  },
  {
    name: '$validate-code',
    ask(dictionary, random) {
      const { id } = anyVmp(dictionary, random);
      const url = encodeURIComponent(`${SYSTEM}/ValueSet/VMP`);
      return {
        path: `/fhir/ValueSet/$validate-code?url=${url}&system=${SYSTEM}&code=${id}`,
        holds: '"name":"result","valueBoolean":true',
      };
    },
  },
  {
    name: '$subsumes',
    ask(dictionary, random) {
      const { id } = anyVmp(dictionary, random);
      const above = dictionary.vtmOf(id)?.id ?? id;
      return {
        path: `/fhir/CodeSystem/$subsumes?system=${SYSTEM}&codeA=${above}&codeB=${id}`,
        holds: above === id ? '"equivalent"' : '"subsumes"',
      };
    },
  },
  {
    name: '$translate, former code',
    ask(dictionary, random) {
      for (;;) {
        const { id, previousId } = anyVmp(dictionary, random);
        if (previousId === undefined) continue;
        const url = encodeURIComponent(`${SYSTEM}/conceptmap/history`);
        return {
          path: `/fhir/ConceptMap/$translate?url=${url}&system=${SYSTEM}&code=${previousId}`,
          holds: dictionary.resolve(previousId).status === 'superseded' ? `"code":"${id}"` : '"result"',
        };
      }
    },
  },
  {
    name: '$expand with text, 10 of VMPs',
    ask(dictionary, random) {
      const { name } = anyVmp(dictionary, random);
      const url = encodeURIComponent(`${SYSTEM}/ValueSet/VMP`);
      const filter = encodeURIComponent(typed(name, random));
      return { path: `/fhir/ValueSet/$expand?url=${url}&filter=${filter}&count=10`, holds: '"contains":[' };
    },
  },
  {
    name: '$expand with text, 10 of everything',
    ask(dictionary, random) {
      const { name } = anyVmp(dictionary, random);
      const url = encodeURIComponent(`${SYSTEM}/vs`);
      const filter = encodeURIComponent(typed(name, random));
      return { path: `/fhir/ValueSet/$expand?url=${url}&filter=${filter}&count=10`, holds: '"contains":[' };
    },
  },
];

async function run(address: string, questions: readonly Question[], clients: number, seconds: number) {
  const stopwatch = new Stopwatch();
  const end = performance.now() + seconds * 1000;
  let next = 0;
  const connections = await Promise.all(Array.from({ length: clients }, () => HttpConnection.open(address)));
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (performance.now() < end) {
          const question = questions[next++ % questions.length] as Question;
          const { path, body } = question;
          const request =
            body === undefined ? ({ method: 'GET', path } as const) : ({ method: 'POST', path, body } as const);
          const answer = await connection.ask(request);
          stopwatch.add('all', answer.milliseconds);
          const isRight = answer.status === 200 && answer.body.includes(question.holds);
          demand(isRight, request, answer, `it must be 200 and hold ${question.holds}`);
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  return stopwatch.stop();
}

function row(name: string, clients: number, { requests, seconds, times }: Measured, cpuSeconds: number): string {
  const columns = [
    name.padEnd(36),
    String(clients).padStart(7),
    Math.round(requests / seconds)
      .toLocaleString('en-GB')
      .padStart(9),
    times.p50.toFixed(2).padStart(8),
    (times.p99 ?? times.max).toFixed(2).padStart(8),
    String(Math.round((cpuSeconds * 1e6) / requests)).padStart(8),
  ];
  return columns.join(' ');
}

async function bench() {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string' }, clients: { type: 'string' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  const seconds = Number(values.seconds ?? 4);
  const clients = (values.clients ?? '1,10,50').split(',').map(Number);
  const data = mkdtempSync(join(tmpdir(), 'concord-bench-'));
  const folder = join(data, 'dmd');
  const full = ['nhsbsa_dmd_10.1.0_20251013000001.zip', 'nhsbsa_dmdbonus_2.2.0_20250217000001.zip'];
  const standard = existsSync(FULL) ? full.map((name) => join(FULL, name)) : [SAMPLE];
  const machine = thisMachine();
  console.log(
    `${machine.at}, ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, ${machine.commit}, load before ${machine.loadBefore.toFixed(1)}`,
  );
  let server: ServerProcess | undefined;
  try {
    const code = await dmdLoad(positionals.length > 0 ? positionals : standard, folder, {
      line: () => {},
      error: (text) => console.error(text),
    });
    if (code !== 0) throw new Error('The release cannot be loaded.');
    const dictionary = openSnapshot((await snapshotInUse(folder)) as string);
    server = await ServerProcess.start({
      environment: { CONCORD_DATA: data, CONCORD_DMD: folder },
      workers: 1,
    });
    console.log(
      `dm+d ${dictionary.release.version ?? dictionary.release.date}, one server process, ${POOL} questions each\n`,
    );
    console.log(`${'question'.padEnd(36)} clients      req/s   p50 ms   p99 ms   CPU µs`);
    const random = randomFrom(1);
    for (const series of [...SERIES, ...TRANSLATION].filter(({ name }) => name.includes(values.only ?? ''))) {
      const questions = Array.from({ length: POOL }, () => series.ask(dictionary, random));
      // The code that answers is compiled while it runs: a short warming would measure the compiler.
      await run(server.address, questions, 10, seconds);
      for (const count of clients) {
        const before = cpuSecondsOf(server.pid);
        const measured = await run(server.address, questions, count, seconds);
        console.log(row(series.name, count, measured, cpuSecondsOf(server.pid) - before));
      }
    }
    const memory = memoryOf(server.pid);
    console.log(`\nmemory ${memory.now.toFixed(0)} MB, at most ${memory.peak.toFixed(0)} MB`);
    await server.stop();
  } finally {
    server?.kill();
    rmSync(data, { recursive: true, force: true });
  }
}

await bench();
