import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Parameters } from 'fhir/r4';
import { SAMPLE, temporaryFolder } from './support/dmd.ts';
import { createTestDatabase } from './support/test-store.ts';

const CONCORD = fileURLToPath(new URL('../bin/concord.js', import.meta.url));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `concord dmd` as a process of its own. */
async function dmd(folder: string, ...words: string[]): Promise<Ran> {
  const env = { ...process.env, CONCORD_DMD: folder };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CONCORD, 'dmd', ...words], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ran;
    return { code, stdout, stderr };
  }
}

/** The sample as if of a week later. */
function laterSample(): string {
  const folder = temporaryFolder();
  cpSync(SAMPLE, folder, { recursive: true });
  renameSync(join(folder, 'f_vmp2_3091025.xml'), join(folder, 'f_vmp2_3161025.xml'));
  const vtms = join(folder, 'f_vtm2_3091025.xml');
  writeFileSync(vtms, readFileSync(vtms, 'utf8').replace('<NM>Paracetamol</NM>', '<NM>Paracetamol new</NM>'));
  return folder;
}

describe('concord dmd', { timeout: 120_000 }, () => {
  test('loads, says what it serves, compares and goes back', async () => {
    const folder = temporaryFolder();
    const loaded = await dmd(folder, 'load', SAMPLE);
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.match(loaded.stdout, /153 VMPs/);
    assert.match(loaded.stderr, /Reading f_amp2/);
    const kept = await dmd(folder, 'load', '--no-use', laterSample());
    assert.equal(kept.code, 0, kept.stderr);
    const before = await dmd(folder, 'status');
    assert.match(before.stdout, /\* 2025-10-09\.dmd/);
    assert.match(before.stdout, / {2}2025-10-16\.dmd/);
    const diff = await dmd(folder, 'diff', '2025-10-09', '2025-10-16');
    assert.match(diff.stdout, /dm\+d 2025-10-09 to 2025-10-16: 1 changes/);
    assert.match(diff.stdout, /777067000 .*Paracetamol -> Paracetamol new/);
    assert.equal((await dmd(folder, 'use', '2025-10-16')).code, 0);
    assert.equal((await dmd(folder, 'use', join(folder, '2025-10-09.dmd'))).code, 0);
    assert.equal((await dmd(folder, 'use', '2025-10-16.dmd')).code, 0);
    assert.match((await dmd(folder, 'status')).stdout, /\* 2025-10-16\.dmd/);
  });

  test('says what is wrong with what it is given, and changes nothing', async () => {
    const folder = temporaryFolder();
    assert.equal((await dmd(folder, 'load', SAMPLE)).code, 0);
    const none = await dmd(folder, 'use', '2019-01-01');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no snapshot 2019-01-01.*2025-10-09\.dmd/);
    assert.equal((await dmd(folder, 'load', '/nowhere')).code, 1);
    assert.equal((await dmd(folder, 'load', join(SAMPLE, 'README.md'))).code, 1);
    assert.match((await dmd(folder, 'status')).stdout, /\* 2025-10-09\.dmd/);
    for (const words of [[], ['fetch'], ['load'], ['use'], ['use', 'a', 'b'], ['diff', 'a'], ['status', 'x']]) {
      const ran = await dmd(folder, ...words);
      assert.equal(ran.code, 2, words.join(' '));
      assert.match(ran.stderr, /See concord dmd --help/);
    }
    assert.match((await dmd(folder, '--help')).stdout, /TRUD/);
  });

  test('moves a server in another process, on command and on SIGHUP', async () => {
    const database = await createTestDatabase();
    const folder = temporaryFolder();
    const env = { ...process.env, CONCORD_DMD: folder, CONCORD_DATA: database.folder, PORT: '0', LOG_LEVEL: 'info' };
    if (database.databaseUrl !== undefined) Object.assign(env, { DATABASE_URL: database.databaseUrl });
    const server = spawn(process.execPath, [CONCORD, 'serve', '--no-demo'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
      const said = async (pattern: RegExp) => {
        for (;;) {
          const { value, done } = await lines.next();
          assert.ok(!done, `the server ended before it said ${pattern}`);
          const match = pattern.exec(value);
          if (match !== null) return match;
        }
      };
      const [, base] = await said(/ready at (\S+)/);
      await said(/dm\+d: serving release of 2025-10-09/);
      const name = async () => {
        const answer = await fetch(`${base}/fhir/CodeSystem/$lookup?system=https://dmd.nhs.uk&code=777067000`);
        assert.equal(answer.status, 200);
        const { parameter } = (await answer.json()) as Parameters;
        return parameter?.find((each) => each.name === 'display')?.valueString;
      };
      assert.equal(await name(), 'Paracetamol');
      assert.equal((await dmd(folder, 'load', laterSample())).code, 0);
      await said(/dm\+d: moved to release of 2025-10-16/);
      assert.equal(await name(), 'Paracetamol new');
      writeFileSync(join(folder, 'current'), 'sample.dmd\n');
      server.kill('SIGHUP');
      await said(/dm\+d: moved to release of 2025-10-09/);
      assert.equal(await name(), 'Paracetamol');
    } finally {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      await database.drop();
    }
  });
});
