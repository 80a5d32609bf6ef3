import type {
  FhirResource,
  Identifier,
  Medication,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  Reference,
} from 'fhir/r4';
import { localReference } from '../../store/patients.ts';
import type { Record } from '../../store/record.ts';
import type { Stored } from '../../store/stored.ts';

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
  const waiting: MedicationDispense[] = [];
  for (const { resource } of ofType('MedicationDispense')) {
    const dispense = resource as MedicationDispense;
    const named = prescriptionsOf(dispense);
    const own = orders.filter(({ request }) => named.some((each) => means(each, request)));
    for (const each of own) each.dispenses.push(dispense);
    if (named.length > 0 && own.length === 0) waiting.push(dispense);
  }
  for (const { resource } of ofType('MedicationAdministration')) {
    const administration = resource as MedicationAdministration;
    const own = orders.filter(({ request }) => means(administration.request, request));
    for (const each of own) each.administrations.push(administration);
  }
  return { orders, waiting };
}

/** The references of a dispense to the orders that it is for. */
export function prescriptionsOf({ authorizingPrescription: named }: MedicationDispense): Reference[] {
  return Array.isArray(named) ? named.filter((each) => typeof each === 'object' && each !== null) : [];
}

/** Does a reference mean an order? By where it leads here, or by an identifier of the order. */
export function means(reference: Reference | undefined, { id, identifier }: MedicationRequest): boolean {
  const local = localReference(reference?.reference);
  if (local?.type === 'MedicationRequest' && local.id === id) return true;
  const named: Partial<Identifier> = reference?.identifier ?? {};
  if (!named.value) return false;
  return (Array.isArray(identifier) ? identifier : []).some(
    (each) => each?.value === named.value && (each?.system ?? '') === (named.system ?? ''),
  );
}

/** The Medication resources of this server that resources refer to. */
export async function medicationsOf(record: Record, resources: readonly FhirResource[]): Promise<Medication[]> {
  const references = resources.flatMap((each) => {
    const { medicationReference } = each as { medicationReference?: Reference };
    const local = localReference(medicationReference?.reference);
    return local?.type === 'Medication' ? [local] : [];
  });
  return (await record.readMany(references)).map((each) => each.resource as Medication);
}
