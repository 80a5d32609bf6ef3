import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { demoBundles } from '../../../../samples/patients/load.ts';
import {
  annotatedSource,
  type CheckOptions,
  check,
  dosageReadings,
  drawRelationships,
  explainRule,
  layerSummaries,
  layers,
  lineOf,
  ProfileBook,
  relationships,
  ruleCatalogue,
  shownMessage,
  uncheckedLayers,
} from '../../src/index.ts';
import dosageCases from './dosage-cases.json' with { type: 'json' };
import relationshipCases from './relationship-cases.json' with { type: 'json' };

for (const { name, dosage, sent, rendered, agreement, because } of dosageCases) {
  test(`a Dosage beside its text: ${name}`, () => {
    const [reading] = dosageReadings({ resourceType: 'MedicationRequest', dosageInstruction: [dosage] });
    assert.equal(reading?.expression, 'MedicationRequest.dosageInstruction[0]');
    assert.deepEqual([reading.sent, reading.rendered, reading.agreement], [sent, rendered, agreement]);
    assert.match(reading.because.join(' '), new RegExp(because));
  });
}

test('Dosages are found in the entries of a Bundle and in what is contained, up to a number', () => {
  const dosage = { text: 'as directed' };
  const statement = { resourceType: 'MedicationStatement', dosage: [dosage, dosage] };
  const request = { resourceType: 'MedicationRequest', contained: [statement], dosageInstruction: [dosage] };
  const bundle = { resourceType: 'Bundle', entry: [{ resource: request }, { resource: statement }] };
  assert.deepEqual(
    dosageReadings(bundle).map(({ expression }) => expression),
    [
      'Bundle.entry[0].resource.dosageInstruction[0]',
      'Bundle.entry[0].resource.contained[0].dosage[0]',
      'Bundle.entry[0].resource.contained[0].dosage[1]',
      'Bundle.entry[1].resource.dosage[0]',
      'Bundle.entry[1].resource.dosage[1]',
    ],
  );
  assert.equal(dosageReadings(bundle, 3).length, 3);
});

for (const { name, message, resources, points } of relationshipCases) {
  test(`relationships: ${name}`, () => {
    const found = relationships(message);
    const words = found.resources.map((each) => `${each.type} ${each.label}${each.expression ? '' : ' (outside)'}`);
    assert.deepEqual(words, resources);
    assert.deepEqual(
      found.relationships.map(({ from, to, element }) => `${words[from]} > ${element} > ${words[to]}`),
      points,
    );
  });
}

test('in a drawing nothing overlaps, everything is inside, and what points stands left of what it points to', () => {
  const references = fc.array(fc.record({ from: fc.nat(11), to: fc.nat(11), element: fc.constantFrom('a', 'b') }));
  fc.assert(
    fc.property(references, (points) => {
      const resources = [...new Array(12).keys()].map((i) => ({ type: 'Patient', label: `${i}`, expression: 'x' }));
      const links = points.map((each) => ({ ...each, expression: 'x' }));
      const drawing = drawRelationships({ resources, relationships: links, isCut: false });
      if (links.length === 0) return assert.equal(drawing, undefined);
      assert.ok(drawing);
      drawing.boxes.forEach((box, i) => {
        assert.ok(box.x >= 0 && box.y >= 0);
        assert.ok(box.x + box.width <= drawing.width && box.y + box.height <= drawing.height);
        for (const other of drawing.boxes.slice(i + 1)) {
          const isApart =
            box.x + box.width <= other.x ||
            other.x + other.width <= box.x ||
            box.y + box.height <= other.y ||
            other.y + other.height <= box.y;
          assert.ok(isApart);
        }
      });
      assert.equal(drawing.curves.length, links.length);
      // Without circles everything points to the right.
      if (links.every(({ from, to }) => from < to)) {
        for (const { from, to } of links) assert.ok((drawing.boxes[from]?.x ?? 0) < (drawing.boxes[to]?.x ?? 0));
      }
    }),
    { seed: 42 },
  );
});

test('what is too much to draw is not drawn, and what is too much to list is cut', () => {
  const entry = [...new Array(600).keys()].map((i) => ({
    resource: { resourceType: 'MedicationRequest', subject: { reference: `Patient/${i}` } },
  }));
  const found = relationships({ resourceType: 'Bundle', entry });
  assert.ok(found.isCut);
  assert.equal(drawRelationships(found), undefined);
});

test('a layer has passed without errors and warnings; one that was not asked, or lacks dm+d, has not', () => {
  const finding = { code: 'value', expression: 'Patient', rule: 'x', diagnostics: 'x' } as const;
  const summaries = layerSummaries(
    [
      { ...finding, layer: 'fhir', severity: 'warning' },
      { ...finding, layer: 'guide', severity: 'warning' },
      { ...finding, layer: 'guide', severity: 'error' },
      { ...finding, layer: 'identity', severity: 'information' },
    ],
    ['fhir', 'guide', 'dmd', 'identity'],
    { dmd: 'no release' },
  );
  const expected = [
    ['fhir', 'warnings', 0, 1, 0],
    ['uk-core', 'not-asked', 0, 0, 0],
    ['guide', 'errors', 1, 1, 0],
    ['dmd', 'not-checked', 0, 0, 0],
    ['dosage', 'not-asked', 0, 0, 0],
    ['identity', 'passed', 0, 0, 1],
  ];
  const told = summaries.map(({ layer, verdict, errors, warnings, notes }) => [
    layer,
    verdict,
    errors,
    warnings,
    notes,
  ]);
  for (const each of expected)
    assert.deepEqual(
      told.find(([layer]) => layer === each[0]),
      each,
    );
  assert.deepEqual(
    summaries.map(({ layer }) => layer),
    layers,
  );
});

test('profiles have passed only where all that are claimed were checked; why not is said', () => {
  const url = 'https://example.org/Ours';
  const ours = { resourceType: 'StructureDefinition', url, type: 'Patient', derivation: 'constraint' };
  const profiles = new ProfileBook([{ ...ours, differential: { element: [{ path: 'Patient' }] } }]);
  const of = (...profile: string[]) => ({ resourceType: 'Patient', meta: { profile } });
  const why = (resource: unknown, options: CheckOptions) =>
    uncheckedLayers(resource, { layers: ['profile'], ...options }).profile;
  assert.equal(why(of(url), { profiles }), undefined);
  assert.match(why(of(), {}) ?? '', /no packages are loaded/);
  assert.match(why(of(url), {}) ?? '', /a profile claimed and not loaded/);
  assert.match(why(of(), { profiles }) ?? '', /none is claimed/);
  const mixed = { resourceType: 'Bundle', entry: [{ resource: of(url) }, { resource: of(`${url}2`, `${url}3`) }] };
  assert.match(why(mixed, { profiles }) ?? '', /2 profiles claimed and not loaded/);
  assert.equal(why(of(), { layers: ['fhir'] }), undefined);
  const verdict = (options: CheckOptions) =>
    layerSummaries([], layers, uncheckedLayers(of(url), options)).find(({ layer }) => layer === 'profile')?.verdict;
  assert.deepEqual([verdict({}), verdict({ profiles })], ['not-checked', 'passed']);
});

test('a message that its sender laid out keeps its lines; another is laid out; XML is shown as JSON', () => {
  const resource = { resourceType: 'Patient', name: [{ family: 'A' }] };
  const tabbed = JSON.stringify(resource, null, '\t');
  assert.deepEqual([shownMessage(resource, tabbed).how, shownMessage(resource, tabbed).text], ['as-sent', tabbed]);
  const dense = shownMessage(resource, JSON.stringify(resource));
  assert.deepEqual([dense.how, dense.text], ['laid-out', JSON.stringify(resource, null, 2)]);
  assert.equal(lineOf(resource, 'Patient.name[0].family', dense.place), 5);
  assert.equal(shownMessage(resource, undefined).how, 'from-xml');
  assert.equal(shownMessage(5, undefined).text, '5');
});

test('each finding stands on its line; a long message is cut to what is about them', () => {
  const text = [...new Array(100).keys()].map((i) => `line ${i + 1}`).join('\n');
  const short = annotatedSource(text, [3, 50, 3]);
  assert.equal(short.length, 100);
  assert.deepEqual(
    short.flatMap((row) => ('text' in row && row.findings.length > 0 ? [[row.number, row.findings]] : [])),
    [
      [3, [0, 2]],
      [50, [1]],
    ],
  );
  assert.deepEqual(
    annotatedSource(text, [50], 99).map((row) => ('text' in row ? row.number : [row.from, row.to])),
    [1, 2, 3, 4, 5, [6, 45], 46, 47, 48, 49, 50, 51, 52, 53, 54, [55, 100]],
  );
  assert.deepEqual(annotatedSource('x'.repeat(2500), [])[0], {
    ...{ number: 1, text: 'x'.repeat(2000), hidden: 500, findings: [] },
  });
});

test('every rule that a finding can carry is explained', () => {
  const source = new URL('../../src/', import.meta.url);
  const named = readdirSync(source, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, source), 'utf8').matchAll(/'(FHIR-[A-Za-z0-9-]+)'/g)])
    .map(([, id]) => id as string);
  assert.ok(named.length > 20);
  const own = ruleCatalogue.flatMap(({ rules }) => rules.map(({ id }) => id));
  for (const id of [...named, ...own, 'FHIR-format-dateTime']) assert.ok(explainRule(id), id);
  assert.deepEqual(
    explainRule('R-060')?.rules.map(({ id }) => id),
    ['R-060a', 'R-060b', 'R-060c', 'R-060d'],
  );
  assert.deepEqual(
    explainRule('R-060b')?.rules.map(({ id }) => id),
    ['R-060b'],
  );
  const registers = explainRule('R-206')?.rules.map(({ id }) => id) ?? [];
  assert.ok(registers.includes('R-206-gmc') && registers.includes('R-206-register'), registers.join());
  for (const id of ['', 'R-', 'R-06', 'R-060z', '__proto__', 'FHIR', 'UKC', 'ID'])
    assert.equal(explainRule(id), undefined, id);
});

test('in the demo messages every reference leads to a resource, and every finding to a line', () => {
  for (const bundle of demoBundles('2026-03-02')) {
    const found = relationships(bundle);
    assert.ok(found.relationships.length > 0);
    const shown = shownMessage(bundle, undefined);
    for (const { expression } of check(bundle)) assert.ok(lineOf(bundle, expression, shown.place) > 1, expression);
  }
});

test('whatever the message, nothing throws', () => {
  const resource = fc.record(
    {
      resourceType: fc.constantFrom('Bundle', 'MedicationRequest', 'Patient', '__proto__'),
      entry: fc.array(fc.record({ resource: fc.jsonValue(), fullUrl: fc.jsonValue() })),
      contained: fc.jsonValue(),
      subject: fc.jsonValue(),
      dosageInstruction: fc.array(fc.jsonValue()),
      code: fc.jsonValue(),
      name: fc.jsonValue(),
    },
    { requiredKeys: ['resourceType'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), resource), (message) => {
      drawRelationships(relationships(message));
      dosageReadings(message);
      shownMessage(message, undefined);
    }),
    { seed: 42 },
  );
});
