import type {
  Annotation,
  CodeableConcept,
  Extension,
  FhirResource,
  HumanName,
  Identifier,
  Period,
  Quantity,
  Reference,
} from 'fhir/r4';
import { shortDateTime } from './dates.ts';
import type { Directory } from './directory.ts';
import { chosenName, conceptName, medicineName, spokenName } from './names.ts';
import { quantityWords } from './quantity.ts';
import { saysSo } from './says-so.ts';

/** A row of a resource's key facts; a value may have several lines. */
export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

type Reader = (value: never, resource: FhirResource) => string | undefined;

const concept: Reader = (value: CodeableConcept) => conceptName(value);
/** With the code itself and its system, for those who check data. */
const coded: Reader = (value: CodeableConcept) => {
  const codes = (value.coding ?? []).map(({ system, code, display }) =>
    [display, code === undefined ? undefined : `${code}${system === undefined ? '' : ` (${system})`}`]
      .filter((part) => part)
      .join(' — '),
  );
  return [value.text, ...codes].filter((part) => part).join('\n') || undefined;
};
const date: Reader = (value: string) => shortDateTime(value);
const word: Reader = (value: unknown) => (typeof value === 'object' ? undefined : String(value));
const amount: Reader = (value: Quantity) => quantityWords(value);
const period: Reader = ({ start, end }: Period) =>
  [start && `from ${shortDateTime(start)}`, end && `to ${shortDateTime(end)}`].filter((part) => part).join(' ') ||
  undefined;
const note: Reader = ({ text, time }: Annotation) => (time ? `${text} (${shortDateTime(time)})` : text);
const pointer: Reader = (value: Reference) => value.display ?? value.identifier?.value ?? value.reference;
const number: Reader = ({ system, value }: Identifier) =>
  value === undefined ? undefined : `${value}${system ? ` (${system})` : ''}`;
const human: Reader = (value: HumanName) => spokenName(value);
const yes: Reader = (value: boolean) => (value ? 'Yes' : 'No');

/** The elements shown as key facts, in this order, where a resource has them. A path may lead into an element. */
const FACTS: readonly (readonly [label: string, path: string, read: Reader])[] = [
  ['Code', 'medicationCodeableConcept', coded],
  ['Code', 'code', coded],
  ['Value', 'valueQuantity', amount],
  ['Value', 'valueCodeableConcept', concept],
  ['Name', 'name', word],
  ['Status reason', 'statusReason', concept],
  ['Status reason', 'statusReasonCodeableConcept', concept],
  ['Clinical status', 'clinicalStatus', concept],
  ['Verification', 'verificationStatus', concept],
  ['Criticality', 'criticality', word],
  ['Category', 'category', concept],
  ['Type', 'type', concept],
  ['Intent', 'intent', word],
  ['Course of therapy', 'courseOfTherapyType', concept],
  ['Do not perform', 'doNotPerform', yes],
  ['Priority', 'priority', word],
  ['Written', 'authoredOn', date],
  ['Stated', 'dateAsserted', date],
  ['Effective', 'effectiveDateTime', date],
  ['Effective', 'effectivePeriod', period],
  ['Prepared', 'whenPrepared', date],
  ['Handed over', 'whenHandedOver', date],
  ['Recorded', 'recordedDate', date],
  ['Onset', 'onsetDateTime', date],
  ['Date', 'date', date],
  ['Reason', 'reasonCode', concept],
  ['Reason', 'reasonReference', pointer],
  ['Quantity', 'quantity', amount],
  ['Days supply', 'daysSupply', amount],
  ['Quantity', 'dispenseRequest.quantity', amount],
  ['Expected supply', 'dispenseRequest.expectedSupplyDuration', amount],
  ['Repeats allowed', 'dispenseRequest.numberOfRepeatsAllowed', word],
  ['Valid', 'dispenseRequest.validityPeriod', period],
  ['Substitution allowed', 'substitution.allowedBoolean', yes],
  ['Form', 'form', concept],
  ['Born', 'birthDate', date],
  ['Gender', 'gender', word],
  ['Empty because', 'emptyReason', concept],
  ['Note', 'note', note],
  ['Identifier', 'identifier', number],
];

const LAST_ISSUE = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate';

/** A resource's key facts in words. What is not among them is in the full record below it. */
export function factsOf(resource: FhirResource, directory: Directory): Fact[] {
  const facts = new Map<string, string[]>();
  const add = (label: string, text: string | undefined) => {
    if (text === undefined || text === '') return;
    const lines = facts.get(label) ?? [];
    for (const line of text.split('\n')) if (!lines.includes(line)) lines.push(line);
    facts.set(label, lines);
  };
  if (resource.resourceType.startsWith('Medication') && resource.resourceType !== 'Medication') {
    add('Medicine', medicineName(resource, (reference) => directory.find(reference, resource)).name);
  }
  const says = saysSo(resource, directory);
  add(
    'Who says so',
    [says.isPatient ? 'The patient' : says.person, says.organisation].filter((part) => part).join(', '),
  );
  add('Sent by', says.system);
  for (const [label, path, read] of FACTS) {
    for (const value of valuesAt(resource, path)) add(label, safely(read, value, resource));
  }
  const issued = resource as { extension?: Extension[] };
  add('Last issued', shortDateTime(issued.extension?.find((each) => each.url === LAST_ISSUE)?.valueDateTime));
  if (resource.resourceType === 'Patient' || resource.resourceType === 'Practitioner') {
    add('Name', human(chosenName(resource.name) as never, resource));
  }
  return [...facts].map(([label, lines]) => ({ label, lines }));
}

function valuesAt(resource: FhirResource, path: string): unknown[] {
  const value = path
    .split('.')
    .reduce((at: unknown, name) => (at as { [name: string]: unknown } | undefined)?.[name], resource);
  return (Array.isArray(value) ? value : [value]).filter((each) => each !== undefined && each !== null);
}

/** A code where FHIR has a concept in one type and a word in another, and an element that is not what it should be. */
function safely(read: Reader, value: unknown, resource: FhirResource): string | undefined {
  if (typeof value === 'string' && read !== date) return value;
  try {
    return read(value as never, resource);
  } catch {
    return undefined;
  }
}
