import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documentsOf } from '../src/commands/check-documents.ts';
import { checkProgress } from '../src/commands/check-progress.ts';
import { runConcord } from './support/concord-process.ts';
import { faultyOrder } from './support/order-message.ts';
import { textOf } from './support/page-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-check-'));
after(() => rmSync(folder, { recursive: true }));

const patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990008086' }],
  name: [{ family: 'Rahman', given: ['Ahmed'] }],
  gender: 'male',
  birthDate: '1967-06-06',
};
const wrong = { ...patient, gender: 'm<an' };
const xml = '<Patient xmlns="http://hl7.org/fhir"><gender value="odd"/></Patient>';

writeFileSync(join(folder, 'right.json'), JSON.stringify(patient));
writeFileSync(join(folder, 'json-inside.xml'), JSON.stringify(wrong, null, 1));
writeFileSync(join(folder, 'real.xml'), xml);
writeFileSync(join(folder, 'many.ndjson'), `${JSON.stringify(patient)}\n\n${JSON.stringify(wrong)}\n`);
writeFileSync(join(folder, 'broken.json'), '{"resourceType": ');
// Not looked at in the folder for its name, but read where it is named.
writeFileSync(join(folder, 'list.txt'), JSON.stringify({ resourceType: 'MedicationStatement' }));

/** A folder whose only file has no name of a resource. */
const empty = join(folder, 'empty');
mkdirSync(empty);
writeFileSync(join(empty, 'notes.txt'), '{}');

const run = (...args: string[]) => runConcord(['check', '--dmd', join(folder, 'none'), ...args]);
const without = (...args: string[]) => runConcord(['check', ...args], { CONCORD_DMD: join(folder, 'none') });

test('a resource that is right ends with 0', async () => {
  const { code, printed } = await without('--layer', 'fhir,uk-core,identity', join(folder, 'right.json'));
  assert.equal(code, 0, printed);
  assert.match(printed, /1 resource: 0 errors, 0 warnings, 0 notes/);
});

test('a folder: JSON and XML by what they hold, each line of NDJSON, and what cannot be read', async () => {
  const { code, printed } = await without('--layer', 'fhir', folder);
  assert.equal(code, 1);
  assert.match(printed, /json-inside\.xml\n {2}error {3}fhir FHIR-binding Patient\.gender/);
  assert.match(printed, /real\.xml\n {2}error {3}fhir FHIR-binding Patient\.gender/);
  assert.match(printed, /many\.ndjson, line 3\n/);
  assert.match(printed, /broken\.json\n {2}error {3}fhir FHIR-unreadable/);
  assert.match(printed, /6 resources: 4 errors/);
});

test('JSON, a line for each resource, and JUnit, escaped', async () => {
  const json = await without('--format', 'json', '--layer', 'fhir', join(folder, 'many.ndjson'));
  const lines = json.printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; isWrong: boolean });
  assert.deepEqual(
    lines.map(({ name, isWrong }) => [name, isWrong]),
    [
      ['line 1', false],
      ['line 3', true],
    ],
  );
  const junit = await without('--format', 'junit', '--layer', 'fhir', join(folder, 'many.ndjson'));
  assert.equal(junit.code, 1);
  assert.match(junit.printed, /<testsuite name="concord check" tests="2" failures="1">/);
  assert.match(junit.printed, /&quot;m&lt;an&quot; is not in/);
});

test('a fault has its line where the file has lines, and what cannot be read its line and column', async () => {
  const { printed } = await without('--layer', 'fhir', join(folder, 'json-inside.xml'), join(folder, 'broken.json'));
  assert.match(printed, /Patient\.gender \(line \d+\): "m<an" is not in/);
  assert.match(
    printed,
    /FHIR-unreadable \(line 1\): Line 1, column 18: Not JSON: a value is expected here, not the end/,
  );
  const dense = await without('--layer', 'fhir', join(folder, 'many.ndjson'));
  assert.doesNotMatch(dense.printed, /\(line/);
  const json = await without('--format', 'json', '--layer', 'fhir', join(folder, 'json-inside.xml'));
  const { findings } = JSON.parse(json.printed) as { findings: { line: number }[] };
  const lines = readFileSync(join(folder, 'json-inside.xml'), 'utf8').split('\n');
  assert.match(lines[(findings[0]?.line ?? 0) - 1] ?? '', /"gender"/);
});

test('NDJSON: what is wrong with a line is told of that line, and the others are checked', async () => {
  const lines = [JSON.stringify(patient), 'hello', '{"resourceType":"Pat', JSON.stringify(wrong)];
  for (const name of ['mixed.ndjson', 'mixed.json']) {
    const file = join(folder, name);
    writeFileSync(file, lines.join('\r\n'));
    const { code, printed } = await without('--layer', 'fhir', file);
    rmSync(file);
    assert.equal(code, 1);
    assert.match(printed, /, line 2\n {2}error {3}fhir FHIR-unreadable \(line 2\): Line 2, column 1: This is neither/);
    assert.match(printed, /, line 3\n {2}error {3}fhir FHIR-unreadable \(line 3\): Line 3, column 17: Not JSON/);
    assert.match(printed, /, line 4\n {2}error {3}fhir FHIR-binding Patient\.gender/);
    assert.match(printed, /4 resources: 3 errors, 0 warnings, 0 notes/);
  }
});

test('NDJSON of several chunks is read line by line, and its last line needs no end', () => {
  const file = join(folder, 'large.ndjson');
  const long = JSON.stringify({ ...patient, text: { status: 'generated', div: 'é'.repeat(700_000) } });
  writeFileSync(file, `${JSON.stringify(patient)}\n${long}\n\n${long}`);
  const names = [...documentsOf(file)].map(({ name, read }) => ('fault' in read ? read.fault : name));
  rmSync(file);
  assert.deepEqual(names, ['line 1', 'line 2', 'line 4']);
});

test('another encoding than UTF-8 is refused, at its place, rather than read as other letters', async () => {
  const file = join(folder, 'latin.json');
  writeFileSync(file, Buffer.from('{"resourceType":"Patient",\n"name":[{"family":"Bront\u00eb"}]}', 'latin1'));
  const { code, printed } = await without('--layer', 'fhir', file);
  rmSync(file);
  assert.equal(code, 1);
  assert.match(printed, /Line 2, column 25: This is not UTF-8/);
});

test('standard input, once', () => {
  const concord = fileURLToPath(new URL('../bin/concord.js', import.meta.url));
  const ran = spawnSync(process.execPath, [concord, 'check', '--layer', 'fhir', '-'], { input: xml, encoding: 'utf8' });
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stdout, /^-\n {2}error {3}fhir FHIR-binding Patient\.gender/);
});

test('HTML: one page with every input, the findings at their places, and their rules', async () => {
  const inputs = join(folder, 'html');
  mkdirSync(inputs);
  const file = join(inputs, 'order.json');
  writeFileSync(file, JSON.stringify(faultyOrder(), null, 2));
  writeFileSync(join(inputs, 'right & good.json'), JSON.stringify(patient));
  writeFileSync(join(inputs, 'wrong.json'), JSON.stringify({ ...patient, gender: '<script>alert(1)</script>' }));
  writeFileSync(join(inputs, 'broken.json'), '{"resourceType": ');
  const report = join(folder, 'report.html');
  const { code, printed } = await without('--format', 'html', '--output', report, '--layer', 'fhir,identity', inputs);
  assert.equal(code, 1);
  assert.equal(printed, '');
  const html = readFileSync(report, 'utf8');
  assert.match(html, /^<!DOCTYPE html>/);
  assert.doesNotMatch(html, /<script|<link|\ssrc=|@import/);
  const text = textOf(html);
  assert.match(text, /4 resources: 4 errors/);
  assert.match(text, /right & good\.json Patient nothing found/);
  assert.match(text, /broken\.json cannot be read Line 1, column 18/);
  for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(html.includes(`id="${target}"`), target);
  const line = /<li class="concord-source__line[^>]*><code>[^<]*9990008087.*?<\/li>/s.exec(html)?.[0] ?? '';
  assert.match(textOf(line), /Not an NHS number/);
  assert.match(text, /The rules behind the findings.*R-190 Not an NHS number/);
  const onOutput = await without('--format', 'html', '--layer', 'fhir', join(inputs, 'right & good.json'));
  assert.equal(onOutput.code, 0);
  assert.match(onOutput.printed, /^<!DOCTYPE html>.*<\/html>\s*$/s);
});

test('progress is told on a terminal, and taken away again; elsewhere it is not', () => {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const terminal = checkProgress(2000, { isTTY: true, write } as Parameters<typeof checkProgress>[1]);
  terminal.step();
  terminal.clear();
  assert.deepEqual(written, ['\r\u001b[K1 of 2,000 files checked', '\r\u001b[K']);
  const log = checkProgress(2000, { isTTY: false, write } as Parameters<typeof checkProgress>[1]);
  log.step();
  log.clear();
  assert.equal(written.length, 2);
});

test('what could not be checked is said in each format: silence is no pass', async () => {
  const file = join(folder, 'right.json');
  const none = ['--packages', join(folder, 'none')];
  assert.match(
    (await without(...none, file)).printed,
    /dm\+d codes: codes not looked up: no dm\+d release\nProfiles of packages: not checked: no packages are loaded/,
  );
  const junit = await without(...none, '--format', 'junit', file);
  assert.match(junit.printed, /<property name="not checked" value="dm\+d codes: codes not looked up/);
  const json = await without(...none, '--format', 'json', file);
  assert.deepEqual(Object.keys((JSON.parse(json.printed) as { unchecked: object }).unchecked), ['dmd', 'profile']);
  assert.doesNotMatch((await without('--layer', 'fhir', file)).printed, /not checked|not looked up/);
});

test('warnings count when told to', async () => {
  const file = join(folder, 'list.txt');
  assert.equal((await without('--strict', '--layer', 'guide', file)).code, 1);
  assert.equal((await without('--layer', 'guide', file)).code, 0);
});

for (const [args, says] of [
  [[], /name files or folders/],
  [[join(folder, 'nothing')], /there is no/],
  [[empty], /there is no \.json, \.xml or \.ndjson file in/],
  [['--format', 'xml', folder], /--format takes text, json, junit/],
  [['--layer', 'ukcore', folder], /--layer takes fhir/],
  [['--mode', 'ward', folder], /--mode takes hospital/],
  [['--output', join(folder, 'none', 'x'), folder], /--output: ENOENT/],
] as const) {
  test(`concord check ${args.join(' ').replace(folder, 'FOLDER')} is not understood`, async () => {
    const { code, printed } = await without(...args);
    assert.equal(code, 2, printed);
    assert.match(printed, says);
  });
}

test('a folder without a release is said', async () => {
  const { code, printed } = await run(folder);
  assert.equal(code, 2);
  assert.match(printed, /no release is in use/);
});
