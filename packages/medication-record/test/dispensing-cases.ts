/** Requests and dispenses as the cases write them, made into FHIR; and the dictionary of the sample release. */

import { fileURLToPath } from 'node:url';
import { type Dictionary, loadRelease, openSnapshotBytes } from '@concord/dmd';
import type { MedicationDispense, MedicationRequest } from 'fhir/r4';

/** Value and unit: a name below, a UCUM code, or `in words: ` and the words. */
type Amount = readonly [number, string];

export interface RequestCase {
  /** A dm+d code, or `in words: ` and the words. */
  readonly medicine: string;
  readonly quantity?: Amount;
  readonly repeats?: number;
  readonly days?: number;
  /** A name of `DOSAGES`. */
  readonly dosage?: string;
  readonly status?: string;
  readonly intent?: string;
  readonly doNotPerform?: boolean;
  readonly substitutionAllowed?: boolean;
}

export interface DispenseCase {
  readonly medicine: string;
  readonly quantity?: Amount;
  readonly days?: number;
  readonly status?: string;
  readonly handedOver?: string;
  readonly wasSubstituted?: boolean;
}

const UNITS: Readonly<Record<string, string>> = { tablet: '428673006', capsule: '428641000', vial: '415818006' };
const UCUM = 'http://unitsofmeasure.org';

const dose = (value: number, frequency: number, more = {}) => [
  {
    timing: { repeat: { frequency, period: 1, periodUnit: 'd', ...more } },
    doseAndRate: [{ doseQuantity: { value, unit: 'milligram', system: UCUM, code: 'mg' } }],
  },
];
const DOSAGES: Readonly<Record<string, unknown>> = {
  '1 g once a day for 5 days': dose(1000, 1, { boundsDuration: { value: 5, system: UCUM, code: 'd' } }),
  '500 mg three times a day': dose(500, 3),
  '500 mg three times a day for 7 days': dose(500, 3, { boundsDuration: { value: 7, system: UCUM, code: 'd' } }),
  '500 mg three times a day as required': [{ ...dose(500, 3)[0], asNeededBoolean: true }],
};

export function requestOf(c: RequestCase): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id: 'request',
    status: c.status ?? 'active',
    intent: c.intent ?? 'order',
    ...(c.doNotPerform !== undefined && { doNotPerform: c.doNotPerform }),
    subject: { reference: 'Patient/1' },
    medicationCodeableConcept: medicineOf(c.medicine),
    ...(c.dosage !== undefined && { dosageInstruction: DOSAGES[c.dosage] }),
    ...(c.substitutionAllowed !== undefined && { substitution: { allowedBoolean: c.substitutionAllowed } }),
    dispenseRequest: {
      ...(c.quantity && { quantity: quantityOf(c.quantity) }),
      ...(c.repeats !== undefined && { numberOfRepeatsAllowed: c.repeats }),
      ...(c.days !== undefined && { expectedSupplyDuration: { value: c.days, unit: 'day', system: UCUM, code: 'd' } }),
    },
  } as MedicationRequest;
}

export function dispenseOf(c: DispenseCase, id: string): MedicationDispense {
  return {
    resourceType: 'MedicationDispense',
    id,
    status: c.status ?? 'completed',
    subject: { reference: 'Patient/1' },
    medicationCodeableConcept: medicineOf(c.medicine),
    authorizingPrescription: [{ reference: 'MedicationRequest/request' }],
    ...(c.quantity && { quantity: quantityOf(c.quantity) }),
    ...(c.days !== undefined && { daysSupply: { value: c.days, unit: 'day', system: UCUM, code: 'd' } }),
    ...(c.handedOver !== undefined && { whenHandedOver: c.handedOver }),
    ...(c.wasSubstituted !== undefined && { substitution: { wasSubstituted: c.wasSubstituted } }),
  } as MedicationDispense;
}

function medicineOf(medicine: string) {
  const words = /^in words: (.*)$/.exec(medicine)?.[1];
  return words === undefined ? { coding: [{ system: 'https://dmd.nhs.uk', code: medicine }] } : { text: words };
}

function quantityOf([value, unit]: Amount) {
  const words = /^in words: (.*)$/.exec(unit)?.[1];
  if (words !== undefined) return { value, unit: words };
  const code = UNITS[unit];
  return code ? { value, unit, system: 'http://snomed.info/sct', code } : { value, unit, system: UCUM, code: unit };
}

let sample: Promise<Dictionary> | undefined;

/** The dictionary of the sample release, loaded once per test file. */
export function sampleDictionary(): Promise<Dictionary> {
  const folder = fileURLToPath(new URL('../../../samples/dmd', import.meta.url));
  sample ??= loadRelease([folder]).then(({ snapshot }) => openSnapshotBytes(snapshot));
  return sample;
}
