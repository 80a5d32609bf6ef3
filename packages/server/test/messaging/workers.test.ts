import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FhirResource, Subscription } from 'fhir/r4';
import { freePorts } from '../../demo/supply/free-ports.ts';
import { type Concord, killWorker, startConcord, workersOf } from '../support/concord-process.ts';
import { Receiver } from '../support/receiver.ts';
import { toSearch } from '../support/subscribing.ts';
import { createTestDatabase, onPostgres } from '../support/test-store.ts';

/** One connection for each request: whichever worker is free answers. */
async function create<T extends FhirResource>({ address }: Concord, resource: T): Promise<T & { id: string }> {
  const answer = await fetch(`${address}/fhir/${resource.resourceType}`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', connection: 'close' },
    body: JSON.stringify(resource),
  });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  return JSON.parse(text);
}

/** A connection that was on its way to a worker when it died is never answered: it is asked again. */
const PATIENCE_MILLISECONDS = 1000;

/** Resolves once somebody answers: where the last worker was killed, that is the one in its place. */
async function answers({ address }: Concord): Promise<void> {
  const ask = () =>
    fetch(`${address}/fhir/metadata`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
  while ((await ask().catch(() => undefined))?.ok !== true);
}

/** Resolves once a websocket has heard something. */
function heard(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => String(data) === text && resolve());
  });
}

/** Resolves once the pharmacy's list, as it is kept up to date, shows something. */
async function shown({ address }: Concord, wanted: string): Promise<void> {
  const answer = await fetch(`${address}/pharmacy/live`, { headers: { connection: 'close' } });
  let text = '';
  for await (const bytes of answer.body ?? []) {
    text += new TextDecoder().decode(bytes);
    if (text.includes(wanted)) return;
  }
  assert.fail(`The list ended without ${wanted}.`);
}

test('whichever worker dies, the others are told, and orders are completed, as before', {
  skip: !onPostgres && 'needs PostgreSQL',
  timeout: 180_000,
}, async () => {
  const database = await createTestDatabase();
  const receiver = await Receiver.open();
  // A port of its own: where all workers are dead at once, those in their place listen on it again.
  const [port] = await freePorts(1);
  const concord = await startConcord(database, ['--workers', '2', '--port', `${port}`, '--data', database.folder]);
  try {
    await create(concord, toSearch('MedicationRequest?', { endpoint: receiver.url, payload: 'application/fhir+json' }));
    const socketed = await create<Subscription>(concord, toSearch('MedicationRequest?', { type: 'websocket' }));

    /** Supplies an order, and waits until everybody knows that it is completed. */
    const supplied = async (name: string) => {
      const socket = new WebSocket(`${concord.address.replace('http', 'ws')}/fhir/ws`);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', () => reject(new Error('The websocket was refused.')));
      });
      const bound = heard(socket, `bound ${socketed.id}`);
      socket.send(`bind ${socketed.id}`);
      await bound;
      const pinged = heard(socket, `ping ${socketed.id}`);
      const listed = shown(concord, name);
      const of = {
        medicationCodeableConcept: { text: name },
        subject: { identifier: { system: 'urn:test:patient', value: name } },
      };
      const { id } = await create(concord, {
        ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order', ...of },
        identifier: [{ system: 'urn:test:order', value: name }],
      });
      await create(concord, {
        ...{ resourceType: 'MedicationDispense', status: 'completed', ...of },
        whenHandedOver: new Date().toISOString(),
        authorizingPrescription: [{ reference: `MedicationRequest/${id}` }],
      });
      await receiver.until((got) =>
        got.some(({ path, body }) => path.endsWith(`/${id}`) && body.includes('"status":"completed"')),
      );
      await Promise.all([pinged, listed]);
      socket.close();
    };

    const first = workersOf(concord);
    assert.equal(first.length, 2);
    await supplied('Before');
    // One of the two leads: the other, or the one in its place, takes over.
    for (const [i, pid] of first.entries()) {
      await killWorker(concord, pid);
      await answers(concord);
      await supplied(`After ${i + 1}`);
    }
  } finally {
    await concord.stop('SIGTERM');
    await receiver.close();
    await database.drop();
  }
});
