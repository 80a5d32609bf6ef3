import type { ParseArgsOptionsConfig } from 'node:util';

/** One command of `concord`. */
export interface Command {
  name: string;
  /** One line for the overview. */
  summary: string;
  /** What `--help` prints. */
  help: string;
  options: ParseArgsOptionsConfig;
  /** Does it take arguments beside options? */
  positionals?: boolean;
  /** @returns the exit status */
  run(flags: { [name: string]: string | boolean | undefined }, positionals: string[]): Promise<number>;
}
