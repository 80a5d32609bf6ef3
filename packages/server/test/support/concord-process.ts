import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './test-store.ts';

const CONCORD = fileURLToPath(new URL('../../bin/concord.js', import.meta.url));

/** A `concord` process. */
export interface Concord {
  /** `http://127.0.0.1:port` */
  address: string;
  child: ChildProcess;
  /** Everything that it has printed. */
  printed: () => string;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs `concord` with arguments until it ends. */
export async function runConcord(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { child, printed } = start(args, env);
  const [code] = await once(child, 'close');
  return { code: code as number | null, printed: printed() };
}

/**
 * Starts a server on a database and any free port, and waits until it says that it is ready.
 * @throws with what it printed, when it ends instead
 */
export async function startConcord(database: TestDatabase, args: string[] = []): Promise<Concord> {
  const where = database.databaseUrl ? ['--database', database.databaseUrl] : ['--data', database.folder];
  const { child, printed } = start(['serve', '--port', '0', '--no-demo', ...where, ...args]);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /ready at (http:\S+)/.exec(printed())?.[1];
      if (found) resolve(found);
    });
    child.on('close', (code) => reject(new Error(`concord ended with ${code}: ${printed()}`)));
  });
  return {
    ...{ address, child, printed },
    async stop(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}

/** The processes that serve, where `--workers` asked for several. */
export function workersOf({ child }: Concord): number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

/** Kills a worker, and waits until another is in its place. */
export async function killWorker(concord: Concord, pid: number): Promise<void> {
  const count = workersOf(concord).length;
  process.kill(pid, 'SIGKILL');
  const isReplaced = () => !workersOf(concord).includes(pid) && workersOf(concord).length === count;
  while (!isReplaced()) await new Promise((resolve) => setImmediate(resolve));
}

/** What most tests need: only FHIR R4 refuses. */
const FHIR_REFUSES = 'uk-core=warn,profile=warn,guide=warn,dmd=warn,dosage=warn,identity=warn';

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  // This Node is the one that Concord runs on, so that the signal goes to the server itself.
  const child = spawn(process.execPath, [CONCORD, ...args], {
    env: {
      ...process.env,
      CONCORD_CONFORMANCE: FHIR_REFUSES,
      DATABASE_URL: '',
      PORT: '',
      CONCORD_DATA: '',
      NODE_TEST_CONTEXT: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  return { child, printed: () => text };
}
