import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CodeableConcept } from 'fhir/r4';
import { openSample } from './support/dmd.ts';
import { aRequest, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const DMD = 'https://dmd.nhs.uk';
const VTM = '777067000';
const VMP = '42109611000001109';
/** What the VMP was until 2023. */
const FORMER_VMP = '322236009';
const OTHER_VMP = '39024711000001106';

describe('searching the record by what codes stand for', () => {
  let server: TestServer;
  let amp = '';
  const ids = new Map<string, string>();
  const number = newNhsNumber();

  before(async () => {
    const dmd = await openSample();
    server = await openTestServer({}, dmd);
    amp = dmd.release?.dictionary.ampsOfVmp(VMP)[0]?.id ?? '';
    const concepts: { [name: string]: CodeableConcept } = {
      moiety: { coding: [{ system: DMD, code: VTM }] },
      product: { coding: [{ system: DMD, code: VMP }] },
      former: { coding: [{ system: 'http://snomed.info/sct', code: FORMER_VMP }] },
      brand: { coding: [{ system: 'http://dmd.nhs.uk', code: amp }] },
      liquid: { coding: [{ system: DMD, code: OTHER_VMP }] },
      // The same digits in a system that is not dm+d's.
      foreign: { coding: [{ system: 'https://x.example/codes', code: VMP }] },
      uncoded: { text: 'Paracetamol' },
      ramipril: { coding: [{ system: DMD, code: '777395009' }] },
    };
    for (const [name, medicationCodeableConcept] of Object.entries(concepts)) {
      // One of them for another patient, so that a search across patients differs from one of a patient.
      const identifier = nhs(name === 'liquid' ? newNhsNumber() : number);
      const { id } = await server.create(aRequest({ identifier }, { medicationCodeableConcept }));
      ids.set(id, name);
    }
  });
  after(() => server.close());

  const found = async (query: string) => {
    const answer = await server.get(`MedicationRequest?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.found.map((each) => ids.get(each.split('/')[1] ?? '') ?? each).sort();
  };

  test(':below finds the moiety, its products and brands, and the codes that they had', async () => {
    assert.deepEqual(await found(`code:below=${DMD}|${VTM}`), ['brand', 'former', 'liquid', 'moiety', 'product']);
    assert.deepEqual(await found(`code:below=${DMD}|${VMP}`), ['brand', 'former', 'product']);
    assert.deepEqual(await found(`code:below=${amp}`), ['brand']);
  });

  test('a former code asks what the present one does', async () => {
    assert.deepEqual(await found(`code:below=${DMD}|${FORMER_VMP}`), ['brand', 'former', 'product']);
  });

  test(':above finds the product, and what it is a case of', async () => {
    assert.deepEqual(await found(`code:above=${DMD}|${amp}`), ['brand', 'former', 'moiety', 'product']);
    assert.deepEqual(await found(`code:above=${DMD}|${VMP}`), ['former', 'moiety', 'product']);
  });

  test('within a patient the answer is the same as across patients, without the others', async () => {
    const patient = `patient:identifier=https://fhir.nhs.uk/Id/nhs-number|${number}`;
    assert.deepEqual(await found(`${patient}&code:below=${DMD}|${VTM}`), ['brand', 'former', 'moiety', 'product']);
    assert.deepEqual(await found(`${patient}&code:not-in=${DMD}/ValueSet/VMP`), [
      'brand',
      'foreign',
      'moiety',
      'ramipril',
      'uncoded',
    ]);
  });

  test(':in and :not-in ask a value set, and part the record between them', async () => {
    const inside = await found(`code:in=${DMD}/ValueSet/VMP`);
    assert.deepEqual(inside, ['former', 'liquid', 'product']);
    const outside = await found(`code:not-in=${DMD}/ValueSet/VMP`);
    assert.deepEqual([...inside, ...outside].sort(), [...ids.values()].sort());
    assert.deepEqual(await found(`code:in=${DMD}/ValueSet/VTM`), ['moiety', 'ramipril']);
  });

  test('several values are alternatives, a plain search is as before, and counting agrees', async () => {
    assert.deepEqual(await found(`code:below=${DMD}|${OTHER_VMP},${DMD}|${amp}`), ['brand', 'liquid']);
    assert.deepEqual(await found(`code=${DMD}|${VMP}`), ['product']);
    const { bundle } = await server.get(`MedicationRequest?code:below=${DMD}|${VTM}&_summary=count`);
    assert.equal(bundle.total, 5);
  });

  test('a chain ends in it: who is on paracetamol, by Medication resources', async () => {
    const medication = await server.create({
      resourceType: 'Medication',
      code: { coding: [{ system: DMD, code: FORMER_VMP }] },
    });
    const { medicationCodeableConcept: _left, ...rest } = aRequest({ identifier: nhs(number) });
    const request = await server.create({
      ...rest,
      medicationReference: { reference: `Medication/${medication.id}` },
    });
    const { found: matches } = await server.get(`MedicationRequest?medication.code:below=${DMD}|${VTM}`);
    assert.deepEqual(matches, [`MedicationRequest/${request.id}`]);
  });

  test('what cannot be followed is refused by name', async () => {
    for (const [query, why] of [
      [`code:below=${DMD}|1`, /not a code of the dm\+d release/],
      ['code:below=https://loinc.org|1-1', /takes codes of dm\+d/],
      [`code:below=${DMD}|`, /takes code or system\|code/],
      ['code:below=', /empty value/],
      ['code:in=https://x.example/vs', /No value set/],
      [`patient:below=${VTM}`, /modifier :below is not supported/],
    ] as const) {
      const answer = await server.get(`MedicationRequest?${query}`);
      assert.equal(answer.status, 400, `${query}: ${answer.text}`);
      assert.match(answer.outcome.issue[0]?.diagnostics ?? '', why, query);
    }
    const bare = await openTestServer();
    try {
      const answer = await bare.get(`MedicationRequest?code:below=${DMD}|${VTM}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /needs a dm\+d release/);
      assert.equal((await bare.get(`MedicationRequest?code=${DMD}|${VTM}`)).status, 200);
    } finally {
      await bare.close();
    }
  });
});
