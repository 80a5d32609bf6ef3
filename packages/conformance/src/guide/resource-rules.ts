import { child, has, number, text } from '../invariants/reading.ts';
import type { Rule } from '../rules/rule.ts';
import { resourceTypes } from '../structure/element-table.ts';
import type { JsonObject } from '../structure/walk.ts';
import { patientReference } from './whose.ts';

const layer = 'guide';
const medicines = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'];

/** Amounts of what is supplied or given, by path; those of an order's doses are for the layer `dosage`. */
const amounts: Readonly<Record<string, readonly string[]>> = {
  MedicationRequest: [
    ...['dispenseRequest.quantity', 'dispenseRequest.expectedSupplyDuration'],
    ...['dispenseRequest.initialFill.quantity', 'dispenseRequest.initialFill.duration'],
  ],
  MedicationDispense: ['quantity', 'daysSupply'],
  MedicationAdministration: ['dosage.dose', 'dosage.rateQuantity'],
};

const under = (node: JsonObject, path: string) =>
  path.split('.').reduce<JsonObject | undefined>((each, name) => child(each, name), node);

/** The rules that are asked of any resource about medicines, or of any reference. */
export const resourceRules: readonly Rule[] = [
  {
    ...{ id: 'RES-implicit-rules', layer, severity: 'warning', code: 'not-supported', at: 'implicitRules' },
    on: [...medicines, 'AllergyIntolerance', 'Medication', 'Patient', 'List', 'Bundle', 'MessageHeader'],
    says: 'What the resource means depends on rules outside it, which a receiver need not know: leave implicitRules out.',
    holds: (node) => !has(node, 'implicitRules'),
  },
  {
    ...{ id: 'RES-amount', on: Object.keys(amounts), layer, severity: 'error', code: 'value' },
    says: 'An amount below zero cannot be supplied or given: correct it.',
    holds: (node) =>
      (amounts[String(node.resourceType)] ?? [])
        .filter((path) => (number(under(node, path), 'value') ?? 0) < 0)
        .map((path) => `.${path.replace(/Quantity$/, '')}`),
  },
  {
    ...{ id: 'REF-nobody', on: [...medicines, 'AllergyIntolerance'], layer, severity: 'warning', code: 'required' },
    says: 'This names a patient whom nobody can find: send a reference, or an identifier with system and value.',
    holds: (node) => {
      const patient = patientReference(node);
      const isNamed =
        patient === undefined ||
        ['reference', 'extension'].some((name) => has(patient, name)) ||
        ['value', '_value', 'extension'].some((name) => child(patient, 'identifier')?.[name] !== undefined);
      return isNamed || [node.subject === undefined ? '.patient' : '.subject'];
    },
  },
  {
    ...{ id: 'REF-form', on: ['Reference'], layer, severity: 'warning', code: 'value', at: 'reference' },
    says: 'This leads nowhere: a reference is Type/id, an absolute URL, or #id of a resource that is contained.',
    holds: (node) => {
      const literal = text(node, 'reference');
      if (literal === undefined || literal.startsWith('#') || /^[a-z][a-z0-9+.-]*:\S+$/i.test(literal)) return true;
      const type = /^\/?([A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?\S+)$/.exec(
        literal,
      )?.[1];
      return type !== undefined && resourceTypes.has(type);
    },
  },
];
