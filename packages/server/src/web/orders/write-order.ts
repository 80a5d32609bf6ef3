import type { FhirResource, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { NO_ADDRESS, openSession } from '../../fhir/session.ts';
import type { Row } from '../../store/stored.ts';
import { RaceLost, type Written } from '../../store/write.ts';
import { PageFault } from '../page.ts';
import { type Change, changesBetween } from '../version-changes.ts';
import type { Problem, WorkVisit } from './work-visit.ts';

/** What is kept of orders and supplies. */
export type Worked = MedicationRequest | MedicationDispense;

/** Somebody else was first: what they changed since the form was made. */
export interface Conflict {
  readonly outcome: 'conflict';
  readonly changes: readonly Change[];
}

/** It was refused: what to put right. */
export interface Refused {
  readonly outcome: 'refused';
  readonly problems: readonly Problem[];
}

/** How a write ended. */
export type Outcome = { readonly outcome: 'written'; readonly written: Written } | Conflict | Refused;

/** A session of this server's own pages, which write as clients do, and may write drafts. */
export function ownSession(visit: WorkVisit): Session {
  return openSession(visit, NO_ADDRESS, { origin: 'own', now: visit.now });
}

/**
 * Writes the next version of an order or a supply.
 * @param version the one that whoever asks has seen: another that is current is a conflict
 * @param edit    makes the next version of a copy; it may change the copy
 * @throws PageFault 404 where there is none
 */
export async function change<T extends Worked>(
  visit: WorkVisit,
  type: T['resourceType'],
  id: string,
  version: number,
  edit: (resource: T) => T,
): Promise<Outcome> {
  const current = await visit.record.read(type, id);
  if (current === undefined || current.content === null) throw notHere(type);
  if (current.version !== version) return conflict(visit, current, version);
  const next = edit(parsed<T>(visit, current));
  try {
    const written = await accept(ownSession(visit), next, {
      ...{ interaction: 'update', id, current, expected: version },
    });
    return { outcome: 'written', written };
  } catch (error) {
    if (!(error instanceof RaceLost)) return refused(error);
    const winner = await visit.record.read(type, id);
    return winner === undefined ? { outcome: 'conflict', changes: [] } : conflict(visit, winner, version);
  }
}

/** Writes new orders or supplies, all or none. */
export async function create(visit: WorkVisit, resources: readonly FhirResource[]): Promise<CreateOutcome> {
  try {
    const session = ownSession(visit);
    const [only, ...others] = resources;
    const written =
      only !== undefined && others.length === 0
        ? [await accept(session, only, { interaction: 'create', expected: 0 })]
        : await session.atomically(async (inside) => {
            const all: Written[] = [];
            for (const each of resources) all.push(await accept(inside, each, { interaction: 'create', expected: 0 }));
            return all;
          });
    return { outcome: 'written', written };
  } catch (error) {
    return refused(error);
  }
}

type CreateOutcome = { readonly outcome: 'written'; readonly written: readonly Written[] } | Refused;

/** What was changed since a version. */
export async function conflict({ record, config }: WorkVisit, current: Row, version: number): Promise<Conflict> {
  const seen = await record.readVersion(current.type, current.id, version);
  const [before, after] = [seen?.content, current.content].map((text) =>
    text ? (parseExact(text, config.limits.nesting) as object) : {},
  ) as [object, object];
  return { outcome: 'conflict', changes: changesBetween(before, after) };
}

/** A refusal as what to put right; anything else is thrown on. */
export function refused(error: unknown): Refused {
  if (!(error instanceof Refusal)) throw error;
  const wrong = error.outcome.issue.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  const problems = wrong.map(({ diagnostics, details, expression }) => ({
    field: fieldAt(expression?.[0] ?? ''),
    text: diagnostics ?? details?.text ?? 'This was refused',
    rule: details?.coding?.[0]?.code,
  }));
  return { outcome: 'refused', problems };
}

/** Which field of the forms an element is typed in. */
const FIELDS: readonly [element: RegExp, field: string][] = [
  [/\.dosageInstruction/, 'amount'],
  [/\.medication/, 'medicine'],
  [/\.category/, 'category'],
  [/\.dispenseRequest|\.quantity/, 'quantity'],
  [/\.statusReason/, 'reason'],
];

function fieldAt(expression: string): string {
  return FIELDS.find(([element]) => element.test(`.${expression}`))?.[1] ?? 'page';
}

/** A version's resource, its own copy, with the digits of its numbers as they were sent. */
export function parsed<T extends Worked>({ config }: WorkVisit, row: Pick<Row, 'content'>): T {
  return parseExact(row.content ?? '{}', config.limits.nesting) as T;
}

/** The page for an order or a supply that is not there. */
export function notHere(type: string): PageFault {
  const what = type === 'MedicationRequest' ? 'order' : 'supply';
  return new PageFault(404, `There is no such ${what} here`, 'Go back to the list, and choose it there.');
}
