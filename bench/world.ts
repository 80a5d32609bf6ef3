import type { Bundle, FhirResource } from 'fhir/r4';
import { nhsNumbers } from './nhs-number.ts';
import { type Random, randomFrom } from './random.ts';
import { type Made, type PatientRecord, resourcesOf } from './records.ts';

/** How many resources the patients have whose medicines are asked for. */
export const ASKED_SIZES = [10, 50, 300] as const;
/** How many resources every other patient has. */
const USUAL_SIZE = 6;

/** What a run is about: its seed and day, and how many patients of each measured size there are. */
export interface WorldOptions {
  seed: number;
  today: number;
  /** For each of {@link ASKED_SIZES}. */
  asked: readonly number[];
}

/**
 * Everything that the load generator knows to be in the store, and so can check answers against.
 *
 * Of the usual patients every other one (odd index) is only ever read. The rest are written to.
 */
export class World {
  readonly options: WorldOptions;
  readonly random: Random;
  readonly asked: ReadonlyMap<number, PatientRecord[]>;
  readonly usual: PatientRecord[] = [];
  /** Versions of resources that were written more than once, by reference. */
  readonly versions = new Map<string, number>();
  /** Resources in the store. */
  stored = 0;
  readonly #numbers: string[];
  #serial = 0;

  constructor(options: WorldOptions, capacity: number) {
    this.options = options;
    this.random = randomFrom(options.seed);
    this.#numbers = nhsNumbers(capacity + options.asked.reduce((a, b) => a + b, 0) + 1);
    let index = 0;
    this.asked = new Map(
      ASKED_SIZES.map((size, i) => [
        size,
        Array.from({ length: options.asked[i] as number }, () => this.#record(index++, size)),
      ]),
    );
  }

  #record(index: number, size: number): PatientRecord {
    return { index, nhsNumber: this.#numbers[index] as string, size, references: [] };
  }

  /** Makes the next usual patient; not yet stored. */
  addUsual(): PatientRecord {
    const askedCount = this.options.asked.reduce((a, b) => a + b, 0);
    const record = this.#record(askedCount + this.usual.length, USUAL_SIZE);
    this.usual.push(record);
    return record;
  }

  resourcesOf(record: PatientRecord): Made[] {
    return resourcesOf(record, this.options.seed, this.options.today);
  }

  /** A usual patient that no profile writes to. */
  readOnlyPatient(): PatientRecord {
    return this.usual[this.random.below(Math.floor(this.usual.length / 2)) * 2 + 1] as PatientRecord;
  }

  /** A usual patient that may be written to. */
  writablePatient(): PatientRecord {
    return this.usual[this.random.below(Math.ceil(this.usual.length / 2)) * 2] as PatientRecord;
  }

  askedPatient(size: number): PatientRecord {
    return this.random.pick(this.asked.get(size) as PatientRecord[]);
  }

  /** A number not used before: for identifiers of what profiles create. */
  serial(): number {
    return ++this.#serial;
  }

  day(before: number): string {
    return new Date(this.options.today - before * 86_400_000).toISOString().slice(0, 10);
  }
}

/** A transaction Bundle that creates whole records. */
export function transactionOf(made: readonly Made[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: made.map(({ fullUrl, resource }) => ({
      fullUrl,
      resource: resource as FhirResource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
}
