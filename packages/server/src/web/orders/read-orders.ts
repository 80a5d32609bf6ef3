import { londonDay } from '@concord/medication-record';
import type { FhirResource, Identifier, MedicationDispense, MedicationRequest, Patient, Reference } from 'fhir/r4';
import { identifierToken } from '../../messaging/neighbours/business-identifier.ts';
import { means, prescriptionsOf } from '../../messaging/orders/orders-of.ts';
import { parseSearch } from '../../search/parse.ts';
import { find } from '../../search/search.ts';
import { type Identity, localReference, PATIENT_ID } from '../../store/patients.ts';
import type { Stored } from '../../store/stored.ts';
import { Directory } from '../directory.ts';
import type { Visit } from '../page.ts';

/** An order with what the pharmacy said of it. */
export interface Order {
  readonly stored: Stored;
  readonly request: MedicationRequest;
  readonly supplies: readonly Supply[];
}

/** A dispense, with the version of it. */
export interface Supply {
  readonly stored: Stored;
  readonly dispense: MedicationDispense;
}

/** What a list of orders is made from. */
export interface Orders {
  readonly orders: readonly Order[];
  /** Dispenses for an order that is not here. */
  readonly waiting: readonly Supply[];
  readonly directory: Directory;
  /** Patients kept here, by reference. */
  readonly patients: ReadonlyMap<string, Patient>;
  /** Where some did not fit: how many of which kind were read. */
  readonly cut: readonly string[];
}

/** The most that one question of a list reads: a longer list would not be read by anybody. */
export const MOST = 200;
/** Names in one question: what a search by reference takes at once. */
const NAMES = 50;
const SUPPLIES = 1000;
const SUPPLIES_CUT = `An order has more than ${SUPPLIES} supplies: not all of them are shown or counted.`;

type Pairs = readonly (readonly [string, string])[];

/** One indexed search; at most `most` of what it finds. */
export async function search(visit: Visit, type: string, pairs: Pairs, most = MOST) {
  const query = [...pairs, ['_count', String(most)]] as [string, string][];
  const limits = { defaultCount: most, maxCount: most };
  const site = { base: 'http://localhost/fhir', now: visit.now };
  const found = await find(visit.record, parseSearch(type, query, site, limits, { lenient: false }));
  return { matches: found.matches, isCut: found.next !== undefined };
}

/** The pairs that confine a search to a patient. */
export function ofPatient(who: Identity | undefined): Pairs {
  if (who === undefined) return [];
  if (who.system === PATIENT_ID) return [['patient', `Patient/${who.value}`]];
  return [['patient:identifier', identifierToken(who)]];
}

/** What was written today, by the London calendar: a question that may find some of yesterday, and the test that does not. */
export function today(visit: Visit): { readonly pair: readonly [string, string]; is(stored: Stored): boolean } {
  return {
    pair: ['_lastUpdated', `ge${visit.today}T00:00:00+01:00`],
    is: ({ lastUpdated }) => londonDay(Date.parse(lastUpdated)) === visit.today,
  };
}

/** Orders with their dispenses, and the names of all whom they concern. */
export async function withSupplies(
  visit: Visit,
  stored: readonly Stored[],
  waiting: readonly Stored[] = [],
  cut: readonly string[] = [],
): Promise<Orders> {
  const requests = eachOnce(stored);
  const { found, isCut } = await suppliesOf(visit, requests.map(requestIn));
  const supplies = found.map((each) => ({ stored: each, dispense: dispenseIn(each) }));
  const orders = requests.map((each) => ({
    ...{ stored: each, request: requestIn(each) },
    supplies: supplies.filter(({ dispense }) => isFor(dispense, requestIn(each))),
  }));
  const without = waiting.map((each) => ({ stored: each, dispense: dispenseIn(each) }));
  const all: FhirResource[] = [...requests, ...found, ...waiting].map((each) => each.resource);
  const [directory, patients] = await Promise.all([Directory.load(visit.record, all), patientsOf(visit, all)]);
  return { orders, waiting: without, directory, patients, cut: isCut ? [...cut, SUPPLIES_CUT] : cut };
}

/** The dispenses for orders, by reference or by business identifier, and whether one order has more than are read. */
async function suppliesOf(
  visit: Visit,
  requests: readonly MedicationRequest[],
): Promise<{ readonly found: readonly Stored[]; readonly isCut: boolean }> {
  const references = requests.map(({ id }) => `MedicationRequest/${id}`);
  const identifiers = requests.flatMap((each) => tokensOf(each.identifier));
  const answers: Stored[] = [];
  let isCut = false;
  const ask = async (name: string, list: readonly string[]): Promise<void> => {
    const { matches, isCut: isMore } = await search(visit, 'MedicationDispense', [[name, list.join(',')]], SUPPLIES);
    // An order is never shown with some of its supplies: fewer orders are asked for at once instead.
    if (isMore && list.length > 1) {
      for (const half of chunks(list, Math.ceil(list.length / 2))) await ask(name, half);
      return;
    }
    answers.push(...matches);
    isCut ||= isMore;
  };
  for (const list of chunks(references)) await ask('prescription', list);
  for (const list of chunks(identifiers)) await ask('prescription:identifier', list);
  return { found: eachOnce(answers), isCut };
}

/** The orders that dispenses are for, where they are kept here; and the dispenses whose order is not. */
export async function ordersNamedBy(
  visit: Visit,
  dispenses: readonly Stored[],
): Promise<{ readonly orders: readonly Stored[]; readonly waiting: readonly Stored[] }> {
  const named = dispenses.flatMap((each) => prescriptionsOf(dispenseIn(each)));
  const local = named.flatMap(({ reference }) => localReference(reference) ?? []);
  const orders = (await visit.record.readMany(local)).filter(({ type }) => type === 'MedicationRequest');
  const isHere = (dispense: Stored) => orders.some((order) => isFor(dispenseIn(dispense), requestIn(order)));
  const keys = dispenses
    .filter((each) => !isHere(each))
    .flatMap((each) => prescriptionsOf(dispenseIn(each)))
    .flatMap(({ identifier }) => tokensOf(identifier && [identifier]));
  for (const list of chunks(keys)) {
    orders.push(...(await search(visit, 'MedicationRequest', [['identifier', list.join(',')]])).matches);
  }
  const waiting = dispenses.filter((each) => prescriptionsOf(dispenseIn(each)).length > 0 && !isHere(each));
  return { orders: eachOnce(orders), waiting };
}

async function patientsOf(visit: Visit, resources: readonly FhirResource[]): Promise<Map<string, Patient>> {
  const named = new Map(
    resources.flatMap((each) => {
      const local = localReference((each as { subject?: Reference }).subject?.reference);
      return local?.type === 'Patient' ? [[local.id, local] as const] : [];
    }),
  );
  const stored = await visit.record.readMany([...named.values()]);
  return new Map(stored.map((each) => [each.reference, each.resource as Patient]));
}

function isFor(dispense: MedicationDispense, request: MedicationRequest): boolean {
  return prescriptionsOf(dispense).some((each) => means(each, request));
}

/** Business identifiers as searches name them. */
function tokensOf(identifiers: readonly Identifier[] | undefined): string[] {
  return (Array.isArray(identifiers) ? identifiers : []).flatMap(({ system = '', value }: Identifier) =>
    value ? [identifierToken({ system, value })] : [],
  );
}

const dispenseIn = (stored: Stored) => stored.resource as MedicationDispense;
const requestIn = (stored: Stored) => stored.resource as MedicationRequest;

function eachOnce(stored: readonly Stored[]): Stored[] {
  return [...new Map(stored.map((each) => [each.reference, each])).values()];
}

function chunks(list: readonly string[], most = NAMES): string[][] {
  const all = [...new Set(list)];
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most));
}
