import type { ExactAmount, Supplied } from '@concord/medication-record';
import type { CodeableConcept, FhirResource, MedicationRequest, Patient, Reference } from 'fhir/r4';
import { type ShownDosage, shownDosage } from '../../dosage-text.ts';
import { NHS_NUMBER, spacedNhsNumber } from '../../fhir/nhs-number.ts';
import { identitiesOfSubject, localReference } from '../../store/patients.ts';
import { shortDate, shortDateTime } from '../dates.ts';
import type { Directory } from '../directory.ts';
import { bannerName, chosenName, conceptName, type MedicineName, medicineName, spokenName } from '../names.ts';
import { patientAddress } from '../person.ts';
import { grouped, quantityWords } from '../quantity.ts';
import { plural } from '../translate-words.ts';
import { FLAG_WORDS, statusTag, type Tag } from '../words.ts';
import { CATEGORIES, COURSES, wordsOf } from './order-choices.ts';
import type { Order, Orders, Supply } from './read-orders.ts';
import type { Standing, Stands } from './standing.ts';

/** Whom an order is for. */
export interface PatientName {
  readonly name: string;
  readonly spoken: string;
  readonly born: string | undefined;
  readonly number: string | undefined;
  /** Of the page of the patient's medicines; undefined where the order names nobody that could be found. */
  readonly address: string | undefined;
  /** What the address of a list of this patient's orders has. */
  readonly query: string;
}

/** What the pharmacy said, once. */
export interface SupplyRow {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly tag: Tag;
  readonly medicine: MedicineName;
  readonly dosage: ShownDosage;
  readonly quantity: string | undefined;
  readonly days: string | undefined;
  readonly when: string | undefined;
  readonly isSubstituted: boolean;
  readonly reason: string | undefined;
  readonly by: string | undefined;
  readonly address: string;
}

/** An order in a list. */
export interface OrderRow {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly tag: Tag | undefined;
  readonly standing: Standing;
  readonly patient: PatientName;
  readonly medicine: MedicineName;
  readonly dosage: ShownDosage;
  readonly category: string | undefined;
  readonly course: string | undefined;
  /** How much is asked for: `14 tablets`, `for 7 days`. */
  readonly asked: readonly string[];
  readonly requester: string | undefined;
  readonly recorder: string | undefined;
  readonly when: string | undefined;
  readonly reason: string | undefined;
  readonly note: string | undefined;
  /** Is another product allowed? */
  readonly maySubstitute: boolean;
  readonly isResupply: boolean;
  readonly supplies: readonly SupplyRow[];
  /** What the supplies come to, where that is not simply all or nothing. */
  readonly flags: readonly { readonly tag: Tag; readonly says: string }[];
}

/** What a supply's status means to those who wait for it. */
const SUPPLY_TAGS: { readonly [status: string]: Tag } = {
  preparation: { text: 'Being prepared', colour: 'blue' },
  'in-progress': { text: 'Ready', colour: 'green' },
  'on-hold': { text: 'Supply waiting', colour: 'yellow' },
  completed: { text: 'Handed over', colour: 'grey' },
  declined: { text: 'Declined', colour: 'red' },
  stopped: { text: 'Supply stopped', colour: 'red' },
  cancelled: { text: 'Not picked up', colour: 'red' },
  'entered-in-error': { text: 'Entered in error', colour: 'red' },
};

/** An order as lists and its own page show it. */
export function orderRow({ stored, request, supplies }: Order, orders: Orders, stands: Stands): OrderRow {
  const { directory } = orders;
  const who = (reference: Reference | undefined) => whoWords(directory, reference, request);
  const requester = who(request.requester);
  const recorder = who(request.recorder);
  return {
    ...{ id: stored.id, version: stored.version, status: request.status, tag: statusTag(request.status) },
    ...{ standing: stands.standing, patient: patientName(request, orders), requester },
    medicine: medicineName(request, (reference) => directory.find(reference, request)),
    dosage: shownDosage(request),
    category: wordsOf(CATEGORIES, request.category),
    course: wordsOf(COURSES, request.courseOfTherapyType && [request.courseOfTherapyType]),
    asked: askedWords(request),
    recorder: recorder === requester ? undefined : recorder,
    when: shortDateTime(request.authoredOn),
    reason: conceptName(request.statusReason),
    note: request.note?.map(({ text }) => text).join(' '),
    maySubstitute:
      request.substitution?.allowedBoolean === true || request.substitution?.allowedCodeableConcept !== undefined,
    isResupply: request.priorPrescription !== undefined,
    supplies: supplies
      .map((each) => supplyRow(each, orders))
      .sort((a, b) => (a.when ?? '').localeCompare(b.when ?? '')),
    flags: [...(request.doNotPerform === true ? [DO_NOT_GIVE] : []), ...flagsOf(stands.supplied)],
  };
}

/** A dispense as lists and pages show it. */
export function supplyRow({ stored, dispense }: Supply, { directory }: Orders): SupplyRow {
  const { status } = dispense;
  const actor = dispense.performer?.find((each) => each?.actor)?.actor;
  return {
    ...{ id: stored.id, version: stored.version, status },
    tag: SUPPLY_TAGS[status] ?? statusTag(status) ?? { text: 'Status unknown', colour: 'grey' },
    medicine: medicineName(dispense, (reference) => directory.find(reference, dispense)),
    dosage: shownDosage(dispense),
    quantity: amountWords(dispense.quantity),
    days: daysWords(dispense.daysSupply),
    when: shortDateTime(dispense.whenHandedOver ?? dispense.whenPrepared ?? stored.lastUpdated),
    isSubstituted: dispense.substitution?.wasSubstituted === true,
    reason: conceptName(dispense.statusReasonCodeableConcept) ?? dispense.note?.map(({ text }) => text).join(' '),
    by: whoWords(directory, actor, dispense),
    address: `/pharmacy/supplies/${stored.id}/label`,
  };
}

function whoWords(directory: Directory, reference: Reference | undefined, within: FhirResource): string | undefined {
  const { person, organisation } = directory.who(reference, within);
  return person ?? organisation;
}

/** Whom a resource is about, by the Patient that is kept here, or by what it says itself. */
export function patientName(resource: FhirResource, { patients }: Pick<Orders, 'patients'>): PatientName {
  const subject = (resource as { subject?: Reference }).subject;
  const local = localReference(subject?.reference);
  const patient: Patient | undefined = local && patients.get(`Patient/${local.id}`);
  const name = chosenName(patient?.name);
  const said = subject?.display ?? 'Name not recorded';
  const number =
    patient?.identifier?.find((each) => each.system === NHS_NUMBER && each.use !== 'old')?.value ??
    (subject?.identifier?.system === NHS_NUMBER ? subject.identifier.value : undefined);
  const [who] = identitiesOfSubject(resource);
  const query =
    who === undefined
      ? ''
      : new URLSearchParams(local ? { patient: local.id } : { system: who.system, value: who.value }).toString();
  return {
    ...{ name: bannerName(name) ?? said, spoken: spokenName(name) ?? said, born: shortDate(patient?.birthDate), query },
    number: number === undefined ? undefined : spacedNhsNumber(number),
    address: who === undefined ? undefined : patientAddress(who),
  };
}

function askedWords({ dispenseRequest: asked }: MedicationRequest): string[] {
  const repeats = asked?.numberOfRepeatsAllowed;
  const words = [amountWords(asked?.quantity), daysWords(asked?.expectedSupplyDuration, 'for ')];
  if (typeof repeats === 'number' && repeats > 0) words.push(`${repeats} more ${repeats === 1 ? 'time' : 'times'}`);
  return words.filter((each) => each !== undefined);
}

/** `14 tablets`: a quantity with its unit in the plural where it is one. */
function amountWords(quantity: { value?: unknown; unit?: string; code?: string } | undefined): string | undefined {
  const words = quantityWords(quantity as Parameters<typeof quantityWords>[0]);
  if (words === undefined) return undefined;
  return String(quantity?.value) === '1' || quantity?.unit === undefined
    ? words
    : words.replace(quantity.unit, plural(quantity.unit));
}

function daysWords(
  duration: { value?: unknown; unit?: string; code?: string } | undefined,
  before = '',
): string | undefined {
  const words = amountWords(duration?.code === 'd' ? { ...duration, unit: 'day' } : duration);
  return words === undefined ? undefined : `${before}${words}`;
}

/** `14 tablet` of a sum as `14 tablets`. */
function exactWords({ value, unit }: ExactAmount): string {
  return `${grouped(value)} ${value === '1' ? unit : plural(unit)}`;
}

/** An order that reads like any other, and means the opposite. */
const DO_NOT_GIVE: OrderRow['flags'][number] = {
  tag: { text: 'Do not give', colour: 'red' },
  says: FLAG_WORDS.doNotPerform.words,
};

function flagsOf({ outcome, products, asked, reasons }: Supplied): OrderRow['flags'] {
  const given = products.flatMap((each) => each.supplied.map(exactWords)).join(' and ');
  const wanted = asked.quantity === undefined ? asked.days && `${asked.days} days` : exactWords(asked.quantity);
  const sum = given === '' ? '' : `${given} of ${wanted ?? 'what the order asks for'} handed over.`;
  switch (outcome) {
    case 'partial':
      return [{ tag: { text: 'Partly supplied', colour: 'orange' }, says: sum }];
    case 'over':
      return [{ tag: { text: 'More than ordered', colour: 'red' }, says: sum }];
    case 'undetermined':
      return [
        { tag: { text: 'Check the amount', colour: 'yellow' }, says: reasons.map(({ message }) => message).join(' ') },
      ];
    default:
      return [];
  }
}

/** A concept that is only words: a reason, as somebody typed it. */
export function inWords(text: string): CodeableConcept {
  return { text };
}
