import { currentMedication } from '@concord/medication-record';

const simvastatin = {
  resourceType: 'MedicationStatement' as const,
  status: 'active' as const,
  medicationCodeableConcept: { text: 'Simvastatin 20mg tablets' },
  subject: { reference: 'Patient/1' },
  effectivePeriod: { start: '2025-01-10' },
};
const [line] = currentMedication({ statements: [simvastatin], requests: [], dispenses: [], asOf: '2025-06-15' });
console.log(line?.current, line?.rule, line?.reason);
// true CM-10 Repeat (assumed), started on 10 January 2025, within two years, with no end recorded.
