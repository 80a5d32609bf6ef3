import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FhirResource, OperationOutcome } from 'fhir/r4';
import { DEFAULTS } from '../src/config.ts';
import { readTgz } from '../src/packages/read-tgz.ts';
import { runConcord } from './support/concord-process.ts';
import { FHIR_REFUSES, openTestServer } from './support/test-server.ts';
import { tgz } from './support/tgz.ts';

const PROFILE = 'https://example.org/StructureDefinition/Named';
const manifest = (version: string) =>
  JSON.stringify({
    name: 'example.named',
    version,
    dependencies: { 'hl7.fhir.r4.core': '4.0.1', 'example.base': '1.0.0' },
  });
const profile = JSON.stringify({
  ...{ resourceType: 'StructureDefinition', url: PROFILE, type: 'Organization', derivation: 'constraint' },
  ...{ baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Organization' },
  differential: { element: [{ id: 'Organization.alias', path: 'Organization.alias', min: 1 }] },
});
const files = (version: string) => ({
  'package/package.json': manifest(version),
  'package/StructureDefinition-named.json': profile,
  'package/example/x.json': '{"resourceType":"StructureDefinition","url":"x"}',
  'package/README.md': 'text',
});

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'concord-packages-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A package registry in this process; says what it was asked for. */
async function startRegistry(t: TestContext) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const version = /^\/example\.named\/([\d.]+)$/.exec(request.url ?? '')?.[1];
    if (request.url === '/example.named') response.end(JSON.stringify({ 'dist-tags': { latest: '1.2.0' } }));
    else if (version !== undefined) response.end(tgz(files(version)));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a package is added by name from a registry, listed and removed', async (t) => {
  const [folder, registry] = [folderFor(t), await startRegistry(t)];
  const run = (...args: string[]) =>
    runConcord(['packages', ...args, '--packages', folder, '--registry', registry.url]);
  const added = await run('add', 'example.named');
  assert.equal(added.code, 0, added.printed);
  assert.match(added.printed, /example\.named@1\.2\.0: 1 profiles and extensions, 0 value sets/);
  assert.match(added.printed, /It needs example\.base too/);
  assert.doesNotMatch(added.printed, /hl7\.fhir\.r4\.core/);
  assert.deepEqual(registry.asked, ['/example.named', '/example.named/1.2.0']);
  await run('add', 'example.named@1.0.0');
  const listed = await run('list');
  assert.match(listed.printed, /example\.named@1\.0\.0.*\n.*example\.named@1\.2\.0/);
  assert.equal((await run('remove', 'example.named@1.0.0')).code, 0);
  assert.deepEqual(readdirSync(folder), ['example.named#1.2.0']);
  const absent = await run('add', 'example.none');
  assert.equal(absent.code, 1);
  assert.match(absent.printed, /example\.none: http:.*\/example\.none answers 404/);
  assert.equal((await run('remove', 'example.none')).code, 1);
});

test('a package is added from a file or a folder; what is none is refused and nothing kept', async (t) => {
  const folder = folderFor(t);
  const given = folderFor(t);
  const run = (...args: string[]) => runConcord(['packages', ...args, '--packages', folder]);
  writeFileSync(join(given, 'named.tgz'), tgz(files('1.0.0')));
  writeFileSync(join(given, 'bad.tgz'), 'not a tgz');
  writeFileSync(join(given, 'evil.tgz'), tgz({ 'package/package.json': '{"name":"../evil","version":"1"}' }));
  mkdirSync(join(given, 'loose'));
  writeFileSync(join(given, 'loose', 'package.json'), manifest('3.0.0'));
  writeFileSync(join(given, 'loose', 'named.json'), profile);
  assert.equal((await run('add', join(given, 'named.tgz'), join(given, 'loose'))).code, 0);
  for (const [file, says] of [
    ['bad.tgz', /it is no \.tgz/],
    ['evil.tgz', /are none of a FHIR package/],
    ['none.tgz', /there is no such file/],
  ] as const) {
    const ran = await run('add', join(given, file));
    assert.equal(ran.code, 1, file);
    assert.match(ran.printed, says);
  }
  assert.deepEqual(readdirSync(folder), ['example.named#1.0.0', 'example.named#3.0.0']);
});

test('an archive that is cut short is refused', () => {
  assert.throws(() => readTgz(gzipSync(Buffer.from('x'.repeat(512)))), /damaged or cut short/);
  assert.throws(() => readTgz(tgz({ 'package/a.json': 'x'.repeat(900) }).subarray(0, 60)), /it is no \.tgz/);
});

test('profiles of packages count in writes, $validate and concord check', async (t) => {
  const given = folderFor(t);
  writeFileSync(join(given, 'named.tgz'), tgz(files('1.0.0')));
  const folder = join(given, 'kept');
  assert.equal((await runConcord(['packages', 'add', join(given, 'named.tgz'), '--packages', folder])).code, 0);
  const organisation = (more: object) => ({
    resourceType: 'Organization',
    meta: { profile: [PROFILE] },
    name: 'A',
    ...more,
  });
  const packages = { ...DEFAULTS.packages, folder };
  const server = await openTestServer({ packages, conformance: { ...FHIR_REFUSES, profile: 'refuse' } });
  const rules = (outcome: OperationOutcome) => outcome.issue.map(({ details }) => details?.coding?.[0]?.code);
  try {
    const refused = await server.send('POST', 'Organization', { body: organisation({}) });
    assert.equal(refused.status, 422);
    assert.equal(rules(refused.outcome)[0], 'PRO-min');
    assert.equal((await server.send('POST', 'Organization', { body: organisation({ alias: ['B'] }) })).status, 201);
    const validated = await server.send('POST', 'Organization/$validate', { body: organisation({}) });
    assert.ok(rules(validated.outcome).includes('PRO-min'));
    const unclaimed = { body: organisation({ meta: undefined }) };
    const named = await server.send('POST', `Organization/$validate?profile=${PROFILE}`, unclaimed);
    assert.ok(rules(named.outcome).includes('PRO-min'), 'as if it were claimed');
    const unknown = await server.send('POST', 'Organization/$validate?profile=https://example.org/other', unclaimed);
    assert.equal(unknown.status, 400);
    const other = { ...organisation({}), meta: { profile: ['https://example.org/other'] } };
    const noted = await server.send('POST', 'Organization/$validate', { body: other as unknown as FhirResource });
    assert.ok(rules(noted.outcome).includes('PRO-unknown'));
  } finally {
    await server.close();
  }
  writeFileSync(join(given, 'organisation.json'), JSON.stringify(organisation({})));
  const checked = await runConcord(['check', '--packages', folder, join(given, 'organisation.json')]);
  assert.match(checked.printed, /profile PRO-min Organization\.alias/);
  assert.equal(checked.code, 1);
});
