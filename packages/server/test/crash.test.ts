import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle, Observation, Patient } from 'fhir/r4';
import { type Concord, killWorker, startConcord, workersOf } from './support/concord-process.ts';
import { aPatient, newNhsNumber } from './support/people.ts';
import { createTestDatabase, onPostgres, type TestDatabase } from './support/test-store.ts';

/** What the server acknowledged: of each resource the last version, and the text it was answered with. */
type Acknowledged = Map<string, { version: number; text: string }>;

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

/** A repeatable stream of whole numbers below a limit (mulberry32). */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

const PAIR = 'urn:pair';
const headers = { 'content-type': 'application/fhir+json' };

/** Both parts of a transaction carry its name: one without the other would be half of it. */
function pair(name: string, value: number): Bundle {
  const part = (which: string): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: which },
    subject: { reference: 'urn:uuid:p' },
    identifier: [{ system: PAIR, value: name }],
    valueQuantity: { value },
  });
  const create = (resource: Observation | Patient, fullUrl?: string) => ({
    ...(fullUrl ? { fullUrl } : {}),
    resource,
    request: { method: 'POST' as const, url: resource.resourceType },
  });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [create(part('one')), create(part('two')), create(aPatient(newNhsNumber()), 'urn:uuid:p')],
  };
}

/** One client that writes, one request after another, until the server is gone. */
async function load(
  address: string,
  name: string,
  next: (limit: number) => number,
  known: Acknowledged,
  stop: () => void,
) {
  const own: string[] = [];
  for (let i = 0; ; i++) {
    try {
      const id = own[next(Math.max(own.length, 1))];
      const isUpdate = id !== undefined && next(3) > 0;
      if (next(4) === 0) {
        const response = await fetch(`${address}/fhir`, {
          method: 'POST',
          headers,
          body: JSON.stringify(pair(`${name}-${i}`, i)),
        });
        const bundle = (await response.json()) as Bundle;
        assert.equal(response.status, 200, JSON.stringify(bundle));
        for (const { resource } of bundle.entry ?? [])
          known.set(`${resource?.resourceType}/${resource?.id}`, { version: 1, text: JSON.stringify(resource) });
      } else {
        const own1 = isUpdate ? id : `${name}-${i}`;
        const body = JSON.stringify(
          aPatient(undefined, { id: own1, birthDate: `19${10 + next(80)}`, active: next(2) === 0 }),
        );
        const response = await fetch(`${address}/fhir/Patient/${own1}`, { method: 'PUT', headers, body });
        const text = await response.text();
        assert.ok(response.status === 200 || response.status === 201, text);
        known.set(`Patient/${own1}`, { version: Number(/\d+/.exec(response.headers.get('etag') ?? '')?.[0]), text });
        if (!isUpdate) own.push(own1);
      }
      stop();
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

async function everything(address: string, path: string): Promise<NonNullable<Bundle['entry']>> {
  const entries: NonNullable<Bundle['entry']> = [];
  for (let url: string | undefined = `${address}/fhir/${path}`; url; ) {
    const bundle = (await (await fetch(url)).json()) as Bundle;
    entries.push(...(bundle.entry ?? []));
    url = bundle.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return entries;
}

async function judge(concord: Concord, known: Acknowledged) {
  for (const [reference, { version, text }] of known) {
    const response = await fetch(`${concord.address}/fhir/${reference}/_history/${version}`);
    assert.equal(response.status, 200, `${reference} version ${version} was acknowledged and is lost`);
    assert.deepEqual(await response.json(), JSON.parse(text), reference);
    const now = await fetch(`${concord.address}/fhir/${reference}`);
    assert.ok(Number(/\d+/.exec(now.headers.get('etag') ?? '')?.[0]) >= version, reference);
  }
  const parts = new Map<string, number>();
  for (const { resource } of await everything(concord.address, 'Observation?_count=500')) {
    const { identifier, subject } = resource as Observation;
    const name = identifier?.[0]?.value ?? '';
    parts.set(name, (parts.get(name) ?? 0) + 1);
    assert.equal(
      (await fetch(`${concord.address}/fhir/${subject?.reference}`)).status,
      200,
      `${name} without its Patient`,
    );
  }
  for (const [name, count] of parts) assert.equal(count, 2, `half of transaction ${name}`);
  // Every version from 1 to the current one is there once.
  const versions = new Map<string, number[]>();
  for (const { resource } of await everything(concord.address, 'Patient/_history?_count=500')) {
    const id = resource?.id ?? '';
    versions.set(id, [...(versions.get(id) ?? []), Number(resource?.meta?.versionId)]);
  }
  for (const [id, found] of versions)
    assert.deepEqual(
      found.sort((a, b) => b - a),
      found.map((_, i) => found.length - i),
      `versions of Patient/${id}`,
    );
}

test('what was acknowledged survives kill -9, and nothing is there by half', { timeout: 180_000 }, async () => {
  const next = random(20261122);
  const known: Acknowledged = new Map();
  for (let round = 0; round < 3; round++) {
    const concord = await startConcord(database);
    await judge(concord, known);
    const before = known.size;
    // The moment to die is counted in answers, not in time: a slow machine dies at the same point of the load.
    let left = 20 + next(60);
    let dead: Promise<unknown> | undefined;
    const stop = () => {
      if (--left === 0) dead = concord.stop('SIGKILL');
    };
    const clients = Array.from({ length: 4 }, (_, i) =>
      load(concord.address, `c${round}-${i}`, random(next(1e9)), known, stop),
    );
    await Promise.all(clients);
    assert.ok(dead, 'the server ended by itself');
    await dead;
    assert.ok(known.size > before);
  }
  const concord = await startConcord(database);
  await judge(concord, known);
  const { code } = await concord.stop('SIGTERM');
  assert.equal(code, 0);
});

test('SIGTERM while requests run ends cleanly: all that was answered is kept', { timeout: 120_000 }, async () => {
  const known: Acknowledged = new Map();
  const concord = await startConcord(database);
  let left = 30;
  let ended: ReturnType<Concord['stop']> | undefined;
  const stop = () => {
    if (--left === 0) ended = concord.stop('SIGTERM');
  };
  await Promise.all(Array.from({ length: 4 }, (_, i) => load(concord.address, `t${i}`, random(i), known, stop)));
  assert.deepEqual(await ended, { code: 0, signal: null }, concord.printed());
  const again = await startConcord(database);
  await judge(again, known);
  assert.equal((await again.stop('SIGINT')).code, 0);
});

test('a second process on the same folder is refused, and harms nothing', {
  skip: onPostgres && 'PostgreSQL may be shared',
  timeout: 60_000,
}, async () => {
  const first = await startConcord(database);
  try {
    await assert.rejects(startConcord(database), /ended with 1: .*in use by process \d+/s);
    assert.equal((await fetch(`${first.address}/fhir/metadata`)).status, 200);
  } finally {
    await first.stop('SIGTERM');
  }
});

test('workers share one PostgreSQL, and one that dies is replaced', {
  skip: !onPostgres && 'needs PostgreSQL',
  timeout: 120_000,
}, async () => {
  const concord = await startConcord(database, ['--workers', '2']);
  try {
    const pids = workersOf(concord);
    assert.equal(pids.length, 2);
    const put = async (id: string) =>
      (
        await fetch(`${concord.address}/fhir/Patient/${id}`, {
          method: 'PUT',
          headers,
          body: JSON.stringify(aPatient(undefined, { id })),
        })
      ).status;
    assert.equal(await put('w1'), 201);
    await killWorker(concord, pids[0] as number);
    assert.equal(await put('w1'), 200);
    for (let i = 0; i < 20; i++) assert.equal((await fetch(`${concord.address}/fhir/Patient/w1`)).status, 200);
    assert.match(concord.printed(), new RegExp(`The worker ${pids[0]} ended with SIGKILL`));
  } finally {
    assert.equal((await concord.stop('SIGTERM')).code, 0);
  }
});
