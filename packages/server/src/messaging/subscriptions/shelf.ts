import type { Subscription } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { tokensOf } from '../../search/tokens.ts';
import type { Store } from '../../store/store.ts';
import { ROW_COLUMNS, type Row } from '../../store/stored.ts';
import { VersionConflict } from '../../store/write.ts';
import { type Definition, readDefinition, type Site, type SubscriptionStatus } from './definition.ts';
import { headersIn } from './secrets.ts';

/** A Subscription as it is stored now, with what only the server knows of it. */
export interface Held {
  definition: Definition;
  /** `Name: value`, values and all. */
  headers: string[];
  /** Why it is in error. */
  error: string | undefined;
}

const COLUMNS = `r.*, (select headers from subscription_secret s where s.id = r.id) as headers`;
const OF = `select ${COLUMNS} from (select ${ROW_COLUMNS} from resource
  where patient_key = 0 and type = 'Subscription' and content is not null`;

/** Every Subscription there is, as far as it can be read: what an earlier version took, this one may not. */
export async function allHeld(store: Store, site: Site): Promise<Held[]> {
  const rows = await store.db.query<HeldRow>(`${OF}) r`);
  return rows.flatMap((row) => heldFrom(row, site) ?? []);
}

/** @returns undefined for one that is not there (any more), or cannot be read */
export async function heldAt(store: Store, id: string, site: Site): Promise<Held | undefined> {
  const [row] = await store.db.query<HeldRow>(`${OF} and id = $1) r`, [id]);
  return row && heldFrom(row, site);
}

type HeldRow = Row & { headers: string | null };

function heldFrom(row: HeldRow, site: Site): Held | undefined {
  const resource = JSON.parse(row.content as string) as Subscription;
  const { definition } = readDefinition(resource, row, site);
  return definition && { definition, headers: headersIn(row.headers), error: resource.error };
}

/** How often a change of status is tried when others write between. */
const ATTEMPTS = 5;

/**
 * Writes a new version with another status, unless it has that already or its client has put it aside meanwhile.
 * @param version the version that this is about, where another is none of it
 */
export async function setStatus(
  store: Store,
  id: string,
  status: SubscriptionStatus,
  error?: string,
  version?: number,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const row = await store.record.read('Subscription', id);
    if (row === undefined || row.content === null || (version !== undefined && row.version !== version)) return;
    const { error: _before, ...current } = parseExact(row.content, Number.POSITIVE_INFINITY) as Subscription;
    if (current.status === 'off' || (current.status === status && _before === error)) return;
    const resource: Subscription = { ...current, status, ...(error === undefined ? {} : { error }) };
    try {
      await store.record.write({
        ...{ key: row.key, type: 'Subscription', id, interaction: 'update', expected: row.version },
        ...{ resource, tokens: tokensOf(resource), identities: [] },
      });
      return;
    } catch (failure) {
      if (!(failure instanceof VersionConflict)) throw failure;
    }
  }
}

/** What was for a Subscription that is gone is not delivered any more, and its headers are forgotten. */
export async function clearAway(store: Store, name: string, id: string): Promise<void> {
  await store.db.query(
    `update delivery set state = 'discarded', error = 'The Subscription was deleted.', retry_at = null,
      done_at = clock_timestamp() where subscriber = $1 and state in ('waiting', 'refused')`,
    [name],
  );
  await store.db.query(
    `delete from subscription_secret s where id = $1 and not exists (
      select 1 from resource where patient_key = 0 and type = 'Subscription' and id = s.id and content is not null)`,
    [id],
  );
}

/** A receiver that has answered a handshake is tried at once, however long it had failed. */
export async function beginAnew(store: Store, name: string): Promise<void> {
  await store.db.query('update subscriber set failures = 0, retry_at = null, error = null where name = $1', [name]);
  await store.db.query(
    `update delivery set retry_at = null where subscriber = $1 and state = 'waiting' and retry_at is not null`,
    [name],
  );
}
