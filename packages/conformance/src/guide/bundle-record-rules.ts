import { isPatientSystem } from '../identity/systems.ts';
import { certainlyAfter } from '../invariants/date-order.ts';
import { child, children, number, text } from '../invariants/reading.ts';
import { codings, medicineOf } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { type Entry, ofTypes } from './bundle-entries.ts';
import { pairs, supplies } from './bundle-links.ts';
import { differentPatients } from './whose.ts';

const on = ['Bundle'];
const layer = 'guide';

const codesOf = (concept: JsonObject | undefined) =>
  codings(concept).map((coding) => `${text(coding, 'system') ?? ''}|${text(coding, 'code') ?? ''}`);

/** The entries that say something else than an earlier one of the same key. */
function contrary(
  entries: readonly Entry[],
  keys: (node: JsonObject) => readonly string[],
  said: (node: JsonObject) => string,
) {
  const first = new Map<string, string>();
  return entries.filter(({ resource }) =>
    keys(resource).some((key) => {
      const known = first.get(key);
      if (known === undefined) first.set(key, said(resource));
      return known !== undefined && known !== said(resource);
    }),
  );
}

const numbersOf = (patient: JsonObject) =>
  children(patient, 'identifier').flatMap((identifier) => {
    const value = text(identifier, 'value');
    return isPatientSystem(text(identifier, 'system')) && value !== undefined ? [value] : [];
  });

const overlap = (a: JsonObject | undefined, b: JsonObject | undefined) => {
  const [start, end] = [text(a, 'start'), text(a, 'end')];
  const [otherStart, otherEnd] = [text(b, 'start'), text(b, 'end')];
  if (start === undefined || otherStart === undefined || end === undefined || otherEnd === undefined) return false;
  return certainlyAfter(end, otherStart) && certainlyAfter(otherEnd, start);
};

/** The rules for what the resources of a Bundle say of the same person, allergy or infusion. */
export const bundleRecordRules: readonly Rule[] = [
  {
    ...{ id: 'R-155a', on, layer, severity: 'error', code: 'conflict' },
    says: 'The administration and its request are of different patients.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationAdministration', 'request', 'MedicationRequest').flatMap(
        ({ at, resource, target }) => (differentPatients(resource, target, here) ? [at] : []),
      ),
  },
  {
    ...{ id: 'R-155b', on, layer, severity: 'warning', code: 'conflict' },
    says: 'What was given is not the medicine asked for, nor a product of it.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationAdministration', 'request', 'MedicationRequest').flatMap(
        ({ entry, resource, target }) =>
          supplies(medicineOf(target, here), medicineOf(resource, here), here) ? [] : [`${entry}.medication`],
      ),
  },
  {
    ...{ id: 'R-156', on, layer, severity: 'warning', code: 'conflict' },
    says: 'Two records of one infusion overlap in time with different rates: correct the periods.',
    holds: (node) => {
      const rate = (one: JsonObject) => number(child(child(one, 'dosage'), 'rateQuantity'), 'value');
      const start = (one: JsonObject) => text(child(one, 'effectivePeriod'), 'start') ?? '';
      const last = new Map<string, JsonObject>();
      // In the order of their beginning, so that each needs to be set against the one before it only.
      const given = ofTypes(node, ['MedicationAdministration'])
        .map((entry) => ({ ...entry, begun: start(entry.resource) }))
        .sort((a, b) => (a.begun === b.begun ? 0 : a.begun < b.begun ? -1 : 1));
      return given.flatMap(({ resource, at }) => {
        const request = text(child(resource, 'request'), 'reference');
        if (request === undefined || rate(resource) === undefined) return [];
        const earlier = last.get(request);
        last.set(request, resource);
        const clash =
          earlier &&
          rate(earlier) !== rate(resource) &&
          overlap(child(resource, 'effectivePeriod'), child(earlier, 'effectivePeriod'));
        return clash ? [`${at}.effective`] : [];
      });
    },
  },
  {
    ...{ id: 'R-196', on, layer, severity: 'warning', code: 'conflict' },
    says: 'Two patients have one national number but another name, gender or birth date: is it one person?',
    holds: (node) =>
      contrary(ofTypes(node, ['Patient']), numbersOf, (patient) =>
        JSON.stringify([patient.birthDate, patient.gender, children(patient, 'name')[0]?.family]),
      ).map(({ at }) => at),
  },
  {
    ...{ id: 'R-225', on, layer, severity: 'warning', code: 'conflict' },
    says: 'Two records of one allergy have different clinical statuses: the later one counts.',
    holds: (node) =>
      contrary(
        ofTypes(node, ['AllergyIntolerance']),
        (allergy) => codesOf(child(allergy, 'code')),
        (allergy) => codesOf(child(allergy, 'clinicalStatus')).join(),
      ).map(({ at }) => `${at}.clinicalStatus`),
  },
];
