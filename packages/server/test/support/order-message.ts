import type { Bundle, FhirResource } from 'fhir/r4';

/**
 * A prescription message with faults that are known: a unit of time that is no code, a dose that contradicts its text,
 * and a wrong NHS number.
 */
export function faultyOrder(): Bundle<FhirResource> {
  const patient = 'urn:uuid:44444444-4444-4444-8444-444444444444';
  const request = 'urn:uuid:22222222-2222-4222-8222-222222222222';
  return {
    resourceType: 'Bundle',
    type: 'message',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: {
          resourceType: 'MessageHeader',
          eventCoding: { system: 'https://ward.example/events', code: 'prescription-order' },
          source: { endpoint: 'https://ward.example/fhir' },
          focus: [{ reference: request }],
        },
      },
      {
        fullUrl: request,
        resource: {
          resourceType: 'MedicationRequest',
          status: 'active',
          intent: 'order',
          medicationCodeableConcept: { text: 'Paracetamol 500mg tablets' },
          subject: { reference: patient },
          dosageInstruction: [
            {
              text: '2 tablets four times a day',
              timing: { repeat: { frequency: 4, period: 1, periodUnit: 'day' as 'd' } },
              doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
            },
          ],
          substitution: { allowedBoolean: false },
        },
      },
      {
        fullUrl: patient,
        resource: {
          resourceType: 'Patient',
          identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990008087' }],
          name: [{ use: 'official', family: 'Rahman', given: ['Ahmed'] }],
          gender: 'male',
          birthDate: '1967-06-06',
        },
      },
    ],
  };
}
