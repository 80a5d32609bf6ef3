/** The types of resource that this server keeps and searches. */
export const RESOURCE_TYPES: ReadonlySet<string> = new Set([
  ...['AllergyIntolerance', 'AuditEvent', 'Basic', 'Binary', 'Bundle', 'CarePlan', 'Communication', 'Composition'],
  ...['Condition', 'Consent', 'DetectedIssue', 'Device', 'DocumentReference', 'Encounter', 'EpisodeOfCare', 'Flag'],
  ...['Group', 'List', 'Location', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationRequest'],
  ...['MedicationStatement', 'MessageHeader', 'Observation', 'Organization', 'Patient', 'Practitioner'],
  ...['PractitionerRole', 'Procedure', 'Provenance', 'RelatedPerson', 'ServiceRequest', 'Subscription', 'Task'],
]);
