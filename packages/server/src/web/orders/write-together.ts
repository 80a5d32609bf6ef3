import { askAhead } from '../../fhir/conformance.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { KeyInUse } from '../../fhir/interactions/retry.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Row } from '../../store/stored.ts';
import type { WorkVisit } from './work-visit.ts';
import {
  type Conflict,
  conflict,
  notHere,
  ownSession,
  parsed,
  type Refused,
  refused,
  type Worked,
} from './write-order.ts';

/** An order or a supply as somebody saw it. */
export interface Seen {
  readonly id: string;
  readonly version: number;
}

/** How it ended: all are written; or none is, and here is what stands in the way of which, by id. */
export type OutcomeOfAll =
  | { readonly outcome: 'written' }
  | { readonly outcome: 'not-written'; readonly each: ReadonlyMap<string, Conflict | Refused> };

/**
 * Writes the next versions of several orders or supplies, all or none: each through the same checks and life cycles as if it
 * were written by itself.
 * @param asked  those that are written
 * @param beside those that were seen beside them: where one was changed since, nothing is written either
 * @param edit   makes the next version of a copy; it may change the copy
 * @throws PageFault 404 where one was never there
 */
export async function changeAll<T extends Worked>(
  visit: WorkVisit,
  type: T['resourceType'],
  { asked, beside }: { readonly asked: readonly Seen[]; readonly beside: readonly Seen[] },
  edit: (resource: T) => T,
): Promise<OutcomeOfAll> {
  const session = ownSession(visit);
  const rows = await visit.record.readMany(asked.map(({ id }) => ({ type, id })));
  await askAhead(
    session,
    rows.map(({ text }) => edit(parsed<T>(visit, { content: text }))),
  );
  // In one order, so that two who write the same do not wait for each other.
  const all = [...asked, ...beside].sort((a, b) => (a.id < b.id ? -1 : 1));
  const isAsked = new Set(asked.map(({ id }) => id));
  const write = async (inside: Session, current: Row) => {
    const next = edit(parsed<T>(visit, current));
    await accept(inside, next, { interaction: 'update', id: current.id, current, expected: current.version });
  };
  try {
    await session.atomically(async (inside) => {
      const each = new Map<string, 'changed' | Refusal>();
      for (const { id, version } of all) {
        const current = await inside.record.read(type, id);
        if (current === undefined) throw notHere(type);
        if (current.content === null || current.version !== version) each.set(id, 'changed');
        else if (isAsked.has(id)) {
          const refusal = await refusalOf(write(inside, current));
          if (refusal !== undefined) each.set(id, refusal);
          // It was the database that refused it: it takes nothing more in this transaction.
          if (refusal instanceof KeyInUse) break;
        }
      }
      if (each.size > 0) throw new NotAll(each);
    });
    return { outcome: 'written' };
  } catch (error) {
    if (!(error instanceof NotAll)) throw error;
    const versions = new Map(all.map(({ id, version }) => [id, version]));
    const each = [...error.each].map(async ([id, why]): Promise<[string, Conflict | Refused]> => {
      if (why !== 'changed') return [id, refused(why)];
      const current = (await visit.record.read(type, id)) as Row;
      return [id, await conflict(visit, current, versions.get(id) as number)];
    });
    return { outcome: 'not-written', each: new Map(await Promise.all(each)) };
  }
}

/** Rolls back what was written, and says of which it cannot be. */
class NotAll extends Error {
  readonly each: ReadonlyMap<string, 'changed' | Refusal>;

  constructor(each: ReadonlyMap<string, 'changed' | Refusal>) {
    super('Not all can be written');
    this.each = each;
  }
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
