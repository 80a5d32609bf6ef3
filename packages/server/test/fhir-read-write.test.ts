import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MedicationRequest, Patient, Reference } from 'fhir/r4';
import { aPatient, aRequest, aStatement, NHS_NUMBER, newNhsNumber, nhs, ORDER_NUMBER } from './support/people.ts';
import { BASE, openTestServer, type TestServer } from './support/test-server.ts';

const PATCH = { 'content-type': 'application/json-patch+json' };

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

test('a created resource has an id, version 1, and can be read where Location says', async () => {
  const sent = aPatient(newNhsNumber(), { id: 'not-this', meta: { versionId: '9', tag: [{ code: 'kept' }] } });
  const created = await server.send('POST', 'Patient', { body: sent });
  assert.equal(created.status, 201);
  assert.equal(created.headers.etag, 'W/"1"');
  const patient = created.resource<Patient>();
  assert.notEqual(patient.id, 'not-this');
  assert.equal(created.headers.location, `${BASE}/Patient/${patient.id}/_history/1`);
  assert.equal(patient.meta?.versionId, '1');
  assert.deepEqual(patient.meta?.tag, [{ code: 'kept' }]);
  assert.deepEqual(patient.identifier, sent.identifier);

  const read = await server.get(`Patient/${patient.id}`);
  assert.equal(read.status, 200);
  assert.equal(read.text, created.text);
  assert.equal(read.headers.etag, 'W/"1"');
  assert.equal(read.headers['last-modified'], new Date(patient.meta?.lastUpdated ?? '').toUTCString());
  const version = await server.get(`Patient/${patient.id}/_history/1`);
  assert.equal(version.text, created.text);
});

test('an update makes the next version, and the version before stays readable', async () => {
  const patient = await server.create(aPatient(newNhsNumber()));
  const changed = await server.send('PUT', `Patient/${patient.id}`, { body: { ...patient, active: false } });
  assert.equal(changed.status, 200);
  assert.equal(changed.headers.etag, 'W/"2"');
  assert.equal((await server.get(`Patient/${patient.id}`)).resource<Patient>().active, false);
  assert.deepEqual((await server.get(`Patient/${patient.id}/_history/1`)).resource(), patient);
  assert.ok((changed.resource().meta?.lastUpdated ?? '') > (patient.meta?.lastUpdated ?? '~'));
});

test('an update may create under an id of the client’s choice, and must be about that id', async () => {
  const put = (path: string, body: Patient) => server.send('PUT', path, { body });
  assert.equal((await put('Patient/my.own-Id', aPatient(newNhsNumber(), { id: 'my.own-Id' }))).status, 201);
  assert.equal((await put('Patient/my.own-Id', aPatient(newNhsNumber(), { id: 'my.own-Id' }))).status, 200);
  assert.equal((await put('Patient/my.own-Id', aPatient(newNhsNumber(), { id: 'other' }))).status, 400);
  assert.equal((await put('Patient/my.own-Id', aPatient(newNhsNumber()))).status, 400);
  assert.equal((await put('Patient/my_own', aPatient(newNhsNumber(), { id: 'my_own' }))).status, 404);
});

test('a deleted resource is gone, its versions are not, and it can come back', async () => {
  const patient = await server.put(aPatient(newNhsNumber(), { id: 'leaver' }));
  const deleted = await server.send('DELETE', 'Patient/leaver');
  assert.equal(deleted.status, 204);
  assert.equal(deleted.headers.etag, 'W/"2"');
  assert.equal((await server.get('Patient/leaver')).status, 410);
  assert.equal((await server.get('Patient/leaver/_history/2')).status, 410);
  assert.deepEqual((await server.get('Patient/leaver/_history/1')).resource(), patient);
  assert.deepEqual((await server.get('Patient?_id=leaver')).found, []);
  assert.equal((await server.send('DELETE', 'Patient/leaver')).status, 204, 'deleting again changes nothing');
  assert.equal((await server.get('Patient/leaver/_history')).bundle.total, 2);
  const back = await server.send('PUT', 'Patient/leaver', { body: patient });
  assert.equal(back.status, 201);
  assert.equal(back.headers.etag, 'W/"3"');
  assert.deepEqual((await server.get('Patient?_id=leaver')).found, ['Patient/leaver']);
});

test('what never was is not found', async () => {
  for (const path of ['Patient/nobody', 'Patient/nobody/_history', 'Patient/nobody/_history/1'])
    assert.equal((await server.get(path)).status, 404, path);
  assert.equal((await server.send('DELETE', 'Patient/nobody')).status, 204);
  assert.equal((await server.send('PATCH', 'Patient/nobody', { body: [], headers: PATCH })).status, 404);
  const { id } = await server.create(aPatient(newNhsNumber()));
  for (const version of ['0', '2', '1.0', 'x', '999999999', '99999999999'])
    assert.equal((await server.get(`Patient/${id}/_history/${version}`)).status, 404, version);
});

test('a JSON Patch changes what it names and nothing else', async () => {
  const patient = await server.create(aPatient(newNhsNumber(), { gender: 'female', birthDate: '1980-02-29' }));
  const operations = [
    { op: 'test', path: '/gender', value: 'female' },
    { op: 'replace', path: '/gender', value: 'other' },
    { op: 'add', path: '/name/0/given/-', value: 'Middle' },
    { op: 'remove', path: '/birthDate' },
    { op: 'add', path: '/identifier/0/use', value: 'official' },
    { op: 'copy', from: '/name/0/family', path: '/name/0/text' },
    { op: 'move', from: '/name/0/given/0', path: '/name/0/given/1' },
  ];
  const patched = await server.send('PATCH', `Patient/${patient.id}`, { body: operations, headers: PATCH });
  assert.equal(patched.status, 200, patched.text);
  const { birthDate: _, meta: __, ...rest } = patient;
  const now = { ...patched.resource<Patient>(), meta: undefined };
  assert.deepEqual(now, {
    ...{ ...rest, meta: undefined, gender: 'other' },
    identifier: [{ ...nhs(patient.identifier?.[0]?.value ?? ''), use: 'official' }],
    name: [{ family: 'Concordia', text: 'Concordia', given: ['Middle', 'Test'] }],
  });
});

const BAD_PATCHES: [name: string, operations: unknown[]][] = [
  [
    'a failing test',
    [
      { op: 'replace', path: '/active', value: true },
      { op: 'test', path: '/gender', value: 'male' },
    ],
  ],
  ['a path that leads nowhere', [{ op: 'remove', path: '/photo/0' }]],
  ['a change of id', [{ op: 'replace', path: '/id', value: 'other' }]],
  ['a change of type', [{ op: 'replace', path: '/resourceType', value: 'Group' }]],
  ['an invalid result', [{ op: 'add', path: '/gender', value: 'robot' }]],
  ['an unknown operation', [{ op: 'increment', path: '/gender' }]],
  ['the prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }]],
  ['a constructor', [{ op: 'add', path: '/constructor/prototype/polluted', value: true }]],
  ['the whole document', [{ op: 'replace', path: '', value: { resourceType: 'Basic' } }]],
  ['no value', [{ op: 'add', path: '/gender' }]],
];

for (const [name, operations] of BAD_PATCHES) {
  test(`a JSON Patch with ${name} changes nothing`, async () => {
    const patient = await server.create(aPatient(newNhsNumber(), { gender: 'female' }));
    const answer = await server.send('PATCH', `Patient/${patient.id}`, { body: operations, headers: PATCH });
    assert.equal(answer.status, 422, answer.text);
    assert.ok(answer.outcome.issue[0]?.diagnostics);
    assert.deepEqual((await server.get(`Patient/${patient.id}`)).resource(), patient);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });
}

test('PATCH takes JSON Patch only', async () => {
  const { id } = await server.create(aPatient(newNhsNumber()));
  assert.equal((await server.send('PATCH', `Patient/${id}`, { body: [] })).status, 415);
  assert.equal((await server.send('PATCH', `Patient/${id}`, { body: {}, headers: PATCH })).status, 400);
  assert.equal((await server.send('POST', 'Patient', { body: [], headers: PATCH })).status, 400);
});

test('Prefer chooses what a write returns', async () => {
  const send = (prefer: string) =>
    server.send('POST', 'Patient', { body: aPatient(newNhsNumber()), headers: { prefer } });
  const minimal = await send('return=minimal');
  assert.deepEqual([minimal.status, minimal.text], [201, '']);
  assert.ok(minimal.headers.location);
  assert.equal((await send('return=representation')).resource().resourceType, 'Patient');
  assert.equal((await send('respond-async, return=OperationOutcome')).outcome.issue[0]?.severity, 'information');
  assert.equal((await send('return=nonsense')).resource().resourceType, 'Patient');
});

test('HEAD answers as GET without the body', async () => {
  const { id } = await server.create(aPatient(newNhsNumber()));
  const head = await server.send('HEAD', `Patient/${id}`);
  assert.deepEqual([head.status, head.headers.etag, head.text], [200, 'W/"1"', '']);
  assert.equal((await server.send('HEAD', 'Patient/nobody')).status, 404);
});

test('a create that is sent again gets the first answer, however much has happened since', async () => {
  const subject = { identifier: nhs(newNhsNumber()) };
  const body = aRequest(subject, { identifier: [{ system: ORDER_NUMBER, value: 'retry-1' }] });
  const first = await server.send('POST', 'MedicationRequest', { body });
  const { id } = first.resource();
  await server.put({ ...body, id, status: 'completed' } as typeof body);
  const reordered = Object.fromEntries(Object.entries(body).reverse());
  const narrative = { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } };
  for (const again of [body, reordered, { ...body, id: 'other', meta: { source: 'urn:x' }, ...narrative }]) {
    const answer = await server.send('POST', 'MedicationRequest', { body: again });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.text, first.text);
    assert.equal(answer.headers.etag, 'W/"1"');
    assert.match(String(answer.headers.location), new RegExp(`MedicationRequest/${id}/_history/1$`));
  }
  const entry = { resource: body, request: { method: 'POST', url: 'MedicationRequest' } };
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: subject,
    focus: { reference: 'urn:uuid:0c1a9d2e-0000-4000-8000-000000000001' },
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: task, request: { method: 'POST', url: 'Task' } },
      { fullUrl: 'urn:uuid:0c1a9d2e-0000-4000-8000-000000000001', ...entry },
    ],
  };
  const answers = (await server.send('POST', '', { body: bundle })).bundle.entry ?? [];
  assert.deepEqual(
    answers.map(({ response }) => response?.status),
    ['201 Created', '200 OK'],
  );
  assert.equal(
    (answers[0]?.resource as { focus?: Reference } | undefined)?.focus?.reference,
    `MedicationRequest/${id}`,
  );
  assert.match(String(answers[1]?.response?.location), new RegExp(`MedicationRequest/${id}/_history/1$`));
  const headers = { 'if-none-exist': 'identifier=urn:none|none' };
  assert.equal((await server.send('POST', 'MedicationRequest', { body, headers })).status, 200);
  assert.equal((await server.get(`MedicationRequest/${id}`)).headers.etag, 'W/"2"', 'nothing was written again');
});

test('the identifier of a medication resource is its business key: another with it is 409', async () => {
  const subject = { identifier: nhs(newNhsNumber()) };
  const order = { system: ORDER_NUMBER, value: 'repeat-1' };
  const first = await server.create(aRequest(subject, { identifier: [order] }));
  const again = await server.send('POST', 'MedicationRequest', {
    body: aRequest(subject, { identifier: [order], priority: 'urgent' }),
  });
  assert.equal(again.status, 409);
  assert.equal(again.outcome.issue[0]?.code, 'duplicate');
  assert.equal(again.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-272');
  // Also about somebody else, by update, and among several identifiers.
  const elsewhere = aRequest(
    { identifier: nhs(newNhsNumber()) },
    { identifier: [{ system: 'urn:x', value: '1' }, order] },
  );
  assert.equal((await server.send('POST', 'MedicationRequest', { body: elsewhere })).status, 409);
  assert.equal(
    (await server.send('PUT', 'MedicationRequest/thief', { body: { ...elsewhere, id: 'thief' } })).status,
    409,
  );
  // Another type, another system, an old use, or the resource itself does not clash.
  await server.create(aStatement(subject, { identifier: [order] }));
  await server.create(aRequest(subject, { identifier: [{ ...order, use: 'old' }] }));
  await server.create(aRequest(subject, { identifier: [{ ...order, system: 'urn:other' }] }));
  await server.put({ ...first, status: 'completed' });
  // What is deleted, or gives the identifier up, lets it go.
  await server.send('DELETE', `MedicationRequest/${first.id}`);
  const second = await server.create(aRequest(subject, { identifier: [order] }));
  await server.put({ ...second, identifier: [{ system: ORDER_NUMBER, value: 'repeat-2' }] });
  await server.create(aRequest(subject, { identifier: [order] }));
});

test('a reference to one patient beside the number of another is refused', async () => {
  const [one, two] = [newNhsNumber(), newNhsNumber()];
  const patient = await server.create(aPatient(one));
  const body = (number: string) =>
    aRequest({ reference: `Patient/${patient.id}`, identifier: { system: NHS_NUMBER, value: number } });
  const answer = await server.send('POST', 'MedicationRequest', { body: body(two) });
  assert.equal(answer.status, 422);
  assert.equal((await server.send('POST', 'MedicationRequest', { body: body(one) })).status, 201);
});

test('a resource whose subject is corrected leaves one patient’s record for the other’s, history and all', async () => {
  const [wrong, right] = [newNhsNumber(), newNhsNumber()];
  const at = (number: string) => `MedicationRequest?patient:identifier=${NHS_NUMBER}|${number}`;
  const request = await server.create(aRequest({ identifier: nhs(wrong) }));
  const reference = `MedicationRequest/${request.id}`;
  assert.deepEqual((await server.get(at(wrong))).found, [reference]);
  const moved = await server.put<MedicationRequest>({ ...request, subject: { identifier: nhs(right) } });
  assert.equal(moved.meta?.versionId, '2');
  assert.deepEqual((await server.get(at(wrong))).found, []);
  assert.deepEqual((await server.get(at(right))).found, [reference]);
  assert.equal((await server.get(`${reference}/_history`)).bundle.entry?.length, 2);
  assert.deepEqual((await server.get(`${reference}/_history/1`)).resource(), request);
  await server.put<MedicationRequest>({ ...request, subject: { identifier: nhs(wrong) } });
  assert.deepEqual((await server.get(at(wrong))).found, [reference]);
  assert.deepEqual((await server.get(at(right))).found, []);
  assert.equal((await server.get(`${reference}/_history`)).bundle.entry?.length, 3);
  assert.equal((await server.get(reference)).headers.etag, 'W/"3"');
});
