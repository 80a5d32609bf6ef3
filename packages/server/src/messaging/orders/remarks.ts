import {
  checkSubstitution,
  compareResupply,
  priorChain,
  quantityForDosage,
  supplied,
} from '@concord/medication-record';
import type { FhirResource, MedicationDispense, MedicationRequest, Reference } from 'fhir/r4';
import { refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Queryable } from '../../store/database.ts';
import { type Identity, identitiesOfSubject, NATIONAL_IDENTIFIERS } from '../../store/patients.ts';
import { type Row, Stored } from '../../store/stored.ts';
import { means, medicationsOf, type Order, orderMeant, ordersOf, prescriptionsOf } from './orders-of.ts';

/** What a status of an order says to whoever dispenses it. */
const NOT_TO_BE_DISPENSED: ReadonlySet<string> = new Set([
  'draft',
  'on-hold',
  'cancelled',
  'stopped',
  'entered-in-error',
]);
const SUPPLIES: ReadonlySet<string> = new Set(['preparation', 'in-progress', 'completed']);
/** A dispense is for one order, or a few. */
const MOST_ORDERS = 20;

/** How it is written. */
export interface Writing {
  /** The version that it replaces, where there is one. */
  current: Row | undefined;
  /** It begins here and now. */
  begins: boolean;
  /** A system tells of it that has done it already: that cannot be undone by refusing it. */
  reported: boolean;
}

/**
 * What is odd about an order or a dispense beside the orders that are here: no reason to refuse it, since what happened
 * happened, but for whoever sent it to know. Nothing for other types.
 * @throws Refusal 422 where a dispense begins for an order that is not to be dispensed, R-024 where an order is made
 *   to come before itself
 */
export async function remarksOn(session: Session, resource: FhirResource, writing: Writing): Promise<string[]> {
  if (session.origin === 'own') return [];
  if (resource.resourceType === 'MedicationDispense') return remarksOnDispense(session, resource, writing);
  if (resource.resourceType === 'MedicationRequest') return remarksOnRequest(session, resource, writing);
  return [];
}

async function remarksOnDispense(session: Session, dispense: MedicationDispense, { current, begins }: Writing) {
  const rows = await ordersNamed(session, dispense);
  if (rows.length === 0) return [];
  const remarks: string[] = [];
  const isSupply = SUPPLIES.has(dispense.status);
  const theirs = await keptAboutPatient(session, dispense, rows, isSupply);
  const dictionary = session.release?.dictionary;
  for (const row of rows) {
    const request = new Stored(row).resource as MedicationRequest;
    if (!theirs.isTheirs(row)) {
      remarks.push('R-103: the order that this names is of another patient. Name the right one.');
    }
    const medications = await medicationsOf(session.record.q, [request, dispense]);
    const { issues } = checkSubstitution(request, dispense, dictionary, medications);
    remarks.push(...issues.map(({ rule, message }) => `${rule}: ${message}`));
    if (!isSupply) continue;
    for (const { rule, message } of notToBeDispensed(request, row, dispense)) {
      if (begins && dispense.status !== 'completed') {
        throw refuse(422, 'business-rule', message, {
          ...{ expression: 'MedicationDispense.authorizingPrescription', rule },
        });
      }
      remarks.push(`${rule}: ${message}`);
    }
    const others = theirs.orders
      .find(({ stored }) => stored.id === row.id)
      ?.dispenses.filter((each) => each.id !== current?.id && !isSame(each, dispense));
    const { outcome, reasons } = supplied(request, [...(others ?? []), dispense], { dictionary, medications });
    if (outcome === 'over')
      remarks.push(`R-112: more was supplied than was asked for. ${reasons.at(-1)?.message ?? ''}`);
  }
  return remarks;
}

/** The orders here that a dispense names, each once. */
async function ordersNamed(session: Session, dispense: MedicationDispense): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const reference of prescriptionsOf(dispense).slice(0, MOST_ORDERS)) {
    const row = await orderMeant(session.record, reference);
    if (row !== undefined) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** What is kept about the patient of a dispense: read once, and only where it is needed. */
async function keptAboutPatient(
  { record }: Session,
  dispense: MedicationDispense,
  rows: readonly Row[],
  isSupply: boolean,
): Promise<{ isTheirs(row: Row): boolean; orders: readonly Order[] }> {
  const identities = identitiesOfSubject(dispense);
  const home = await record.home(dispense.resourceType, identities);
  const isAtHome = ({ key }: Row) => key === 0 || key === home;
  if (!isSupply && rows.every(isAtHome)) return { isTheirs: isAtHome, orders: [] };
  const found = await record.compartments.find(record.q, identities);
  const entries = found.flatMap((each) => each.entries);
  const others = entries.length > 0 ? [] : await keysOfOthers(record.q, identities, rows);
  return {
    // Of whom nothing is known yet it is only known whose record is not theirs.
    isTheirs: (row) =>
      isAtHome(row) || (entries.length === 0 ? !others.includes(row.key) : found.some(({ key }) => key === row.key)),
    orders: isSupply ? ordersOf(entries).orders : [],
  };
}

const NUMBERS = `select patient_key as key, system, value from patient_identity
  where patient_key = any($1::bigint[]) and system = any($2::text[])`;

/** Of the compartments of orders, those of people who have another national number than somebody. */
async function keysOfOthers(q: Queryable, identities: readonly Identity[], rows: readonly Row[]): Promise<number[]> {
  const numbers = new Map(
    identities.flatMap(({ system, value }) => (NATIONAL_IDENTIFIERS.has(system) ? [[system, value]] : [])),
  );
  if (numbers.size === 0) return [];
  const keys = rows.map(({ key }) => key);
  const known = await q.query<Identity & { key: number }>(NUMBERS, [keys, [...numbers.keys()]]);
  return keys.filter((key) => {
    const theirs = known.filter((each) => each.key === key);
    return theirs.length > 0 && theirs.every(({ system, value }) => numbers.get(system) !== value);
  });
}

/** Why nothing is to be supplied for an order; nothing where it is. */
function notToBeDispensed(
  request: MedicationRequest,
  { lastUpdated }: Row,
  { whenHandedOver, whenPrepared }: MedicationDispense,
): { rule: string; message: string }[] {
  const found: { rule: string; message: string }[] = [];
  if (request.doNotPerform === true) {
    const message = 'The order is not to give this medicine (doNotPerform): nothing is to be dispensed for it.';
    found.push({ rule: 'R-013', message });
  }
  const isBefore = Date.parse(whenHandedOver ?? whenPrepared ?? '') < Date.parse(lastUpdated);
  if (NOT_TO_BE_DISPENSED.has(request.status) && !isBefore) {
    const message = `The order is ${request.status}, and was so before this was supplied: nothing is to be dispensed for it.`;
    found.push({ rule: 'R-111', message });
  }
  return found;
}

function isSame(a: MedicationDispense, b: MedicationDispense): boolean {
  const keys = new Set((a.identifier ?? []).map(({ system, value }) => `${system}|${value}`));
  return (Array.isArray(b.identifier) ? b.identifier : []).some((each) => keys.has(`${each?.system}|${each?.value}`));
}

async function remarksOnRequest(
  session: Session,
  request: MedicationRequest,
  { current, reported }: Writing,
): Promise<string[]> {
  const remarks: string[] = [];
  const { priorPrescription, dispenseRequest } = request;
  const dictionary = session.release?.dictionary;
  if (priorPrescription !== undefined) {
    const chain = await priorChain(request, async (reference) => {
      const row = await orderMeant(session.record, reference as Reference);
      return row && (new Stored(row).resource as MedicationRequest);
    });
    const isItself = means(priorPrescription, request) || chain.issue !== undefined;
    // What came before itself already can still be stopped.
    if (isItself && !reported && !isPriorOf(current, priorPrescription)) {
      throw refuse(422, 'business-rule', ITSELF, { expression: 'MedicationRequest.priorPrescription', rule: 'R-024' });
    }
    if (isItself) remarks.push(`R-024: ${ITSELF}`);
    const [prior] = chain.prior;
    if (prior !== undefined && !means(priorPrescription, request)) {
      const medications = await medicationsOf(session.record.q, [request, prior]);
      const { kind, rule, message } = compareResupply(prior, request, medications);
      if (kind === 'neither') remarks.push(`${rule}: ${message}`);
    }
  }
  if (dispenseRequest?.quantity !== undefined && dictionary !== undefined) {
    const medications = await medicationsOf(session.record.q, [request]);
    const { outcome, reasons } = quantityForDosage(request, dictionary, medications);
    if (outcome === 'differs') remarks.push(...reasons.map(({ rule, message }) => `${rule}: ${message}`));
  }
  return remarks;
}

const ITSELF = 'The order comes before itself: let priorPrescription name an earlier order, or leave it out.';

/** Did the version before name the same prior order? */
function isPriorOf(current: Row | undefined, prior: Reference): boolean {
  if (current?.content == null) return false;
  const { priorPrescription } = JSON.parse(current.content) as MedicationRequest;
  return (
    priorPrescription?.reference === prior.reference && priorPrescription?.identifier?.value === prior.identifier?.value
  );
}
