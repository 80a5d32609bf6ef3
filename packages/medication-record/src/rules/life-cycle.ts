/** What the two tables of life cycles are made of. A row says everything of one change, for people and for programs. */

/** `allowed` is stored; `warned` is stored and said; `refused` is not stored. */
export type Verdict = 'allowed' | 'warned' | 'refused';

/** Who normally makes a change. Whether another may is for the site's ownership policy, so it is a warning here. */
export type Party = 'prescriber' | 'dispenser';

/**
 * What the change sends to the other side. A `PUT` is by business identifier: it creates what was never sent. `none`
 * is internal: the other side has no part in it, or is told by a later change. A `POST` of what was sent before, as of an
 * order that was put back to draft and is signed again, is to be a `PUT`.
 */
export type Onward = 'POST' | 'PUT' | 'none';

/** `own`: this site's pages and role. `elsewhere`: what another system sends. */
export type Origin = 'own' | 'elsewhere';

/** A status, and what it says. */
export interface StatusMeaning<S extends string> {
  readonly status: S;
  readonly meaning: string;
  /** Nothing follows it, but for what the table says. */
  readonly end?: true;
}

/** A row that judges the first status of a resource; the first row that fits decides. */
export interface FirstStatus<S extends string> {
  readonly origin: readonly Origin[];
  readonly status: readonly S[];
  readonly verdict: Verdict;
  readonly onward: Onward;
  readonly rule: string;
  /** Why, for people: a whole sentence. */
  readonly because: string;
}

/** A row that judges a change of status; the first row that fits decides. */
export interface Transition<S extends string> {
  readonly from: readonly S[];
  /** `same`: the status stays, and something else is changed. */
  readonly to: readonly S[] | 'same';
  readonly who: readonly Party[];
  readonly verdict: Verdict;
  readonly onward: Onward;
  readonly rule: string;
  /** Why, for people: a whole sentence. */
  readonly because: string;
}

/** The life of one type of resource. Every status is a first status in some row, and every pair is in some row. */
export interface LifeCycle<S extends string = string> {
  readonly type: 'MedicationRequest' | 'MedicationDispense';
  /** The rule that refuses a status which is none. */
  readonly statusRule: string;
  readonly statuses: readonly StatusMeaning<S>[];
  readonly first: readonly FirstStatus<S>[];
  readonly transitions: readonly Transition<S>[];
}
