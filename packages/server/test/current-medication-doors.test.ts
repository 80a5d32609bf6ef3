import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle, FhirResource } from 'fhir/r4';
import { aPatient, aRequest, aStatement, NHS_NUMBER, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

/** What an answer says, without what differs between two answers: ids and times of the Bundle, links. */
function said(bundle: Bundle): unknown {
  return { type: bundle.type, total: bundle.total, entry: bundle.entry ?? [] };
}

/** The answer about a patient, by every door; all must say the same. */
async function everyDoor(number: string, more: [string, string][] = []): Promise<Bundle> {
  const query = [['patient:identifier', `${NHS_NUMBER}|${number}`], ...more]
    .map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`)
    .join('&');
  const parameter = [
    { name: 'patient', valueIdentifier: nhs(number) },
    ...more.map(([name, value]) => ({ name, valueString: value })),
  ];
  const doors = await Promise.all([
    server.get(`$current-medication?${query}`),
    server.get(`currentmedication?${query}`),
    server.get(`MedicationStatement?_list=$current-medications&${query}`),
    server.get(`MedicationStatement/$current-medication?${query}`),
    server.send('POST', 'MedicationStatement/_search', { body: `_list=$current-medications&${query}`, headers: FORM }),
    server.send('POST', '$current-medication', { body: { resourceType: 'Parameters', parameter } }),
  ]);
  for (const door of doors) {
    assert.equal(door.status, 200, door.text.slice(0, 300));
    assert.deepEqual(said(door.bundle), said((doors[0] as (typeof doors)[0]).bundle));
  }
  return (doors[0] as (typeof doors)[0]).bundle;
}

function reasons(bundle: Bundle): { [url: string]: unknown }[] {
  return (bundle.entry ?? []).flatMap(({ search }) =>
    (search?.extension ?? []).map(({ extension }) =>
      Object.fromEntries((extension ?? []).map((part) => [part.url, part.valueCode ?? part.valueString])),
    ),
  );
}

test('nothing known is an empty Bundle, by every door', async () => {
  const bundle = await everyDoor(newNhsNumber());
  assert.deepEqual([bundle.type, bundle.total, bundle.entry], ['searchset', 0, undefined]);
});

test('a number that cannot be an NHS number is answered, with a warning', async () => {
  const answer = await server.get(`$current-medication?patient:identifier=${NHS_NUMBER}|9990000000`);
  assert.equal(answer.bundle.total, 0);
  assert.equal(answer.bundle.entry?.[0]?.search?.mode, 'outcome');
});

test('what is current is shown with its reason; what is not, is not', async () => {
  const number = newNhsNumber();
  const subject = { identifier: nhs(number) };
  const current = await server.create(aStatement(subject));
  await server.create(aStatement(subject, { status: 'stopped' }));
  await server.create(aStatement(subject, { status: 'entered-in-error' }));
  await server.create(aStatement({ identifier: nhs(newNhsNumber()) }));
  const bundle = await everyDoor(number, [['asOf', '2026-06-01']]);
  assert.deepEqual(
    bundle.entry?.map(({ resource }) => resource?.id),
    [current.id],
  );
  const [why] = reasons(bundle);
  assert.equal(why?.standing, 'current');
  assert.ok(why?.rule && why.reason && why.group, JSON.stringify(why));
});

test('asOf moves the day; the two-year window is inclusive', async () => {
  const number = newNhsNumber();
  await server.create(aStatement({ identifier: nhs(number) }, { effectivePeriod: { start: '2023-06-15' } }));
  const count = async (asOf: string) => (await everyDoor(number, [['asOf', asOf]])).total;
  assert.deepEqual([await count('2025-06-15'), await count('2025-06-16'), await count('2023-06-14')], [1, 0, 0]);
});

test('knownAt answers from what had been recorded by then', async () => {
  const number = newNhsNumber();
  const first = await server.create(aStatement({ identifier: nhs(number) }));
  const then = first.meta?.lastUpdated as string;
  await server.put({ ...first, status: 'stopped' });
  await server.create(aStatement({ identifier: nhs(number) }, { effectivePeriod: { start: '2026-02-01' } }));
  const asOf: [string, string] = ['asOf', '2026-06-01'];
  const past = await everyDoor(number, [asOf, ['knownAt', then]]);
  assert.deepEqual(
    past.entry?.map(({ resource }) => [resource?.id, resource?.meta?.versionId]),
    [[first.id, '1']],
  );
  assert.equal((await everyDoor(number, [asOf, ['knownAt', '2020-01-01T00:00:00Z']])).total, 0);
  const now = await everyDoor(number, [asOf]);
  assert.equal(now.total, 1);
  assert.notEqual(now.entry?.[0]?.resource?.id, first.id);
});

test('an order without a statement gives a derived one, its decimals as they were written', async () => {
  const number = newNhsNumber();
  const order = JSON.stringify(aRequest({ identifier: nhs(number) })).replace(
    /}$/,
    ',"dosageInstruction":[{"text":"1.10 mg","doseAndRate":[{"doseQuantity":{"value":1.10,"unit":"mg"}}]}]}',
  );
  const created = await server.send('POST', 'MedicationRequest', { body: order });
  assert.equal(created.status, 201, created.text);
  const query = `patient:identifier=${NHS_NUMBER}|${number}&asOf=2026-06-01`;
  const answer = await server.get(`$current-medication?${query}`);
  assert.equal(answer.found.length, 1);
  assert.match(answer.found[0] as string, /^MedicationStatement\//);
  assert.match(answer.text, /"value":1\.10,/);
  assert.match((await server.get(`$current-medication?${query}&_format=xml`)).text, /<value value="1\.10"\/>/);
});

test('include brings the requests and dispenses behind each line', async () => {
  const number = newNhsNumber();
  const subject = { identifier: nhs(number) };
  const request = await server.create(aRequest(subject));
  const dispense = await server.create({
    resourceType: 'MedicationDispense',
    status: 'completed',
    subject,
    medicationCodeableConcept: request.medicationCodeableConcept,
    authorizingPrescription: [{ reference: `MedicationRequest/${request.id}` }],
    whenHandedOver: '2026-01-06',
  } as FhirResource);
  await server.create(aStatement(subject, { basedOn: [{ reference: `MedicationRequest/${request.id}` }] }));
  const bundle = await everyDoor(number, [
    ['asOf', '2026-02-01'],
    ['include', 'requests,dispenses'],
  ]);
  const beside = bundle.entry?.filter(({ search }) => search?.mode === 'include').map(({ resource }) => resource?.id);
  assert.deepEqual(beside?.sort(), [request.id, dispense.id].sort());
  assert.equal((await everyDoor(number, [['asOf', '2026-02-01']])).entry?.length, 1);
});

test('the Patient’s own address is a door too', async () => {
  const number = newNhsNumber();
  await server.create(aStatement({ identifier: nhs(number) }));
  const { id } = await server.create(aPatient(number));
  const whole = await everyDoor(number, [['asOf', '2026-06-01']]);
  for (const path of [
    `Patient/${id}/$current-medication?`,
    `$current-medication?patient=${id}&`,
    `$current-medication?subject=Patient/${id}&`,
  ])
    assert.deepEqual(said((await server.get(`${path}asOf=2026-06-01`)).bundle), said(whole), path);
});
