import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { OperationOutcome } from 'fhir/r4';
import { openSample } from './support/dmd.ts';
import { type Answer, openTestServer } from './support/test-server.ts';

const server = await openTestServer({}, await openSample());
after(() => server.close());

const OPERATIONS = [
  'CodeSystem/$lookup',
  'CodeSystem/$validate-code',
  'CodeSystem/dmd/$validate-code',
  'CodeSystem/$subsumes',
  'CodeSystem/dmd/$subsumes',
  'ValueSet/$expand',
  'ValueSet/dmd-VMP/$expand',
  'ValueSet/$validate-code',
  'ValueSet/dmd-VMP/$validate-code',
  'ConceptMap/$translate',
  'ConceptMap/dmd-gtin/$translate',
];
const NAMES = [
  ...['system', 'code', 'codeA', 'codeB', 'url', 'filter', 'count', 'offset', 'property', 'version', 'coding'],
  ...['codeableConcept', 'valueSet', 'targetsystem', 'activeOnly', 'display', 'date', 'reverse', '_format', 'x', ''],
];
const VALUES = [
  ...['https://dmd.nhs.uk', 'https://dmd.nhs.uk/ValueSet/VMP', '42109611000001109', '322236009', '-1', '99999999999'],
  ...['*', 'VPI', 'true', 'json', '', 'a'.repeat(3000), '(((a+)+)+)+$', '__proto__', '\u{1f48a}', '|', 'dm+d', '0'],
];

/** Not a 5xx, and an OperationOutcome that says what to do whenever it is refused. */
function demandAnswer(answer: Answer, what: string) {
  assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
  if (answer.status < 400 || answer.text.startsWith('<')) return;
  const outcome = answer.resource<OperationOutcome>();
  assert.equal(outcome.resourceType, 'OperationOutcome', what);
  assert.ok((outcome.issue[0]?.diagnostics ?? '').length > 10, what);
}

const anyValue = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', maxLength: 30 }));
const anyPairs = fc.array(fc.tuple(fc.constantFrom(...NAMES), anyValue), { maxLength: 6 });

describe('terminology with bad input', () => {
  test('no query gets a failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...OPERATIONS), anyPairs, async (operation, pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
        demandAnswer(await server.get(`${operation}?${query}`), `${operation}?${query}`);
      }),
      { seed: 20251013, numRuns: 400 },
    );
  });

  test('no Parameters get a failure', async () => {
    const part = fc.record(
      {
        name: fc.oneof(fc.constantFrom(...NAMES), fc.jsonValue()),
        valueString: fc.oneof(anyValue, fc.jsonValue()),
        valueCoding: fc.oneof(fc.record({ system: anyValue, code: anyValue }), fc.jsonValue()),
        resource: fc.oneof(
          fc.record({ resourceType: fc.constant('ValueSet'), compose: fc.jsonValue() }),
          fc.record({
            resourceType: fc.constant('ValueSet'),
            compose: fc.record({
              include: fc.array(
                fc.record({
                  system: fc.constantFrom('https://dmd.nhs.uk', 'x'),
                  filter: fc.array(
                    fc.record({
                      property: fc.constantFrom('parent', 'NMPREV', 'VPI', 'inactive', 'x'),
                      op: fc.constantFrom('=', 'in', 'exists', 'regex', 'is-a', 'x'),
                      value: anyValue,
                    }),
                    { maxLength: 2 },
                  ),
                }),
                { maxLength: 2 },
              ),
            }),
          }),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: ['name'] },
    );
    const parameters = fc.oneof(fc.array(part, { maxLength: 4 }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...OPERATIONS), parameters, async (operation, parameter) => {
        const body = { resourceType: 'Parameters', parameter };
        demandAnswer(await server.send('POST', operation, { body }), `${operation} ${JSON.stringify(body)}`);
      }),
      { seed: 20251006, numRuns: 400 },
    );
  });

  test('no search or address gets a failure', async () => {
    const names = ['_id', 'url', 'name', 'name:exact', '_count', '_offset', '_summary', '_elements', '_sort', 'x'];
    const pair = fc.tuple(fc.constantFrom(...names), anyValue);
    const path = fc.constantFrom('CodeSystem', 'ValueSet', 'ConceptMap', 'CodeSystem/dmd', 'ValueSet/x/_history');
    await fc.assert(
      fc.asyncProperty(path, fc.array(pair, { maxLength: 4 }), async (where, pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
        demandAnswer(await server.get(`${where}?${query}`), `${where}?${query}`);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  for (const [why, path, body, status] of [
    ['a body of another type', 'CodeSystem/$lookup', { resourceType: 'Patient' }, 400],
    ['a value set where none is taken', 'CodeSystem/$lookup', { resourceType: 'ValueSet' }, 400],
    ['parameters that are no list', 'ValueSet/$expand', { resourceType: 'Parameters', parameter: 'x' }, 400],
    ['no parameters', 'ConceptMap/$translate', { resourceType: 'Parameters' }, 400],
    ['an operation that is another type’s', 'ValueSet/$lookup', { resourceType: 'Parameters' }, 404],
    ['an instance that is not there', 'ValueSet/none/$expand', { resourceType: 'Parameters' }, 404],
  ] as const) {
    test(`refuses ${why}`, async () => {
      const answer = await server.send('POST', path, { body });
      assert.equal(answer.status, status, answer.text);
      demandAnswer(answer, why);
    });
  }

  test('a method that an operation does not take is 405', async () => {
    assert.equal((await server.send('DELETE', 'CodeSystem/$lookup')).status, 405);
    assert.equal((await server.send('PUT', 'ValueSet/$expand', { body: { resourceType: 'Parameters' } })).status, 405);
  });
});
