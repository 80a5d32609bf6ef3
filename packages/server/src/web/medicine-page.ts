import type { FhirResource } from 'fhir/r4';
import { medicinesOf } from '../medicines.ts';
import type { Identity } from '../store/patients.ts';
import type { Stored } from '../store/stored.ts';
import { bannerOf } from './banner.ts';
import type { DmdVisit } from './dmd-visit.ts';
import { medicineRow, spokesman } from './medicine-row.ts';
import { directoryFor } from './medicines-page.ts';
import { nobody, type Page, PageFault } from './page.ts';
import { patientAddress, resourceAddress } from './person.ts';
import { dateOf, eventOf, isMedication } from './timeline-page.ts';
import { lineTranslation } from './translate-line.ts';
import { kindOf } from './words.ts';

/** One medicine of a patient: its standing, and every statement, prescription, dispense and administration behind it. */
export async function medicinePage(visit: DmdVisit, who: Identity): Promise<Page> {
  const medicines = await medicinesOf(visit.record, { patient: [who], now: visit.now });
  if (medicines.entries.size === 0) throw nobody(who);
  const key = visit.query('line');
  const line = medicines.lines.find((each) => each.key === key);
  if (line === undefined) {
    throw new PageFault(
      404,
      'No such medicine',
      "It may have been withdrawn since the list was shown. Go back to the patient's medicines.",
    );
  }
  const references = [
    ...(line.derived ? [] : [`MedicationStatement/${line.statement.id}`]),
    ...line.requests.map((each) => `MedicationRequest/${each.id}`),
    ...line.dispenses.map((each) => `MedicationDispense/${each.id}`),
  ];
  const behind = references.flatMap((reference) => medicines.entries.get(reference) ?? []);
  const requests = new Set(line.requests.map((each) => `MedicationRequest/${each.id}`));
  const given = [...medicines.entries.values()].filter((entry) => isGivenUnder(entry, requests));
  const all = [...behind, ...given];
  const source = spokesman(line, medicines);
  const directory = await directoryFor(
    visit.record,
    medicines,
    all.map((entry) => entry.resource),
  );
  const row = medicineRow(line, who, medicines, directory);
  // A release that is still opening is not waited for: the record comes first.
  const dictionary = visit.dmd?.release?.dictionary;
  const { code } = row.medicine;
  const translation =
    dictionary === undefined || code === undefined ? undefined : lineTranslation(dictionary, source, code);
  const events = all.flatMap((entry) => {
    if (!isMedication(entry.resource)) return [];
    const date = dateOf(entry.resource);
    return [{ sort: date.sort, event: eventOf(entry, date.given, date.what, directory) }];
  });
  events.sort((a, b) => (a.sort < b.sort ? 1 : a.sort > b.sort ? -1 : 0));
  const banner = bannerOf([...medicines.entries.values()], who, medicines.asOf);
  return {
    view: 'medicine',
    title: `${row.medicine.name}: ${banner.spoken}`,
    model: {
      banner,
      row,
      translation,
      rule: line.rule,
      source: resourceAddress(`${source.resourceType}/${source.id}`),
      sourceKind: kindOf(source),
      events: events.map((each) => each.event),
      back: patientAddress(who),
    },
  };
}

function isGivenUnder(entry: Stored, requests: ReadonlySet<string>): boolean {
  const resource = entry.resource as FhirResource;
  return resource.resourceType === 'MedicationAdministration' && requests.has(resource.request?.reference ?? '');
}
