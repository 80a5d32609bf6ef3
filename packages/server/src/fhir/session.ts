import type { Config } from '../config.ts';
import type { Dmd } from '../dmd/dmd.ts';
import type { Store } from '../store/store.ts';
import type { Session } from './request.ts';

/** The record that is worked on, and how its site has it done. */
export interface SessionSite {
  store: Store;
  config: Pick<Config, 'limits' | 'conformance' | 'role'>;
  dmd?: Dmd | undefined;
}

/** The base of a session of the server's own, which gives nobody an address. */
export const NO_ADDRESS = 'http://localhost/fhir';

/**
 * A session for one request: outside any transaction, until an interaction asks for one.
 * @param base the FHIR base as whoever asks knows it
 */
export function openSession(
  { store, config: { limits, conformance, role }, dmd }: SessionSite,
  base: string,
  more: Partial<Pick<Session, 'origin' | 'messaging' | 'now'>> = {},
): Session {
  const session: Session = {
    ...{ store, record: store.record, base, now: Date.now(), limits, conformance, role, dmd, release: dmd?.release },
    ...{ transacting: false, ...more },
    atomically: (work) =>
      store.transaction((record) => {
        const inside: Session = { ...session, record, transacting: true, atomically: (more) => more(inside) };
        return work(inside);
      }),
  };
  return session;
}
