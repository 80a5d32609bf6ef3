import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonPlaces, lineOf } from '../../src/index.ts';
import type { JsonPlace } from '../../src/report/json-places.ts';
import faults from './json-fault-cases.json' with { type: 'json' };
import cases from './place-cases.json' with { type: 'json' };

const text = readFileSync(new URL('./placed-message.json.txt', import.meta.url), 'utf8');
const message: unknown = JSON.parse(text);

function placesOf(json: string): JsonPlace {
  const read = jsonPlaces(json);
  assert.ok('place' in read, JSON.stringify(read));
  return read.place;
}

for (const { name, expression, line } of cases) {
  test(`the line of a finding: ${name}`, () => {
    assert.equal(lineOf(message, expression, placesOf(text)), line, text.split('\n')[line - 1]);
  });
}

for (const { text: broken, line, column, says } of faults) {
  test(`broken JSON has its line and column: ${JSON.stringify(broken)}`, () => {
    assert.throws(() => JSON.parse(broken));
    const read = jsonPlaces(broken);
    assert.ok('fault' in read);
    assert.deepEqual([read.fault.line, read.fault.column], [line, column], read.fault.message);
    assert.ok(read.fault.message.includes(says), read.fault.message);
  });
}

test('any JSON is read, and each value found on the line that it is written on', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const written = JSON.stringify(value, null, 2);
      const lines = written.split('\n');
      const look = (node: unknown, place: JsonPlace | undefined) => {
        assert.ok(place !== undefined);
        if (Array.isArray(node)) {
          for (const [i, item] of node.entries()) look(item, place.items?.[i]);
        } else if (typeof node === 'object' && node !== null) {
          for (const [key, below] of Object.entries(node)) {
            const member = place.members?.get(key);
            assert.ok(lines[(member?.line ?? 0) - 1]?.trim().startsWith(`${JSON.stringify(key)}:`));
            look(below, member);
          }
        } else assert.ok(lines[place.line - 1]?.includes(JSON.stringify(node)));
      };
      look(JSON.parse(written), placesOf(written));
    }),
    { seed: 42 },
  );
});

test('what JSON.parse refuses has a fault, and what it takes has none', () => {
  const characters = fc.constantFrom(...'{}[]",:\\truefalsn01-.eE \n\t\u0000\u007fé😀'.split(/(?:)/u));
  fc.assert(
    fc.property(
      fc.array(characters, { maxLength: 12 }).map((list) => list.join('')),
      (any) => {
        let isJson = true;
        try {
          JSON.parse(any);
        } catch {
          isJson = false;
        }
        assert.equal('place' in jsonPlaces(any), isJson, JSON.stringify(any));
      },
    ),
    { seed: 42, numRuns: 5000 },
  );
});

test('nesting without end is a fault, not an overflow', () => {
  const read = jsonPlaces('['.repeat(1_000_000));
  assert.ok('fault' in read && read.fault.message.includes('Nested'));
});

test('following an expression never throws, whatever the resource', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, expression) => {
      const lines = JSON.stringify(value, null, 1);
      const line = lineOf(value, `Bundle.${expression}`, placesOf(lines));
      assert.ok(line >= 1 && line <= lines.split('\n').length);
    }),
    { seed: 42 },
  );
});
