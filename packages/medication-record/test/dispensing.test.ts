import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MedicationAdministration, MedicationDispense, MedicationRequest } from 'fhir/r4';
import {
  COMPLETION_RULES,
  type CompletionPolicy,
  checkSubstitution,
  completionDue,
  quantityForDosage,
  supplied,
} from '../src/index.ts';
import { type DispenseCase, dispenseOf, type RequestCase, requestOf, sampleDictionary } from './dispensing-cases.ts';

const dictionary = await sampleDictionary();
const read = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), 'utf8'));
const dispensesOf = (list: readonly DispenseCase[]) => list.map((d, i) => dispenseOf(d, `dispense-${i}`));

interface CompletionCase {
  readonly name: string;
  readonly policy: CompletionPolicy;
  readonly request: RequestCase;
  readonly dispenses: readonly DispenseCase[];
  readonly administrations?: Readonly<Record<string, number>>;
  readonly due: boolean;
  readonly says?: string;
}

for (const c of read<CompletionCase>('completion')) {
  test(`completed ${c.name}`, () => {
    const administrations = Object.entries(c.administrations ?? {}).flatMap(([status, count]) =>
      Array.from({ length: count }, (_, i) => ({ id: `${status}-${i}`, status }) as MedicationAdministration),
    );
    const answer = completionDue(requestOf(c.request), dispensesOf(c.dispenses), administrations, c.policy, {
      dictionary,
    });
    assert.equal(answer.due, c.due, answer.because);
    assert(answer.because.includes(c.says ?? ''), answer.because);
  });
}

test('whatever the record, a request is due by quantity only where it is supplied, and never when it is not active', () => {
  const quantity = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.constantFrom('tablet', 'capsule'));
  const medicine = fc.constantFrom('42109611000001109', '289111000001102');
  const status = fc.constantFrom('completed', 'in-progress', 'declined', 'unknown');
  const dispenses = fc.array(fc.record({ medicine, quantity, status }), { maxLength: 4 });
  const request = fc.record({ medicine, quantity, status: fc.constantFrom('active', 'on-hold', 'completed', 'draft') });
  fc.assert(
    fc.property(request, dispenses, (r, d) => {
      const asked = requestOf(r as RequestCase);
      const given = dispensesOf(d as DispenseCase[]);
      const { outcome } = supplied(asked, given, { dictionary });
      const due = (policy: CompletionPolicy) => completionDue(asked, given, [], policy, { dictionary }).due;
      assert.equal(due('on-dispense'), r.status === 'active' && (outcome === 'complete' || outcome === 'over'));
      assert.equal(due('never'), false);
      for (const policy of Object.keys(COMPLETION_RULES) as CompletionPolicy[]) {
        if (r.status !== 'active') assert.equal(due(policy), false);
      }
    }),
    { seed: 41, numRuns: 1000 },
  );
});

interface SubstitutionCase {
  readonly name: string;
  readonly asked: string;
  readonly given: string;
  readonly wasSubstituted?: boolean;
  readonly allowed?: boolean;
  readonly relation: string;
  readonly rules: readonly string[];
}

for (const c of read<SubstitutionCase>('substitution')) {
  test(`substitution: ${c.name}`, () => {
    const request = requestOf({
      medicine: c.asked,
      ...(c.allowed !== undefined && { substitutionAllowed: c.allowed }),
    });
    const dispense = dispenseOf(
      { medicine: c.given, ...(c.wasSubstituted !== undefined && { wasSubstituted: c.wasSubstituted }) },
      'dispense',
    );
    const answer = checkSubstitution(request, dispense, dictionary);
    assert.equal(answer.relation, c.relation);
    assert.deepEqual(
      answer.issues.map(({ rule }) => rule),
      c.rules,
    );
  });
}

test('no substitution at all: N of the code system says that none is allowed, as false does', () => {
  const request = requestOf({ medicine: '900905451000001100' });
  const system = 'http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution';
  const dispense = dispenseOf({ medicine: '900905441000001103', wasSubstituted: true }, 'dispense');
  const allowed = (code: string) =>
    checkSubstitution(
      { ...request, substitution: { allowedCodeableConcept: { coding: [{ system, code }] } } },
      dispense,
      dictionary,
    ).allowed;
  assert.deepEqual([allowed('N'), allowed('E')], [false, true]);
  assert.equal(checkSubstitution(request, dispense, dictionary).allowed, undefined);
});

interface QuantityCase {
  readonly name: string;
  readonly request: RequestCase;
  readonly outcome: string;
  readonly needed?: string;
  readonly says?: string;
}

for (const c of read<QuantityCase>('quantity-for-dosage')) {
  test(`quantity for dosage: ${c.name}`, () => {
    const answer = quantityForDosage(requestOf(c.request), dictionary);
    const said = answer.reasons.map(({ message }) => message).join('\n');
    assert.equal(answer.outcome, c.outcome, said);
    if (c.needed !== undefined) assert.equal(`${answer.needed?.value} ${answer.needed?.unit}`, c.needed);
    assert(said.includes(c.says ?? ''), said);
  });
}

test('whole packs of what the dosage needs agree with it', () => {
  const request = { medicine: '39732411000001106', dosage: '500 mg three times a day', days: 6 };
  const { packs } = quantityForDosage(requestOf({ ...request, quantity: [18, 'capsule'] }), dictionary);
  assert(packs.length > 0);
  for (const { size, packs: count } of packs) {
    const whole = Number(size.decimal) * count;
    const answer = quantityForDosage(requestOf({ ...request, quantity: [whole, 'capsule'] }), dictionary);
    assert.equal(answer.outcome, 'agrees');
  }
});

test('no JSON makes any of them throw', () => {
  const junk = fc.jsonValue({ maxDepth: 4 });
  const shaped = (keys: readonly string[]) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, junk])), { requiredKeys: [] });
  const medicine = fc.constant({ coding: [{ code: '39732411000001106' }] });
  const request = fc
    .tuple(shaped(['status', 'dispenseRequest', 'dosageInstruction', 'substitution']), medicine)
    .map(([r, medicationCodeableConcept]) => ({ ...r, medicationCodeableConcept }));
  const dispense = shaped(['id', 'status', 'medicationCodeableConcept', 'quantity', 'substitution']);
  const policy = fc.constantFrom<CompletionPolicy>('on-receipt', 'on-dispense', 'on-administration', 'never');
  fc.assert(
    fc.property(request, dispense, policy, (r, d, p) => {
      const asked = { ...r, status: 'active' } as unknown as MedicationRequest;
      const given = d as unknown as MedicationDispense;
      assert(completionDue(asked, [given], [d as never], p, { dictionary }).because.length > 0);
      assert(checkSubstitution(asked, given, dictionary).relation.length > 0);
      assert(quantityForDosage(asked, dictionary).outcome.length > 0);
    }),
    { seed: 42, numRuns: 1500 },
  );
});
