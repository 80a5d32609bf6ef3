import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { check, ProfileBook } from '../src/index.ts';
import { profileFindings } from '../src/profiles/profile-rules.ts';
import { codesOfValueSet } from '../src/profiles/value-set-codes.ts';
import cases from './profiles/cases.json' with { type: 'json' };
import clean from './profiles/clean-order.json' with { type: 'json' };
import definitions from './profiles/definitions.json' with { type: 'json' };

const book = new ProfileBook(definitions);
const findings = (resource: unknown, profiles = book) => check(resource, { layers: ['profile'], profiles });

/** The clean order with values set at paths; null takes one away. */
function changed(set: { [path: string]: unknown }): unknown {
  const copy = structuredClone(clean) as unknown as { [key: string]: unknown };
  for (const [path, value] of Object.entries(set)) {
    const steps = path.split('.');
    const last = steps.pop() as string;
    const owner = steps.reduce((node, step) => node[step] as { [key: string]: unknown }, copy);
    if (value === null) delete owner[last];
    else owner[last] = value;
  }
  return copy;
}

test('an order that keeps its profile has no fault, and what was not checked is said', () => {
  const found = findings(clean);
  assert.deepEqual([...new Set(found.map(({ rule }) => rule))], ['PRO-not-checked']);
  assert.match(found.map(({ diagnostics }) => diagnostics).join('\n'), /^Which .* slice weight .* was not checked\.$/);
});

for (const { breaks, set, found, notes = [] } of cases) {
  test(`a change is found that breaks ${breaks}`, () => {
    const all = findings(changed(set));
    const errors = all.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors.map(({ rule, expression }) => `${rule} ${expression}`),
      found,
    );
    const said = all.filter(({ severity }) => severity === 'information').map(({ diagnostics }) => diagnostics);
    for (const note of notes)
      assert.ok(
        said.some((each) => each.includes(note)),
        `${note} in ${said.join('\n')}`,
      );
  });
}

test('each kind of finding has a case', () => {
  const seen = new Set(cases.flatMap(({ found }) => found.map((each) => each.split(' ')[0])));
  const noted = ['PRO-unknown', 'PRO-not-checked'];
  const missing = Object.keys(profileFindings).filter((rule) => !seen.has(rule) && !noted.includes(rule));
  // A pattern that tells a slice apart is never broken inside it: PRO-pattern has its own test.
  assert.deepEqual(missing, ['PRO-pattern']);
});

test('a pattern that tells no slice apart is a fault where it is not met', () => {
  const pattern = {
    ...{ resourceType: 'StructureDefinition', url: 'https://example.org/p', type: 'Patient', derivation: 'constraint' },
    differential: { element: [{ path: 'Patient.maritalStatus', patternCodeableConcept: { coding: [{ code: 'M' }] } }] },
  };
  const patient = (code: string) => ({
    ...{ resourceType: 'Patient', meta: { profile: ['https://example.org/p'] } },
    maritalStatus: {
      coding: [
        { system: 'x', code: 'S' },
        { code, display: 'more' },
      ],
    },
  });
  const with_ = new ProfileBook([pattern]);
  assert.deepEqual(findings(patient('M'), with_), []);
  assert.deepEqual(
    findings(patient('W'), with_).map(({ rule, expression }) => `${rule} ${expression}`),
    ['PRO-pattern Patient.maritalStatus'],
  );
});

test('what is claimed and not loaded is a note, unless another layer checks it', () => {
  const claim = (profile: string) => check({ ...clean, meta: { profile: [profile] } }, { layers: ['profile'] });
  assert.deepEqual(
    claim('https://example.org/StructureDefinition/Order').map(({ severity, rule }) => `${severity} ${rule}`),
    ['information PRO-unknown'],
  );
  assert.deepEqual(claim('http://hl7.org/fhir/StructureDefinition/MedicationRequest'), []);
  assert.deepEqual(claim('https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationRequest'), []);
});

test('entries of a Bundle and contained resources are checked by what they claim', () => {
  const wrong = changed({ intent: 'plan' });
  const places = findings({
    resourceType: 'Bundle',
    entry: [{ resource: clean }, { resource: { resourceType: 'Patient', contained: [wrong] } }],
  }).filter(({ severity }) => severity === 'error');
  assert.deepEqual(
    places.map(({ expression }) => expression),
    ['Bundle.entry[1].resource.contained[0].intent'],
  );
});

test('a value set is listed only where all of it can be', () => {
  const find = (type: string, url: string) =>
    definitions.find((each) => each.resourceType === type && each.url === url) as never;
  const codes = (url: string) => codesOfValueSet(`https://example.org/ValueSet/${url}`, find);
  assert.deepEqual([...(codes('ward')?.get('https://example.org/CodeSystem/ward') ?? [])].sort(), ['north', 'north-2']);
  for (const each of ['snomed', 'circle', 'none']) assert.equal(codes(each), undefined, each);
});

test('no definition and no resource makes it fail', () => {
  const junk = fc.jsonValue({ maxDepth: 3 });
  const element = fc.record({
    path: fc.constantFrom('Patient', 'Patient.name', 'Patient.name.given', 'Patient.x[x]'),
    min: junk,
    max: junk,
    type: junk,
    slicing: junk,
    binding: junk,
    constraint: junk,
  });
  const run = fc.property(fc.array(fc.oneof(element, junk)), junk, junk, (list, name, meta) => {
    const made = {
      resourceType: 'StructureDefinition',
      url: 'u',
      type: 'Patient',
      derivation: 'constraint',
      differential: { element: list },
    };
    findings(
      { resourceType: 'Patient', name, meta: { profile: ['u', meta] }, contained: [meta] },
      new ProfileBook([made, name]),
    );
  });
  fc.assert(run, { seed: 20261122, numRuns: 300 });
});

const ukCore = fileURLToPath(new URL('../../../../shared/data/ukcore/', import.meta.url));
const skip = !existsSync(ukCore) && "UK Core's package is not here";

test("UK Core's own examples keep its profiles, those of types among them that other layers check", { skip }, () => {
  const load = (folder: string): { [key: string]: unknown }[] =>
    globSync(`${ukCore}${folder}/*.json`)
      .sort()
      .map((file) => JSON.parse(readFileSync(file, 'utf8')));
  const structures = load('structuredefinitions');
  const ukBook = new ProfileBook([...structures, ...load('valuesets'), ...load('codesystems')]);
  assert.ok(ukBook.size > 100);
  const urls = new Set(structures.map(({ url }) => url));
  const wrong = load('examples').flatMap((example) => {
    const url = `https://fhir.hl7.org.uk/StructureDefinition/UKCore-${example.resourceType}`;
    if (!urls.has(url)) return [];
    const found = findings({ ...example, meta: { profile: [url] } }, ukBook);
    return found
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, expression }) => `${example.id} ${rule} ${expression}`);
  });
  // This one has two values of one choice, one of a type that its extension does not take.
  assert.deepEqual(wrong, ['Extension-UKCore-ConditionEpisode-Example PRO-choice Condition.extension[0].value']);
});
