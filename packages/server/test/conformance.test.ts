import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Layer, layers } from '@concord/conformance';
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4';
import { readConfig } from '../src/config.ts';
import { DEFAULT_CONFORMANCE } from '../src/fhir/conformance.ts';
import { openTestServer } from './support/test-server.ts';

const request = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Paracetamol 500mg tablets' },
  subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990008087' } },
  authoredOn: '2026-03-01T09:30:00Z',
  dosageInstruction: [{ text: 'as directed' }],
} as unknown as FhirResource;

const codes = (outcome: OperationOutcome) =>
  outcome.issue.map(({ severity, details }) =>
    [severity, ...(details?.coding ?? []).map(({ code }) => code)].join(' '),
  );

test('$validate says everything that every layer finds, with its layer', async () => {
  const server = await openTestServer();
  try {
    const answer = await server.send('POST', 'MedicationRequest/$validate', { body: request });
    assert.equal(answer.status, 200);
    const found = codes(answer.resource<OperationOutcome>());
    for (const each of ['error UKC-min uk-core', 'warning R-010 guide', 'error R-190 identity', 'warning R-020 guide'])
      assert.ok(found.includes(each), `${each} in ${found.join(', ')}`);

    const resource = { name: 'resource', resource: request };
    const ask = (...parameter: object[]) =>
      server.send('POST', 'MedicationRequest/$validate', { body: { resourceType: 'Parameters', parameter } });
    const inHospital = await ask(resource, { name: 'setting', valueCode: 'hospital' });
    assert.ok(codes(inHospital.resource<OperationOutcome>()).includes('error R-010 guide'));
    const draft = { ...resource, resource: { ...request, status: 'draft' } };
    const created = await ask(draft, { name: 'mode', valueCode: 'create' }, { name: 'layer', valueCode: 'guide' });
    const asCreated = codes(created.resource<OperationOutcome>());
    assert.ok(asCreated.includes('error R-006 guide'));
    assert.ok(asCreated.every((each) => each.endsWith(' guide')));
    for (const wrong of [{ name: 'mode', valueCode: 'delete' }, { name: 'profile', valueUri: 'x' }, { name: 'layer' }])
      assert.equal((await ask(resource, wrong)).status, 400);
    assert.equal((await ask()).status, 400);
  } finally {
    await server.close();
  }
});

test('$validate of what is stored', async () => {
  const server = await openTestServer();
  try {
    const { id } = await server.create(request);
    const answer = await server.get(`MedicationRequest/${id}/$validate?layer=identity`);
    assert.deepEqual(codes(answer.resource<OperationOutcome>()), ['error R-190 identity']);
    assert.equal((await server.get('MedicationRequest/none/$validate')).status, 404);
    assert.equal((await server.get(`MedicationRequest/${id}/$validate?layer=none`)).status, 400);
  } finally {
    await server.close();
  }
});

test('a write is refused by FHIR R4 only; who asks is told the rest', async () => {
  const server = await openTestServer();
  try {
    const headers = { prefer: 'return=OperationOutcome' };
    const told = await server.send('POST', 'MedicationRequest', { body: request, headers });
    assert.equal(told.status, 201);
    const found = codes(told.resource<OperationOutcome>());
    assert.match(found[0] ?? '', /^information/);
    assert.ok(found.includes('warning UKC-min uk-core'), 'what would be an error is a warning: it was accepted');
    assert.ok(!found.some((each) => each.startsWith('error')));
    const refused = await server.send('POST', 'MedicationRequest', { body: { ...request, status: 'odd' }, headers });
    assert.equal(refused.status, 422);
  } finally {
    await server.close();
  }
});

test('the entries of a batch and a transaction are told too', async () => {
  const server = await openTestServer();
  try {
    for (const type of ['batch', 'transaction']) {
      const entry = [{ resource: request, request: { method: 'POST', url: 'MedicationRequest' } }];
      const body = { resourceType: 'Bundle', type, entry };
      const answer = await server.send('POST', '', { body, headers: { prefer: 'return=OperationOutcome' } });
      assert.equal(answer.status, 200, answer.text);
      const outcome = answer.resource<Bundle>().entry?.[0]?.response?.outcome as OperationOutcome;
      assert.ok(codes(outcome).includes('warning UKC-min uk-core'), type);
    }
  } finally {
    await server.close();
  }
});

test('a site may let other layers refuse, or switch them off', async () => {
  const only = Object.fromEntries(layers.map((layer) => [layer, 'off'])) as Record<Layer, 'off'>;
  const server = await openTestServer({ conformance: { ...only, fhir: 'refuse', identity: 'refuse' } });
  try {
    const answer = await server.send('POST', 'MedicationRequest', { body: request });
    assert.equal(answer.status, 422);
    assert.deepEqual(
      answer.resource<OperationOutcome>().issue.map(({ expression }) => expression),
      [['MedicationRequest.subject.identifier.value']],
    );
    const right = { ...request, subject: { reference: 'Patient/1' } };
    const headers = { prefer: 'return=OperationOutcome' };
    const told = await server.send('POST', 'MedicationRequest', { body: right, headers });
    assert.equal(told.status, 201);
    assert.equal(told.resource<OperationOutcome>().issue.length, 1);
  } finally {
    await server.close();
  }
});

test('CONCORD_CONFORMANCE names layers and what they do', () => {
  const read = (text: string) => readConfig({ CONCORD_CONFORMANCE: text }, {}).conformance;
  assert.deepEqual(read(''), DEFAULT_CONFORMANCE);
  assert.deepEqual(read('uk-core=refuse, guide=off'), { ...DEFAULT_CONFORMANCE, 'uk-core': 'refuse', guide: 'off' });
  for (const wrong of ['uk-core', 'ukcore=warn', 'guide=on', 'guide=warn;dmd=off'])
    assert.throws(() => read(wrong), /CONCORD_CONFORMANCE: ".*" is not a layer/);
});
