import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TerminologyQuestion } from '@concord/conformance';
import type { Bundle, OperationOutcome } from 'fhir/r4';
import { DEFAULTS } from '../src/config.ts';
import { Terminology } from '../src/terminology/terminology.ts';
import { runConcord, startConcord } from './support/concord-process.ts';
import { openTestServer } from './support/test-server.ts';
import { createTestDatabase } from './support/test-store.ts';

const VALUE_SET = 'https://fhir.hl7.org.uk/ValueSet/UKCore-BodySite';
const options = { timeoutMilliseconds: 20_000, pauseMilliseconds: 3_600_000, cacheEntries: 100 };

const question = (valueSet: string, ...codings: [system: string, code: string][]): TerminologyQuestion => ({
  valueSet,
  codings: codings.map(([system, code]) => ({ system, code })),
  otherwise: { rule: 'X', severity: 'warning', code: 'code-invalid', diagnostics: 'x' },
});

/** A terminology server whose value sets take codes that end in 1; it has none called `absent`. */
async function standIn() {
  const batches: number[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { entry = [] } = JSON.parse(body) as Bundle;
      batches.push(entry.length);
      const answers = entry.map(({ request: asked }) => {
        const query = new URL(asked?.url ?? '', 'http://x/').searchParams;
        const parameter = [{ name: 'result', valueBoolean: query.get('code')?.endsWith('1') }];
        const isAbsent = query.get('url')?.endsWith('absent');
        return isAbsent
          ? { response: { status: '404', outcome: { resourceType: 'OperationOutcome', issue: [] } } }
          : { resource: { resourceType: 'Parameters', parameter }, response: { status: '200' } };
      });
      response.end(JSON.stringify({ resourceType: 'Bundle', type: 'batch-response', entry: answers }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { batches, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('codes are asked about together, each once, and the answers kept', async () => {
  const server = await standIn();
  try {
    const terminology = new Terminology({ ...options, url: server.url });
    const one = question(VALUE_SET, ['s', '1'], ['s', '2']);
    const two = question(VALUE_SET, ['s', '2'], ['s', '3']);
    const absent = question('https://example.org/absent', ['s', '1']);
    await terminology.ask([one, two, absent]);
    assert.deepEqual(server.batches, [4]);
    assert.deepEqual(
      [one, two, absent].map((each) => terminology.isIn(each)),
      [true, false, undefined],
    );
    await terminology.ask([one, two, absent]);
    assert.deepEqual(server.batches, [4], 'nothing is asked again');
  } finally {
    server.close();
  }
});

test('a server that is not there is left alone, and nothing fails', async () => {
  const server = await standIn();
  server.close();
  const terminology = new Terminology({ ...options, url: server.url });
  await terminology.ask([question(VALUE_SET, ['s', '1'])]);
  assert.equal(terminology.isIn(question(VALUE_SET, ['s', '1'])), undefined);
});

test('a server that never answers is waited for no longer than set', async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const terminology = new Terminology({ ...options, url, timeoutMilliseconds: 50 });
  await terminology.ask([question(VALUE_SET, ['s', '1'])]);
  assert.equal(terminology.isIn(question(VALUE_SET, ['s', '1'])), undefined);
  silent.closeAllConnections();
  silent.close();
});

const request = (code: string) => ({
  ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order' },
  medicationCodeableConcept: { text: 'Paracetamol 500mg tablets' },
  subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990012024' } },
  dosageInstruction: [{ text: 'x', site: { coding: [{ system: 'http://snomed.info/sct', code }] } }],
  substitution: { allowedBoolean: false },
});
/** Two ids of SNOMED CT with a right check digit; the stand-in takes the one that ends in 1. */
const [TAKEN, NOT_TAKEN] = ['818981001', '368208006'];

const aboutSites = (outcome: OperationOutcome) =>
  outcome.issue.flatMap(({ details, expression, diagnostics }) =>
    expression?.[0]?.endsWith('.site') && details?.coding?.[0]?.code?.startsWith('UKC')
      ? [[details?.coding?.[0]?.code, diagnostics?.includes('gave no answer')]]
      : [],
  );

test('a write and $validate are told what the terminology server says; within a transaction too', async () => {
  const terminologyServer = await standIn();
  const terminology = { ...DEFAULTS.terminology, ...options, url: terminologyServer.url };
  const server = await openTestServer({ terminology });
  try {
    const validate = async (code: string) =>
      aboutSites((await server.send('POST', 'MedicationRequest/$validate', { body: request(code) })).outcome);
    assert.deepEqual(await validate(NOT_TAKEN), [['UKC-preferred', false]]);
    assert.deepEqual(await validate(TAKEN), []);
    const body = {
      ...{ resourceType: 'Bundle', type: 'transaction' },
      entry: [{ resource: request('368209003'), request: { method: 'POST', url: 'MedicationRequest' } }],
    };
    const before = terminologyServer.batches.length;
    const answer = await server.send('POST', '', { body, headers: { prefer: 'return=OperationOutcome' } });
    assert.equal(terminologyServer.batches.length, before + 1);
    const outcome = answer.bundle.entry?.[0]?.response?.outcome as OperationOutcome;
    assert.deepEqual(aboutSites(outcome), [['UKC-preferred', false]]);
  } finally {
    await server.close();
    terminologyServer.close();
  }
});

test('a terminology server that is down holds nothing up: a note says what was not checked', async () => {
  const terminologyServer = await standIn();
  terminologyServer.close();
  const server = await openTestServer({
    terminology: { ...DEFAULTS.terminology, ...options, url: terminologyServer.url },
  });
  try {
    const headers = { prefer: 'return=OperationOutcome' };
    const answer = await server.send('POST', 'MedicationRequest', { body: request(TAKEN), headers });
    assert.equal(answer.status, 201);
    assert.deepEqual(aboutSites(answer.outcome), [['UKC-not-checked', true]]);
  } finally {
    await server.close();
  }
});

test("another Concord's terminology endpoint answers batches of questions", async () => {
  const database = await createTestDatabase();
  const other = await startConcord(database);
  try {
    const terminology = new Terminology({ ...options, url: `${other.address}/fhir` });
    const vmps = 'https://dmd.nhs.uk/ValueSet/VMP';
    const [known, strange] = [
      question(vmps, ['https://dmd.nhs.uk', '42109611000001109']),
      question('https://example.org/none', ['s', '1']),
    ];
    await terminology.ask([known, strange]);
    assert.equal(terminology.isIn(known), true);
    assert.equal(terminology.isIn(strange), undefined);
  } finally {
    await other.stop('SIGTERM');
    await database.drop();
  }
});

test('the page that checks a message, and concord check, ask it too', async (t) => {
  const terms = await standIn();
  t.after(terms.close);
  const message = JSON.stringify({
    resourceType: 'AllergyIntolerance',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005' }] },
    patient: { reference: 'Patient/1' },
    reaction: [{ manifestation: [{ coding: [{ system: 'http://snomed.info/sct', code: '247472004' }] }] }],
  });
  const server = await openTestServer({ terminology: { ...options, url: terms.url } });
  t.after(() => server.close());
  const page = await server.send('POST', '/check', {
    body: new URLSearchParams({ message }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.match(page.text, /value set that UK Core binds here \(preferred\), UKCore-AllergyManifestation/);
  assert.doesNotMatch(page.text, /UKC-not-checked/);
  const folder = mkdtempSync(join(tmpdir(), 'concord-terminology-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'allergy.json'), message);
  writeFileSync(join(folder, 'site.json'), JSON.stringify({ terminology: { url: terms.url }, data: folder }));
  const check = (...args: string[]) =>
    runConcord(['check', '--layer', 'uk-core', ...args, join(folder, 'allergy.json')]);
  const told = await check('--config', join(folder, 'site.json'));
  assert.match(told.printed, /UKC-preferred AllergyIntolerance\.reaction\[0\]\.manifestation\[0\]/);
  assert.match((await check('--data', folder)).printed, /UKC-not-checked/);
});
