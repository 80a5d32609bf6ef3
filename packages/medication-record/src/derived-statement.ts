import type { Extension, MedicationDispense, MedicationRequest, MedicationStatement, Reference } from 'fhir/r4';
import type { LineDate } from './medicine-line.ts';
import type { Unchecked } from './tolerant-reading.ts';
import { codings, objects, text } from './tolerant-reading.ts';

/** Marks a statement that was worked out from a request or a dispense, and must never be stored as if recorded. */
export const DERIVED_TAG = {
  system: 'https://concord.example/CodeSystem/statement-origin',
  code: 'derived',
  display: 'Derived from a request or a dispense; not recorded by anyone',
} as const;

/** UK Core's extension for the day a medicine was last issued. */
export const LAST_ISSUE_DATE =
  'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate';

const PROFILE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationStatement';
const HL7_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medication-statement-category';
const UK_CATEGORY = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationStatementCategory';

/** Request categories, and the statement categories that mean the same. */
const CATEGORY: { readonly [request: string]: { system: string; code: string; display: string } } = {
  inpatient: { system: HL7_CATEGORY, code: 'inpatient', display: 'Inpatient' },
  outpatient: { system: HL7_CATEGORY, code: 'outpatient', display: 'Outpatient' },
  community: { system: HL7_CATEGORY, code: 'community', display: 'Community' },
  primarycare: { system: HL7_CATEGORY, code: 'community', display: 'Community' },
  discharge: { system: UK_CATEGORY, code: 'discharge', display: 'Discharge' },
  leave: { system: UK_CATEGORY, code: 'leave', display: 'Leave' },
};

/** What the line knows that its resource does not. */
export interface DerivedFacts {
  readonly status: MedicationStatement['status'];
  readonly started: LineDate | undefined;
  readonly ends: LineDate | undefined;
  readonly lastIssued: LineDate | undefined;
}

/** The statement that a request amounts to. Members absent from the request stay absent. */
export function statementFromRequest(request: MedicationRequest, facts: DerivedFacts): MedicationStatement {
  const r = request as unknown as Unchecked;
  const self = referenceTo('MedicationRequest', request.id);
  const category = objects(r.category)
    .flatMap((concept) => codings(concept))
    .map((coding) => CATEGORY[text(coding.code) ?? ''])
    .find((c) => c !== undefined);
  return tidy({
    ...frame(request, 'derived', facts),
    basedOn: self && [self],
    derivedFrom: self && [self],
    statusReason: r.statusReason && [r.statusReason],
    category: category && { coding: [category] },
    ...medicine(r),
    subject: r.subject,
    context: r.encounter,
    effectivePeriod: period(facts),
    dateAsserted: r.authoredOn,
    informationSource: r.requester,
    reasonCode: r.reasonCode,
    reasonReference: r.reasonReference,
    note: r.note,
    dosage: r.dosageInstruction,
  });
}

/** The statement that a supply amounts to: that the patient has the medicine, not that it is taken. */
export function statementFromDispense(dispense: MedicationDispense, facts: DerivedFacts): MedicationStatement {
  const d = dispense as unknown as Unchecked;
  const self = referenceTo('MedicationDispense', dispense.id);
  const [performer] = objects(d.performer);
  return tidy({
    ...frame(dispense, 'supplied', facts),
    derivedFrom: self && [self],
    ...medicine(d),
    subject: d.subject,
    context: d.context,
    effectivePeriod: period(facts),
    informationSource: performer?.actor,
    note: d.note,
    dosage: d.dosageInstruction,
  });
}

function frame(resource: MedicationRequest | MedicationDispense, word: string, facts: DerivedFacts): object {
  const source = text((resource as unknown as { meta?: Unchecked }).meta?.source);
  const extension: Extension[] | undefined = facts.lastIssued && [
    { url: LAST_ISSUE_DATE, valueDateTime: facts.lastIssued.given },
  ];
  return {
    resourceType: 'MedicationStatement',
    id: derivedId(word, text(resource.id)),
    meta: tidy({ source, profile: [PROFILE], tag: [DERIVED_TAG] }),
    contained: (resource as unknown as Unchecked).contained,
    extension,
    status: facts.status,
  };
}

function medicine(resource: Unchecked): object {
  return {
    medicationCodeableConcept: resource.medicationCodeableConcept,
    medicationReference: resource.medicationReference,
  };
}

function period({ started, ends }: DerivedFacts): object | undefined {
  return started || ends ? tidy({ start: started?.given, end: ends?.given }) : undefined;
}

function referenceTo(type: string, id: unknown): Reference | undefined {
  const name = text(id);
  return name === undefined ? undefined : { reference: `${type}/${name}` };
}

/** A valid FHIR id, the same for the same resource; undefined where the resource has none itself. */
function derivedId(word: string, id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const plain = `${word}-${id}`;
  return /^[A-Za-z0-9.-]{1,64}$/.test(plain) ? plain : `${word}-${fingerprint(id)}`;
}

/** FNV-1a, 64 bits, as hexadecimal digits. Names only; nothing secret depends on it. */
function fingerprint(value: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < value.length; i++) {
    hash = ((hash ^ BigInt(value.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
}

function tidy<T>(members: object): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as T;
}
