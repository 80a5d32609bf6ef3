import type { MedicationRequest, MedicationStatement } from 'fhir/r4';
import { counts, startOf, suppliedOn, wasHandedOver } from './issues.ts';
import type { Linked } from './linking.ts';
import { dateSpan, dayAfter } from './london-date.ts';
import type { LineDate } from './medicine-line.ts';
import type { Unchecked } from './tolerant-reading.ts';
import { extensionNamed, object, objects, text } from './tolerant-reading.ts';

/** The dates of one medicine, and what was wrong with them. */
export interface LineDates {
  readonly started: LineDate | undefined;
  readonly ends: LineDate | undefined;
  readonly lastIssued: LineDate | undefined;
  /** A date was present but could not be read. */
  readonly unreadable: boolean;
  /** A linked issue lies within the window; the last issue date that the statement carries does not. */
  readonly issuedSinceRecorded: boolean;
}

/**
 * Start, end and last issue of a medicine.
 * @param linked the medicine and what stands behind it
 * @param asOf London day; later issues are left out
 * @param windowStart London day from which an issue counts as recent
 */
export function datesOf(linked: Linked, asOf: string, windowStart: string): LineDates {
  const reader = new DateReader();
  let started: LineDate | undefined;
  let ends: LineDate | undefined;
  let recorded: LineDate | undefined;
  const { supply } = linked;
  if (linked.statement) {
    const period = object(linked.statement.effectivePeriod);
    started =
      reader.read(period.start, 'effectivePeriod.start') ??
      reader.read(linked.statement.effectiveDateTime, 'effectiveDateTime') ??
      // When somebody recorded it is the nearest thing to a start (GP Connect defines it as the authorisation date).
      reader.read(linked.statement.dateAsserted, 'dateAsserted');
    ends = reader.read(period.end, 'effectivePeriod.end');
    recorded = reader.read(extensionNamed(linked.statement, 'LastIssueDate')?.valueDateTime, 'extension LastIssueDate');
  } else if (linked.head) {
    const validity = object(object(linked.head.dispenseRequest).validityPeriod);
    reader.read(validity.start, '');
    reader.read(linked.head.authoredOn, '');
    started = startOf(linked.head);
    ends = reader.read(validity.end, 'dispenseRequest.validityPeriod.end');
  } else if (supply) {
    reader.read(supply.whenHandedOver, '');
    reader.read(supply.whenPrepared, '');
    started = suppliedOn(supply);
    const days = object(supply.daysSupply).value;
    if (started && typeof days === 'number' && days >= 0 && days < 40_000) {
      const last = dayAfter(started.last, Math.ceil(days));
      ends = { given: last, first: last, last, partial: false, from: 'daysSupply' };
    }
  }
  if (recorded && recorded.first > asOf) recorded = undefined;
  const issued = latest(asOf, [
    recorded,
    ...linked.requests.map(issueOf),
    ...linked.dispenses.map((d) => (wasHandedOver(d) ? suppliedOn(d) : undefined)),
  ]);
  return {
    started,
    ends,
    lastIssued: issued,
    unreadable: reader.unreadable,
    issuedSinceRecorded:
      recorded !== undefined && recorded.last < windowStart && issued !== undefined && issued.last >= windowStart,
  };
}

/** An order is an issue; a plan authorises issues without being one. */
function issueOf(request: MedicationRequest): LineDate | undefined {
  return counts(request) && request.intent !== 'plan' ? startOf(request) : undefined;
}

/** The latest of the dates that had begun by a day. */
function latest(asOf: string, dates: readonly (LineDate | undefined)[]): LineDate | undefined {
  let found: LineDate | undefined;
  for (const date of dates) {
    if (date && date.first <= asOf && (!found || date.last > found.last)) found = date;
  }
  return found;
}

class DateReader {
  unreadable = false;

  read(value: unknown, from: string): LineDate | undefined {
    if (value === undefined || value === null) return undefined;
    const span = dateSpan(value);
    if (!span) this.unreadable = true;
    return span && { ...span, from };
  }
}

const DAY = { unit: 'day', size: 1 } as const;
const LENGTHS: { readonly [unit: string]: { unit: 'day' | 'month'; size: number } } = {
  d: DAY,
  day: DAY,
  days: DAY,
  wk: { unit: 'day', size: 7 },
  week: { unit: 'day', size: 7 },
  weeks: { unit: 'day', size: 7 },
  mo: { unit: 'month', size: 1 },
  month: { unit: 'month', size: 1 },
  months: { unit: 'month', size: 1 },
  a: { unit: 'month', size: 12 },
  year: { unit: 'month', size: 12 },
  years: { unit: 'month', size: 12 },
};

/**
 * When a course without a recorded end should be over: its start and the length that its dose or its supply gives.
 * @returns London day, or undefined where the length is not known of every step
 */
export function expectedEnd(
  started: LineDate,
  statement: MedicationStatement | undefined,
  requests: readonly MedicationRequest[],
): string | undefined {
  const doses: unknown[] = [statement?.dosage, ...requests.map((r) => r.dosageInstruction)];
  for (const dosages of doses) {
    const end = endByDose(started, objects(dosages));
    if (end !== undefined) return end;
  }
  for (const request of requests) {
    const supply = object(object(request.dispenseRequest).expectedSupplyDuration);
    const end = after(started.last, supply);
    if (end !== undefined) return end;
  }
  return undefined;
}

function endByDose(started: LineDate, dosages: readonly Unchecked[]): string | undefined {
  const longest = new Map<unknown, string>();
  let at = started.last;
  const steps = [...new Set(dosages.map((d) => (typeof d.sequence === 'number' ? d.sequence : 0)))];
  steps.sort((a, b) => a - b);
  for (const step of steps) {
    for (const dosage of dosages) {
      if ((typeof dosage.sequence === 'number' ? dosage.sequence : 0) !== step) continue;
      const repeat = object(object(dosage.timing).repeat);
      const end =
        dateSpan(object(repeat.boundsPeriod).end)?.last ??
        after(at, object(repeat.boundsDuration)) ??
        after(at, object(object(repeat.boundsRange).high));
      if (end === undefined) return undefined;
      if (end > (longest.get(step) ?? '')) longest.set(step, end);
    }
    at = longest.get(step) ?? at;
  }
  return steps.length > 0 ? at : undefined;
}

function after(day: string, duration: Unchecked): string | undefined {
  const value = duration.value;
  const length = LENGTHS[text(duration.code) ?? text(duration.unit) ?? ''];
  if (!length || typeof value !== 'number' || !(value >= 0 && value < 40_000)) return undefined;
  // A part of a day is a day: the course is not over before it ends.
  return dayAfter(day, Math.ceil(value * length.size), length.unit);
}
