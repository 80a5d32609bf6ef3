import type { FhirAnswer, FhirRequest, Session } from '../request.ts';

/** An operation that the server offers: the row of the table that routes, and documents, it. */
export interface Operation {
  /** Without the `$`. */
  name: string;
  /** Its definition's canonical URL. */
  definition: string;
  /** Where it can be called: `[base]/$name`, `[base]/Type/$name`, `[base]/Type/id/$name`. */
  on: { system: boolean; types: readonly string[]; instances: readonly string[] };
  /** May it be called with GET, its parameters in the query? Only when it changes nothing. */
  get: boolean;
  run(session: Session, request: FhirRequest, target: { type?: string; id?: string }): Promise<FhirAnswer>;
}
