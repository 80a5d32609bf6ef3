import { certainlyAfter } from '../invariants/date-order.ts';
import { child, text } from '../invariants/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { isTogether, ofTypes } from './bundle-entries.ts';
import { patientReference } from './whose.ts';

const layer = 'guide';

/** A date of what has happened, and the statuses in which it has, where that depends on them. */
interface Happened {
  readonly at: string;
  readonly statuses?: readonly string[];
}

const given = ['in-progress', 'completed', 'stopped'];
const begun = ['arrived', 'triaged', 'in-progress', 'onleave', 'finished'];

/** Dates that lie in the past of whoever writes them. authoredOn and the last issue have rules of their own. */
const happened: Readonly<Record<string, readonly Happened[]>> = {
  MedicationDispense: [{ at: 'whenPrepared' }, { at: 'whenHandedOver' }],
  MedicationStatement: [{ at: 'dateAsserted' }],
  MedicationAdministration: [
    { at: 'effectiveDateTime', statuses: given },
    { at: 'effectivePeriod.start', statuses: given },
  ],
  AllergyIntolerance: [{ at: 'recordedDate' }, { at: 'onsetDateTime' }, { at: 'lastOccurrence' }],
  Encounter: [{ at: 'period.start', statuses: begun }],
  List: [{ at: 'date' }],
  Composition: [{ at: 'date' }],
  Provenance: [{ at: 'recorded' }],
};

/** The dates that a resource has of what happened, each with its place in FHIRPath. */
function datesIn(node: JsonObject): { date: string; at: string }[] {
  return (rowOf(happened, String(node.resourceType)) ?? []).flatMap(({ at, statuses }) => {
    if (statuses && !statuses.includes(text(node, 'status') ?? '')) return [];
    const [first = '', second] = at.split('.');
    const date = second === undefined ? text(node, first) : text(child(node, first), second);
    return date === undefined ? [] : [{ date, at: `.${at.replace(/(?<=^effective|^onset)(DateTime|Period)/, '')}` }];
  });
}

/** The rules for dates that cannot be. */
export const dateRules: readonly Rule[] = [
  {
    ...{ id: 'DATE-future', on: Object.keys(happened), layer, severity: 'warning', code: 'business-rule' },
    says: 'This has happened, but its date is in the future: correct it, or the clock.',
    holds: (node, { now }) => datesIn(node).flatMap(({ date, at }) => (certainlyAfter(date, now) ? [at] : [])),
  },
  {
    ...{ id: 'DATE-life', on: ['Patient'], layer, severity: 'warning', code: 'business-rule' },
    says: 'The patient is born or dead in the future, or dead before birth: correct the dates.',
    holds: (node, { now }) => {
      const [born, died] = [text(node, 'birthDate'), text(node, 'deceasedDateTime')];
      return [
        ...(certainlyAfter(born, now) ? ['.birthDate'] : []),
        ...(certainlyAfter(died, now) || certainlyAfter(born, died) ? ['.deceased'] : []),
      ];
    },
  },
  {
    ...{ id: 'DATE-before-birth', on: ['Bundle'], layer, severity: 'warning', code: 'conflict' },
    says: 'This was before the patient was born: is it the right patient?',
    holds: beforeBirth,
  },
];

/** The dates of resources that lie before the birth of their patient, where that is in the Bundle. */
function beforeBirth(node: JsonObject, here: Here): readonly Fault[] | true {
  if (!isTogether(node)) return true;
  return ofTypes(node, ['MedicationRequest', ...Object.keys(happened)]).flatMap(({ resource, at: entry }) => {
    const patient = here.target(patientReference(resource));
    const born = patient?.resourceType === 'Patient' ? text(patient, 'birthDate') : undefined;
    const authored = text(resource, 'authoredOn');
    const dates = [...datesIn(resource), ...(authored === undefined ? [] : [{ date: authored, at: '.authoredOn' }])];
    return dates.filter(({ date }) => certainlyAfter(born, date)).map(({ at }) => ({ at: `${entry}${at}` }));
  });
}
