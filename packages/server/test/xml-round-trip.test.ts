import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkStructure, resourceTypes } from '@concord/conformance';
import fc from 'fast-check';
import { validResource } from '../../conformance/test/valid-resource.ts';
import { FhirXmlError, parseFhirXml, writeFhirXml } from '../src/fhir/xml/index.ts';
import verdicts from './xml-example-verdicts.json' with { type: 'json' };

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const skip = !existsSync(data) && 'the published examples are not here';

/** JSON that tells `1.10` from `1.1`, without the order of properties. */
function exact(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || 'rawJSON' in item) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

test('JSON to XML to JSON changes nothing in resources made from the element tables', () => {
  fc.assert(
    fc.property(fc.constantFrom(...resourceTypes), fc.gen(), (type, g) => {
      const resource = validResource(type, (count) => g(fc.nat, { max: count - 1 }));
      const xml = writeFhirXml(resource);
      const read = parseFhirXml(xml).resource;
      assert.equal(exact(read), exact(resource));
      assert.equal(writeFhirXml(read), xml);
    }),
    { seed: 20241106, numRuns: 500 },
  );
});

/** Examples were converted from XML: its comments, and the empty halves they leave behind, are no part of them. */
function withoutComments(key: string, value: unknown): unknown {
  if (key === 'fhir_comments') return undefined;
  const halves: unknown[] = Array.isArray(value) ? value : [value];
  const empty = halves.every((half) => typeof half === 'object' && Object.keys(half ?? {}).length === 0);
  return key.startsWith('_') && empty ? undefined : value;
}

test('JSON to XML to JSON changes nothing in the published examples that are clean', { skip }, () => {
  let clean = 0;
  for (const folder of ['ukcore/examples', 'guide-examples']) {
    for (const file of readdirSync(`${data}/${folder}`)) {
      const text = readFileSync(`${data}/${folder}/${file}`, 'utf8');
      if (!text.trimStart().startsWith('{')) continue;
      const resource: unknown = JSON.parse(text, withoutComments);
      if (checkStructure(resource).length) continue;
      clean++;
      assert.deepEqual(parseFhirXml(writeFhirXml(resource)).resource, resource, file);
    }
  }
  assert.ok(clean > 150, `${clean} clean examples`);
});

test('the published XML examples read, and have the faults that are known of them', { skip }, () => {
  const folder = `${data}/guide-examples`;
  const known = new Map<string, string[]>(Object.entries(verdicts));
  let read = 0;
  for (const file of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    if (text.trimStart().startsWith('{')) continue;
    assert.deepEqual(verdict(text), known.get(file) ?? [], file);
    read++;
  }
  assert.ok(read > 50);
});

/** What is wrong with an XML text; where it reads, also that it writes and reads again the same. */
function verdict(text: string): string[] {
  let resource: unknown;
  try {
    resource = parseFhirXml(text).resource;
  } catch (error) {
    assert.ok(error instanceof FhirXmlError);
    return [error.message];
  }
  const xml = writeFhirXml(resource);
  assert.equal(exact(parseFhirXml(xml).resource), exact(resource));
  return checkStructure(resource).map(({ rule, expression }) => `${rule} ${expression}`);
}
