import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import cases from './bad-input-cases.json' with { type: 'json' };
import { aPatient, newNhsNumber } from './support/people.ts';
import { type Answer, openTestServer, type Sent, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
  await server.put(aPatient(newNhsNumber(), { id: 'known' }));
});
after(() => server.close());

/** The request is refused as FHIR refuses, and nothing is written. */
async function refused(method: string, path: string, sent: Sent, status?: number): Promise<Answer> {
  const rows = await server.rows();
  const answer = await server.send(method, path, sent);
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text.slice(0, 300)}`);
  if (status !== undefined) assert.equal(answer.status, status, answer.text.slice(0, 300));
  const { issue } = answer.outcome;
  assert.equal(issue[0]?.severity, 'error', 'what refuses comes first');
  for (const { code, diagnostics } of issue) assert.ok(code && diagnostics, JSON.stringify(issue));
  assert.deepEqual(await server.rows(), rows, 'something was written');
  return answer;
}

for (const { name, url, names } of cases.searches) {
  test(`refuses ${name}, and names it`, async () => {
    const { outcome } = await refused('GET', url, {}, 400);
    if (names !== null) assert.deepEqual(outcome.issue[0]?.expression, [names]);
  });
}

for (const { name, text, status } of cases.bodies) {
  test(`refuses a body that is or has ${name}`, async () => {
    await refused('POST', 'Patient', { body: text }, status);
    // The same by every other way in. An update refuses some for their id first.
    await refused('PUT', 'Patient/known', { body: text });
    const entry = `{"request":{"method":"POST","url":"Patient"},"resource":${text || '""'}}`;
    await refused('POST', '', { body: `{"resourceType":"Bundle","type":"transaction","entry":[${entry}]}` });
  });
}

for (const { name, text } of cases.xml) {
  test(`refuses XML with ${name}`, async () => {
    await refused('POST', 'Patient', { body: text, headers: { 'content-type': 'application/fhir+xml' } }, 400);
  });
}

for (const { name, headers, status } of cases.headers) {
  test(`refuses ${name}`, async () => {
    const body = aPatient(undefined, { id: 'known' });
    await refused('PUT', 'Patient/known', { body, headers: { ...(headers as object) } }, status);
  });
}

test('refuses bytes that are not UTF-8', async () => {
  const body = Buffer.concat([Buffer.from('{"resourceType":"Patient","name":[{"family":"'), Buffer.from([0xff, 0x22])]);
  await refused('POST', 'Patient', { body }, 400);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await refused('POST', 'Patient/_search', { body: Buffer.from([0x6e, 0x3d, 0xff]), headers: form }, 400);
});

test('refuses what is too deep, in JSON and in XML', async () => {
  for (const depth of [65, 5000, 100_000]) {
    await refused('POST', 'Patient', { body: `${'['.repeat(depth)}${']'.repeat(depth)}` }, 400);
    const contained = '{"resourceType":"Patient","extension":[';
    await refused('POST', 'Patient', { body: contained.repeat(depth) }, 400);
  }
  const body = `<Patient xmlns="http://hl7.org/fhir">${'<extension url="x">'.repeat(20_000)}`;
  await refused('POST', 'Patient', { body, headers: { 'content-type': 'application/fhir+xml' } }, 400);
});

test('refuses what is too large', async () => {
  const body = Buffer.alloc(10 * 1024 * 1024 + 1, 0x20);
  await refused('POST', 'Patient', { body }, 413);
  const entry = Array.from({ length: 5001 }, () => ({ request: { method: 'GET', url: 'Patient/known' } }));
  await refused('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry } }, 413);
});

test('refuses an object of very many properties in good time', async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `"a${i}":1`);
  await refused('POST', 'Patient', { body: `{"resourceType":"Patient",${names.join(',')}}` }, 422);
});

const HOSTILE_IDS = ["1' or '1'='1", '../../etc/passwd', 'a'.repeat(65), '%00', 'a%2fb', '__proto__', '$', 'é', ' '];

for (const id of HOSTILE_IDS) {
  test(`finds nothing under the id ${JSON.stringify(id).slice(0, 30)}`, async () => {
    const path = `Patient/${id.startsWith('%') || id.includes('%2f') ? id : encodeURIComponent(id)}`;
    await refused('GET', path, {}, 404);
    await refused('PUT', path, { body: aPatient(undefined, { id }) });
    await refused('DELETE', path, {}, 404);
  });
}

const HOSTILE_VALUES = [
  "x'; drop table resource; --",
  "' or 1=1 --",
  '%_\\\\',
  '(a+)+$'.repeat(50),
  'a'.repeat(100_000),
  '\u202e\u0301\u{1f48a}'.repeat(500),
  `${'q,'.repeat(5000)}q`,
  '$1::text',
  '\\',
  '|||',
  '<script>alert(1)</script>',
];

for (const value of HOSTILE_VALUES) {
  test(`is not harmed by the search value ${JSON.stringify(value).slice(0, 30)}`, async () => {
    const rows = await server.rows();
    for (const name of ['name', 'name:contains', 'name:exact', 'identifier', '_id', 'general-practitioner']) {
      const answer = await server.get(`Patient?${name}=${encodeURIComponent(value)}`);
      assert.ok(
        answer.status === 200 || answer.status === 400,
        `${name}: ${answer.status} ${answer.text.slice(0, 300)}`,
      );
      if (answer.status === 200) assert.deepEqual(answer.found, [], name);
    }
    assert.deepEqual(await server.rows(), rows);
    assert.equal((await server.get('Patient/known')).status, 200);
  });
}

test('answers a search by thousands of parameters', async () => {
  const query = Array.from({ length: 3000 }, (_, i) => `name=n${i}`).join('&');
  const answer = await server.get(`Patient?${query}`);
  assert.ok(answer.status === 200 || answer.status === 400, answer.text.slice(0, 300));
});

const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
const BAD_CURSORS: [path: string, place: unknown][] = [
  ['_history', ['9999-99-99T99:99:99.999Z', 'Patient', 'x', 1]],
  ['_history', ['0000-01-01T00:00:00.000Z', 'Patient', 'x', 1]],
  ['_history', ['2026-01-01T00:00:00.000Z', 'Patient', 'x\u0000', 1]],
  ['_history', ['2026-01-01T00:00:00.000Z', 'Patient', 'x', 1e15]],
  ['_history', ['2026-01-01T00:00:00.000Z', 'constructor', 'x', 1]],
  ['Patient', [[], 1e30, 'x', '2026-01-01T00:00:00.000Z']],
  ['Patient', [[], 1, 'x\u0000', '2026-01-01T00:00:00.000Z']],
  ['Patient', [[1], 1, 'x', '2026-01-01T00:00:00.000Z']],
  ['Patient?_sort=_lastUpdated', [[1], 1, 'x', '2026-02-30T00:00:00.000Z']],
  ['Patient?_sort=name', [[{}], 1, 'x', '2026-01-01T00:00:00.000Z']],
  ['Patient', null],
  ['Patient', { length: 4 }],
];

for (const [path, place] of BAD_CURSORS) {
  test(`refuses the cursor ${JSON.stringify(place)} of ${path}`, async () => {
    await refused('GET', `${path}${path.includes('?') ? '&' : '?'}_cursor=${cursor(place)}`, {}, 400);
  });
}

for (const method of ['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD']) {
  test(`refuses ${method} of the base`, async () => {
    const sent = { PUT: { body: {} }, PATCH: { body: {} } }[method] ?? {};
    const answer = await server.send(method, '', sent);
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
  });
}

test('refuses addresses that lead nowhere', async () => {
  for (const path of [
    '%zz',
    'Patient/%',
    'patient',
    'Foo',
    'Foo/1',
    'Patient/1/2',
    'Patient/1/_history/1/2',
    '$no',
    'Patient/$no',
  ])
    await refused('GET', path, {});
});

test('refuses search parameters in a body that is not a form', async () => {
  await refused('POST', 'Patient/_search', { body: aPatient(undefined) }, 415);
});
