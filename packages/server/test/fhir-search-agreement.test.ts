import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { MedicationRequest } from 'fhir/r4';
import { NHS_NUMBER, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

/**
 * The same question must have the same answer whether it is confined to a patient, narrowed by the index across
 * patients, or put to every resource one by one by the plainest reading of FHIR: the oracle below.
 */

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

const SYSTEMS = ['urn:a', 'urn:b'];
const STATUSES = ['active', 'completed', 'on-hold'] as const;
const INTENTS = ['order', 'plan'] as const;
const DAYS = [
  '2025-12-31',
  '2026-01-01',
  '2026-03',
  '2026-03-29T00:30:00Z',
  '2026-03-29T23:30:00Z',
  '2026-10-25',
  '2025',
];
const WHO = ['Practitioner/1', 'Practitioner/2', 'https://elsewhere.example/fhir/Practitioner/1'];

interface Made {
  status: (typeof STATUSES)[number];
  intent: (typeof INTENTS)[number];
  code: { system?: string; code: string }[];
  authoredOn: string | undefined;
  requester: string | undefined;
  priority: boolean;
}

const made: fc.Arbitrary<Made> = fc.record({
  status: fc.constantFrom(...STATUSES),
  intent: fc.constantFrom(...INTENTS),
  code: fc.array(
    fc.record(
      { system: fc.constantFrom(...SYSTEMS), code: fc.constantFrom('x', 'y', 'x|y', 'a,b') },
      { requiredKeys: ['code'] },
    ),
    { maxLength: 2 },
  ),
  authoredOn: fc.option(fc.constantFrom(...DAYS), { nil: undefined }),
  requester: fc.option(fc.constantFrom(...WHO), { nil: undefined }),
  priority: fc.boolean(),
});

/** One criterion: how it is written, and whether a resource answers it. */
interface Asked {
  query: string;
  holds: (resource: Made) => boolean;
}

const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&');

const statusAsked = fc
  .uniqueArray(fc.constantFrom(...STATUSES, 'stopped'), { minLength: 1, maxLength: 3 })
  .chain((wanted) =>
    fc.constantFrom('', ':not').map(
      (modifier): Asked => ({
        query: `status${modifier}=${wanted.join(',')}`,
        holds: ({ status }) => (wanted as string[]).includes(status) !== (modifier === ':not'),
      }),
    ),
  );

const implied = fc.constantFrom('', '|', 'http://hl7.org/fhir/CodeSystem/medicationrequest-intent|').chain((system) =>
  fc.constantFrom(...INTENTS).map(
    (wanted): Asked => ({
      query: `intent=${system}${wanted}`,
      holds: ({ intent }) => intent === wanted,
    }),
  ),
);

const codeAsked = fc
  .record({
    system: fc.constantFrom(undefined, '', ...SYSTEMS),
    code: fc.constantFrom(undefined, 'x', 'y', 'x|y', 'a,b'),
    not: fc.boolean(),
  })
  .filter(({ system, code }) => code !== undefined || (system !== undefined && system !== ''))
  .map(({ system, code, not }): Asked => {
    const text = system === undefined ? escaped(code ?? '') : `${escaped(system)}|${escaped(code ?? '')}`;
    const isIt = (each: Made['code'][number]) =>
      (system === undefined || (each.system ?? '') === system) && (code === undefined || each.code === code);
    return {
      query: `code${not ? ':not' : ''}=${encodeURIComponent(text)}`,
      holds: (resource) => resource.code.some(isIt) !== not,
    };
  });

/** First and last instant of a date, London's where no zone is given: by Intl, not by a rule of our own. */
function span(text: string): [number, number] {
  if (text.endsWith('Z')) return [Date.parse(text), Date.parse(text) + 999];
  const [year = 0, month, day] = text.split('-').map(Number);
  const next: [number, number, number] =
    month === undefined ? [year + 1, 1, 1] : day === undefined ? [year, month + 1, 1] : [year, month, day + 1];
  return [midnight(year, month ?? 1, day ?? 1), midnight(...next) - 1];
}

const hourInLondon = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: 'numeric', hourCycle: 'h23' });

function midnight(year: number, month: number, day: number): number {
  const utc = Date.UTC(year, month - 1, day);
  return Number(hourInLondon.format(utc)) === 0 ? utc : utc - 3_600_000;
}

const COMPARE: { [prefix: string]: (value: [number, number], asked: [number, number]) => boolean } = {
  eq: ([from, to], [first, last]) => first <= from && to <= last,
  ne: ([from, to], [first, last]) => !(first <= from && to <= last),
  gt: ([, to], [, last]) => to > last,
  lt: ([from], [first]) => from < first,
  ge: ([, to], [first]) => to >= first,
  le: ([from], [, last]) => from <= last,
  sa: ([from], [, last]) => from > last,
  eb: ([, to], [first]) => to < first,
};

const dateAsked = fc.constantFrom(...Object.keys(COMPARE)).chain((prefix) =>
  fc.constantFrom(...DAYS, '2026', '2026-03-29', '1066', '9999').map(
    (asked): Asked => ({
      query: `authoredon=${prefix}${asked}`,
      holds: ({ authoredOn }) =>
        authoredOn !== undefined && (COMPARE[prefix]?.(span(authoredOn), span(asked)) ?? false),
    }),
  ),
);

const requesterAsked = fc.constantFrom(...WHO, 'Practitioner/3').map(
  (wanted): Asked => ({
    query: `requester=${encodeURIComponent(wanted)}`,
    holds: ({ requester }) => requester === wanted,
  }),
);

const missingAsked = fc.constantFrom('requester', 'authoredon', 'priority').chain((name) =>
  fc.boolean().map(
    (missing): Asked => ({
      query: `${name}:missing=${missing}`,
      holds: (resource) => {
        const has = {
          ...{ requester: resource.requester !== undefined, authoredon: resource.authoredOn !== undefined },
          ...{ priority: resource.priority },
        };
        return !has[name] === missing;
      },
    }),
  ),
);

const search = fc.array(fc.oneof(statusAsked, implied, codeAsked, dateAsked, requesterAsked, missingAsked), {
  minLength: 1,
  maxLength: 3,
});

function resourceOf(number: string, value: Made): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    ...{ status: value.status, intent: value.intent, subject: { identifier: nhs(number) } },
    medicationCodeableConcept: value.code.length > 0 ? { coding: value.code } : { text: 'none' },
    ...(value.authoredOn === undefined ? {} : { authoredOn: value.authoredOn }),
    ...(value.requester === undefined ? {} : { requester: { reference: value.requester } }),
    ...(value.priority ? { priority: 'urgent' as const } : {}),
  };
}

test('patient-scoped, index-narrowed and judged one by one, a search finds the same', {
  timeout: 120_000,
}, async () => {
  const people = Array.from({ length: 4 }, newNhsNumber);
  const stored = new Map<string, { number: string; value: Made }>();
  for (const [i, value] of fc.sample(made, { seed: 20261122, numRuns: 60 }).entries()) {
    const number = people[i % people.length] as string;
    const { id } = await server.create(resourceOf(number, value));
    stored.set(`MedicationRequest/${id}`, { number, value });
  }
  await fc.assert(
    fc.asyncProperty(search, async (asked) => {
      const query = asked.map((each) => each.query).join('&');
      const expected = [...stored].filter(([, { value }]) => asked.every(({ holds }) => holds(value)));
      const across = await server.get(`MedicationRequest?${query}&_count=200`);
      assert.equal(across.status, 200, across.text);
      assert.deepEqual(across.found.sort(), expected.map(([reference]) => reference).sort(), `across: ${query}`);
      assert.equal(across.bundle.total, expected.length);
      const counted = await server.get(`MedicationRequest?${query}&_summary=count`);
      assert.equal(counted.bundle.total, expected.length, `count: ${query}`);
      for (const person of people.slice(0, 2)) {
        const own = expected.filter(([, { number }]) => number === person).map(([reference]) => reference);
        const scoped = await server.get(
          `MedicationRequest?${query}&patient:identifier=${NHS_NUMBER}|${person}&_count=200`,
        );
        assert.deepEqual(scoped.found.sort(), own.sort(), `scoped: ${query}`);
      }
    }),
    { seed: 20261123, numRuns: 150 },
  );
});
