import type { Config } from '../config.ts';
import { NHS_NUMBER, spacedNhsNumber } from '../fhir/nhs-number.ts';
import type { Identity } from '../store/patients.ts';
import type { Record } from '../store/record.ts';

/** One request for a page. */
export interface Visit {
  readonly record: Record;
  readonly config: Config;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Today in London, `YYYY-MM-DD`. */
  readonly today: string;
  /** What the address holds at a name of its route. */
  path(name: string): string;
  /** A parameter of the query, trimmed; undefined where it is absent or empty. */
  query(name: string): string | undefined;
}

/** What a visit is answered with. */
export interface Page {
  readonly view: string;
  readonly title: string;
  readonly model: object;
  readonly status?: number;
}

/** Go there instead. */
export interface Redirect {
  readonly redirect: string;
}

/** A page that cannot be shown, and what to tell the reader. */
export class PageFault extends Error {
  readonly status: number;
  readonly title: string;
  /** What the reader can do. */
  readonly advice: string;

  constructor(status: number, title: string, advice: string) {
    super(title);
    this.status = status;
    this.title = title;
    this.advice = advice;
  }
}

/** Nothing about such a patient is on record. */
export function nobody(who: Identity): PageFault {
  const number = who.system === NHS_NUMBER ? ` for NHS number ${spacedNhsNumber(who.value)}` : '';
  return new PageFault(
    404,
    'No such patient here',
    `Nothing is recorded here${number}. That says nothing about what the patient takes: others may hold a record. Check the number, or find the patient by name.`,
  );
}
