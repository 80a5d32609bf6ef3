import { check } from '@concord/conformance';

const request = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Simvastatin 20mg tablets' },
  subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990008087' } },
  dosageInstruction: [{ timing: { repeat: { frequency: 1, period: 1, periodUnit: 'day' } } }],
  substitution: { allowedBoolean: false },
};
for (const { layer, rule, expression } of check(request, { layers: ['fhir', 'identity'] }))
  console.log(layer, rule, expression);
// fhir FHIR-binding MedicationRequest.dosageInstruction[0].timing.repeat.periodUnit
// identity R-190 MedicationRequest.subject.identifier.value
