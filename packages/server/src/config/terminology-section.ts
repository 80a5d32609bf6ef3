import { httpAddress, integer } from './kinds.ts';
import { section } from './section.ts';

/** `terminology`: a server to ask about codes that cannot be checked here. */
export interface TerminologySettings {
  url: string | undefined;
  timeoutMilliseconds: number;
  pauseMilliseconds: number;
  cacheEntries: number;
}

/** `terminology`: a FHIR terminology server. */
export const terminologySection = section<TerminologySettings>(
  'terminology',
  {
    url: { kind: httpAddress, usual: undefined, says: 'The FHIR base of a terminology server that has SNOMED CT.' },
    timeoutMilliseconds: { kind: integer(1, 60_000), usual: 2000, says: 'How long a write may wait for its answer.' },
    pauseMilliseconds: {
      ...{ kind: integer(0, 3_600_000), usual: 30_000 },
      says: 'For how long it is not asked after it did not answer.',
    },
    cacheEntries: { kind: integer(0, 10_000_000), usual: 100_000, says: 'Answers kept, each for a day.' },
  },
  {
    says: `Value sets of SNOMED CT (reasons, body sites) cannot be listed here: without a terminology server, codes of them
are checked for their form only. With one, it is asked, many codes at a time. It never holds a write up for longer
than set: what it did not answer is a note that says so.`,
  },
);
