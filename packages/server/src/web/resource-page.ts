import type { FhirResource } from 'fhir/r4';
import { shownDosage } from '../dosage-text.ts';
import { parseExact } from '../fhir/exact-json.ts';
import { RESOURCE_TYPES } from '../fhir/resource-types.ts';
import { isId } from '../fhir/url.ts';
import { findingsOf } from '../store/findings.ts';
import { isPatientOwned } from '../store/patients.ts';
import { type Row, Stored } from '../store/stored.ts';
import { bannerOf } from './banner.ts';
import { shortDateTime } from './dates.ts';
import { Directory } from './directory.ts';
import { foundWords } from './found-words.ts';
import { medicineName } from './names.ts';
import { type Page, PageFault, type Visit } from './page.ts';
import { patientAddress, recordOf, resourceAddress, subjectOf } from './person.ts';
import { localLinks } from './references.ts';
import { factsOf } from './resource-facts.ts';
import { dateOf, isMedication } from './timeline-page.ts';
import { changesBetween } from './version-changes.ts';
import { kindOf, statusTag } from './words.ts';

/** Versions shown; older ones are at the FHIR address. */
const VERSIONS = 50;
/** Nesting was limited when the resource was accepted. */
const ANY_DEPTH = Number.POSITIVE_INFINITY;

const DONE: { readonly [interaction in Row['interaction']]: string } = {
  create: 'Created',
  update: 'Updated',
  patch: 'Updated',
  delete: 'Deleted',
  move: 'Moved to another patient',
};

/** One resource, current or an earlier version: in words, its versions and what changed, what it is tied to, and in full. */
export async function resourcePage(visit: Visit): Promise<Page> {
  const type = visit.path('type');
  const id = visit.path('id');
  const version = visit.path('version');
  const absent = new PageFault(404, 'No such record', 'Check the address, or find the patient by NHS number or name.');
  if (!RESOURCE_TYPES.has(type) || !isId(id) || !/^\d{0,9}$/.test(version)) throw absent;
  const history = await visit.record.history({ types: [type], id, limit: VERSIONS + 1 });
  const newest = history[0];
  const row = version === '' ? newest : await visit.record.readVersion(type, id, Number(version));
  if (row === undefined || newest === undefined) throw absent;
  // A deleted resource is shown as it last was.
  const last = row.content === null ? history.find((each) => each.content !== null) : row;
  if (last === undefined) throw absent;
  const stored = new Stored(last);
  const resource = stored.resource;
  const who = isPatientOwned(type) ? subjectOf(resource, id) : undefined;
  const entries = who === undefined ? [] : await recordOf(visit.record, who);
  const directory = await Directory.load(visit.record, [resource]);
  const banner = who === undefined ? undefined : bannerOf(entries, who, visit.today);
  const kind = kindOf(resource);
  const medicine = /^Medication[A-Z]/.test(type)
    ? medicineName(resource, (reference) => directory.find(reference, resource))
    : undefined;
  return {
    view: 'resource',
    title: [medicine === undefined ? kind : `${kind} of ${medicine.name}`, banner?.spoken]
      .filter((part) => part)
      .join(': '),
    status: row.content === null && version === '' ? 410 : 200,
    model: {
      banner,
      kind,
      medicine,
      name: `${type}/${id}`,
      status: statusTag((resource as { status?: unknown }).status),
      isDeleted: newest.content === null,
      isOld: last.version !== newest.version && newest.content !== null,
      version: last.version,
      current: resourceAddress(stored.reference),
      facts: factsOf(resource, directory),
      dosage: shownDosage(resource),
      isMedication: medicine !== undefined && type !== 'Medication',
      versions: versionsOf(history.slice(0, VERSIONS), history[VERSIONS], last.version),
      hasMore: history.length > VERSIONS,
      found: foundWords(await findingsOf(visit.record.q, type, id, last.version)),
      links: linksOf(resource, entries, stored.reference),
      json: JSON.stringify(parseExact(stored.text, ANY_DEPTH), null, 2),
      fhir: `/fhir/${stored.reference}${last.version === newest.version ? '' : `/_history/${last.version}`}`,
      history: `/fhir/${stored.reference}/_history`,
      back: who === undefined ? undefined : patientAddress(who),
    },
  };
}

/** Each version with what changed from the one before it. */
function versionsOf(rows: readonly Row[], older: Row | undefined, shown: number) {
  return rows.map((row, i) => {
    const before = rows[i + 1] ?? older;
    const changes =
      row.content === null || !before?.content
        ? []
        : changesBetween(parseExact(before.content, ANY_DEPTH) as object, parseExact(row.content, ANY_DEPTH) as object);
    return {
      version: row.version,
      when: shortDateTime(row.lastUpdated),
      done: DONE[row.interaction],
      address: row.content === null ? undefined : resourceAddress(`${row.type}/${row.id}`, row.version),
      isShown: row.version === shown,
      changes,
      isSame: changes.length === 0 && row.content !== null && Boolean(before?.content),
    };
  });
}

function dateWords(resource: FhirResource | undefined): string | undefined {
  return resource !== undefined && isMedication(resource) ? shortDateTime(dateOf(resource).given) : undefined;
}

/** What the resource refers to, and what of the same patient refers to it. */
function linksOf(resource: FhirResource, entries: readonly Stored[], self: string) {
  const kinds = new Map(entries.map((entry) => [entry.reference, entry.resource]));
  const words = (reference: string, display?: string) => {
    const found = kinds.get(reference);
    const kind = found === undefined ? kindOf({ resourceType: reference.split('/')[0] ?? '' }) : kindOf(found);
    const isPatient = reference.startsWith('Patient/');
    return {
      text: display === undefined ? `${kind}, ${dateWords(found) ?? reference.split('/')[1]}` : `${kind}: ${display}`,
      address: isPatient
        ? patientAddress({ system: 'Patient', value: reference.slice(8) })
        : resourceAddress(reference),
    };
  };
  const to = localLinks(resource).map(({ element, reference, display }) => ({ element, ...words(reference, display) }));
  // Everything of theirs refers to a Patient, and stands on the patient's own pages.
  const referring = resource.resourceType === 'Patient' ? [] : entries;
  const from = referring.flatMap((entry) =>
    localLinks(entry.resource)
      .filter((link) => link.reference === self && entry.reference !== self)
      .map(({ element }) => ({ element, ...words(entry.reference) })),
  );
  return { to, from };
}
