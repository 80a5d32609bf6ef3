import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runConcord } from './support/concord-process.ts';

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

test('warnings count when told to', async () => {
  const file = join(folder, 'list.txt');
  assert.equal((await without('--strict', '--layer', 'guide', file)).code, 1);
  assert.equal((await without('--layer', 'guide', file)).code, 0);
});

for (const [args, says] of [
  [[], /name files or folders/],
  [[join(folder, 'nothing')], /there is no/],
  [['--format', 'xml', folder], /--format takes text, json, junit/],
  [['--layer', 'ukcore', folder], /--layer takes fhir/],
  [['--mode', 'ward', folder], /--mode takes hospital/],
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
