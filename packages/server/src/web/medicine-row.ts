import { type Flag, type MedicineLine, needsReview } from '@concord/medication-record';
import type { FhirResource } from 'fhir/r4';
import { type ShownDosage, shownDosage } from '../dosage-text.ts';
import type { Medicines } from '../medicines.ts';
import type { Identity } from '../store/patients.ts';
import { counted, shortDate } from './dates.ts';
import type { Directory } from './directory.ts';
import { type MedicineName, medicineName } from './names.ts';
import { patientAddress } from './person.ts';
import { type SaysSo, saysSo } from './says-so.ts';
import type { LineTranslation } from './translate-line.ts';
import { FLAG_WORDS, GROUP_TAGS, NEEDS_REVIEW, NOT_CURRENT, type Tag } from './words.ts';

/** One medicine on a patient's page. */
export interface MedicineRow {
  readonly medicine: MedicineName;
  readonly dosage: ShownDosage;
  readonly tags: readonly Tag[];
  /** Why it is, or is not, current. */
  readonly reason: string;
  /** What else a reader should know. */
  readonly notes: readonly string[];
  readonly since: string | undefined;
  readonly ends: string | undefined;
  /** True where `ends` was worked out from the supply, and nobody recorded it. */
  readonly endsExpected: boolean;
  readonly lastIssued: string | undefined;
  readonly says: SaysSo;
  /** The page of all that stands behind the line. */
  readonly address: string;
  /** What that is: `statement, 31 prescriptions, 30 dispenses`. */
  readonly behind: string;
  readonly isSuspended: boolean;
  /** The way to the products of its dose, or to the dose of its product. */
  readonly translation?: LineTranslation | undefined;
}

/** Flags whose sentence only repeats what the line's reason, dates or tags say already. */
const SAID_BY_REASON: ReadonlySet<Flag> = new Set([
  ...(['doNotPerform', 'noEndDate', 'noDates', 'future', 'unissued', 'stale', 'staleButOpen'] as const),
]);

/** A medicine line as its row. */
export function medicineRow(
  line: MedicineLine,
  who: Identity,
  medicines: Medicines,
  directory: Directory,
): MedicineRow {
  const source = spokesman(line, medicines);
  const flags = line.flags.map((flag) => ({ flag, ...FLAG_WORDS[flag] }));
  const tags = [
    line.flags.includes('doNotPerform') ? undefined : standingTag(line),
    ...(needsReview(line) ? [NEEDS_REVIEW] : []),
    ...flags.map((each) => each.tag),
  ];
  return {
    medicine: medicineName(source, (reference) => directory.find(reference, source)),
    dosage: shownDosage(source),
    tags: tags.filter((tag) => tag !== undefined),
    reason: line.reason,
    notes: flags.filter((each) => !SAID_BY_REASON.has(each.flag)).map((each) => each.words),
    since: shortDate(line.started?.given),
    ends: shortDate(line.ends?.given ?? line.expectedEnd),
    endsExpected: line.ends === undefined && line.expectedEnd !== undefined,
    lastIssued: shortDate(line.lastIssued?.given),
    says: saysSo(source, directory),
    address: patientAddress(who, 'medicine', { line: line.key }),
    behind: behindWords(line),
    isSuspended: line.group === 'on-hold',
  };
}

function standingTag({ group, current }: MedicineLine): Tag | undefined {
  return GROUP_TAGS[group] ?? (current === false ? NOT_CURRENT : undefined);
}

/** The stored resource that speaks for a line: its statement, or the request or dispense it was derived from. */
export function spokesman(line: MedicineLine, { entries }: Medicines): FhirResource {
  const derivedFrom = line.derivedFrom === undefined ? undefined : entries.get(line.derivedFrom);
  return derivedFrom?.resource ?? line.statement;
}

function behindWords(line: MedicineLine): string {
  const parts = [
    line.derived ? undefined : 'statement',
    line.requests.length > 0 ? counted(line.requests.length, 'prescription') : undefined,
    line.dispenses.length > 0 ? counted(line.dispenses.length, 'dispense') : undefined,
  ].filter((part) => part !== undefined);
  return parts.join(', ');
}
