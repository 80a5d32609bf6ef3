import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** What a run ran on: figures mean little without it. */
export interface Machine {
  at: string;
  cores: number;
  cpu: string;
  memoryGigabytes: number;
  node: string;
  /** The commit that was measured, with `+` when files differ from it. */
  commit: string;
  /** Processes that wanted to run in the minute before: above 0 or 1, the machine was not quiet. */
  loadBefore: number;
}

export function thisMachine(): Machine {
  return {
    at: new Date().toISOString(),
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: commit(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return `${git('rev-parse', '--short', 'HEAD').trim()}${git('status', '--porcelain', 'packages').trim() === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
