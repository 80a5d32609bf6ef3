import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle } from 'fhir/r4';
import { aPatient, newNhsNumber } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
  for (const [i, id] of ['a', 'b', 'c', 'b', 'a', 'b'].entries())
    await server.put(aPatient(undefined, { id, birthDate: `19${10 + i}-01-01` }));
  await server.send('DELETE', 'Patient/c');
  await server.put({ resourceType: 'Organization', id: 'a', name: 'x' });
  await server.send('PATCH', 'Patient/a', {
    body: [{ op: 'add', path: '/active', value: true }],
    headers: { 'content-type': 'application/json-patch+json' },
  });
});
after(() => server.close());

/** `Type/id@version`, newest first. */
const versions = (bundle: Bundle) =>
  (bundle.entry ?? []).map(
    ({ fullUrl, response }) => `${fullUrl?.replace(/.*fhir\//, '')}@${/\d+/.exec(response?.etag ?? '')?.[0]}`,
  );

const PATIENTS = [
  'Patient/a@3',
  'Patient/c@2',
  'Patient/b@3',
  'Patient/a@2',
  'Patient/b@2',
  'Patient/c@1',
  'Patient/b@1',
  'Patient/a@1',
];
const ALL = ['Patient/a@3', 'Organization/a@1', ...PATIENTS.slice(1)];

async function pages(path: string): Promise<string[]> {
  const found: string[] = [];
  for (let url: string | undefined = path; url !== undefined; ) {
    const { bundle } = await server.get(url);
    assert.equal(bundle.type, 'history');
    found.push(...versions(bundle));
    url = bundle.link?.find(({ relation }) => relation === 'next')?.url.replace('http://concord.test', '');
  }
  return found;
}

test('a history is of a resource, a type or everything, newest first, on one page or many', async () => {
  for (const count of ['', '?_count=1', '?_count=3', '?_count=100']) {
    assert.deepEqual(await pages(`Patient/b/_history${count}`), ['Patient/b@3', 'Patient/b@2', 'Patient/b@1']);
    assert.deepEqual(await pages(`Patient/_history${count}`), PATIENTS);
    assert.deepEqual(await pages(`_history${count}`), ALL);
  }
  assert.deepEqual(await pages('Practitioner/_history'), []);
});

test('each entry says what made the version; a deletion has no content', async () => {
  const { bundle } = await server.get('Patient/_history');
  const of = (version: string) => bundle.entry?.[PATIENTS.indexOf(version)];
  const said = (version: string) => [of(version)?.request?.method, of(version)?.response?.status];
  assert.deepEqual(said('Patient/a@3'), ['PATCH', '200 OK']);
  assert.deepEqual(said('Patient/b@2'), ['PUT', '200 OK']);
  assert.deepEqual(said('Patient/c@2'), ['DELETE', '204 No Content']);
  assert.equal(of('Patient/c@2')?.resource, undefined);
  assert.match(said('Patient/a@1')[1] as string, /^201/);
  assert.deepEqual(of('Patient/a@3')?.resource, (await server.get('Patient/a')).resource());
});

test('_since begins at an instant', async () => {
  const all = (await server.get('Patient/_history')).bundle;
  const third = all.entry?.[2]?.response?.lastModified as string;
  const since = (await server.get(`Patient/_history?_since=${encodeURIComponent(third)}`)).bundle;
  assert.deepEqual(versions(since), PATIENTS.slice(0, 3));
  assert.equal((await server.get('Patient/_history?_since=2999-01-01T00:00:00Z')).bundle.entry, undefined);
});

test('what is written between pages neither shifts nor doubles what is older', async () => {
  const { bundle } = await server.get('Patient/_history?_count=3');
  await server.put(aPatient(newNhsNumber(), { id: 'late' }));
  await server.put(aPatient(newNhsNumber(), { id: 'b' }));
  const rest = bundle.link
    ?.find(({ relation }) => relation === 'next')
    ?.url.replace('http://concord.test', '') as string;
  assert.deepEqual([...versions(bundle), ...(await pages(rest))], PATIENTS);
});
