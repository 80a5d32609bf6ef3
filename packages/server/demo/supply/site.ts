import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4';

const CONCORD = fileURLToPath(new URL('../../bin/concord.js', import.meta.url));
/** How long something that must come may take on a busy machine. */
const PATIENCE_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 40;

/** Where a site keeps its record: an embedded database's folder, and a PostgreSQL database instead, where there is one. */
export interface SiteRecord {
  data: string;
  databaseUrl?: string | undefined;
}

/** Where a site is. */
export interface SitePlace {
  /** A folder of its own, for its config file. */
  folder: string;
  port: number;
  record: SiteRecord;
  /** The dm+d snapshots, which all sites share. */
  dmd: string;
}

/** An answer that was not what was wanted. */
export class SiteRefusal extends Error {
  readonly status: number;
  readonly outcome: OperationOutcome | undefined;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 1000)}`);
    this.status = status;
    this.outcome = /"OperationOutcome"/.test(text) ? (JSON.parse(text) as OperationOutcome) : undefined;
  }
}

/** One Concord process with its own config file and record, and a client of its FHIR API. */
export class Site {
  readonly name: string;
  readonly place: SitePlace;
  readonly #config: object;
  #child: ChildProcess | undefined;
  #printed = '';

  /** @param config what its config file says, beside where it listens and keeps its record */
  constructor(name: string, place: SitePlace, config: object) {
    this.name = name;
    this.place = place;
    this.#config = config;
  }

  get address(): string {
    return `http://127.0.0.1:${this.place.port}`;
  }

  /** Everything that it has printed. */
  get printed(): string {
    return this.#printed;
  }

  /** Starts it, or starts it again on the record that it has; resolves when it is ready. */
  async start(): Promise<void> {
    const { folder, port, record, dmd } = this.place;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'concord.config.json');
    const { data, databaseUrl } = record;
    const where = { port, data, dmd, demo: false, ...(databaseUrl ? { databaseUrl } : {}) };
    writeFileSync(file, JSON.stringify({ ...where, ...this.#config }, null, 2));
    const env = { ...process.env, DATABASE_URL: '', PORT: '', CONCORD_DATA: '', NODE_TEST_CONTEXT: '' };
    const child = spawn(process.execPath, [CONCORD, 'serve', '--config', file], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (part) => {
          this.#printed += part;
          if (/ready at http/.test(part)) resolve();
        });
      }
      child.on('exit', (code) => reject(new Error(`${this.name} ended with ${code}: ${this.#printed}`)));
    });
  }

  /** Ends it: SIGTERM in order, SIGKILL as a crash would. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** One FHIR request. @throws SiteRefusal for anything but success */
  async ask<T extends FhirResource = FhirResource>(method: string, path: string, resource?: FhirResource): Promise<T> {
    const response = await fetch(`${this.address}/fhir/${path}`, {
      method,
      ...(resource === undefined
        ? {}
        : { headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(resource) }),
    });
    const text = await response.text();
    if (!response.ok) throw new SiteRefusal(`${this.name} ${method} ${path}`, response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  create<T extends FhirResource>(resource: T): Promise<T & { id: string }> {
    return this.ask('POST', resource.resourceType, resource) as Promise<T & { id: string }>;
  }

  /** Changes the only resource of a type that has an identifier. */
  async change<T extends FhirResource>(
    type: T['resourceType'],
    identifier: string,
    how: (now: T) => Partial<T>,
  ): Promise<T & { id: string }> {
    const now = await this.one<T>(type, identifier);
    if (now === undefined) throw new Error(`${this.name} has no ${type} ${identifier}`);
    return (await this.ask('PUT', `${type}/${now.id}`, { ...now, ...how(now) } as T)) as T & { id: string };
  }

  /** The only resource of a type that has an identifier, `system|value`, if there is one. */
  async one<T extends FhirResource>(
    type: T['resourceType'],
    identifier: string,
  ): Promise<(T & { id: string }) | undefined> {
    const found = await this.ask<Bundle>('GET', `${type}?identifier=${encodeURIComponent(identifier)}`);
    const matches = (found.entry ?? []).map(({ resource }) => resource as T & { id: string });
    if (matches.length > 1) throw new Error(`${this.name} has ${matches.length} of ${type} ${identifier}`);
    return matches[0];
  }

  /** Looks until a resource is there and is as it should be. */
  async until<T extends FhirResource>(
    type: T['resourceType'],
    identifier: string,
    isSo: (resource: T & { id: string }) => boolean = () => true,
  ): Promise<T & { id: string }> {
    let last: (T & { id: string }) | undefined;
    const met = async () => {
      last = await this.one<T>(type, identifier);
      return last !== undefined && isSo(last) ? last : undefined;
    };
    const what = () => `${type} ${identifier} at ${this.name}, which is ${JSON.stringify(last)?.slice(0, 1500)}`;
    return until(met, what);
  }

  /** The text of a page, without its tags. */
  async page(path: string): Promise<string> {
    const response = await fetch(`${this.address}${path}`);
    if (!response.ok) throw new SiteRefusal(`${this.name} page ${path}`, response.status, await response.text());
    return (await response.text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  }
}

/** Looks again and again until there is something. @throws when patience runs out, with what was awaited */
export async function until<T>(look: () => Promise<T | undefined>, what: () => string): Promise<T> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what()}`);
    await pause(LOOK_MILLISECONDS);
  }
}
