/**
 * The demonstration patients as FHIR transaction Bundles.
 *
 * A patient file holds FHIR resources with three shorthands: dates (see `dates.ts`); `{ "$medicine": name }`, a
 * CodeableConcept from `medicines.json`, and `{ "$dose": name }`, a list of Dosage from `doses.json`; and
 * `{ "$series": { count, every, latest, resources } }`, the resources repeated at intervals back from the latest, with
 * `{n}` from 1 for the oldest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Bundle, FhirResource } from 'fhir/r4';
import { dated, moved } from './dates.ts';

interface PatientFile {
  about: string;
  /** The id of the patient; absent from the file of organisations and practitioners. */
  patient?: string;
  resources: unknown[];
}
interface Series {
  count: number;
  every: string;
  latest: string;
  resources: unknown[];
}
type Names = { readonly [name: string]: string };

const REFERENCE_DATA = 'reference-data.json';
const LISTS = ['medicines.json', 'doses.json', 'expected-lines.json', REFERENCE_DATA];

/**
 * Everything to load: first the organisations and practitioners, then one Bundle for each patient, by name of file.
 * Ids are fixed, and each entry is a PUT, so that loading again on the same day changes nothing.
 * @param today London day, `YYYY-MM-DD`
 */
export function demoBundles(today: string): Bundle[] {
  const expand = expander();
  const patients = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.json') && !LISTS.includes(name))
    .sort();
  return [REFERENCE_DATA, ...patients].map((name) => ({
    resourceType: 'Bundle',
    id: `demo-${name.replace('.json', '')}`,
    type: 'transaction',
    entry: readJson<PatientFile>(name)
      .resources.flatMap((resource) => expand(resource, { today }))
      .map((resource) => ({
        fullUrl: `urn:concord:demo:${resource.resourceType}/${resource.id}`,
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      })),
  }));
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

function expander(): (resource: unknown, names: Names) => FhirResource[] {
  const { medicines } = readJson<{ medicines: Names }>('medicines.json');
  const { doses } = readJson<{ doses: { [name: string]: object[] } }>('doses.json');

  const expand = (value: unknown, names: Names): unknown => {
    if (typeof value === 'string') return dated(value, names);
    if (Array.isArray(value)) return value.map((v) => expand(v, names));
    if (typeof value !== 'object' || value === null) return value;
    if ('$medicine' in value) {
      const display = String(value.$medicine);
      return { coding: [{ system: 'https://dmd.nhs.uk', code: known(medicines, display), display }] };
    }
    if ('$dose' in value) return structuredClone(known(doses, String(value.$dose)));
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, expand(v, names)]));
  };

  return (resource, names) => {
    if (typeof resource === 'object' && resource !== null && '$series' in resource) {
      return inSeries(resource.$series as Series, names).flatMap(([template, at]) => withProfile(expand(template, at)));
    }
    return [withProfile(expand(resource, names))];
  };
}

function inSeries({ count, every, latest, resources }: Series, names: Names): [unknown, Names][] {
  const last = dated(`{${latest}}`, names);
  return Array.from({ length: count }, (_, i) => {
    let issue = last;
    for (let back = i + 1; back < count; back++) issue = moved(issue, `-${every}`);
    return { ...names, issue, n: `${i + 1}` };
  }).flatMap((at) => resources.map((resource): [unknown, Names] => [resource, at]));
}

/** Every resource says which UK Core profile it keeps to; each type here has one of the same name. */
function withProfile(resource: unknown): FhirResource {
  const { resourceType, id, meta, ...rest } = resource as FhirResource;
  const profile = [`https://fhir.hl7.org.uk/StructureDefinition/UKCore-${resourceType}`];
  return { resourceType, id, meta: { ...meta, profile }, ...rest } as FhirResource;
}

function known<T>(list: { readonly [name: string]: T }, name: string): T {
  const found = list[name];
  if (found === undefined) throw new Error(`"${name}" is in neither medicines.json nor doses.json`);
  return found;
}
