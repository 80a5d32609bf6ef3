import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MedicationRequest, Organization, Patient } from 'fhir/r4';
import { aPatient, aRequest, NHS_NUMBER, newNhsNumber, nhs, ORDER_NUMBER } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const PATCH = { 'content-type': 'application/json-patch+json' };

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

test('If-Match lets a write through only when the version is the one seen', async () => {
  const patient = await server.create(aPatient(newNhsNumber()));
  const path = `Patient/${patient.id}`;
  const write = (method: string, ifMatch: string, body?: unknown, headers = {}) =>
    server.send(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { 'if-match': ifMatch, ...headers },
    });
  const patch = [{ op: 'add', path: '/active', value: true }];
  assert.equal((await write('PUT', 'W/"2"', patient)).status, 412);
  assert.equal((await write('PATCH', 'W/"2"', patch, PATCH)).status, 412);
  assert.equal((await write('DELETE', 'W/"2"')).status, 412);
  assert.equal((await write('PUT', 'W/"1"', patient)).status, 200);
  const stale = await write('PUT', 'W/"1"', patient);
  assert.equal(stale.status, 412);
  assert.equal(stale.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-273');
  assert.equal((await write('PATCH', '"2"', patch, PATCH)).status, 200, 'a strong ETag means the same');
  assert.equal((await write('DELETE', 'W/"3"')).status, 204);
  assert.equal((await write('PUT', 'W/"3"', patient)).status, 412, 'it is deleted: version 3 is not current');
  const nobody = aPatient(newNhsNumber(), { id: 'nobody' });
  const answer = await server.send('PUT', 'Patient/nobody', { body: nobody, headers: { 'if-match': 'W/"1"' } });
  assert.equal(answer.status, 412);
});

test('of many updates with one If-Match, one succeeds', async () => {
  const patient = await server.create(aPatient(newNhsNumber()));
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, i) =>
      server.send('PUT', `Patient/${patient.id}`, {
        body: { ...patient, gender: i % 2 ? 'male' : 'female' },
        headers: { 'if-match': 'W/"1"' },
      }),
    ),
  );
  assert.deepEqual(answers.map((each) => each.status).sort(), [200, ...Array(31).fill(412)]);
  assert.equal((await server.get(`Patient/${patient.id}`)).headers.etag, 'W/"2"');
});

test('many patches at once are all applied, each to what the one before left', async () => {
  const patient = await server.create(aPatient(newNhsNumber(), { telecom: [{ system: 'phone', value: '0' }] }));
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      server.send('PATCH', `Patient/${patient.id}`, {
        body: [{ op: 'add', path: '/telecom/-', value: { system: 'phone', value: String(i + 1) } }],
        headers: PATCH,
      }),
    ),
  );
  const done = answers.filter((each) => each.status === 200).length;
  assert.ok(answers.every((each) => each.status === 200 || each.status === 412 || each.status === 409));
  const { telecom } = (await server.get(`Patient/${patient.id}`)).resource<Patient>();
  assert.equal(telecom?.length, 1 + done, 'exactly those acknowledged are there');
});

test('If-None-Match on a read is 304 for the version at hand, on an update it asks that there be none', async () => {
  const patient = await server.create(aPatient(newNhsNumber()));
  const path = `Patient/${patient.id}`;
  const read = async (value: string) => (await server.get(path, { 'if-none-match': value })).status;
  assert.deepEqual(
    [await read('W/"1"'), await read('"1"'), await read('*'), await read('W/"7", W/"1"')],
    Array(4).fill(304),
  );
  assert.equal(await read('W/"2"'), 200);
  const { headers } = await server.get(path);
  assert.equal((await server.get(path, { 'if-modified-since': String(headers['last-modified']) })).status, 304);
  assert.equal((await server.get(path, { 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' })).status, 200);
  const put = (id: string) =>
    server.send('PUT', `Patient/${id}`, { body: aPatient(undefined, { id }), headers: { 'if-none-match': '*' } });
  assert.equal((await put(patient.id)).status, 412);
  assert.equal((await put('brand-new')).status, 201);
});

/** Not a business key of the server: only If-None-Exist keeps these single. */
function organisation(value: string): Organization {
  return { resourceType: 'Organization', name: 'Surgery', identifier: [{ system: 'urn:ods', value }] };
}

test('If-None-Exist creates once, then answers with what is there', async () => {
  const headers = { 'if-none-exist': 'identifier=urn:ods|A1' };
  const create = () => server.send('POST', 'Organization', { body: organisation('A1'), headers });
  const [first, second] = [await create(), await create()];
  assert.deepEqual([first.status, second.status], [201, 200]);
  assert.equal(second.resource().id, first.resource().id);
  await server.create(organisation('A1'));
  assert.equal((await create()).status, 412, 'two match: which is meant?');
});

test('64 identical creates at once give exactly one resource', { timeout: 120_000 }, async () => {
  const kinds: [type: string, criteria: string, body: unknown][] = [];
  const number = newNhsNumber();
  kinds.push(['Organization', 'identifier=urn:ods|RACE', organisation('RACE')]);
  kinds.push(['Patient', `identifier=${NHS_NUMBER}|${number}`, aPatient(number)]);
  const order = aRequest({ identifier: nhs(number) }, { identifier: [{ system: ORDER_NUMBER, value: 'race' }] });
  kinds.push(['MedicationRequest', `identifier=${ORDER_NUMBER}|race`, order]);
  for (const [type, criteria, body] of kinds) {
    const one = () => server.send('POST', type, { body, headers: { 'if-none-exist': criteria } });
    const answers = await Promise.all(Array.from({ length: 64 }, one));
    assert.deepEqual(answers.map((each) => each.status).sort(), [...Array(63).fill(200), 201], type);
    assert.equal(new Set(answers.map((each) => each.resource().id)).size, 1);
    assert.equal((await server.get(`${type}?${criteria}`)).bundle.total, 1);
  }
});

test('plain creates that race for one business key give one resource, and each of them that resource', async () => {
  const body = aRequest(
    { identifier: nhs(newNhsNumber()) },
    { identifier: [{ system: ORDER_NUMBER, value: 'plain' }] },
  );
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => server.send('POST', 'MedicationRequest', { body })),
  );
  assert.deepEqual(answers.map((each) => each.status).sort(), [...Array(63).fill(200), 201]);
  assert.equal(new Set(answers.map((each) => each.text)).size, 1, 'each is answered with the first version');
  assert.equal((await server.get(`MedicationRequest?identifier=${ORDER_NUMBER}|plain`)).bundle.total, 1);
});

test('a conditional update creates, updates, and refuses to choose', async () => {
  const put = (body: MedicationRequest) =>
    server.send('PUT', `MedicationRequest?identifier=${ORDER_NUMBER}|cu`, { body });
  const order = aRequest({ identifier: nhs(newNhsNumber()) }, { identifier: [{ system: ORDER_NUMBER, value: 'cu' }] });
  const created = await put(order);
  assert.equal(created.status, 201);
  const updated = await put({ ...order, status: 'completed' });
  assert.deepEqual([updated.status, updated.headers.etag], [200, 'W/"2"']);
  assert.equal(updated.resource().id, created.resource().id);
  assert.equal((await put({ ...order, id: 'other' })).status, 400);
  const many = await server.send('PUT', 'MedicationRequest?status=completed,active', {
    body: order,
    headers: { 'if-match': 'W/"1"' },
  });
  assert.equal(many.status, 412);
  assert.equal((await server.send('PUT', 'MedicationRequest', { body: order })).status, 400, 'no criteria');
  assert.equal((await server.send('PUT', 'MedicationRequest?colour=blue', { body: order })).status, 400);
  const stale = await server.send('PUT', `MedicationRequest?identifier=${ORDER_NUMBER}|cu`, {
    body: order,
    headers: { 'if-match': 'W/"1"' },
  });
  assert.equal(stale.status, 412);
});

test('32 conditional updates at once make one resource of 32 versions', async () => {
  const body = organisation('CU-RACE');
  const answers = await Promise.all(
    Array.from({ length: 32 }, () => server.send('PUT', 'Organization?identifier=urn:ods|CU-RACE', { body })),
  );
  assert.deepEqual(answers.map((each) => each.status).sort(), [...Array(31).fill(200), 201]);
  assert.equal((await server.get('Organization?identifier=urn:ods|CU-RACE')).bundle.total, 1);
  assert.equal((await server.get(`Organization/${answers[0]?.resource().id}/_history`)).bundle.total, 32);
});

test('a conditional patch and a conditional delete need exactly one', async () => {
  const body = [{ op: 'replace', path: '/name', value: 'Practice' }];
  const patch = (value: string) =>
    server.send('PATCH', `Organization?identifier=urn:ods|${value}`, { body, headers: PATCH });
  const remove = (query: string) => server.send('DELETE', `Organization?${query}`);
  await server.create(organisation('CP1'));
  for (let i = 0; i < 2; i++) await server.create(organisation('CP2'));
  assert.deepEqual(
    [(await patch('CP0')).status, (await patch('CP1')).status, (await patch('CP2')).status],
    [404, 200, 412],
  );
  assert.equal((await remove('identifier=urn:ods|CP2')).status, 412);
  assert.equal((await remove('identifier=urn:ods|CP0')).status, 204);
  assert.equal((await remove('identifier=urn:ods|CP1')).status, 204);
  assert.deepEqual((await server.get('Organization?identifier=urn:ods|CP1')).found, []);
  assert.equal((await remove('')).status, 400);
  assert.equal((await remove('_count=5')).status, 400, 'a setting is no criterion');
});
