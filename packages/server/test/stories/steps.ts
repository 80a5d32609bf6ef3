import type { MedicationDispense, MedicationRequest } from 'fhir/r4';
import type { Ecosystem } from '../../demo/supply/ecosystem.ts';
import { DOSAGES, MEDICINES, units } from '../../demo/supply/medicines.ts';
import { PEOPLE } from '../../demo/supply/people.ts';

/** One order from signature to completion, a step at a time; what happens between the steps is for the test. */
export function steps(eco: Ecosystem, number: string): { name: string; step: () => Promise<unknown> }[] {
  const { ward, pharmacy } = eco;
  const order = { system: 'urn:test:order', value: number };
  const dispense = { system: 'urn:test:dispense', value: number };
  const key = ({ system, value }: { system: string; value: string }) => `${system}|${value}`;
  return [
    {
      name: 'the ward signs',
      step: () =>
        ward.create<MedicationRequest>({
          ...{ resourceType: 'MedicationRequest', identifier: [order], status: 'active', intent: 'order' },
          category: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'discharge' },
              ],
            },
          ],
          medicationCodeableConcept: MEDICINES.metformin,
          subject: { ...PEOPLE.discharged.reference },
          authoredOn: '2026-11-22T09:00:00Z',
          requester: PEOPLE.doctor.reference,
          dosageInstruction: [DOSAGES.metformin],
          dispenseRequest: { quantity: units(56, 'tablet') },
          substitution: { allowedBoolean: false },
        }),
    },
    { name: 'the pharmacy has it', step: () => pharmacy.until('MedicationRequest', key(order)) },
    {
      name: 'the pharmacy begins',
      step: async () =>
        pharmacy.create<MedicationDispense>({
          ...{ resourceType: 'MedicationDispense', identifier: [dispense], status: 'in-progress' },
          medicationCodeableConcept: MEDICINES.metforminAccord,
          subject: { identifier: PEOPLE.discharged.identifier },
          authorizingPrescription: [{ identifier: order }],
          quantity: units(56, 'tablet'),
          dosageInstruction: [DOSAGES.metformin],
        }),
    },
    {
      name: 'the pharmacy gives',
      step: () =>
        pharmacy.change<MedicationDispense>('MedicationDispense', key(dispense), () => ({
          ...{ status: 'completed', whenPrepared: '2026-11-22T10:00:00Z', whenHandedOver: '2026-11-22T10:30:00Z' },
        })),
    },
    {
      name: 'the ward completes',
      step: () =>
        ward.until<MedicationRequest>('MedicationRequest', key(order), ({ status }) => status === 'completed'),
    },
  ];
}
