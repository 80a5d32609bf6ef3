import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, ProfileBook } from '../src/index.ts';

interface Json {
  readonly [key: string]: unknown;
}

const ukCore = fileURLToPath(new URL('../../../../shared/data/ukcore/', import.meta.url));
const skip = !existsSync(ukCore) && "UK Core's package is not here";

const load = (folder: string): Json[] =>
  (skip ? [] : globSync(`${ukCore}${folder}/*.json`)).sort().map((file) => JSON.parse(readFileSync(file, 'utf8')));

const structures = load('structuredefinitions');
const profiles = new ProfileBook([...structures, ...load('valuesets'), ...load('codesystems')]);
const examples = load('examples');

/** What is said about invariants of an example that claims profiles: the finding's rule, the key, and whether it holds. */
function saidOfInvariants(example: Json, profile: readonly unknown[]): string[] {
  return check({ ...example, meta: { profile } }, { layers: ['profile'], profiles }).flatMap(
    ({ rule, diagnostics }) => {
      const key = /asks here \((\S+)\)|The invariant (\S+) of/.exec(diagnostics);
      return key === null ? [] : [`${rule} ${key[1] ?? key[2]}`];
    },
  );
}

/** The profiles that an example is of: those of its type by whose name its own begins. */
function profilesOf({ id, resourceType }: Json): unknown[] {
  return structures
    .filter(({ type, id: name }) => type === resourceType && String(id).startsWith(String(name)))
    .map(({ url }) => url);
}

test("every invariant of UK Core is evaluated on UK Core's own examples, and holds on all but one", { skip }, () => {
  const claiming = examples.filter((example) => profilesOf(example).length > 0);
  assert.ok(claiming.length > 100);
  const said = claiming.flatMap((example) =>
    saidOfInvariants(example, profilesOf(example)).map((each) => `${String(example.id)} ${each}`),
  );
  // A warning, and right: the report is final and does not say when it was issued.
  assert.deepEqual(said, [
    'UKCore-DiagnosticReport-Lab-DiagnosticStudiesReport-Example PRO-invariant ukcore-diag-lab-001',
  ]);
});

test('examples that claim the profiles of others break their invariants', { skip }, () => {
  const found = examples.flatMap((example) => {
    const all = structures.filter(
      ({ type, derivation }) => type === example.resourceType && derivation === 'constraint',
    );
    return saidOfInvariants(
      example,
      all.map(({ url }) => url),
    );
  });
  assert.deepEqual([...new Set(found)].sort(), [
    'PRO-invariant ukcore-diag-lab-001',
    'PRO-invariant ukcore-obs-grplab-001',
    'PRO-invariant ukcore-obs-lab-001',
    'PRO-invariant ukcore-obs-vs-001',
  ]);
});

/** What breaks the invariants that no example breaks. */
const BROKEN: Readonly<Record<string, Json>> = {
  'UKCore-Immunization ukcore-imm-001': { resourceType: 'Immunization', status: 'not-done' },
  'UKCore-BodyStructure ukcore-bodstr-001': { resourceType: 'BodyStructure' },
  'UKCore-Specimen ukcore-spec-001': {
    resourceType: 'Specimen',
    // Its human text speaks of an extension beside the collector; its expression looks within it.
    collection: {
      collector: {
        reference: 'Practitioner/1',
        extension: [
          {
            url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Specimen.collection.collector',
            valueReference: { reference: 'Practitioner/1' },
          },
        ],
      },
    },
  },
  'UKCore-DiagnosticReport ukcore-diag-lab-002': {
    resourceType: 'DiagnosticReport',
    media: [
      {
        link: { reference: 'Media/1' },
        extension: [
          {
            url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.media.link',
            valueReference: { reference: 'DocumentReference/1' },
          },
        ],
      },
    ],
  },
};

for (const [name, resource] of Object.entries(BROKEN)) {
  test(`a resource that breaks ${name}`, { skip }, () => {
    const [profile, key] = name.split(' ');
    const said = saidOfInvariants(resource, [`https://fhir.hl7.org.uk/StructureDefinition/${profile}`]);
    assert.deepEqual(said, [`PRO-invariant ${key}`]);
  });
}
