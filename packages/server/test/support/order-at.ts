import type { MedicationDispense, MedicationRequest, Patient, Practitioner } from 'fhir/r4';
import type { Site } from '../../demo/supply/site.ts';
import { aPatient, aRequest, newNhsNumber, ORDER_NUMBER } from './people.ts';

export const DISPENSE_NUMBER = 'https://pharmacy.example/dispenses';

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** A server's patient and prescriber, whom it knows by id, and a way to write orders for them. */
export async function furnish(ward: Site) {
  const number = newNhsNumber();
  const patient = await ward.create<Patient>(aPatient(number));
  const doctor = await ward.create<Practitioner>({
    ...{ resourceType: 'Practitioner', name: [{ family: 'Prescriber' }] },
    identifier: [{ system: 'https://fhir.hl7.org.uk/Id/gmc-number', value: `9${number.slice(3)}` }],
  });
  let orders = 0;
  const order = (more: Partial<MedicationRequest> = {}) =>
    ward.create<MedicationRequest>(
      aRequest(
        { reference: `Patient/${patient.id}` },
        {
          identifier: [{ system: ORDER_NUMBER, value: `${number}-${++orders}` }],
          requester: { reference: `Practitioner/${doctor.id}` },
          // A number that readers of JSON are prone to change.
          dosageInstruction: [
            { text: '1.50 mg', doseAndRate: [{ doseQuantity: { value: rawJSON('1.50') as number, unit: 'mg' } }] },
          ],
          substitution: { allowedBoolean: false },
          ...more,
        },
      ),
    );
  return { number, patient, order };
}

/** `system|value` of a resource's first identifier. */
export function keyOf({ identifier }: { identifier?: { system?: string; value?: string }[] }): string {
  return `${identifier?.[0]?.system}|${identifier?.[0]?.value}`;
}

/** What a pharmacy gives for an order, which it knows by the order's identifier. */
export function aDispense(
  order: MedicationRequest,
  value: string,
  number: string,
  more: Partial<MedicationDispense> = {},
): MedicationDispense {
  return {
    ...{ resourceType: 'MedicationDispense', identifier: [{ system: DISPENSE_NUMBER, value }], status: 'completed' },
    medicationCodeableConcept: order.medicationCodeableConcept ?? {},
    subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: number } },
    authorizingPrescription: [{ type: 'MedicationRequest', identifier: order.identifier?.[0] ?? {} }],
    whenHandedOver: '2026-02-01T10:00:00Z',
    ...more,
  };
}
