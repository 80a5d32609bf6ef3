import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HttpConnection } from './http-connection.ts';

const CONCORD = fileURLToPath(new URL('../packages/server/bin/concord.js', import.meta.url));
/** How long a start may take. */
const PATIENCE_MILLISECONDS = 60_000;

/** Some of what is written has only what is measured: all layers are checked, and what they find is kept. */
const LENIENT = { CONCORD_CONFORMANCE: 'uk-core=warn,guide=warn,dmd=warn,dosage=warn,identity=warn' };

export interface ServerOptions {
  /** What tells the server where its data is: CONCORD_DATA or DATABASE_URL. */
  environment: { [name: string]: string };
  workers: number;
  /** A folder for V8 processor profiles, written when the server ends. */
  cpuProfiles?: string | undefined;
}

/** A server under measurement: a process of its own, as `concord serve` starts it. */
export class ServerProcess {
  readonly pid: number;
  /** `http://host:port` */
  readonly address: string;
  /** From the start of the process to its first answer. */
  readonly startMilliseconds: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string, startMilliseconds: number) {
    this.#child = child;
    this.pid = child.pid as number;
    this.address = address;
    this.startMilliseconds = startMilliseconds;
  }

  /** @throws when it does not start, with what it said */
  static async start({ environment, workers, cpuProfiles }: ServerOptions): Promise<ServerProcess> {
    const since = performance.now();
    const { DATABASE_URL: _unused, ...inherited } = process.env;
    const profiling = cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProfiles}`];
    const child = spawn(process.execPath, [...profiling, CONCORD, 'serve', '--no-demo'], {
      env: { ...LENIENT, ...inherited, ...environment, PORT: '0', HOST: '127.0.0.1', CONCORD_WORKERS: String(workers) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`The server did not start in ${PATIENCE_MILLISECONDS} ms. It said:\n${said}`));
      }, PATIENCE_MILLISECONDS);
      const ended = () => reject(new Error(`The server did not start. It said:\n${said}`));
      const hear = (chunk: Buffer) => {
        said = (said + chunk).slice(-5000);
        const ready = /Concord is ready at (http:\/\/\S+)/.exec(said)?.[1];
        if (ready === undefined) return;
        clearTimeout(timer);
        child.off('exit', ended);
        resolve(ready);
      };
      child.once('exit', ended);
      child.stdout.on('data', hear);
      // What it complains of later is worth seeing too.
      child.stderr.on('data', (chunk: Buffer) => {
        hear(chunk);
        process.stderr.write(chunk);
      });
    });
    const connection = await HttpConnection.open(address);
    const { status } = await connection.ask({ method: 'GET', path: '/fhir/metadata' });
    connection.close();
    if (status !== 200) throw new Error(`The first answer, to GET /fhir/metadata, has status ${status}.`);
    return new ServerProcess(child, address, performance.now() - since);
  }

  /** Ends it cleanly, as Ctrl-C does. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }

  /** Ends it at once, when the run has failed. */
  kill() {
    this.#child.kill('SIGKILL');
  }
}
