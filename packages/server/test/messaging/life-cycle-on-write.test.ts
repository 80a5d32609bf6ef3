import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Bundle, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { create } from '../../src/fhir/interactions/create.ts';
import { openSession } from '../../src/fhir/session.ts';
import { aDispense, anOrder } from '../support/orders.ts';
import { newNhsNumber, nhs } from '../support/people.ts';
import { type Answer, BASE, openTestServer, type TestServer } from '../support/test-server.ts';

type Kind = 'MedicationRequest' | 'MedicationDispense';
interface Cases {
  first: { type: Kind; status: string; post: number; put: number; rule?: string }[];
  changes: { type: Kind; from: string; to: string; status: number; rule?: string; warned?: string; says?: string }[];
}
const cases = JSON.parse(readFileSync(new URL('life-cycle-cases.json', import.meta.url), 'utf8')) as Cases;

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

function inStatus(type: Kind, status: string): MedicationRequest | MedicationDispense {
  const order = anOrder({ type: 'Patient', identifier: nhs(newNhsNumber()) });
  const resource = type === 'MedicationRequest' ? order : aDispense(order);
  const reason = { coding: [{ system: 'http://snomed.info/sct', code: '281647001', display: 'Adverse reaction' }] };
  const needsReason = ['on-hold', 'cancelled', 'stopped', 'declined'].includes(status);
  const name = type === 'MedicationRequest' ? 'statusReason' : 'statusReasonCodeableConcept';
  return { ...resource, status, ...(needsReason ? { [name]: reason } : {}) } as MedicationRequest;
}

function transaction(method: string, url: string, resource: object): Bundle {
  const entry = { fullUrl: `urn:uuid:${randomUUID()}`, resource, request: { method, url } };
  return { resourceType: 'Bundle', type: 'transaction', entry: [entry] } as Bundle;
}

function ruleOf({ outcome }: Answer): string | undefined {
  return outcome.issue[0]?.details?.coding?.find((each) => each.system === 'urn:concord:rule')?.code;
}

test('a POST begins a life only where one may begin; a PUT copies a record at any point of it', async (t) => {
  for (const { type, status, post, put, rule } of cases.first) {
    await t.test(`${type} ${status}`, async () => {
      const resource = inStatus(type, status);
      const inTransaction = await server.send('POST', '', { body: transaction('POST', type, resource) });
      assert.equal(inTransaction.status, post === 201 ? 200 : post, inTransaction.text);
      const posted = await server.send('POST', type, { body: inStatus(type, status) });
      assert.equal(posted.status, post, posted.text);
      const batch = { ...transaction('POST', type, inStatus(type, status)), type: 'batch' };
      const [entry] = (await server.send('POST', '', { body: batch })).bundle.entry ?? [];
      assert.match(String(entry?.response?.status), new RegExp(`^${post}`));
      const conditional = await server.send('POST', type, {
        body: inStatus(type, status),
        headers: { 'if-none-exist': 'identifier=urn:none|none' },
      });
      assert.equal(conditional.status, post, conditional.text);
      for (const refused of post === 422 ? [inTransaction, posted, conditional] : [])
        assert.equal(ruleOf(refused), rule);
      const copy = { ...inStatus(type, status), id: randomUUID() };
      const putted = await server.send('PUT', `${type}/${copy.id}`, { body: copy });
      assert.equal(putted.status, put, putted.text);
    });
  }
});

test('a change of status is judged by the version that it replaces', async (t) => {
  for (const { type, from, to, status, rule, warned, says } of cases.changes) {
    await t.test(`${type} ${from} to ${to}`, async () => {
      const held = await server.put({ ...inStatus(type, from), id: randomUUID() } as MedicationRequest);
      const { status: _status, statusReason, ...rest } = held as MedicationRequest & { [name: string]: unknown };
      delete (rest as { statusReasonCodeableConcept?: unknown }).statusReasonCodeableConcept;
      const wanted = inStatus(type, to) as unknown as { [name: string]: unknown };
      const reasons = ['statusReason', 'statusReasonCodeableConcept'].filter((name) => wanted[name] !== undefined);
      const body = { ...rest, status: to, ...Object.fromEntries(reasons.map((name) => [name, wanted[name]])) };
      const patch = [
        { op: 'replace', path: '/status', value: to },
        ...reasons.map((name) => ({ op: 'add', path: `/${name}`, value: wanted[name] })),
      ];
      const path = `${type}/${held.id}`;
      const headers = { 'content-type': 'application/json-patch+json' };
      if (status === 409) {
        for (const refused of [
          await server.send('PATCH', path, { body: patch, headers }),
          await server.send('PUT', path, { body }),
          await server.send('POST', '', { body: transaction('PUT', path, body) }),
        ]) {
          assert.equal(refused.status, 409, refused.text);
          assert.equal(ruleOf(refused), rule);
          const [issue] = refused.outcome.issue;
          assert.match(String(issue?.expression), new RegExp(`${type}[.]status$`));
          if (says !== undefined)
            assert.match(String(issue?.diagnostics), new RegExp(`Allowed after ${from}: .*${says}`));
        }
        assert.equal((await server.get(path)).headers.etag, 'W/"1"', 'nothing was kept');
        return;
      }
      const written = await server.send('PUT', path, { body });
      assert.equal(written.status, 200, written.text);
      if (warned === undefined) assert.equal(written.headers.warning, undefined);
      else assert.match(String(written.headers.warning), new RegExp(warned));
    });
  }
});

test('of changes that race, each is judged by what the one before left', async () => {
  for (let round = 0; round < 5; round++) {
    const held = await server.create(anOrder({ type: 'Patient', identifier: nhs(newNhsNumber()) }));
    const path = `MedicationRequest/${held.id}`;
    const end = (status: MedicationRequest['status']) => server.send('PUT', path, { body: { ...held, status } });
    const answers = await Promise.all([end('completed'), end('entered-in-error'), end('stopped'), end('completed')]);
    const history = (await server.get(`${path}/_history`)).bundle.entry?.map(
      ({ resource }) => (resource as MedicationRequest).status,
    );
    const ends = new Set(history?.filter((each) => each !== 'active'));
    assert.equal(ends.size, 1, `one end is reached: ${history}`);
    for (const { status, text } of answers) assert.ok(status === 200 || status === 409, text);
  }
});

test('this server itself may begin with a draft', async () => {
  const session = openSession({ store: server.store, config: DEFAULTS }, BASE, { origin: 'own' });
  const body = { ...anOrder({ type: 'Patient', identifier: nhs(newNhsNumber()) }), status: 'draft' };
  const request = { method: 'POST', path: ['MedicationRequest'], query: [], headers: {}, body } as const;
  const answer = await create(session, { ...request, path: [...request.path], query: [] }, 'MedicationRequest');
  assert.equal(answer.status, 201);
});
