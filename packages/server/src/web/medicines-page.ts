import { GROUPS, type Group, isCurrent, type MedicineLine, needsReview } from '@concord/medication-record';
import type { FhirResource, List } from 'fhir/r4';
import { type Medicines, medicinesOf } from '../medicines.ts';
import type { Identity } from '../store/patients.ts';
import type { Record } from '../store/record.ts';
import { allergiesView } from './allergies.ts';
import { bannerOf } from './banner.ts';
import { counted, shortDate } from './dates.ts';
import { Directory } from './directory.ts';
import type { DmdVisit } from './dmd-visit.ts';
import { type MedicineRow, medicineRow, spokesman } from './medicine-row.ts';
import { conceptName } from './names.ts';
import { nobody, type Page } from './page.ts';
import { saysSo } from './says-so.ts';
import { lineTranslation } from './translate-line.ts';

/** A block of rows under one heading. */
interface MedicineGroup {
  readonly id: string;
  readonly heading: string;
  readonly rows: readonly MedicineRow[];
  /** Does any row have one? A column nobody fills is left out. */
  readonly hasEnds: boolean;
}

/** Where each group stands on the page; the order within is that of GROUPS. */
const CURRENT: ReadonlySet<Group> = new Set([
  ...(['acute', 'repeat', 'repeat-dispensing', 'elsewhere', 'self-declared', 'supplied'] as const),
]);
const OVER: ReadonlySet<Group> = new Set(['stopped', 'not-taken', 'past']);
const HEADINGS: { readonly [group in Group]?: string } = {
  'on-hold': 'Suspended (on hold)',
  past: 'Completed or past',
};

/** The SNOMED CT code of a list of active medications. */
const ACTIVE_MEDICATIONS = '1102411000000102';

/** A patient's medicines, grouped. */
export async function medicinesPage(visit: DmdVisit, who: Identity): Promise<Page> {
  const medicines = await medicinesOf(visit.record, { patient: [who], now: visit.now });
  if (medicines.entries.size === 0) throw nobody(who);
  const directory = await directoryFor(visit.record, medicines);
  const groups = groupLines(medicines.lines);
  // A release that is still opening is not waited for: the record comes first.
  const dictionary = visit.dmd?.release?.dictionary;
  const rowOf = (line: MedicineLine): MedicineRow => {
    const row = medicineRow(line, who, medicines, directory);
    const { code } = row.medicine;
    if (dictionary === undefined || code === undefined || !isCurrent(line)) return row;
    return { ...row, translation: lineTranslation(dictionary, spokesman(line, medicines), code) };
  };
  const view = (group: Group) => {
    const lines = groups.get(group) ?? [];
    const rows = lines.map((line) => rowOf(line));
    return groupView(group, HEADINGS[group] ?? headingOf(group), rows);
  };
  const blocks = (wanted: (group: Group) => boolean) =>
    GROUPS.filter(({ group }) => wanted(group) && groups.has(group)).map(({ group }) => view(group));
  const apart = (block: Block, heading: string) => {
    const rows = (groups.get(block) ?? []).map((line) => rowOf(line));
    return rows.length > 0 ? [groupView(block, heading, rows)] : [];
  };
  const banner = bannerOf([...medicines.entries.values()], who, medicines.asOf, 'medicines');
  return {
    view: 'medicines',
    title: `Medicines: ${banner.spoken}`,
    model: {
      banner,
      asOf: shortDate(medicines.asOf),
      counts: counts(medicines.lines),
      trials: medicines.lines.filter((line) => isCurrent(line) && line.flags.includes('clinicalTrial')).length,
      current: blocks((group) => CURRENT.has(group)),
      suspended: blocks((group) => group === 'on-hold'),
      forbidden: apart('do-not-give', 'Not to be given'),
      review: apart('review', 'Not current, to be reviewed'),
      upcoming: blocks((group) => group === 'undated' || group === 'planned'),
      over: blocks((group) => OVER.has(group)),
      hasLines: medicines.lines.length > 0,
      noneKnown: noneKnown(medicines, directory),
      allergies: allergiesView(medicines.allergies, directory),
    },
  };
}

/** Reads whom a patient's lines and allergies name. */
export function directoryFor(
  record: Record,
  medicines: Medicines,
  more: readonly FhirResource[] = [],
): Promise<Directory> {
  const speaking = medicines.lines.map((line) => spokesman(line, medicines));
  return Directory.load(record, [...speaking, ...medicines.allergies, ...lists(medicines), ...more]);
}

/** A group of lines, or a block for those that would be folded away and must not be. */
type Block = Group | 'review' | 'do-not-give';

/** Lines by block. What is to be reviewed, and an order in force not to give a medicine, are never folded away. */
function groupLines(lines: readonly MedicineLine[]): Map<Block, MedicineLine[]> {
  const groups = new Map<Block, MedicineLine[]>();
  for (const line of lines) {
    const group = !OVER.has(line.group)
      ? line.group
      : isForbidden(line)
        ? 'do-not-give'
        : needsReview(line)
          ? 'review'
          : line.group;
    const list = groups.get(group);
    if (list) list.push(line);
    else groups.set(group, [line]);
  }
  return groups;
}

function isForbidden({ flags, requests }: MedicineLine): boolean {
  return flags.includes('doNotPerform') && requests.some((each) => each.doNotPerform && each.status === 'active');
}

function groupView(id: string, heading: string, rows: readonly MedicineRow[]): MedicineGroup {
  const hasEnds = rows.some((row) => row.ends !== undefined);
  return { id, heading, rows, hasEnds };
}

function headingOf(group: Group): string {
  return GROUPS.find((each) => each.group === group)?.heading ?? group;
}

/** What the top of the page says at a glance. */
function counts(lines: readonly MedicineLine[]) {
  const current = lines.filter(isCurrent).length;
  const suspended = lines.filter((line) => line.group === 'on-hold').length;
  const review = lines.filter(needsReview).length;
  return {
    current: counted(current, 'current medicine'),
    suspended: suspended === 0 ? undefined : `${suspended} suspended`,
    review: review === 0 ? undefined : `${review} to review`,
  };
}

function lists(medicines: Medicines): List[] {
  const entries = [...medicines.entries.values()].filter((each) => each.type === 'List');
  return entries.map((each) => each.resource as List);
}

/** What lists say where they say that there is no medicine: who, when and why. */
function noneKnown(medicines: Medicines, directory: Directory) {
  return lists(medicines)
    .filter((each) => each.status === 'current' && each.emptyReason !== undefined && !each.entry?.length)
    .filter((each) => each.code?.coding?.some((coding) => coding.code === ACTIVE_MEDICATIONS))
    .map((each) => ({
      says: saysSo(each, directory),
      date: shortDate(each.date),
      reason: conceptName(each.emptyReason),
    }));
}
