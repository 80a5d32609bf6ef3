import { judgeTransition, type LifeCycleType } from '@concord/medication-record';
import type { FhirResource } from 'fhir/r4';
import type { Record } from '../../store/record.ts';
import type { Change } from '../subscriber.ts';

/** The statuses in which what has no table of its life is told to others: when it is over, or was a mistake. */
const TOLD: { readonly [type: string]: readonly string[] } = {
  MedicationAdministration: ['completed', 'stopped', 'not-done', 'entered-in-error'],
  MedicationStatement: ['active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'not-taken'],
};

/** Statuses of a dispense on its way, which are sent only where the neighbour wants progress; and how that way may end. */
const PROGRESS: readonly string[] = ['preparation', 'in-progress', 'on-hold', 'cancelled', 'entered-in-error'];

/** How a version goes to the other side: as new, as a change of what was sent, or not at all. */
export type OnwardAs = 'new' | 'change';

/**
 * Does a change go to the other side? By the tables of life cycles, column `onward`; and what becomes of what is on hold or
 * a draft again, where {@link mayBeKnown} says that the other side knows of it.
 * @param progress also of dispenses that are not over
 */
export function onwardAs({ type, resource, before, version }: Change, progress: boolean): OnwardAs | undefined {
  if (resource === undefined) return undefined;
  const [from, to] = [statusOf(before), statusOf(resource)];
  const told = TOLD[type];
  if (told !== undefined) {
    if (to === undefined || !told.includes(to)) return undefined;
    return from !== undefined && told.includes(from) ? 'change' : 'new';
  }
  if (type !== 'MedicationRequest' && type !== 'MedicationDispense') return undefined;
  if (type === 'MedicationRequest' && leavesAside(from, to)) return 'change';
  const { onward } = judgeTransition(type satisfies LifeCycleType, from, to ?? '', { origin: 'own' });
  const isProgress = progress && type === 'MedicationDispense' && PROGRESS.includes(to ?? '');
  if (onward === 'none' && !isProgress) return undefined;
  const wasSent = progress && type === 'MedicationDispense' ? version > 1 : onward === 'PUT';
  return wasSent ? 'change' : 'new';
}

/** Versions of an order that are looked through for whether it was ever in force. */
const MOST_VERSIONS = 1000;

/**
 * Was an order that ends without being resumed ever sent? The other side was told that it is on hold, or withdrawn to be
 * rewritten, and must hear what became of it; of one that was never signed it knows nothing, and is told nothing. Any other
 * change is for `onwardAs` to judge.
 */
export async function mayBeKnown(record: Record, { type, id, version, resource, before }: Change): Promise<boolean> {
  if (type !== 'MedicationRequest' || !leavesAside(statusOf(before), statusOf(resource))) return true;
  const versions = await record.history({ types: [type], id, limit: MOST_VERSIONS });
  return versions.some(
    (each) =>
      each.version < version &&
      each.content !== null &&
      statusOf(JSON.parse(each.content) as FhirResource) === 'active',
  );
}

/** What an order that nothing is done for may become without being in force again. */
const LEFT_ASIDE: { readonly [from: string]: readonly string[] | undefined } = {
  'on-hold': ['stopped', 'cancelled', 'entered-in-error'],
  draft: ['on-hold', 'cancelled', 'entered-in-error'],
};

function leavesAside(from: string | undefined, to: string | undefined): boolean {
  return LEFT_ASIDE[from ?? '']?.includes(to ?? '') === true;
}

function statusOf(resource: FhirResource | undefined): string | undefined {
  const status = (resource as { status?: unknown } | undefined)?.status;
  return typeof status === 'string' ? status : undefined;
}
