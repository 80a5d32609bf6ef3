import type { JsonObject } from '../structure/walk.ts';

/** One of R4's invariants: a row that the interpreter reads. */
export interface Invariant {
  /** R4's key; the finding's rule is `FHIR-` and this. */
  readonly id: string;
  /** The types or elements it is put on: names of element tables; `DomainResource` is every resource that is one. */
  readonly on: readonly string[];
  readonly severity: 'error' | 'warning';
  /** The child that the finding points at; without it, the element itself. */
  readonly at?: string;
  /** What is wrong and what to do. */
  readonly human: string;
  /** True where it holds; or the places below the node where it does not (`.entry[2]`), an empty list where it holds. */
  readonly test: (node: JsonObject) => boolean | readonly string[];
}
