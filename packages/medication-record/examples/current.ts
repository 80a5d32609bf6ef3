import { currentMedication } from '@concord/medication-record';

const [line] = currentMedication({
  statements: [
    {
      resourceType: 'MedicationStatement',
      id: 'simvastatin',
      status: 'active',
      medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '42382111000001102' }] },
      subject: { reference: 'Patient/1' },
      effectivePeriod: { start: '2025-01-10' },
    },
  ],
  requests: [],
  dispenses: [],
  asOf: '2025-06-15',
});
console.log(line?.current, line?.rule, line?.reason);
// true CM-10 Repeat (assumed), started on 10 January 2025, within two years, with no end recorded.
