import { checkStructure } from '@concord/conformance';

const request = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Simvastatin 20mg tablets' },
  subject: { reference: 'Patient/1' },
  dosageInstruction: [{ timing: { repeat: { frequency: 1, period: 1, periodUnit: 'day' } } }],
};
for (const { rule, expression, diagnostics } of checkStructure(request)) console.log(rule, expression, diagnostics);
// FHIR-binding MedicationRequest.dosageInstruction[0].timing.repeat.periodUnit "day" is not in the required value set units-of-time. Use one of: s, min, h, d, wk, mo, a.
