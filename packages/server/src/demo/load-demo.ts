import { londonDay } from '@concord/medication-record';
import type { Config } from '../config.ts';
import { DEFAULT_CONFORMANCE } from '../fhir/conformance.ts';
import { dispatch } from '../fhir/dispatch.ts';
import { NO_ADDRESS, openSession } from '../fhir/session.ts';
import type { Store } from '../store/store.ts';

/** Where the samples are, beside the packages. */
const DEMO = new URL('../../../../samples/patients/load.ts', import.meta.url);

/**
 * Loads the invented patients of `samples/patients` into a record that has nothing in it, as any client would: with
 * transaction Bundles.
 * @returns how many patients were loaded: none when the record is in use, or has no samples beside it
 */
export async function loadDemo(store: Store, config: Config): Promise<number> {
  const [used] = await store.db.query('select 1 from resource limit 1');
  if (used !== undefined) return 0;
  const { demoBundles } = await import(DEMO.href);
  const now = Date.now();
  // As everybody's record would take them, whatever this site asks of others.
  const plain = { limits: config.limits, conformance: DEFAULT_CONFORMANCE, role: 'shared-record' } as const;
  const session = openSession({ store, config: plain }, NO_ADDRESS, { origin: 'own', now });
  let patients = 0;
  for (const body of demoBundles(londonDay(now))) {
    await dispatch(session, { method: 'POST', path: [], query: [], headers: {}, body });
    patients += body.entry?.some(
      (entry: { resource?: { resourceType: string } }) => entry.resource?.resourceType === 'Patient',
    )
      ? 1
      : 0;
  }
  // Nobody is told of invented patients, and no policy completes their orders: they stay as samples/ says they are.
  await store.db.query('delete from outbox');
  return patients;
}
