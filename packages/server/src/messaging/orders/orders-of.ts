import type {
  FhirResource,
  Identifier,
  Medication,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  Reference,
} from 'fhir/r4';
import { holdersOf } from '../../store/claims.ts';
import type { Queryable } from '../../store/database.ts';
import { localReference } from '../../store/patients.ts';
import { type Record, readMany } from '../../store/record.ts';
import type { Row, Stored } from '../../store/stored.ts';

/** An order with all that was done for it. */
export interface Order {
  stored: Stored;
  request: MedicationRequest;
  dispenses: MedicationDispense[];
  administrations: MedicationAdministration[];
}

/** A patient's orders, and the dispenses whose order is not here: they wait for it. */
export interface Orders {
  orders: Order[];
  waiting: MedicationDispense[];
  /** The orders that a reference means, as {@link means} has it. */
  meantBy(reference: Reference | undefined): readonly Order[];
}

/**
 * The orders among a patient's resources, each with its dispenses and administrations, whichever came first. An order that
 * comes later is joined by what waited for it, by its identifier.
 * @param entries of the patient's compartments
 */
export function ordersOf(entries: readonly Stored[]): Orders {
  const ofType = (type: string) => entries.filter((each) => each.type === type);
  const orders: Order[] = ofType('MedicationRequest').map((stored) => ({
    ...{ stored, request: stored.resource as MedicationRequest },
    ...{ dispenses: [], administrations: [] },
  }));
  const meantBy = lookup(orders);
  const waiting: MedicationDispense[] = [];
  for (const { resource } of ofType('MedicationDispense')) {
    const dispense = resource as MedicationDispense;
    const named = prescriptionsOf(dispense);
    const own = new Set(named.flatMap((each) => meantBy(each)));
    for (const each of own) each.dispenses.push(dispense);
    if (named.length > 0 && own.size === 0) waiting.push(dispense);
  }
  for (const { resource } of ofType('MedicationAdministration')) {
    const administration = resource as MedicationAdministration;
    for (const each of meantBy(administration.request)) each.administrations.push(administration);
  }
  return { orders, waiting, meantBy };
}

/** {@link means}, for many orders and references: each order is looked at once. */
function lookup(orders: readonly Order[]): (reference: Reference | undefined) => readonly Order[] {
  const by = new Map<string, Order[]>();
  for (const order of orders) {
    for (const name of new Set(namesOf(order.request))) {
      const named = by.get(name);
      if (named === undefined) by.set(name, [order]);
      else named.push(order);
    }
  }
  return (reference) => [...new Set(namesIn(reference).flatMap((name) => by.get(name) ?? []))];
}

/** The references of a dispense to the orders that it is for. */
export function prescriptionsOf({ authorizingPrescription: named }: MedicationDispense): Reference[] {
  return Array.isArray(named) ? named.filter((each) => typeof each === 'object' && each !== null) : [];
}

/** Does a reference mean an order? By where it leads here, or by an identifier of the order. */
export function means(reference: Reference | undefined, request: MedicationRequest): boolean {
  const names = namesOf(request);
  return namesIn(reference).some((name) => names.includes(name));
}

/** What an order can be meant by, and what a reference means an order by: of the same form. */
function namesOf({ id, identifier }: MedicationRequest): string[] {
  const keys = (Array.isArray(identifier) ? identifier : []).map((each) => nameOf(each ?? {}));
  return [...(id === undefined ? [] : [`/${id}`]), ...keys.filter((each) => each !== undefined)];
}

function namesIn(reference: Reference | undefined): string[] {
  const local = localReference(reference?.reference);
  const key = nameOf(reference?.identifier ?? {});
  return [...(local?.type === 'MedicationRequest' ? [`/${local.id}`] : []), ...(key === undefined ? [] : [key])];
}

function nameOf({ system, value }: Partial<Identifier>): string | undefined {
  return value ? JSON.stringify([system ?? '', value]) : undefined;
}

/** The Medication resources of this server that resources refer to. */
export async function medicationsOf(q: Queryable, resources: readonly FhirResource[]): Promise<Medication[]> {
  const references = resources.flatMap((each) => {
    const { medicationReference } = each as { medicationReference?: Reference };
    const local = localReference(medicationReference?.reference);
    return local?.type === 'Medication' ? [local] : [];
  });
  return (await readMany(q, references)).map((each) => each.resource as Medication);
}

/** The order of this server that a reference means: where it leads here, or the holder of the identifier that it names. */
export async function orderMeant(record: Record, { reference, identifier }: Reference): Promise<Row | undefined> {
  const local = localReference(reference);
  const { system, value } = identifier ?? {};
  const held = local?.type === 'MedicationRequest' ? await record.read(local.type, local.id) : undefined;
  if (held?.content != null) return held;
  if (typeof system !== 'string' || typeof value !== 'string') return undefined;
  const [holder] = await holdersOf(record.q, 'MedicationRequest', [{ system, value }]);
  const row = holder && (await record.read('MedicationRequest', holder.id));
  return row?.content == null ? undefined : row;
}
