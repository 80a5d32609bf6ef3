import type { Dmd } from '../dmd/dmd.ts';
import type { Store } from '../store/store.ts';
import { type Conformance, DEFAULT_CONFORMANCE } from './conformance.ts';
import type { FhirLimits, Session } from './request.ts';

/** A session for one request: outside any transaction, until an interaction asks for one. */
export function openSession(
  store: Store,
  base: string,
  limits: FhirLimits,
  now: number = Date.now(),
  dmd?: Dmd,
  conformance: Conformance = DEFAULT_CONFORMANCE,
): Session {
  const session: Session = {
    ...{ store, record: store.record, base, now, limits, conformance, dmd, release: dmd?.release, transacting: false },
    atomically: (work) =>
      store.transaction((record) => {
        const inside: Session = { ...session, record, transacting: true, atomically: (more) => more(inside) };
        return work(inside);
      }),
  };
  return session;
}
