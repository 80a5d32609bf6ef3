import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { packagesCommand } from '../src/commands/packages.ts';
import { serveOptions } from '../src/commands/serve-options.ts';
import { configurationTables } from '../src/config/configuration-page.ts';
import { configText, shownConfig } from '../src/config/show-config.ts';
import { BadSetting, DEFAULTS, readConfig } from '../src/config.ts';
import { runConcord } from './support/concord-process.ts';

/** A folder with files in it, that goes when the test ends. */
function folderWith(t: TestContext, files: { [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'concord-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('without anything set, the defaults hold', (t) => {
  assert.deepEqual(readConfig({}, {}, folderWith(t, {})), DEFAULTS);
});

test('a flag wins over the environment, that over the file, and that over the default', (t) => {
  const folder = folderWith(t, { 'concord.config.yaml': 'port: 1\nhost: file.example\nlogLevel: error\n' });
  const origins = new Map<string, string>();
  const config = readConfig({ PORT: '2', HOST: 'environment.example' }, { port: '3' }, folder, origins);
  assert.deepEqual(
    [config.port, config.host, config.logLevel, config.workers],
    [3, 'environment.example', 'error', DEFAULTS.workers],
  );
  assert.deepEqual(Object.fromEntries(origins), {
    port: '--port',
    host: 'HOST',
    logLevel: join(folder, 'concord.config.yaml'),
  });
});

test('the file may be JSON or YAML, in the folder or named', (t) => {
  const folder = folderWith(t, {
    'concord.config.json': '{ "limits": { "maxCount": 7 } }',
    'other.yml': 'limits:\n  maxCount: 8\n',
    'empty.yaml': '',
  });
  assert.equal(readConfig({}, {}, folder).limits.maxCount, 7);
  assert.equal(readConfig({ CONCORD_CONFIG: 'other.yml' }, {}, folder).limits.maxCount, 8);
  assert.equal(readConfig({ CONCORD_CONFIG: 'other.yml' }, { config: 'empty.yaml' }, folder).limits.maxCount, 1000);
});

test('the environment reaches every key, and whole sections as JSON', () => {
  const read = (environment: { [name: string]: string }) => readConfig(environment, {}, '/nowhere');
  assert.equal(read({ CONCORD_LIMITS_BODY_BYTES: '2048' }).limits.bodyBytes, 2048);
  assert.equal(read({ CONCORD_CACHE_MEGABYTES: '1' }).cacheMegabytes, 1);
  assert.equal(read({ CONCORD_DEMO: 'false' }).demo, false);
  const both = read({ CONCORD_LIMITS: '{"maxCount":9,"nesting":20}', CONCORD_LIMITS_NESTING: '30' }).limits;
  assert.deepEqual([both.maxCount, both.nesting], [9, 30], "a key's own variable wins over its section's");
});

test('folders in a file are relative to it, and defaults follow the data folder', (t) => {
  const folder = folderWith(t, { 'concord.config.yaml': 'data: record' });
  const config = readConfig({}, {}, folder);
  assert.equal(config.data, join(folder, 'record'));
  assert.equal(config.dmd, join(folder, 'record', 'dmd'));
  assert.equal(readConfig({ CONCORD_DATA: 'elsewhere' }, {}, folder).dmd, join('elsewhere', 'dmd'));
});

const at = (more: string) => `neighbours: [{name: a, base: "https://a.example/fhir"${more}}]`;
const NEIGHBOURS: [text: string, says: RegExp][] = [
  ['neighbours: [{name: a}]', /neighbours\[0\]\.base must be an address/],
  ['neighbours: [{name: a/b, base: "https://a.example"}]', /neighbours\[0\]\.name must be a name of letters/],
  [at(', delivr: {}'), /neighbours\[0\] has no key "delivr"\. It has: name, base, deliver/],
  [at(', deliver: true'), /neighbours\[0\]\.deliver must be an object of as, format/],
  [at(', auth: {}'), /neighbours\[0\]: auth takes bearer or smart/],
  [at(', auth: {bearer: x, smart: {tokenUrl: "https://b", clientId: c, keyFile: k}}'), /auth takes bearer or smart/],
  [at(', tls: {certFile: c}'), /neighbours\[0\]: tls\.certFile and tls\.keyFile go together/],
  [at(', fetchFrom: broker'), /neighbours: a has fetchFrom broker, which is none of them/],
  ['neighbours: [{name: a, base: "http://a.example", tls: {caFile: c}}]', /tls is for a base that begins with https/],
  [
    'neighbours: [{name: a, base: "https://u:secret@a.example"}]',
    /^neighbours\[0\]: base must not hold a user or pass[^@]*$/,
  ],
  ['neighbours: [{name: a, base: "https://a"}, {name: A, base: "https://b"}]', /neighbours: two are called A/],
];

const WRONG: [text: string, says: RegExp][] = [
  ['colour: blue', /there is no setting "colour". It has: host, port/],
  ['PublicURL: https://x.example', /It is written publicUrl/],
  ['limits:\n  body: 1', /limits has no key "body"\. It has: bodyBytes/],
  ['limits:\n  body-bytes: 1', /limits has no key "body-bytes"\. It is written bodyBytes/],
  ['limits: 5', /limits must be an object/],
  ['port: eighty', /port must be a number from 0 to 65535; "eighty" is not/],
  ['port: "80"', /port must be a number/],
  ['demo: maybe', /demo must be true or false/],
  ['logLevel: loud', /logLevel must be info, warn, error or silent; "loud" is not/],
  ['publicUrl: example.com', /publicUrl must be an address that begins with http/],
  ['databaseUrl: mysql://u:secret@h/x', /databaseUrl must be an address that begins with postgres:\/\/[^"]*\.$/],
  ['conformance:\n  uk-core: sometimes', /conformance\.uk-core must be refuse, warn or off; "sometimes" is not/],
  ['workers: 2', /needs PostgreSQL/],
  ...NEIGHBOURS,
  ['- a\n- b', /must be an object of settings/],
  ['a: [', /cannot be read/],
];

for (const [text, says] of WRONG) {
  test(`a file is refused that says ${JSON.stringify(text)}`, (t) => {
    const folder = folderWith(t, { 'concord.config.yaml': text });
    assert.throws(
      () => readConfig({}, {}, folder),
      (error: Error) => error instanceof BadSetting && says.test(error.message),
    );
  });
}

test('two files in the folder, or a named one that is not there, are refused', (t) => {
  const folder = folderWith(t, { 'concord.config.yaml': '', 'concord.config.json': '{}' });
  assert.throws(() => readConfig({}, {}, folder), /there are concord.config.json and concord.config.yaml: keep one/);
  assert.throws(() => readConfig({}, { config: 'none.yaml' }, folder), /none.yaml cannot be read/);
});

test('what is in effect is printed as a config file would have it, without passwords', (t) => {
  const folder = folderWith(t, {
    'concord.config.yaml': 'databaseUrl: postgres://me:secret@db/concord\nport: 81\ndata: /var/record\n',
  });
  const origins = new Map<string, string>();
  const config = readConfig({ PORT: '82' }, {}, folder, origins);
  const printed = configText(config, origins);
  assert.match(printed, /^port: 82 {2}# PORT$/m);
  assert.match(printed, /^databaseUrl: postgres:\/\/me:\*\*\*@db\/concord {2}# .*concord\.config\.yaml$/m);
  assert.doesNotMatch(printed + JSON.stringify(shownConfig(config)), /secret/);
  // Read again, it says the same but for the password.
  const again = folderWith(t, { 'concord.config.yaml': printed });
  assert.deepEqual(shownConfig(readConfig({}, {}, again)), shownConfig(config));
});

test('concord config and concord serve read the file', async (t) => {
  const folder = folderWith(t, { 'site.yaml': 'port: 8123\n', 'wrong.yaml': 'prot: 8123\n' });
  const shown = await runConcord(['config', '--config', join(folder, 'site.yaml'), '--json']);
  assert.equal(shown.code, 0, shown.printed);
  assert.equal(JSON.parse(shown.printed).port, 8123);
  const refused = await runConcord(['serve', '--config', join(folder, 'wrong.yaml')]);
  assert.equal(refused.code, 2);
  assert.match(refused.printed, /there is no setting "prot"/);
});

test('docs/configuration.md lists every key (npm run configuration-page -w packages/server writes it)', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  assert.ok(page.endsWith(`<!-- keys -->\n\n${configurationTables()}\n`));
});

test('concord takes every flag that docs/configuration.md names', () => {
  const named = [...configurationTables().matchAll(/`--([a-z-]+)`/g)].map(([, flag = '']) => flag);
  const taken = { ...serveOptions, ...packagesCommand.options };
  assert.ok(named.includes('role'));
  assert.deepEqual(
    named.filter((flag) => !Object.hasOwn(taken, flag)),
    [],
  );
});
