import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { aPatient, aRequest, aStatement, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

/** Whatever is sent, the answer is FHIR's and below 500, and the server answers the next request. */

let server: TestServer;
before(async () => {
  server = await openTestServer();
  await server.put(aPatient(newNhsNumber(), { id: 'p' }));
});
after(() => server.close());

const odd = fc.constantFrom<unknown>(
  ...[
    null,
    '',
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [[]],
    [null],
    '\u0000',
    '\ud800',
    '__proto__',
    "'; --",
    '2026-13-45',
    'x'.repeat(5000),
  ],
  ...[
    { reference: 5 },
    { reference: '#' },
    { coding: 'x' },
    { identifier: [5] },
    { system: {}, value: [] },
    '9999-12-31',
    '0000',
  ],
);

const seeds: object[] = [
  aPatient('9990000018', { gender: 'male', telecom: [{ system: 'phone', value: '1' }] }),
  aRequest(
    { reference: 'Patient/p', identifier: nhs('9990000018') },
    {
      dosageInstruction: [
        {
          text: 'x',
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
          doseAndRate: [{ doseQuantity: { value: 1.5 } }],
        },
      ],
    },
  ),
  aStatement({ identifier: nhs('9990000018') }, { dateAsserted: '2026-01-01' }),
  { resourceType: 'List', status: 'current', mode: 'working', entry: [{ item: { reference: 'Patient/p' } }] },
  { resourceType: 'Parameters', parameter: [{ name: 'patient', valueReference: { reference: 'Patient/p' } }] },
  {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: 'Patient/p', ifNoneMatch: 'W/"1"' } }],
  },
  {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:p',
        resource: aPatient(undefined),
        request: { method: 'POST', url: 'Patient', ifNoneExist: 'name=x' },
      },
      { resource: aStatement({ reference: 'urn:uuid:p' }), request: { method: 'POST', url: 'MedicationStatement' } },
      { request: { method: 'DELETE', url: 'Basic/1', ifMatch: 'W/"1"' } },
    ],
  },
];

/** A resource with one or two of its nodes replaced, removed or doubled. */
const mutant = fc.constantFrom(...seeds).chain((seed) =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'wrap', 'rename'), odd), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => {
      const resource = structuredClone(seed) as { [name: string]: unknown };
      for (const [at, how, value] of changes) change(resource, at, how, value);
      return resource;
    }),
);

type Place = [holder: { [name: string]: unknown }, name: string];

function places(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  const holder = node as { [name: string]: unknown };
  return Object.keys(holder).flatMap((name): Place[] => [[holder, name], ...places(holder[name])]);
}

function change(resource: object, at: number, how: string, value: unknown) {
  const all = places(resource);
  const [holder, name] = all[at % all.length] ?? [{}, ''];
  if (how === 'replace') holder[name] = value;
  else if (how === 'wrap') holder[name] = [holder[name]];
  else {
    if (how === 'rename') holder[`${name}X`] = holder[name];
    delete holder[name];
  }
}

const TARGETS = [
  'Patient',
  'MedicationRequest',
  'MedicationStatement',
  'List',
  '',
  '$current-medication',
  'Patient/$validate',
  'Bundle',
  'Patient/_search',
];
const word = fc.oneof(
  fc.constantFrom(
    'Patient',
    'p',
    '_history',
    '$validate',
    '$current-medication',
    '_search',
    '1',
    '%00',
    '%',
    'metadata',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, 'dots')),
);
const name = fc.constantFrom(
  'name',
  'identifier',
  '_id',
  'birthdate',
  '_sort',
  '_count',
  '_cursor',
  '_include',
  '_has:List:item:status',
  'general-practitioner.name',
  '_elements',
  '_summary',
  '_since',
  '_list',
  'patient',
  'patient:identifier',
  'asOf',
  'knownAt',
  'include',
  '_format',
  'toString',
  '_lastUpdated',
);
const suffix = fc.constantFrom('', ':exact', ':missing', ':not', ':identifier', ':x', '.name', ':Patient');
const value = fc
  .oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      'true',
      '|',
      'a|b|c',
      '\\',
      ',',
      '$',
      'eq',
      'gt2026',
      '-1',
      '1e999',
      '9999-12-31T23:59:59-14:00',
      'Patient:*',
      '*',
      'W10',
      'bnVsbA',
    ),
  )
  .map((text) => encodeURIComponent(text.toWellFormed()));
const query = fc
  .array(fc.tuple(name, suffix, value), { maxLength: 3 })
  .map((pairs) => pairs.map(([n, s, v]) => `${n}${s}=${v}`).join('&'));
const url = fc
  .tuple(fc.array(word, { maxLength: 4 }), query)
  .map(([path, asked]) => `${path.join('/')}${asked === '' ? '' : `?${asked}`}`);

const HEADERS = [
  'prefer',
  'if-match',
  'if-none-match',
  'if-none-exist',
  'if-modified-since',
  'accept',
  'content-type',
  'host',
];
const header = fc.tuple(
  fc.constantFrom(...HEADERS),
  fc.oneof(
    fc.stringMatching(/^[ -~]{0,30}$/),
    fc.constantFrom(
      '*',
      'return=minimal',
      'handling=lenient',
      'W/"1"',
      'name=x',
      'application/fhir+xml',
      'application/json-patch+json',
      'text/csv',
      'Mon, 32 Foo 2026',
    ),
  ),
);
const headers = fc.array(header, { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));

async function answersProperly(
  method: string,
  path: string,
  sent: { body?: unknown; headers?: { [name: string]: string } },
) {
  const answer = await server.send(method, `/fhir/${path}`, sent);
  assert.ok(answer.status < 500, `${answer.status} ${answer.text.slice(0, 300)}`);
  if (answer.text === '' || method === 'HEAD') return;
  const type = String(answer.headers['content-type']);
  if (type.includes('json')) assert.equal(typeof answer.resource().resourceType, 'string');
  else assert.match(answer.text, /xmlns="http:\/\/hl7\.org\/fhir"/);
}

test('mutated resources, sent anywhere', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(mutant, fc.constantFrom(...TARGETS), async (body, target) => {
      const own = (body as { resourceType?: unknown }).resourceType;
      const path = target === 'Patient' && typeof own === 'string' && /^[A-Z]\w+$/.test(own) ? own : target;
      await answersProperly('POST', path, { body });
    }),
    { seed: 7, numRuns: 400 },
  );
});

test('odd addresses, headers and methods', { timeout: 120_000 }, async () => {
  const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE');
  await fc.assert(
    fc.asyncProperty(method, url, headers, async (how, path, sent) => {
      const isWrite = how.startsWith('P');
      await answersProperly(how, path, {
        ...(isWrite ? { body: '{"resourceType":"Patient"}' } : {}),
        headers: { 'content-type': 'application/fhir+json', ...sent },
      });
    }),
    { seed: 8, numRuns: 500 },
  );
});

test('bytes that were once a resource', { timeout: 120_000 }, async () => {
  const text = Buffer.from(JSON.stringify(seeds[1]));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: text.length - 1 }), fc.nat({ max: 255 }), fc.boolean(), async (at, byte, cut) => {
      const body = cut
        ? text.subarray(0, at)
        : Buffer.concat([text.subarray(0, at), Buffer.from([byte]), text.subarray(at + 1)]);
      await answersProperly('POST', 'MedicationRequest', { body });
    }),
    { seed: 9, numRuns: 200 },
  );
});
