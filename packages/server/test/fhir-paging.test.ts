import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle, MedicationRequest, OperationOutcome } from 'fhir/r4';
import { aPatient, aRequest, NHS_NUMBER, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
let tags = 0;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

const next = (bundle: Bundle) =>
  bundle.link?.find(({ relation }) => relation === 'next')?.url.replace('http://concord.test', '');

/** Requests with a tag of their own, of several patients or of one. */
async function requests(count: number, number?: string): Promise<{ tag: string; ids: string[] }> {
  const tag = `page-${tags++}`;
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const status = (['active', 'completed', 'on-hold'] as const)[i % 3];
    const subject = { identifier: nhs(number ?? newNhsNumber()) };
    const more = { status, meta: { tag: [{ code: tag }] }, authoredOn: `2026-01-${10 + (i % 5)}` };
    ids.push((await server.create(aRequest(subject, more as Partial<MedicationRequest>))).id);
  }
  return { tag, ids };
}

/** Follows the pages to the end; between pages something happens. */
async function walk(
  first: string,
  between: (page: number) => Promise<unknown> = async () => undefined,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let url: string | undefined = first; url !== undefined; ) {
    const answer = await server.get(url);
    assert.equal(answer.status, 200, answer.text);
    pages.push(answer.found.map((each) => each.slice('MedicationRequest/'.length)));
    url = next(answer.bundle);
    if (url !== undefined) await between(pages.length);
  }
  return pages;
}

for (const sort of ['', '&_sort=_id', '&_sort=-authoredon,status', '&_sort=_lastUpdated', '&_sort=-_lastUpdated']) {
  for (const scoped of [false, true]) {
    test(`pages${sort} ${scoped ? 'of one patient' : 'across patients'} hold everything once`, async () => {
      const number = scoped ? newNhsNumber() : undefined;
      const { tag, ids } = await requests(7, number);
      const who = number === undefined ? '' : `&patient:identifier=${NHS_NUMBER}|${number}`;
      const pages = await walk(`MedicationRequest?_tag=${tag}${who}${sort}&_count=3`);
      assert.deepEqual(
        pages.map((page) => page.length),
        [3, 3, 1],
      );
      assert.deepEqual(pages.flat().sort(), [...ids].sort());
      const [whole] = await walk(`MedicationRequest?_tag=${tag}${who}${sort}&_count=100`);
      assert.deepEqual(pages.flat(), whole, 'the same order as on one page');
      if (sort === '&_sort=_lastUpdated') assert.deepEqual(whole, ids);
      if (sort === '&_sort=-_lastUpdated') assert.deepEqual(whole, [...ids].reverse());
    });
  }
}

for (const scoped of [false, true]) {
  test(`what happens between pages ${scoped ? 'of one patient' : 'across patients'} loses and doubles nothing`, async () => {
    const number = scoped ? newNhsNumber() : undefined;
    const { tag, ids } = await requests(9, number);
    const who = number === undefined ? '' : `&patient:identifier=${NHS_NUMBER}|${number}`;
    const deleted: string[] = [];
    const pages = await walk(`MedicationRequest?_tag=${tag}${who}&_count=2`, async (page) => {
      const victim = ids[(page * 4) % ids.length] as string;
      if (page % 2 === 0 && !deleted.includes(victim)) {
        deleted.push(victim);
        await server.send('DELETE', `MedicationRequest/${victim}`);
      } else if (!deleted.includes(victim)) {
        const current = (await server.get(`MedicationRequest/${victim}`)).resource<
          MedicationRequest & { id: string }
        >();
        await server.put({ ...current, note: [{ text: 'changed' }] });
      }
      const subject = { identifier: nhs(number ?? newNhsNumber()) };
      await server.create(aRequest(subject, { meta: { tag: [{ code: tag }] } }));
    });
    const seen = pages.flat();
    assert.equal(new Set(seen).size, seen.length, 'something twice');
    for (const id of ids) if (!deleted.includes(id)) assert.ok(seen.includes(id), `${id} was lost`);
  });
}

test('totals: known when cheap or asked for, never wrong', async () => {
  const { tag } = await requests(5);
  const total = async (more: string) => (await server.get(`MedicationRequest?_tag=${tag}${more}`)).bundle.total;
  assert.equal(await total(''), 5);
  assert.equal(await total('&_count=2&_total=accurate'), 5);
  assert.equal(await total('&_count=2&_total=none'), undefined);
  assert.ok([undefined, 5].includes(await total('&_count=2')));
  assert.equal(await total('&_summary=count'), 5);
  const none = (await server.get(`MedicationRequest?_tag=${tag}&_count=0`)).bundle;
  assert.deepEqual([none.total, none.entry], [5, undefined]);
});

test('POST _search answers as GET does', async () => {
  const { tag } = await requests(3);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `_tag=${tag}&_sort=_id`;
  const posted = await server.send('POST', 'MedicationRequest/_search', { body, headers });
  assert.deepEqual(posted.found, (await server.get(`MedicationRequest?${body}`)).found);
  const split = await server.send('POST', `MedicationRequest/_search?_sort=_id`, { body: `_tag=${tag}`, headers });
  assert.deepEqual(split.found, posted.found);
});

test('lenient handling leaves out what is not understood, and says so', async () => {
  const { tag, ids } = await requests(1);
  const path = `MedicationRequest?_tag=${tag}&colour=blue&status:sounds=x`;
  const answer = await server.get(path, { prefer: 'handling=lenient' });
  assert.deepEqual(answer.found, [`MedicationRequest/${ids[0]}`]);
  const entry = answer.bundle.entry?.find(({ search }) => search?.mode === 'outcome');
  const outcome = entry?.resource as OperationOutcome | undefined;
  assert.equal(outcome?.resourceType, 'OperationOutcome');
  const named = outcome?.issue.flatMap(({ expression }) => expression);
  assert.deepEqual(named, ['colour', 'status:sounds']);
  assert.doesNotMatch(answer.bundle.link?.find(({ relation }) => relation === 'self')?.url ?? '', /colour/);
  assert.equal((await server.get(path, { prefer: 'handling=strict' })).status, 400);
});

test('includes bring along what is referred to and what refers, each once, never a match', async () => {
  const organization = await server.create({ resourceType: 'Organization', name: 'Surgery' });
  const patient = await server.create(
    aPatient(newNhsNumber(), { managingOrganization: { reference: `Organization/${organization.id}` } }),
  );
  const subject = { reference: `Patient/${patient.id}` };
  const one = await server.create(aRequest(subject));
  const two = await server.create(aRequest(subject, { basedOn: [{ reference: `MedicationRequest/${one.id}` }] }));
  const allergy = await server.create({
    resourceType: 'AllergyIntolerance',
    patient: subject,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
  });
  const at = async (query: string) => (await server.get(query)).included.sort();
  const who = `patient=${patient.id}`;
  const [p, o] = [`Patient/${patient.id}`, `Organization/${organization.id}`];
  const [a, r1, r2] = [
    `AllergyIntolerance/${allergy.id}`,
    `MedicationRequest/${one.id}`,
    `MedicationRequest/${two.id}`,
  ];
  assert.deepEqual(await at(`MedicationRequest?${who}&_include=MedicationRequest:patient`), [p]);
  assert.deepEqual(await at(`MedicationRequest?${who}&_include=MedicationRequest:subject:Group`), []);
  assert.deepEqual(await at(`MedicationRequest?_id=${two.id}&_include=*`), [p]);
  assert.deepEqual(
    await at(`MedicationRequest?${who}&_include=MedicationRequest:patient&_include=Patient:organization`),
    [p],
  );
  assert.deepEqual(
    await at(`MedicationRequest?${who}&_include=MedicationRequest:patient&_include:iterate=Patient:organization`),
    [o, p],
  );
  assert.deepEqual(await at(`Patient?_id=${patient.id}&_revinclude=AllergyIntolerance:*`), [a]);
  assert.deepEqual(await at(`Patient?_id=${patient.id}&_revinclude=MedicationRequest:*`), [r1, r2].sort());
  assert.deepEqual(await at(`Patient?_id=${patient.id}&_revinclude=MedicationRequest:subject:Group`), []);
  assert.deepEqual(
    await at(
      `Organization?_id=${organization.id}&_revinclude=Patient:organization&_revinclude:iterate=AllergyIntolerance:patient`,
    ),
    [a, p],
  );
});

test('chains and _has follow references both ways', async () => {
  const number = newNhsNumber();
  const patient = await server.create(aPatient(number, { name: [{ family: 'Chainlink' }] }));
  const request = await server.create(aRequest({ reference: `Patient/${patient.id}` }, { status: 'on-hold' }));
  const found = async (query: string) => (await server.get(query)).found;
  const it = [`MedicationRequest/${request.id}`];
  for (const query of [
    'patient.name=chainlink',
    'subject:Patient.name=chainlink',
    `patient.identifier=${NHS_NUMBER}|${number}`,
  ])
    assert.deepEqual(await found(`MedicationRequest?${query}`), it, query);
  assert.deepEqual(await found('MedicationRequest?patient.name=nobody'), []);
  assert.deepEqual(await found('Patient?name=chainlink&_has:MedicationRequest:patient:status=on-hold'), [
    `Patient/${patient.id}`,
  ]);
  assert.deepEqual(await found('Patient?name=chainlink&_has:MedicationRequest:patient:status=stopped'), []);
  assert.deepEqual(await found('MedicationRequest?patient._has:MedicationRequest:patient:status=on-hold'), it);
});
