import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Bundle, FhirResource, MedicationRequest, Reference } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { contentText } from '../../src/fhir/same-content.ts';
import { writeFhirXml } from '../../src/fhir/xml/index.ts';
import { aCast, aMessage, type Cast } from '../support/messages.ts';
import { anOrder } from '../support/orders.ts';
import { type Answer, openTestServer, type TestServer } from '../support/test-server.ts';

type Door = (server: TestServer, order: MedicationRequest, cast: Cast) => Promise<Answer>;

const XML = { 'content-type': 'application/fhir+xml' };
const xml = (resource: unknown) => writeFhirXml(resource as Parameters<typeof writeFhirXml>[0]);
const message = (order: MedicationRequest, cast: Cast) =>
  aMessage(
    ({ patient, organisation, practitioner }) => ({
      ...order,
      ...{ subject: patient, requester: organisation, recorder: practitioner },
    }),
    cast,
  );

/** The order with whom it concerns as resources of the server, made where they are not there. */
async function atServer(server: TestServer, order: MedicationRequest, cast: Cast): Promise<MedicationRequest> {
  const make = async (resource: FhirResource): Promise<Reference> => {
    const { system, value } = (resource as Cast['patient']).identifier?.[0] ?? {};
    const headers = { 'if-none-exist': `identifier=${system}|${value}` };
    const answer = await server.send('POST', resource.resourceType, { body: resource, headers });
    assert.ok(answer.status < 300, answer.text);
    return { reference: `${resource.resourceType}/${answer.resource().id}` };
  };
  const [subject, requester, recorder] = [
    await make(cast.patient),
    await make(cast.organisation),
    await make(cast.practitioner),
  ];
  return { ...order, subject, requester, recorder };
}

function transaction(order: MedicationRequest, cast: Cast): Bundle {
  const { entry = [] } = message(order, cast);
  const [, focus, ...along] = entry as { fullUrl: string; resource: FhirResource }[];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { ...focus, request: { method: 'POST', url: 'MedicationRequest' } },
      ...along.map((each) => {
        const { system, value } = (each.resource as Cast['patient']).identifier?.[0] ?? {};
        const request = {
          method: 'POST',
          url: each.resource.resourceType,
          ifNoneExist: `identifier=${system}|${value}`,
        };
        return { ...each, request };
      }),
    ],
  } as Bundle;
}

/** Each way in which an order may come from elsewhere. */
const DOORS: { readonly [name: string]: Door } = {
  'a message': (server, order, cast) => server.send('POST', '$process-message', { body: message(order, cast) }),
  'a message in XML': (server, order, cast) =>
    server.send('POST', '$process-message', { body: xml(message(order, cast)), headers: XML }),
  'a transaction': (server, order, cast) => server.send('POST', '', { body: transaction(order, cast) }),
  'a transaction in XML': (server, order, cast) =>
    server.send('POST', '', { body: xml(transaction(order, cast)), headers: XML }),
  'a POST': async (server, order, cast) =>
    server.send('POST', 'MedicationRequest', { body: await atServer(server, order, cast) }),
  'a POST in XML': async (server, order, cast) =>
    server.send('POST', 'MedicationRequest', { body: xml(await atServer(server, order, cast)), headers: XML }),
};

const servers = new Map<string, TestServer>();
before(async () => {
  for (const name of Object.keys(DOORS)) {
    servers.set(name, await openTestServer({ conformance: DEFAULTS.conformance }));
  }
});
after(async () => {
  for (const server of servers.values()) await server.close();
});

/** What the record says of an order, with each reference as the identifier of what it leads to. */
async function recordOf(server: TestServer, { identifier }: MedicationRequest): Promise<string[]> {
  const [{ system, value } = {}] = identifier ?? [];
  const { entry = [] } = (await server.get(`MedicationRequest?identifier=${system}|${value}`)).bundle;
  const said: string[] = [];
  for (const { resource } of entry) {
    const order = resource as MedicationRequest;
    const named = async (reference: Reference | undefined) => {
      const target = (await server.get(reference?.reference ?? '')).resource<Cast['patient']>();
      return { identifier: { value: target.identifier?.[0]?.value as string } };
    };
    const [subject, requester, recorder] = [
      await named(order.subject),
      await named(order.requester),
      await named(order.recorder),
    ];
    said.push(`${order.meta?.versionId} ${contentText({ ...order, subject, requester, recorder })}`);
  }
  return said;
}

const status = fc.constantFrom<MedicationRequest['status']>(
  'active',
  'active',
  'on-hold',
  'completed',
  'draft',
  'entered-in-error',
);
const someOrder = fc.record({
  status,
  priority: fc.constantFrom('routine' as const, undefined),
  intent: fc.constantFrom('order' as const, 'order' as const, 'order' as const, undefined),
  note: fc.option(fc.constantFrom('Ring the ward first', 'é < & "x"'), { nil: undefined }),
  quantity: fc.constantFrom(21, 10.5, 0.25, undefined),
});

test('an order means the same by whichever door it comes', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(someOrder, async ({ status, priority, intent, note, quantity }) => {
      const base = anOrder({});
      const { intent: _intent, ...rest } = base;
      const capsule = { unit: 'capsule', system: 'http://snomed.info/sct', code: '428641000' };
      const order = {
        ...rest,
        ...(intent && { intent }),
        ...(priority && { priority }),
        ...(note && { note: [{ text: note }] }),
        ...{ status, ...(status === 'on-hold' ? { statusReason: { text: 'Waits' } } : {}) },
        ...(quantity && { dispenseRequest: { ...base.dispenseRequest, quantity: { value: quantity, ...capsule } } }),
      } as MedicationRequest;
      const cast = aCast();
      const results: [string, number, string[]][] = [];
      for (const [name, door] of Object.entries(DOORS)) {
        const server = servers.get(name) as TestServer;
        const first = await door(server, order, cast);
        const again = await door(server, order, cast);
        assert.equal(again.status < 300, first.status < 300, `${name}, sent again: ${again.text}`);
        results.push([name, first.status < 300 ? 200 : first.status, await recordOf(server, order)]);
      }
      const [[, code, record] = []] = results;
      for (const [name, otherCode, otherRecord] of results) {
        assert.equal(otherCode, code, name);
        assert.deepEqual(otherRecord, record, name);
      }
    }),
    { numRuns: 12, seed: 20261122 },
  );
});
