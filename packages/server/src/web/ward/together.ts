import type { MedicationRequest } from 'fhir/r4';
import { PATIENT_ID } from '../../store/patients.ts';
import type { Stored } from '../../store/stored.ts';
import { CATEGORIES, wordsOf } from '../orders/order-choices.ts';
import { cutWords } from '../orders/order-list.ts';
import { patientName } from '../orders/order-row.ts';
import { type Orders, ofPatient, search } from '../orders/read-orders.ts';
import type { WorkVisit } from '../orders/work-visit.ts';
import { PageFault } from '../page.ts';

/** Drafts that were made together, such as what one patient takes home, to be signed on one page. */
export interface Together {
  readonly id: string;
  readonly address: string;
  readonly count: number;
  readonly what: string;
  readonly patient: string;
}

const NO_DRAFTS = 'active,on-hold,completed,stopped,cancelled,entered-in-error,unknown';

/** A group as addresses and forms name it: `system|value`; undefined for an order that is of none. */
function groupOf({ groupIdentifier }: Pick<MedicationRequest, 'groupIdentifier'>): string | undefined {
  const { system = '', value } = groupIdentifier ?? {};
  return value ? `${system}|${value}` : undefined;
}

/** Where the drafts of a group are signed. */
export function togetherAddress(patient: string, group: string): string {
  return `/ward/together?${new URLSearchParams({ patient, group })}`;
}

/** The address of the page for the group that an order is of. */
export function addressFor(patient: string, order: Pick<MedicationRequest, 'groupIdentifier'>): string {
  return togetherAddress(patient, groupOf(order) ?? '');
}

/** The groups that drafts of a list are of. */
export function groupsOf(orders: Orders): Together[] {
  const groups = new Map<string, Omit<Together, 'count'> & { count: number }>();
  for (const { request } of orders.orders) {
    const group = groupOf(request);
    const patient = patientName(request, orders);
    const id = new URLSearchParams(patient.query).get('patient');
    if (request.status !== 'draft' || group === undefined || id === null) continue;
    const address = togetherAddress(id, group);
    const found = groups.get(address);
    if (found !== undefined) found.count++;
    else {
      const what = wordsOf(CATEGORIES, request.category) ?? 'Together';
      groups.set(address, { id: `together-${request.id}`, address, count: 1, what, patient: patient.name });
    }
  }
  return [...groups.values()];
}

/** What is kept of a group: what is to be signed, and what of it was signed before. */
export interface Group {
  readonly drafts: readonly Stored[];
  readonly others: readonly Stored[];
  /** Said where a patient has more drafts than are read. */
  readonly cut: string | undefined;
}

/** The orders of a group. @throws PageFault 404 where there is none */
export async function groupAt(visit: WorkVisit, patient: string, group: string): Promise<Group> {
  const of = (status: string) =>
    search(visit, 'MedicationRequest', [
      ...ofPatient({ system: PATIENT_ID, value: patient }),
      ['status', status],
      ['_sort', '-_lastUpdated'],
    ]);
  const [open, over] = await Promise.all([of('draft'), of(NO_DRAFTS)]);
  const isOfIt = ({ resource }: Stored) => groupOf(resource as MedicationRequest) === group;
  const [drafts, others] = [open.matches.filter(isOfIt), over.matches.filter(isOfIt)];
  if (drafts.length === 0 && others.length === 0) {
    throw new PageFault(404, 'There is no such group of orders here', 'Go back to the list, and choose there.');
  }
  return { drafts, others, cut: open.isCut ? cutWords('drafts') : undefined };
}
