import { dateSpan } from '@concord/medication-record';
import type {
  FhirResource,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
} from 'fhir/r4';
import { type ShownDosage, shownDosage } from '../dosage-text.ts';
import type { Identity } from '../store/patients.ts';
import type { Stored } from '../store/stored.ts';
import { bannerOf } from './banner.ts';
import { counted, shortDate, timeOfDay } from './dates.ts';
import { Directory } from './directory.ts';
import { type MedicineName, medicineName } from './names.ts';
import { nobody, type Page, type Visit } from './page.ts';
import { patientAddress, recordOf, resourceAddress } from './person.ts';
import { quantityWords } from './quantity.ts';
import { type SaysSo, saysSo } from './says-so.ts';
import { kindOf, statusTag, type Tag } from './words.ts';

/** One thing that happened. */
export interface TimelineEvent {
  readonly date: string;
  readonly time: string | undefined;
  /** What the date is of: `Written`, `Handed over`. */
  readonly what: string;
  readonly kind: string;
  readonly status: Tag | undefined;
  readonly medicine: MedicineName;
  readonly dosage: ShownDosage;
  readonly quantity: string | undefined;
  readonly says: SaysSo;
  readonly address: string;
}

type Medication = MedicationRequest | MedicationDispense | MedicationStatement | MedicationAdministration;

/** The dates by which an event is placed, the best first, for each type. */
const DATES: { readonly [type in Medication['resourceType']]: readonly (readonly [path: string, words: string])[] } = {
  MedicationRequest: [
    ['authoredOn', 'Written'],
    ['dispenseRequest.validityPeriod.start', 'Valid from'],
  ],
  MedicationDispense: [
    ['whenHandedOver', 'Handed over'],
    ['whenPrepared', 'Prepared'],
  ],
  MedicationStatement: [
    ['dateAsserted', 'Stated'],
    ['effectivePeriod.start', 'Taken from'],
    ['effectiveDateTime', 'Taken from'],
  ],
  MedicationAdministration: [
    ['effectivePeriod.start', 'Given'],
    ['effectiveDateTime', 'Given'],
  ],
};

/** Events on one page. */
const PAGE = 200;

/** Everything that happened with a patient's medicines, newest first. */
export async function timelinePage(visit: Visit, who: Identity): Promise<Page> {
  const entries = await recordOf(visit.record, who);
  if (entries.length === 0) throw nobody(who);
  const placed = entries.flatMap((entry) =>
    isMedication(entry.resource) ? [{ entry, ...dateOf(entry.resource) }] : [],
  );
  // Events without a date come last: they cannot be placed, and must not be lost.
  placed.sort((a, b) => compare(b.sort, a.sort) || compare(a.entry.reference, b.entry.reference));
  const from = Math.min(Number(/^\d{1,6}$/.exec(visit.query('from') ?? '')?.[0] ?? 0), placed.length);
  const shown = placed.slice(from, from + PAGE);
  const directory = await Directory.load(
    visit.record,
    shown.map(({ entry }) => entry.resource),
  );
  const months: { heading: string; events: TimelineEvent[] }[] = [];
  for (const { entry, given, what } of shown) {
    const heading = given === undefined ? 'Date unknown' : monthOf(given);
    if (months.at(-1)?.heading !== heading) months.push({ heading, events: [] });
    months.at(-1)?.events.push(eventOf(entry, given, what, directory));
  }
  const banner = bannerOf(entries, who, visit.today, 'timeline');
  const at = (start: number) => patientAddress(who, 'timeline', start === 0 ? {} : { from: `${start}` });
  return {
    view: 'timeline',
    title: `Timeline: ${banner.spoken}`,
    model: {
      banner,
      months,
      total: counted(placed.length, 'event'),
      range: placed.length > PAGE ? `${from + 1} to ${from + shown.length} of ` : '',
      newer: from > 0 ? at(Math.max(0, from - PAGE)) : undefined,
      older: from + PAGE < placed.length ? at(from + PAGE) : undefined,
    },
  };
}

/** Is it one of the resources that medicines are made of? */
export function isMedication(resource: FhirResource): resource is Medication {
  return Object.hasOwn(DATES, resource.resourceType);
}

/** A medication resource as an event. */
export function eventOf(entry: Stored, given: string | undefined, what: string, directory: Directory): TimelineEvent {
  const resource = entry.resource as Medication;
  return {
    date: shortDate(given) ?? 'Date unknown',
    time: timeOfDay(given),
    what: given === undefined ? '' : what,
    kind: kindOf(resource),
    status: statusTag(resource.status),
    medicine: medicineName(resource, (reference) => directory.find(reference, resource)),
    dosage: dosageOf(entry),
    quantity: quantityWords(
      resource.resourceType === 'MedicationRequest'
        ? resource.dispenseRequest?.quantity
        : resource.resourceType === 'MedicationDispense'
          ? resource.quantity
          : undefined,
    ),
    says: saysSo(resource, directory),
    address: resourceAddress(entry.reference),
  };
}

/** When an event was: the value as sent, what it is the date of, and a key to sort by. */
export function dateOf(resource: Medication): { given: string | undefined; what: string; sort: string } {
  for (const [path, what] of DATES[resource.resourceType]) {
    const value = path
      .split('.')
      .reduce((at: unknown, name) => (at as { [name: string]: unknown } | undefined)?.[name], resource);
    const span = dateSpan(value);
    if (span === undefined) continue;
    const instant = span.given.length > 10 ? Date.parse(span.given) : Number.NaN;
    // A day without a time sorts among the times of that day as its end.
    return {
      given: span.given,
      what,
      sort: Number.isNaN(instant) ? `${span.last}~` : `${span.last}${String(instant).padStart(15, '0')}`,
    };
  }
  return { given: undefined, what: '', sort: '' };
}

/** A stored resource's dosage, worked out once for each version. */
function dosageOf(entry: Stored): ShownDosage {
  let dosage = entry.memo.get(dosageOf) as ShownDosage | undefined;
  if (dosage === undefined) {
    dosage = shownDosage(entry.resource as FhirResource);
    entry.memo.set(dosageOf, dosage);
  }
  return dosage;
}

const LONG_MONTHS = 'January February March April May June July August September October November December'.split(' ');

function monthOf(given: string): string {
  const day = dateSpan(given)?.first ?? '';
  return `${LONG_MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
