import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openDemoServer } from './support/demo.ts';
import { tableUnder, textOf, titleOf } from './support/page-text.ts';
import { aPatient, aRequest, aStatement, newNhsNumber, nhs } from './support/people.ts';
import type { TestServer } from './support/test-server.ts';

interface ExpectedLine {
  medicine: string;
  group: string;
  current: boolean | 'undetermined';
  flags?: string[];
}

const EXPECTED: { patients: { [id: string]: ExpectedLine[] } } = JSON.parse(
  readFileSync(new URL('../../../samples/patients/expected-lines.json', import.meta.url), 'utf8'),
);

/** Flags that take a line out of a folded group, to be reviewed. */
const REVIEWED = ['staleButOpen', 'dateConflict', 'statusDateConflict', 'statusConflict'];

let server: TestServer;
before(async () => {
  server = await openDemoServer();
});
after(() => server.close());

async function page(path: string): Promise<string> {
  const answer = await server.send('GET', path);
  assert.equal(answer.status, 200, `${path}: ${answer.status} ${textOf(answer.text).slice(0, 300)}`);
  return answer.text;
}

describe('the medicines page', () => {
  for (const [id, lines] of Object.entries(EXPECTED.patients)) {
    test(`${id}: every medicine stands once, in its group`, async () => {
      const html = await page(`/patients/${id}`);
      for (const line of lines) {
        const isFolded = ['stopped', 'not-taken', 'past'].includes(line.group);
        const isReviewed = isFolded && line.flags?.some((flag) => REVIEWED.includes(flag));
        const table = tableUnder(html, isReviewed ? 'review' : line.group);
        assert.ok(table?.includes(line.medicine), `${line.medicine} under ${line.group}: ${table}`);
      }
      assert.equal(html.match(/class="concord-medicine"/g)?.length ?? 0, lines.length);
    });
  }

  test('says of each line the dose, the dates, who says so, why, and what is behind it', async () => {
    const table = tableUnder(await page('/patients/demo-patient-margaret'), 'repeat') ?? '';
    assert.match(table, /Amlodipine 5mg tablets Dose 1 tablet - once a day - Oral route/);
    assert.match(table, /Repeat since \d+ \w+ \d{4}, last issued on \d+ \w+ \d{4}, within two years\./);
    assert.match(table, /Riverside Surgery ehr\.riverside-surgery\.example/);
    assert.match(table, /Records behind Amlodipine 5mg tablets : statement, 31 prescriptions, 30 dispenses/);
  });

  test('makes a suspended medicine stand out, and says so at the top', async () => {
    const html = await page('/patients/demo-patient-thomas');
    assert.match(
      tableUnder(html, 'on-hold') ?? '',
      /Apixaban 5mg tablets Suspended .*Reason given: Surgery on the hip/,
    );
    assert.match(textOf(html), /4 current medicines , 1 suspended/);
  });

  test('folds what is over, with counts, and never folds what is to be reviewed', async () => {
    const html = await page('/patients/demo-patient-harold');
    assert.match(html, /<details[^>]*>\s*<summary[^>]*><span[^>]*>Completed or past \(1\)/);
    const details = html.slice(html.indexOf('<details'));
    assert.ok(!details.includes('Simvastatin'));
    assert.match(tableUnder(html, 'review') ?? '', /Simvastatin 40mg tablets Not current Needs review/);
  });

  test('never folds away an order in force not to give a medicine', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    await server.create(aRequest({ reference: `Patient/${patient.id}` }, { doNotPerform: true }));
    const html = await page(`/patients/${patient.id}`);
    assert.match(tableUnder(html, 'do-not-give') ?? '', /Ramipril 5mg capsules .*Do not give/);
    assert.ok(!html.includes('<details'));
  });

  test('marks as not current what is only kept in view among the current', async () => {
    const table = tableUnder(await page('/patients/demo-patient-margaret'), 'elsewhere') ?? '';
    assert.match(table, /Donepezil 10mg tablets Not current Needs review/);
  });

  test('lifts a clinical trial to the top', async () => {
    const text = textOf(await page('/patients/demo-patient-sofia'));
    assert.ok(text.indexOf('On a clinical trial.') < text.indexOf('Folic acid'));
    assert.match(text, /Clinical trial medication Clinical trial Dose No dose recorded/);
  });

  test('has a banner with name, birth, age, gender and the NHS number in groups', async () => {
    const html = await page('/patients/demo-patient-margaret');
    assert.equal(titleOf(html), 'Medicines: Mrs Margaret Ellison – Concord');
    assert.match(
      textOf(html),
      /ELLISON, Margaret \(Mrs\) Born 9 Mar 1947 \(\d+ years\) Gender Female NHS number 999 000 1014/,
    );
  });

  test('shows that a patient has died', async () => {
    const number = newNhsNumber();
    const patient = await server.create(aPatient(number, { birthDate: '1940-05-01', deceasedDateTime: '2025-06-03' }));
    const text = textOf(await page(`/patients/${patient.id}`));
    assert.match(text, /CONCORDIA, Test Deceased Born 1 May 1940 Died 3 Jun 2025 \(aged 85 years\)/);
  });

  test('says of an empty record only that nothing is known here', async () => {
    const ruth = textOf(await page('/patients/demo-patient-ruth'));
    assert.match(ruth, /No medicines are known here/);
    assert.match(ruth, /does not mean that they take nothing/);
    assert.match(ruth, /Riverside Surgery recorded on \d+ \w+ \d{4} that no active medicine was known to them/);
    const patient = await server.create(aPatient(newNhsNumber()));
    const text = textOf(await page(`/patients/${patient.id}`));
    assert.match(text, /No medicines are known here/);
    assert.doesNotMatch(text, /no active medicine was known/);
  });

  test('tells "no allergies recorded" from "no known allergy"', async () => {
    assert.match(textOf(await page('/patients/demo-patient-ruth')), /Allergies No known allergy Riverside Surgery/);
    const patient = await server.create(aPatient(newNhsNumber()));
    const text = textOf(await page(`/patients/${patient.id}`));
    assert.match(text, /No allergies recorded here\. This does not mean that there are none/);
    assert.doesNotMatch(text, /No known allergy/);
  });

  test('shows an allergy with its risk and reaction', async () => {
    assert.match(textOf(await page('/patients/demo-patient-thomas')), /penicillin .* High risk Anaphylaxis \(severe\)/);
  });

  test('shows a patient known only by an identifier', async () => {
    const number = newNhsNumber();
    const subject = { identifier: nhs(number), display: 'Mx Known Byname' };
    await server.create(aStatement(subject, { dosage: [{ text: 'One daily' }] }));
    const html = await page(`/patients/by-identifier?system=https://fhir.nhs.uk/Id/nhs-number&value=${number}`);
    assert.match(textOf(html), /Mx Known Byname Born Not recorded/);
    assert.match(textOf(html), /knows them only by this number/);
    assert.match(textOf(html), /Ramipril 5mg capsules Dose One daily/);
    for (const [, address = ''] of html.matchAll(/<a[^>]* href="(\/patients\/by-identifier[^"]*)"/g)) {
      await page(address.replaceAll('&amp;', '&'));
    }
  });

  test('shows the coded dose, marked, where the sender’s words say another', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const dose = {
      text: '3 tablets twice a day',
      timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' as const } },
      doseAndRate: [
        { doseQuantity: { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' } },
      ],
    };
    await server.create(aStatement({ reference: `Patient/${patient.id}` }, { dosage: [dose] }));
    const text = textOf(await page(`/patients/${patient.id}`));
    assert.match(text, /Doses differ .* Dose as coded 1 tablet - twice a day Dose as written 3 tablets twice a day/);
  });

  test('resolves the medicine and its form from a contained or a stored Medication', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const subject = { reference: `Patient/${patient.id}` };
    const aspirin = { coding: [{ system: 'https://dmd.nhs.uk', code: '774656009', display: 'Aspirin' }] };
    const form = { coding: [{ system: 'http://snomed.info/sct', code: '385194003', display: 'Suppository' }] };
    const { medicationCodeableConcept: _, ...request } = aRequest(subject);
    await server.create({
      ...request,
      contained: [{ resourceType: 'Medication', id: 'm', code: aspirin, form }],
      medicationReference: { reference: '#m' },
    });
    const stored = await server.create({ resourceType: 'Medication', code: { text: 'Stored mixture' } });
    await server.create({ ...request, medicationReference: { reference: `Medication/${stored.id}` } });
    const text = textOf(await page(`/patients/${patient.id}`));
    assert.match(text, /Aspirin — Suppository/);
    assert.match(text, /Stored mixture/);
  });
});

describe('the page of one medicine', () => {
  test('lists every record behind it, newest first, each with a page of its own', async () => {
    const html = await page(
      '/patients/demo-patient-thomas/medicine?line=MedicationRequest/demo-thomas-paracetamol-infusion',
    );
    const text = textOf(html);
    assert.match(text, /Paracetamol 1g\/100ml solution for infusion vials/);
    assert.match(text, /Records behind it 5/);
    assert.ok(text.indexOf('Administration') < text.lastIndexOf('Prescription'));
    const addresses = [...html.matchAll(/href="(\/resources\/[^"]*)"/g)].map((each) => each[1] as string);
    assert.equal(new Set(addresses).size, 5);
    for (const address of new Set(addresses)) await page(address);
  });

  test('is not found for a medicine that is not theirs', async () => {
    const path = '/patients/demo-patient-thomas/medicine?line=MedicationStatement/demo-margaret-amlodipine';
    assert.equal((await server.send('GET', path)).status, 404);
  });
});

describe('the timeline', () => {
  test('has every medication event, newest first', async () => {
    const html = await page('/patients/demo-patient-thomas/timeline');
    assert.match(textOf(html), /21 events , newest first/);
    assert.equal(html.match(/<tr class="nhsuk-table__row" role="row">\s*<td/g)?.length, 21);
    const dates = [...html.matchAll(/<span class="concord-nowrap">([^<]*)<\/span>/g)].map((each) =>
      Date.parse(each[1] ?? ''),
    );
    assert.deepEqual(
      dates,
      dates.toSorted((a, b) => b - a),
    );
    for (const kind of ['Prescription plan', 'Dispense', 'Statement', 'Administration'])
      assert.ok(html.includes(kind), kind);
  });

  test('goes from page to page without losing any', async () => {
    const seen = new Set<string>();
    let path: string | undefined = '/patients/demo-patient-margaret/timeline';
    while (path !== undefined) {
      const html: string = await page(path);
      for (const [, address] of html.matchAll(/href="(\/resources\/[^"]*)"/g)) seen.add(address as string);
      path = /href="([^"]*)">Older events/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    const { bundle } = await server.get('MedicationRequest?patient=demo-patient-margaret&_count=1000');
    const dispenses = await server.get('MedicationDispense?patient=demo-patient-margaret&_count=1000');
    const statements = await server.get('MedicationStatement?patient=demo-patient-margaret&_count=1000');
    const all = [bundle, dispenses.bundle, statements.bundle].flatMap((each) => each.entry ?? []);
    assert.ok(all.length > 300);
    assert.equal(seen.size, all.length);
  });

  test('puts what has no date last, and keeps it', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const { effectivePeriod: _, ...undated } = aStatement({ reference: `Patient/${patient.id}` });
    await server.create(undated);
    await server.create(aRequest({ reference: `Patient/${patient.id}` }));
    const text = textOf(await page(`/patients/${patient.id}/timeline`));
    assert.ok(text.indexOf('January 2026') < text.indexOf('Date unknown'));
  });
});
