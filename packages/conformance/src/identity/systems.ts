/** Identifier systems that number patients, nationally. */
export const patientSystems = {
  nhsNumber: 'https://fhir.nhs.uk/Id/nhs-number',
  chiNumber: 'https://fhir.nhs.uk/Id/chi-number',
  healthAndCareNumber: 'https://fhir.nhs.uk/Id/health-and-care-number',
  healthAndCareNumberHscni: 'https://fhir.hscni.net/Id/hcn-number',
} as const;

const systems: readonly string[] = Object.values(patientSystems);

/** True for the system of a national patient number. */
export function isPatientSystem(system: string | undefined): boolean {
  return system !== undefined && systems.includes(system);
}
