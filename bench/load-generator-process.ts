import { type ChildProcess, fork } from 'node:child_process';
import type { Order, Report } from './load-generator.ts';
import type { Measured } from './measured.ts';

/** The load generator seen from `run.ts`. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  /** Resources in the store, as far as the load generator put them there. */
  stored = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start(): LoadGenerator {
    return new LoadGenerator(fork(new URL('./load-generator.ts', import.meta.url)));
  }

  /** @throws when an answer was wrong, or the load generator died */
  async tell(order: Order): Promise<Measured | null> {
    const report = await new Promise<Report>((resolve, reject) => {
      const died = () => reject(new Error('The load generator ended.'));
      this.#child.once('exit', died);
      this.#child.once('message', (message) => {
        this.#child.off('exit', died);
        resolve(message as Report);
      });
      this.#child.send(order);
    });
    if ('error' in report) throw new Error(report.error);
    this.stored = report.stored;
    return report.measured;
  }

  /** Tells it something that is measured. */
  async measure(order: Exclude<Order, { order: 'begin' | 'move' }>): Promise<Measured> {
    return (await this.tell(order)) as Measured;
  }

  stop() {
    if (this.#child.connected) this.#child.disconnect();
  }
}
