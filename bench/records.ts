import type { FhirResource, Reference } from 'fhir/r4';
import { ACUTE, MEDICINES, type Medicine } from './medicines.ts';
import { randomFrom } from './random.ts';
import { dispense, NHS_NUMBER, order, patient, plan, statement } from './resources.ts';

/** One patient's record: how to make it again, and where its resources came to be. */
export interface PatientRecord {
  index: number;
  nhsNumber: string;
  /** How many resources, the Patient included; an even number from 4. */
  size: number;
  /** `Type/id` of each resource, in the order of {@link resourcesOf}; empty until they are stored. */
  references: string[];
}

/** A resource, and what it was made of where that matters to who asks about it. */
export interface Made {
  /** How the others refer to it until it is stored. */
  fullUrl: string;
  resource: FhirResource;
  /** Does it make a line of the patient's current medication? Then the medicine's dm+d code. */
  currentLine?: string;
}

const DAY = 86_400_000;
/** Of a large record's medicines one in this many has ended. */
const ENDED_EACH = 4;

/**
 * Makes a patient's record, the same each time: the Patient, one acute prescription, and repeat medicines, each with a
 * plan, a statement, and issues with their dispenses. Once stored, its references are those of the server.
 * @param seed   the run's
 * @param today  the day that dates count back from, in milliseconds since 1970
 */
export function resourcesOf(record: PatientRecord, seed: number, today: number): Made[] {
  const { index, nhsNumber, size } = record;
  const random = randomFrom(seed * 1_000_003 + index);
  const day = (before: number) => new Date(today - before * DAY).toISOString().slice(0, 10);
  const made: Made[] = [];
  const named = (n: number) => record.references[n] ?? `urn:uuid:${uuid(index, n)}`;
  const add = (resource: FhirResource, currentLine?: string): Reference => {
    const n = made.push({
      fullUrl: `urn:uuid:${uuid(index, made.length)}`,
      resource,
      ...(currentLine === undefined ? {} : { currentLine }),
    });
    return { reference: named(n - 1) };
  };
  const identifier = () => uuid(index, 10_000 + made.length);
  const subject: Reference = {
    reference: named(0),
    identifier: { system: NHS_NUMBER, value: nhsNumber },
    display: `Mx Pat Example${index}`,
  };
  add(patient(nhsNumber, index));
  add(order({ identifier: identifier(), subject, medicine: ACUTE, on: day(2 + random.below(5)) }), ACUTE.code);
  const pairs = Math.floor((size - 2) / 2);
  const courses = Array.from({ length: coursesOf(pairs) }, (_, i) => {
    const medicine = MEDICINES[(index + i) % MEDICINES.length] as Medicine;
    const ended = i % ENDED_EACH === ENDED_EACH - 1 ? day(100 + random.below(200)) : undefined;
    const on = day(1200 + random.below(900));
    const planned = add(plan({ identifier: identifier(), subject, medicine, on }, ended));
    const said = { identifier: identifier(), subject, medicine, on };
    const stated = statement(said, planned, ended ?? day(10 + random.below(20)), ended);
    add(stated, ended === undefined ? medicine.code : undefined);
    return { medicine, planned, ended };
  });
  for (let i = courses.length; i < pairs; i++) {
    const { medicine, planned, ended } = courses[i % courses.length] as (typeof courses)[number];
    const round = Math.floor(i / courses.length);
    const on = day((ended === undefined ? 10 : 320) + round * 28 + random.below(7));
    const issue = add(order({ identifier: identifier(), subject, medicine, on }, planned));
    add(dispense({ identifier: identifier(), subject, medicine, on }, issue));
  }
  return made;
}

/** How many repeat medicines a record of so many pairs of resources has: 1 or 2 in small ones, at most 12. */
function coursesOf(pairs: number): number {
  return Math.max(1, Math.min(12, Math.round(Math.sqrt(pairs))));
}

/** An identifier that is the same for the same patient and place, and no other's. */
function uuid(index: number, place: number): string {
  const hex = (n: number, width: number) => n.toString(16).padStart(width, '0');
  return `${hex(index, 8)}-${hex(place & 0xffff, 4)}-4000-8000-${hex(index * 65_536 + place, 12)}`;
}
