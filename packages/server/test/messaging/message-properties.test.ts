import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bundle, MedicationRequest, MessageHeader } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import type { Conformance } from '../../src/fhir/conformance.ts';
import type { Neighbour } from '../../src/messaging/neighbour.ts';
import { aCast, aMessage } from '../support/messages.ts';
import { anOrder } from '../support/orders.ts';
import { openTestServer } from '../support/test-server.ts';

const OFF = Object.fromEntries(
  Object.keys(DEFAULTS.conformance).map((layer) => [layer, layer === 'sources' ? {} : 'off']),
) as unknown as Conformance;

function orderMessage(order: MedicationRequest, cast: ReturnType<typeof aCast>, options = {}): Bundle {
  return aMessage(
    ({ patient, organisation, practitioner }) => ({
      ...order,
      ...{ subject: patient, requester: organisation, recorder: practitioner },
    }),
    cast,
    options,
  );
}

/** Somebody whom a message's source may be compared with. */
const NEIGHBOUR: Neighbour = {
  ...{ name: 'ward', base: 'https://neighbour.example/fhir', deliver: undefined, notify: false, poll: undefined },
  ...{ subscribe: false, fetchFrom: undefined, auth: undefined, tls: undefined, paused: true },
};

/** A message whose source has a name too. */
function named(message: Bundle): Bundle {
  const header = message.entry?.[0]?.resource as unknown as MessageHeader;
  header.source.name = 'Ward 7';
  return message;
}

/** The life of an order as its sender tells of it, a version a minute. */
const LIFE: readonly Partial<MedicationRequest>[] = [
  { status: 'active' },
  { status: 'active', note: [{ text: 'Amended' }] },
  { status: 'on-hold', statusReason: { text: 'Waits for a result' } },
  { status: 'active', note: [{ text: 'Goes on' }] },
  { status: 'stopped', statusReason: { text: 'No longer needed' } },
];

test('however messages are repeated and reordered, the newest version that was sent is what is here', {
  timeout: 240_000,
}, async () => {
  const server = await openTestServer({ conformance: DEFAULTS.conformance });
  try {
    const arrivals = fc.array(fc.nat(LIFE.length - 1), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrived) => {
        const cast = aCast();
        const order = anOrder({});
        const versions = LIFE.map((more, i) =>
          orderMessage({ ...order, ...more } as MedicationRequest, cast, {
            timestamp: `2026-01-05T10:0${i}:00Z`,
            event: i === 0 ? 'prescription-order' : 'prescription-order-update',
          }),
        );
        for (const i of arrived) {
          const answer = await server.send('POST', '$process-message', { body: versions[i] });
          assert.equal(answer.status, 200, answer.text);
        }
        const [{ system, value } = {}] = order.identifier ?? [];
        const { entry = [] } = (await server.get(`MedicationRequest?identifier=${system}|${value}`)).bundle;
        assert.equal(entry.length, 1);
        const newest = LIFE[Math.max(...arrived)];
        const held = entry[0]?.resource as MedicationRequest;
        assert.deepEqual([held.status, held.note], [newest?.status, newest?.note]);
      }),
      { numRuns: 15, seed: 20261122 },
    );
  } finally {
    await server.close();
  }
});

/** What stands where something else should. */
const BROKEN: readonly unknown[] = [
  undefined,
  null,
  0,
  '',
  'x',
  'urn:x',
  'Patient/1',
  true,
  [],
  {},
  [null],
  [{}],
  '\u0000',
];

/** Every place in a JSON value. */
function placesIn(node: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof node !== 'object' || node === null) return [path];
  return [path, ...Object.entries(node).flatMap(([name, value]) => placesIn(value, [...path, name]))];
}

function changed(message: Bundle, path: (string | number)[], value: unknown): unknown {
  const copy = structuredClone(message);
  let node = copy as unknown as { [name: string]: unknown };
  for (const name of path.slice(0, -1)) node = node[name] as { [name: string]: unknown };
  const last = path.at(-1);
  if (last === undefined) return value;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return copy;
}

test('no message, however broken, makes the server fail, whatever the site checks', { timeout: 240_000 }, async () => {
  for (const conformance of [DEFAULTS.conformance, OFF]) {
    const server = await openTestServer({ conformance, neighbours: [NEIGHBOUR] });
    try {
      const cast = aCast();
      const sample = named(orderMessage(anOrder({}), cast));
      const places = placesIn(sample);
      await fc.assert(
        fc.asyncProperty(fc.nat(places.length - 1), fc.constantFrom(...BROKEN), async (i, given) => {
          const message = named(orderMessage(anOrder({}), cast));
          const answer = await server.send('POST', '$process-message', {
            body: JSON.stringify(changed(message, places[i] ?? [], given) ?? null),
          });
          assert.ok(answer.status < 500, `${places[i]?.join('.')} = ${JSON.stringify(given)}: ${answer.text}`);
        }),
        { numRuns: 200, seed: 20261122 },
      );
    } finally {
      await server.close();
    }
  }
});

test('no header of a message, however broken, makes the server fail', async () => {
  const server = await openTestServer({ conformance: OFF, neighbours: [NEIGHBOUR] });
  try {
    const message = named(orderMessage(anOrder({}), aCast()));
    for (const path of placesIn(message.entry?.[0]?.resource, ['entry', 0, 'resource'])) {
      for (const given of BROKEN) {
        const body = JSON.stringify(changed(message, path, given));
        const answer = await server.send('POST', '$process-message', { body });
        assert.ok(answer.status < 500, `${path.join('.')} = ${JSON.stringify(given)}: ${answer.text}`);
      }
    }
  } finally {
    await server.close();
  }
});
