import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FhirXmlError, parseFhirXml, writeFhirXml } from '../src/fhir/xml/index.ts';
import cases from './xml-cases.json' with { type: 'json' };

/** JSON as exact text with its properties in order of name: `1.10` and `1.1` differ. */
function exact(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || 'rawJSON' in item) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const rawJSON = (JSON as typeof JSON & { rawJSON: (text: string) => unknown }).rawJSON;

/** Parses JSON with each number kept as its text. */
function parseExact(text: string): unknown {
  return JSON.parse(text, function (this: unknown, _key, value, context?: { source?: string }) {
    return typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value;
  } as (key: string, value: unknown) => unknown);
}

for (const { name, xml, json } of cases.read) {
  test(`reads ${name}, and writes it so that it reads the same`, () => {
    const expected = exact(parseExact(json));
    const { resource } = parseFhirXml(xml);
    assert.equal(exact(resource), expected);
    const written = writeFhirXml(resource);
    assert.equal(exact(parseFhirXml(written).resource), expected);
    assert.equal(writeFhirXml(parseFhirXml(written).resource), written);
  });
}

for (const { name, xml, line, says, at } of cases.refuse as ((typeof cases.refuse)[number] & { at?: string })[]) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseFhirXml(xml),
      (error) => {
        assert.ok(error instanceof FhirXmlError, String(error));
        assert.ok(error.message.includes(says), error.message);
        assert.equal(error.line, line);
        assert.ok(error.column !== undefined && error.column >= 1);
        if (at !== undefined) assert.equal(error.expression, at);
        return true;
      },
    );
  });
}

for (const { name, json, at } of cases.unwritable) {
  test(`does not write ${name}`, () => {
    assert.throws(
      () => writeFhirXml(json),
      (error) => error instanceof FhirXmlError && error.line === undefined && error.expression === at,
    );
  });
}

test('elements come in the order of the definition, whatever the order in JSON', () => {
  const resource = {
    gender: 'male',
    name: [{ given: ['A'], family: 'B' }],
    resourceType: 'Patient',
    id: 'x',
    active: true,
  };
  assert.equal(
    writeFhirXml(resource),
    '<?xml version="1.0" encoding="UTF-8"?>\n<Patient xmlns="http://hl7.org/fhir"><id value="x"/><active value="true"/>' +
      '<name><family value="B"/><given value="A"/></name><gender value="male"/></Patient>',
  );
});

test('nesting and length have limits', () => {
  const nested = (depth: number) =>
    `<Basic xmlns="http://hl7.org/fhir">${'<extension url="a">'.repeat(depth)}${'</extension>'.repeat(depth)}</Basic>`;
  assert.throws(() => parseFhirXml(nested(100_000)), /more than 128 deep/);
  assert.throws(() => parseFhirXml(nested(3), { maxDepth: 3 }), /more than 3 deep/);
  assert.ok(parseFhirXml(nested(2), { maxDepth: 3 }));
  assert.throws(() => parseFhirXml(nested(3), { maxLength: 50 }), /longer than 50/);
  const deep = JSON.parse(
    `{"resourceType":"Basic","extension":${'[{"extension":'.repeat(5000)}[]${'}]'.repeat(5000)}}`,
  );
  assert.throws(() => writeFhirXml(deep), FhirXmlError);
});
