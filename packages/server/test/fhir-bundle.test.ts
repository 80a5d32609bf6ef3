import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle, BundleEntry, FhirResource, MedicationRequest, MedicationStatement } from 'fhir/r4';
import { aPatient, aRequest, aStatement, NHS_NUMBER, newNhsNumber, nhs, ORDER_NUMBER } from './support/people.ts';
import { type Answer, BASE, openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

type Type = 'batch' | 'transaction';

function post(type: Type, entry: BundleEntry[], headers = {}): Promise<Answer> {
  return server.send('POST', '', { body: { resourceType: 'Bundle', type, entry }, headers });
}

function creation(resource: FhirResource, fullUrl?: string, ifNoneExist?: string): BundleEntry {
  const request = { method: 'POST' as const, url: resource.resourceType, ...(ifNoneExist ? { ifNoneExist } : {}) };
  return { ...(fullUrl ? { fullUrl } : {}), resource, request };
}

function putting(resource: FhirResource, fullUrl?: string): BundleEntry {
  const request = { method: 'PUT' as const, url: `${resource.resourceType}/${resource.id}` };
  return { ...(fullUrl ? { fullUrl } : {}), resource, request };
}

function stored<T extends FhirResource>(bundle: Bundle, index: number): T & { id: string } {
  const resource = bundle.entry?.[index]?.resource as (T & { id: string }) | undefined;
  assert.ok(resource?.id, JSON.stringify(bundle.entry?.[index]));
  return resource;
}

test('references between entries are resolved, whatever the order', async () => {
  const number = newNhsNumber();
  const entries = [
    creation(
      aStatement(
        { reference: 'urn:uuid:p' },
        { basedOn: [{ reference: 'urn:uuid:r' }], note: [{ text: 'urn:uuid:p' }] },
      ),
      'urn:uuid:s',
    ),
    creation(aRequest({ reference: 'urn:uuid:p' }, { requester: { reference: 'urn:uuid:d' } }), 'urn:uuid:r'),
    creation({ resourceType: 'Practitioner', name: [{ family: 'Doctor' }] }, 'urn:uuid:d'),
    creation(aPatient(number), 'urn:uuid:p'),
  ];
  for (const order of [entries, [...entries].reverse()]) {
    const answer = await post('transaction', order);
    assert.equal(answer.status, 200, answer.text);
    const { bundle } = answer;
    assert.equal(bundle.type, 'transaction-response');
    assert.deepEqual(
      bundle.entry?.map((each) => each.response?.status),
      Array(4).fill('201 Created'),
    );
    const at = (type: string) => order.findIndex((each) => each.resource?.resourceType === type);
    const statement = stored<MedicationStatement>(bundle, at('MedicationStatement'));
    const request = stored<MedicationRequest>(bundle, at('MedicationRequest'));
    const patient = stored(bundle, at('Patient'));
    assert.equal(statement.subject.reference, `Patient/${patient.id}`);
    assert.equal(statement.basedOn?.[0]?.reference, `MedicationRequest/${request.id}`);
    assert.equal(request.requester?.reference, `Practitioner/${stored(bundle, at('Practitioner')).id}`);
    assert.equal(statement.note?.[0]?.text, 'urn:uuid:p', 'only addresses are resolved, not words');
    assert.deepEqual((await server.get(`MedicationStatement/${statement.id}`)).resource(), statement);
    assert.deepEqual((await server.get(`MedicationStatement?patient=${patient.id}`)).found, [
      `MedicationStatement/${statement.id}`,
    ]);
  }
});

test('entries may refer to what other entries put, by fullUrl or by id, and everything stays in one record', async () => {
  const number = newNhsNumber();
  const { bundle } = await post('transaction', [
    creation(aStatement({ reference: 'urn:uuid:p' }), 'urn:uuid:s1'),
    creation(aStatement({ reference: 'Patient/put-together' }), 'urn:uuid:s2'),
    creation(aStatement({ identifier: nhs(number) }), 'urn:uuid:s3'),
    putting(aPatient(number, { id: 'put-together' }), 'urn:uuid:p'),
  ]);
  assert.equal(stored<MedicationStatement>(bundle, 0).subject.reference, 'Patient/put-together');
  for (const query of ['patient=put-together', `patient:identifier=${NHS_NUMBER}|${number}`])
    assert.equal((await server.get(`MedicationStatement?${query}`)).bundle.total, 3, query);
});

test('conditional references are resolved to the one resource that they name', async () => {
  const number = newNhsNumber();
  const patient = await server.create(aPatient(number));
  const reference = `Patient?identifier=${NHS_NUMBER}|${number}`;
  const { bundle } = await post('transaction', [creation(aStatement({ reference }))]);
  assert.equal(stored<MedicationStatement>(bundle, 0).subject.reference, `Patient/${patient.id}`);
  const rows = await server.rows();
  const none = await post('transaction', [
    creation(aPatient(undefined)),
    creation(aStatement({ reference: `Patient?identifier=${NHS_NUMBER}|0000000000` })),
  ]);
  assert.equal(none.status, 412);
  assert.deepEqual(await server.rows(), rows);
});

test('a conditional create in a transaction stands in for what is there', async () => {
  const number = newNhsNumber();
  const criteria = `identifier=${NHS_NUMBER}|${number}`;
  const send = () =>
    post('transaction', [
      creation(aStatement({ reference: 'urn:uuid:p' })),
      creation(aPatient(number), 'urn:uuid:p', criteria),
    ]);
  const [first, second] = [(await send()).bundle, (await send()).bundle];
  assert.deepEqual(
    [first.entry?.[1]?.response?.status, second.entry?.[1]?.response?.status],
    ['201 Created', '200 OK'],
  );
  assert.equal(stored(second, 1).id, stored(first, 1).id);
  assert.equal(stored<MedicationStatement>(second, 0).subject.reference, `Patient/${stored(first, 1).id}`);
  assert.equal((await server.get(`Patient?${criteria}`)).bundle.total, 1);
});

test('one thing asked for twice in a transaction does not become two', async () => {
  const criteria = 'identifier=urn:ods|TWICE';
  const organization: FhirResource = {
    resourceType: 'Organization',
    identifier: [{ system: 'urn:ods', value: 'TWICE' }],
  };
  const answer = await post('transaction', [
    creation(organization, 'urn:uuid:a', criteria),
    creation(organization, 'urn:uuid:b', criteria),
  ]);
  assert.equal(answer.status, 400, answer.text);
  assert.equal((await server.get(`Organization?${criteria}`)).bundle.total, 0);
});

test('many transactions at once with one conditional create make one', async () => {
  const number = newNhsNumber();
  const answers = await Promise.all(
    Array.from({ length: 16 }, () =>
      post('transaction', [
        creation(aPatient(number), 'urn:uuid:p', `identifier=${NHS_NUMBER}|${number}`),
        creation(aStatement({ reference: 'urn:uuid:p' })),
      ]),
    ),
  );
  assert.deepEqual(new Set(answers.map((each) => each.status)), new Set([200]), answers[0]?.text.slice(0, 300));
  assert.equal((await server.get(`Patient?identifier=${NHS_NUMBER}|${number}`)).bundle.total, 1);
  const found = await server.get(`MedicationStatement?patient:identifier=${NHS_NUMBER}|${number}`);
  assert.equal(found.bundle.total, 16);
});

const taken = { system: ORDER_NUMBER, value: 'bundle-taken' };
const FAILURES: [name: string, entry: BundleEntry, status: number][] = [
  ['an invalid resource', creation({ resourceType: 'Patient', gender: 'robot' as 'male' }), 422],
  ['a type that is not kept', { request: { method: 'GET', url: 'Immunization/1' } }, 404],
  [
    'a create of a type that is not kept',
    creation({ resourceType: 'Linkage', item: [] } as unknown as FhirResource),
    404,
  ],
  [
    'a create with parameters',
    { ...creation(aPatient(undefined)), request: { method: 'POST', url: 'Patient?x=y' } },
    400,
  ],
  [
    'a stale update',
    { resource: aPatient(undefined, { id: 'x' }), request: { method: 'PUT', url: 'Patient/x', ifMatch: 'W/"9"' } },
    412,
  ],
  ['a read of nothing', { request: { method: 'GET', url: 'Patient/nobody-here' } }, 404],
  ['an unknown search parameter', { request: { method: 'GET', url: 'Patient?colour=blue' } }, 400],
  ['a business key in use', creation(aRequest({ display: 'y' }, { identifier: [taken] })), 409],
  ['another server’s address', { request: { method: 'GET', url: 'https://elsewhere.example/Patient/1' } }, 400],
  [
    'a Bundle in the Bundle',
    { resource: { resourceType: 'Bundle', type: 'batch' } as FhirResource, request: { method: 'POST', url: '/' } },
    400,
  ],
  ['a method called constructor', { request: { method: 'constructor' as 'GET', url: 'Patient/1' } }, 405],
];

for (const [name, entry, status] of FAILURES) {
  test(`a transaction with ${name} is refused whole; in a batch that entry alone fails`, async () => {
    await server.send('POST', 'MedicationRequest', { body: aRequest({ display: 'x' }, { identifier: [taken] }) });
    const others = () => [creation(aPatient(newNhsNumber())), putting(aPatient(newNhsNumber(), { id: 'also' }))];
    const rows = await server.rows();
    const whole = await post('transaction', [...others(), entry]);
    assert.equal(whole.status, status, whole.text);
    assert.match(whole.outcome.issue[0]?.expression?.[0] ?? '', /^Bundle\.entry\[2\]/);
    assert.deepEqual(await server.rows(), rows, 'something was written');

    const batch = await post('batch', [...others(), entry]);
    assert.equal(batch.status, 200, batch.text);
    const statuses = batch.bundle.entry?.map((each) => Number(each.response?.status.slice(0, 3)));
    assert.deepEqual([statuses?.[0], statuses?.[2]], [201, status]);
    assert.ok((statuses?.[1] ?? 500) < 300);
    assert.equal(batch.bundle.entry?.[2]?.response?.outcome?.resourceType, 'OperationOutcome');
  });
}

test('a transaction may not change one resource twice', async () => {
  const patient = await server.put(aPatient(undefined, { id: 'twice' }));
  const remove: BundleEntry = { request: { method: 'DELETE', url: 'Patient/twice' } };
  const answer = await post('transaction', [putting(patient), remove]);
  assert.equal(answer.status, 400);
  assert.equal((await server.get('Patient/twice')).headers.etag, 'W/"1"');
});

test('entries run in the order that FHIR gives: delete, create, update, read', async () => {
  const number = newNhsNumber();
  const old = await server.create(
    aRequest({ identifier: nhs(number) }, { identifier: [{ system: ORDER_NUMBER, value: 'swap' }] }),
  );
  const { bundle } = await post('transaction', [
    { request: { method: 'GET', url: `MedicationRequest?patient:identifier=${NHS_NUMBER}|${number}` } },
    creation(aRequest({ identifier: nhs(number) }, { identifier: [{ system: ORDER_NUMBER, value: 'swap' }] })),
    { request: { method: 'DELETE', url: `MedicationRequest/${old.id}` } },
  ]);
  assert.deepEqual(
    bundle.entry?.map((each) => each.response?.status),
    ['200 OK', '201 Created', '204 No Content'],
  );
  const found = stored<Bundle & { id: string }>(bundle, 0);
  assert.deepEqual(
    found.entry?.map((each) => each.resource?.id),
    [stored(bundle, 1).id],
  );
});

test('a patch in a Bundle is a Binary', async () => {
  const { id } = await server.create(aPatient(newNhsNumber()));
  const data = Buffer.from(JSON.stringify([{ op: 'add', path: '/active', value: true }])).toString('base64');
  const resource = { resourceType: 'Binary' as const, contentType: 'application/json-patch+json', data };
  const { bundle } = await post('transaction', [{ resource, request: { method: 'PATCH', url: `Patient/${id}` } }]);
  assert.equal(stored<FhirResource & { active?: boolean }>(bundle, 0).active, true);
});

test('Prefer holds for the entries', async () => {
  const entry = [creation(aPatient(newNhsNumber()))];
  const minimal = await post('transaction', entry, { prefer: 'return=minimal' });
  assert.equal(minimal.bundle.entry?.[0]?.resource, undefined);
  assert.match(minimal.bundle.entry?.[0]?.response?.location ?? '', new RegExp(`^${BASE}/Patient/.+/_history/1$`));
  const told = await post('batch', entry, { prefer: 'return=OperationOutcome' });
  assert.equal(told.bundle.entry?.[0]?.response?.outcome?.resourceType, 'OperationOutcome');
  assert.equal((await post('batch', entry)).bundle.entry?.[0]?.resource?.resourceType, 'Patient');
});

test('only a batch or a transaction is taken at the base', async () => {
  for (const type of ['collection', 'message', 'searchset', undefined])
    assert.equal((await server.send('POST', '', { body: { resourceType: 'Bundle', type } })).status, 400);
  assert.equal((await server.send('POST', '', { body: aPatient(undefined) })).status, 400);
  assert.deepEqual((await post('transaction', [])).bundle.entry ?? [], []);
});
