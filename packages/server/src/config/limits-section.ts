import type { FhirLimits } from '../fhir/request.ts';
import { integer } from './kinds.ts';
import { section } from './section.ts';

/** `limits`: what one request may ask. */
export const limitsSection = section<FhirLimits>('limits', {
  bodyBytes: {
    ...{ kind: integer(1024, 1024 ** 3), usual: 10 * 1024 * 1024 },
    says: 'The largest body, in bytes.',
  },
  nesting: { kind: integer(16, 1000), usual: 64, says: 'How deep JSON or XML may be nested.' },
  bundleEntries: { kind: integer(1, 100_000), usual: 5000, says: 'The most entries of a batch or transaction.' },
  defaultCount: {
    kind: integer(1, 10_000),
    usual: 50,
    says: 'Matches on a page where a search does not say `_count`.',
  },
  maxCount: { kind: integer(1, 10_000), usual: 1000, says: 'The most matches on a page.' },
});
