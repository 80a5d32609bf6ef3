import { readdirSync, readFileSync } from 'node:fs';

/** What processes cost, from Linux's /proc. */

/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS = 100;
const KILOBYTE = 1024;

interface ProcessStat {
  pid: number;
  parent: number;
  cpuSeconds: number;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may hold anything; what follows it is plain.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch {
    return undefined;
  }
}

function processes(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
}

/** A process and all under it. */
function familyOf(pid: number): ProcessStat[] {
  const all = processes();
  const family = all.filter((each) => each.pid === pid);
  for (const member of family) family.push(...all.filter((each) => each.parent === member.pid));
  return family;
}

/** Processor seconds that a process and its children have had. */
export function cpuSecondsOf(pid: number): number {
  return familyOf(pid).reduce((sum, each) => sum + each.cpuSeconds, 0);
}

/** Resident memory of a process and its children, in megabytes: now, and each at its most. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const sum = { now: 0, peak: 0 };
  for (const member of familyOf(pid)) {
    const status = readFileSync(`/proc/${member.pid}/status`, 'utf8');
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    sum.now += (kilobytes('VmRSS') * KILOBYTE) / 1e6;
    sum.peak += (kilobytes('VmHWM') * KILOBYTE) / 1e6;
  }
  return sum;
}

/** How often PostgreSQL's processes are looked at: what a connection did just before it closed is missed. */
const SAMPLE_MILLISECONDS = 250;
/** The server's processes that write for everyone; on a quiet machine, for us alone. */
const FOR_ALL = /^postgres: .*(checkpointer|background writer|walwriter)/;

/** Adds up the processor time of a PostgreSQL server's processes that serve one database. */
export class PostgresCost {
  readonly #database: string;
  readonly #ours = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param database a name that is in no other process's title */
  constructor(database: string) {
    this.#database = database;
    this.#timer = setInterval(() => this.#look(), SAMPLE_MILLISECONDS);
  }

  #look() {
    for (const { pid, cpuSeconds } of processes()) {
      const isOurs = this.#ours.has(pid) || titleIsOurs(pid, this.#database);
      if (isOurs) this.#ours.set(pid, cpuSeconds);
    }
  }

  /** Processor seconds so far; undefined when no such process is on this machine. */
  cpuSeconds(): number | undefined {
    this.#look();
    if (this.#ours.size === 0) return undefined;
    return [...this.#ours.values()].reduce((sum, each) => sum + each, 0);
  }

  stop() {
    clearInterval(this.#timer);
  }
}

function titleIsOurs(pid: number, database: string): boolean {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return title.startsWith('postgres:') && (title.includes(` ${database} `) || FOR_ALL.test(title));
  } catch {
    return false;
  }
}
