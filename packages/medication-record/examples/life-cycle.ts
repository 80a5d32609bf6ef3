import { judgeTransition, supplied } from '@concord/medication-record';

const late = judgeTransition('MedicationRequest', 'completed', 'active', { origin: 'elsewhere' });
console.log(late.verdict, late.rule, late.message);

const medicationCodeableConcept = { text: 'Simvastatin 20mg tablets' };
const tablets = (value: number) => ({ value, unit: 'tablet' });
const order = {
  resourceType: 'MedicationRequest' as const,
  status: 'active' as const,
  intent: 'order' as const,
  medicationCodeableConcept,
  subject: { reference: 'Patient/1' },
  dispenseRequest: { quantity: tablets(56) },
};
const owing = {
  resourceType: 'MedicationDispense' as const,
  status: 'completed' as const,
  medicationCodeableConcept,
  quantity: tablets(28),
};
const supply = supplied(order, [owing]);
console.log(supply.outcome, supply.reasons.at(-1)?.message);
// refused R-008 The order is over: write a new one, with this one as its priorPrescription. Nothing follows completed.
// partial Simvastatin 20mg tablets: 28 tablet of 56 tablet handed over; 28 tablet to come.
