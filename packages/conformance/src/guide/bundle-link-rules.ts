import { isOfAnother } from '../dmd/display.ts';
import { productOfConcept } from '../dmd/medicine-codings.ts';
import { child, children, has, text } from '../invariants/reading.ts';
import { codings, dosagesOf, hasCode, medicineOf } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { type Entry, entriesOf, isTogether, ofTypes } from './bundle-entries.ts';
import { pairs, sameCoding, supplies } from './bundle-links.ts';
import { differentPatients, namesAnother, ofOthers, patientReference } from './whose.ts';

const on = ['Bundle'];
const layer = 'guide';
const medicines = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'];
const plain = (words: string | undefined) => words?.toLowerCase().trim();
const aboutMedicines = [...medicines, 'AllergyIntolerance'];
const trial = '419841000001106';

/** The rules for how the resources of a Bundle go together. */
export const bundleLinkRules: readonly Rule[] = [
  {
    ...{ id: 'R-256', on, layer, severity: 'error', code: 'conflict' },
    says: 'The resources of this Bundle are about different patients: send one Bundle for each.',
    holds: otherPatients,
  },
  {
    ...{ id: 'BUN-linked', on, layer, severity: 'information', code: 'business-rule' },
    says: 'A request for the same medicine is in the Bundle: say so in basedOn (of a dispense: in derivedFrom).',
    holds: unlinked,
  },
  {
    ...{ id: 'R-023', on, layer, severity: 'warning', code: 'conflict' },
    says: 'priorPrescription: an order supplied again has the same patient, medicine and dosage; one replaced was stopped.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationRequest', 'priorPrescription', 'MedicationRequest').flatMap(
        ({ at, resource, target }) => {
          const isOver = ['cancelled', 'stopped', 'entered-in-error'].includes(text(target, 'status') ?? '');
          const again =
            sameCoding(medicineOf(resource, here), medicineOf(target, here)) &&
            JSON.stringify(dosagesOf(resource)) === JSON.stringify(dosagesOf(target));
          return differentPatients(resource, target, here) || (!again && !isOver) ? [at] : [];
        },
      ),
  },
  {
    ...{ id: 'R-024', on: [...on, 'MedicationRequest'], layer, severity: 'error', code: 'business-rule' },
    says: 'An order is its own predecessor: correct priorPrescription.',
    holds: (node, here) => (node.resourceType === 'Bundle' ? circles(node, here) : isOwnPredecessor(node, here)),
  },
  {
    ...{ id: 'R-031', on, layer, severity: 'warning', code: 'conflict' },
    says: 'The encounter is of another patient.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationRequest', 'encounter', 'Encounter').flatMap(({ at, resource, target }) =>
        differentPatients(resource, target, here) ? [at] : [],
      ),
  },
  {
    ...{ id: 'R-236', on, layer, severity: 'warning', code: 'conflict' },
    says: 'The class of the encounter and the category of the order do not go together (IMP with inpatient, AMB with outpatient).',
    holds: (node, here) =>
      pairs(node, here, 'MedicationRequest', 'encounter', 'Encounter').flatMap(({ entry, resource, target }) => {
        const kind = text(child(target, 'class'), 'code');
        const odd = kind === 'IMP' ? 'outpatient' : kind === 'AMB' ? 'inpatient' : '';
        const category = children(resource, 'category').findIndex((each) => hasCode(each, odd));
        return category < 0 ? [] : [`${entry}.category[${category}]`];
      }),
  },
  {
    ...{ id: 'R-103b', on, layer, severity: 'error', code: 'conflict' },
    says: 'The dispense and the request that it was for are of different patients.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationDispense', 'authorizingPrescription', 'MedicationRequest').flatMap(
        ({ at, resource, target }) => (differentPatients(resource, target, here) ? [at] : []),
      ),
  },
  {
    ...{ id: 'R-104', on, layer, severity: 'warning', code: 'conflict' },
    says: 'What was dispensed is not the medicine asked for, nor a product of it: say so in substitution.wasSubstituted.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationDispense', 'authorizingPrescription', 'MedicationRequest').flatMap(
        ({ entry, resource, target }) =>
          child(resource, 'substitution')?.wasSubstituted === true ||
          supplies(medicineOf(target, here), medicineOf(resource, here), here)
            ? []
            : [`${entry}.medication`],
      ),
  },
  {
    ...{ id: 'R-105', on, layer, severity: 'warning', code: 'conflict' },
    says: 'The medicine was substituted, which the request does not allow.',
    holds: (node, here) =>
      pairs(node, here, 'MedicationDispense', 'authorizingPrescription', 'MedicationRequest').flatMap(
        ({ entry, resource, target }) =>
          child(resource, 'substitution')?.wasSubstituted === true &&
          child(target, 'substitution')?.allowedBoolean === false
            ? [`${entry}.substitution`]
            : [],
      ),
  },
  {
    ...{ id: 'R-111', on, layer, severity: 'error', code: 'conflict' },
    says: 'Dispensed for a request that is not to be dispensed (draft or entered in error).',
    holds: (node, here) =>
      pairs(node, here, 'MedicationDispense', 'authorizingPrescription', 'MedicationRequest').flatMap(
        ({ at, target }) => (['draft', 'entered-in-error'].includes(text(target, 'status') ?? '') ? [at] : []),
      ),
  },
  {
    ...{ id: 'R-131', on, layer, severity: 'error', code: 'duplicate' },
    says: 'More than one active entry for medicine of a clinical trial: there is one, however many medicines it stands for.',
    holds: (node, here) =>
      ofTypes(node, ['MedicationStatement'])
        .filter(({ resource }) => resource.status === 'active' && hasCode(medicineOf(resource, here), trial))
        .slice(1)
        .map(({ at }) => at),
  },
  {
    ...{ id: 'R-135', on: medicines, layer, severity: 'warning', code: 'conflict', at: 'medication.display' },
    says: 'The display of the reference is not that of the Medication that it leads to: is it the right one? (An error where it is that of another medicine.)',
    holds: (node, here) => {
      const reference = child(node, 'medicationReference');
      const shown = text(reference, 'display');
      const target = here.target(reference);
      if (shown === undefined || target?.resourceType !== 'Medication') return true;
      const code = child(target, 'code');
      const names = [text(code, 'text'), ...codings(code).map((coding) => text(coding, 'display'))].filter(Boolean);
      if (names.length === 0 || names.some((name) => plain(name) === plain(shown))) return true;
      const { dictionary } = here;
      const product = productOfConcept(code, dictionary);
      const isOther = dictionary && product && isOfAnother(dictionary, product, shown);
      return isOther ? [{ at: '.medication.display', severity: 'error' }] : false;
    },
  },
  {
    ...{ id: 'R-198', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'An active order for a patient who has died: stop it.',
    holds: (node, here) =>
      ofTypes(node, ['MedicationRequest']).flatMap(({ resource, at }) => {
        const patient = here.target(child(resource, 'subject'));
        const died = patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined;
        return died && resource.status === 'active' ? [`${at}.subject`] : [];
      }),
  },
  {
    ...{ id: 'R-242', on, layer, severity: 'error', code: 'conflict' },
    says: 'An entry of the list is about another patient than the list.',
    holds: (node, here) =>
      ofTypes(node, ['List']).flatMap(({ resource, at }) =>
        children(resource, 'entry').flatMap((entry, i) => {
          const item = here.target(child(entry, 'item'));
          const whose = item && (child(item, 'subject') ?? child(item, 'patient'));
          return whose && differentPatients(resource, { subject: whose }, here) ? [`${at}.entry[${i}].item`] : [];
        }),
      ),
  },
];

/** The orders that lead to themselves by way of those before them. */
function circles(node: JsonObject, here: Here): readonly string[] {
  return ofTypes(node, ['MedicationRequest']).flatMap(({ resource, at }) => {
    const seen = new Set<JsonObject>();
    let prior = here.target(child(resource, 'priorPrescription'));
    while (prior && prior !== resource && !seen.has(prior)) {
      seen.add(prior);
      prior = here.target(child(prior, 'priorPrescription'));
    }
    return prior === resource ? [`${at}.priorPrescription`] : [];
  });
}

/** An order by itself that names itself; in a Bundle the others are looked at too. */
function isOwnPredecessor(node: JsonObject, { path }: Here): readonly string[] {
  const prior = text(child(node, 'priorPrescription'), 'reference');
  const own = text(node, 'id');
  const isOwn = own !== undefined && path === 'MedicationRequest' && prior === `MedicationRequest/${own}`;
  return isOwn ? ['.priorPrescription'] : [];
}

/** Statements that link nothing, though a request or dispense of the same medicine is in the Bundle. */
function unlinked(node: JsonObject, here: Here): readonly Fault[] | true {
  if (!isTogether(node)) return true;
  const codesOf = (resource: JsonObject) =>
    codings(medicineOf(resource, here)).flatMap((coding) => text(coding, 'code') ?? []);
  const codesIn = (type: string) => new Set(ofTypes(node, [type]).flatMap(({ resource }) => codesOf(resource)));
  const [asked, dispensed] = [codesIn('MedicationRequest'), codesIn('MedicationDispense')];
  return ofTypes(node, ['MedicationStatement']).flatMap(({ resource, at }): Fault[] => {
    if (has(resource, 'basedOn') || has(resource, 'derivedFrom')) return [];
    if (codesOf(resource).some((code) => asked.has(code))) return [{ at }];
    const says = 'A dispense of the same medicine is in the Bundle: say so in derivedFrom.';
    return codesOf(resource).some((code) => dispensed.has(code)) ? [{ at, says }] : [];
  });
}

/** Resources about other patients than the first; references that name one patient and lead to another. */
function otherPatients(node: JsonObject, here: Here): readonly Fault[] | true {
  if (!isTogether(node)) return true;
  const entries = entriesOf(node);
  const isOfMedicines = ({ resource }: Entry) => aboutMedicines.includes(String(resource.resourceType));
  const others = entries.filter((each) => !isOfMedicines(each) && !hasOwnRule(each.resource));
  const whose = ({ resource }: Entry) => (resource.subject === undefined ? 'patient' : 'subject');
  return [
    ...ofOthers([...entries.filter(isOfMedicines), ...others], here).map(
      (each): Fault => ({
        at: `${each.at}.${whose(each)}`,
        severity: isOfMedicines(each) ? 'error' : 'warning',
      }),
    ),
    ...entries
      .filter(({ resource }) => namesAnother(patientReference(resource), here))
      .map((each) => ({
        at: `${each.at}.${whose(each)}.identifier`,
        says: 'This identifier is not that of the Patient that the reference leads to: find out which patient is meant.',
      })),
  ];
}

/** An encounter is told of by the request that names it, a list by its entries. */
const hasOwnRule = ({ resourceType, entry }: JsonObject) =>
  resourceType === 'Encounter' || (resourceType === 'List' && entry !== undefined);
