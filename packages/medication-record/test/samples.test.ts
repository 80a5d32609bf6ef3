import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { dosageToText } from '@concord/dosage';
import type { Bundle, Dosage, FhirResource } from 'fhir/r4';
import { moved } from '../../../samples/patients/dates.ts';
import { demoBundles } from '../../../samples/patients/load.ts';
import { currentMedication } from '../src/index.ts';

const TODAY = '2026-11-22';
const samples = new URL('../../../samples/', import.meta.url);
const { patients: expected } = JSON.parse(readFileSync(new URL('patients/expected-lines.json', samples), 'utf8')) as {
  patients: {
    [patient: string]: { medicine: string; line: string; group: string; current: unknown; flags?: string[] }[];
  };
};
const bundles = demoBundles(TODAY);
const resources = bundles.flatMap(resourcesOf);

function resourcesOf(bundle: Bundle): FhirResource[] {
  return (bundle.entry ?? []).flatMap((e) => (e.resource ? [e.resource as FhirResource] : []));
}

function ofType<T extends FhirResource['resourceType']>(list: FhirResource[], type: T) {
  return list.filter((r): r is Extract<FhirResource, { resourceType: T }> => r.resourceType === type);
}

function linesOf(bundle: Bundle, asOf: string) {
  const list = resourcesOf(bundle);
  return currentMedication({
    statements: ofType(list, 'MedicationStatement'),
    requests: ofType(list, 'MedicationRequest'),
    dispenses: ofType(list, 'MedicationDispense'),
    asOf,
  });
}

/** Every object within a value, the value included. */
function* within(value: unknown): Generator<{ [member: string]: unknown }> {
  if (Array.isArray(value)) for (const v of value) yield* within(v);
  else if (typeof value === 'object' && value !== null) {
    yield value as { [member: string]: unknown };
    for (const v of Object.values(value)) yield* within(v);
  }
}

/** True where an NHS number has a right check digit (modulus 11). */
function isNhsNumber(number: string): boolean {
  const sum = [...number.slice(0, 9)].reduce((s, digit, i) => s + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return /^\d{10}$/.test(number) && check === Number(number[9]);
}

const D5 = [...'0123456789'].map((_, a) =>
  [...'0123456789'].map((_, b) =>
    a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5,
  ),
);
const F = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** True where a SNOMED CT or dm+d identifier has a right check digit (Verhoeff). */
function isSctid(code: string): boolean {
  let check = 0;
  [...code].reverse().forEach((character, position) => {
    let digit = Number(character);
    for (let i = 0; i < position % 8; i++) digit = F[digit] ?? 0;
    check = D5[check]?.[digit] ?? -1;
  });
  return /^\d{6,18}$/.test(code) && check === 0;
}

test('the check digits used here tell right from wrong', () => {
  assert.equal(isNhsNumber('9434765919'), true);
  assert.equal(isNhsNumber('9434765918'), false);
  assert.equal(isSctid('428673006'), true);
  assert.equal(isSctid('428673007'), false);
  assert.equal(isSctid('42384300600'), false);
});

test('patients are invented: NHS numbers of the 999 range, valid, and one to each', () => {
  const numbers = ofType(resources, 'Patient').map(
    (p) => p.identifier?.find((i) => i.system === 'https://fhir.nhs.uk/Id/nhs-number')?.value ?? '',
  );
  assert(numbers.length >= 10);
  assert.equal(new Set(numbers).size, numbers.length);
  for (const number of numbers) assert(number.startsWith('999') && isNhsNumber(number), number);
});

test('every reference is to a resource of the same patient’s Bundle or of the reference data', () => {
  const [reference, ...patients] = bundles;
  assert(reference);
  const names = (bundle: Bundle) => resourcesOf(bundle).map((r) => `${r.resourceType}/${r.id}`);
  const shared = names(reference);
  for (const bundle of [reference, ...patients]) {
    const here = new Set([...shared, ...names(bundle)]);
    assert.equal(new Set(names(bundle)).size, names(bundle).length, 'ids are used once');
    for (const part of within(resourcesOf(bundle))) {
      if (typeof part.reference === 'string') assert(here.has(part.reference), part.reference);
    }
    for (const entry of bundle.entry ?? []) {
      assert.deepEqual(entry.request, {
        method: 'PUT',
        url: `${entry.resource?.resourceType}/${entry.resource?.id}`,
      });
      assert.match(entry.resource?.id ?? '', /^demo-[A-Za-z0-9.-]{1,59}$/);
    }
  }
});

test('every SNOMED CT and dm+d code has its check digit', () => {
  let codes = 0;
  for (const { system, code } of within(resources)) {
    if (system !== 'http://snomed.info/sct' && system !== 'https://dmd.nhs.uk') continue;
    codes++;
    assert(typeof code === 'string' && isSctid(code), String(code));
  }
  assert(codes > 1000);
});

test('every resource says where it came from and which UK Core profile it keeps to, and no shorthand is left', () => {
  for (const resource of resources) {
    assert.match(resource.meta?.source ?? '', /^https:\/\/[a-z.-]+\.example\/fhir$/);
    assert.deepEqual(resource.meta?.profile, [
      `https://fhir.hl7.org.uk/StructureDefinition/UKCore-${resource.resourceType}`,
    ]);
  }
  assert.doesNotMatch(JSON.stringify(bundles), /\{(today|issue|n)\b|"\$/);
  for (const request of ofType(resources, 'MedicationRequest')) {
    assert.equal(request.substitution?.allowedBoolean, false);
    assert(request.identifier && request.authoredOn && request.requester && request.recorder && request.category);
  }
});

test('the text of every dose is what its structure says', () => {
  const { doses } = JSON.parse(readFileSync(new URL('patients/doses.json', samples), 'utf8')) as {
    doses: { [name: string]: Dosage[] };
  };
  for (const [name, list] of Object.entries(doses)) {
    for (const dosage of list) {
      const rendered = dosageToText(dosage as Parameters<typeof dosageToText>[0]);
      assert.equal(rendered.outcome === 'text' ? rendered.text : JSON.stringify(rendered), dosage.text, name);
    }
  }
});

suite('each patient’s medicines come to what the README says', () => {
  const readme = readFileSync(new URL('README.md', samples), 'utf8');
  for (const bundle of bundles.slice(1)) {
    const [patient] = ofType(resourcesOf(bundle), 'Patient');
    assert(patient?.id);
    const promised = expected[patient.id];
    test(patient.name?.[0]?.text ?? patient.id, () => {
      assert(promised);
      const seen = linesOf(bundle, TODAY).map((line) => ({
        medicine: line.statement.medicationCodeableConcept?.coding?.[0]?.display,
        line: line.key,
        group: line.group,
        current: line.current,
        ...(line.flags.length > 0 && { flags: line.flags }),
      }));
      assert.deepEqual(seen, promised);
      const [, section] = readme.split(patient.identifier?.[0]?.value ?? '?');
      assert(section, 'the README names the patient');
      const rows = [...(section.split('###')[0] ?? '').matchAll(/^\|(.+)\|(.+)\|(.+)\|$/gm)]
        .map(([, ...cells]) => cells.map((cell) => cell?.trim()))
        .filter(([first]) => first !== 'medicine' && !first?.startsWith('---') && !first?.startsWith('`'));
      const shownUnder = (group: string) =>
        group === 'elsewhere' ? 'prescribed elsewhere' : group === 'self-declared' ? group : group.replace('-', ' ');
      assert.deepEqual(
        rows.filter(([first]) => first !== 'write'),
        promised.map((p) => [p.medicine, shownUnder(p.group), p.current === true ? 'yes' : 'no']),
      );
    });
  }
});

test('the demonstration is of today whatever the day', () => {
  for (const today of ['2024-02-29', '2025-03-31', '2027-12-31', '2030-06-01']) {
    for (const bundle of demoBundles(today).slice(1)) {
      const [patient] = ofType(resourcesOf(bundle), 'Patient');
      const brief = (l: { group: string; current: unknown }) => `${l.group} ${l.current}`;
      assert.deepEqual(
        linesOf(bundle, today).map(brief).sort(),
        (expected[patient?.id ?? ''] ?? []).map(brief).sort(),
        `${patient?.id} on ${today}`,
      );
    }
  }
});

test('the same day gives the same Bundles', () => {
  assert.deepEqual(demoBundles(TODAY), bundles);
  assert.equal(moved('2024-03-31', '-1m'), '2024-02-29');
  assert.equal(moved('2024-03-31', '-3m+5d'), '2024-01-05');
  assert.equal(moved('2024-02-29', '-1y'), '2023-02-28');
});

test('everything that the demonstration is for is in it', () => {
  const requests = ofType(resources, 'MedicationRequest');
  const statements = ofType(resources, 'MedicationStatement');
  const all = Object.values(expected).flat();
  const doses = requests.flatMap((r) => r.dosageInstruction ?? []);
  const category = (code: string) =>
    requests.some((r) => r.category?.some((c) => c.coding?.some((x) => x.code === code)));
  const shows: { [what: string]: boolean } = {
    acute: all.some((l) => l.group === 'acute'),
    repeat: all.some((l) => l.group === 'repeat'),
    'repeat dispensing': all.some((l) => l.group === 'repeat-dispensing'),
    'as required': doses.some((d) => d.asNeededBoolean || d.asNeededCodeableConcept),
    'a taper': requests.some((r) => (r.dosageInstruction ?? []).filter((d) => (d.sequence ?? 0) > 1).length >= 2),
    'a variable dose': doses.some((d) => d.doseAndRate?.some((x) => x.doseRange)),
    'a dose by day of the week': requests.some(
      (r) => (r.dosageInstruction ?? []).filter((d) => d.timing?.repeat?.dayOfWeek).length >= 2,
    ),
    'an injection': doses.some((d) => d.method?.coding?.[0]?.code === '422145002'),
    'an infusion': doses.some((d) => d.method?.coding?.[0]?.code === '129330003'),
    'an infusion given': ofType(resources, 'MedicationAdministration').length > 0,
    'a patch': doses.some((d) => d.doseAndRate?.[0]?.doseQuantity?.code === '419702001'),
    'an inhaler': doses.some((d) => d.route?.coding?.[0]?.code === '18679011000001101'),
    'eye drops': doses.some((d) => d.site?.coding?.[0]?.display === 'Left eye'),
    'stopped, with reason and end': statements.some(
      (s) => s.status === 'stopped' && s.statusReason?.[0]?.text && s.effectivePeriod?.end,
    ),
    'on hold, with reason': statements.some((s) => s.status === 'on-hold' && s.statusReason?.[0]?.text),
    ended: all.some((l) => l.group === 'past'),
    'self-declared': all.some((l) => l.group === 'self-declared'),
    'supplied over the counter': all.some((l) => l.group === 'supplied'),
    'prescribed elsewhere': all.some((l) => l.group === 'elsewhere'),
    'a clinical trial': statements.some((s) => s.medicationCodeableConcept?.coding?.[0]?.code === '419841000001106'),
    allergies: ofType(resources, 'AllergyIntolerance').some((a) => a.reaction),
    'no known allergy': ofType(resources, 'AllergyIntolerance').some((a) => a.code?.coding?.[0]?.code === '716186003'),
    'no known medication': ofType(resources, 'List').some((l) => l.emptyReason),
    'a weight': ofType(resources, 'Observation').length > 0,
    inpatient: category('inpatient'),
    outpatient: category('outpatient'),
    discharge: category('discharge'),
    leave: category('leave'),
    'three hundred resources': bundles.some((b) => (b.entry?.length ?? 0) > 300),
    'three kinds of sender': new Set(resources.map((r) => r.meta?.source)).size >= 3,
  };
  assert.deepEqual(
    Object.keys(shows).filter((what) => !shows[what]),
    [],
  );
});
