import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { dmdLoad, dmdUse } from '@concord/dmd';
import type { Parameters } from 'fhir/r4';
import { Dmd } from '../src/dmd/dmd.ts';
import { useSampleUnlessLoaded } from '../src/dmd/sample.ts';
import { listener, openSample, quiet, SAMPLE, temporaryFolder } from './support/dmd.ts';
import { openTestServer } from './support/test-server.ts';

const LOOKUP = 'CodeSystem/$lookup?system=https://dmd.nhs.uk&code=42109611000001109';

/** A later release: the sample of another day, in which a medicine has another name. */
function laterRelease(): string {
  const folder = temporaryFolder();
  cpSync(SAMPLE, folder, { recursive: true });
  const vmps = join(folder, 'f_vmp2_3091025.xml');
  const text = readFileSync(vmps, 'utf8').replaceAll('>Paracetamol 500mg tablets<', '>Paracetamol 500mg tablets new<');
  rmSync(vmps);
  // The release is of the day that its VMPs are of.
  writeFileSync(join(folder, 'f_vmp2_3161025.xml'), text);
  return folder;
}

describe('a running server', { timeout: 60_000 }, () => {
  test('moves to another release under load without a failed or mixed answer', async () => {
    const log = listener();
    const dmd = await openSample(log);
    const server = await openTestServer({}, dmd);
    try {
      await dmdLoad([laterRelease()], dmd.folder, quiet, { use: false });
      const asked = new Set<string>();
      let stop = false;
      let fault: unknown;
      let answers = 0;
      const client = async () => {
        while (!stop) {
          const answer = await server.get(LOOKUP);
          assert.equal(answer.status, 200, answer.text);
          const parameters = answer.resource<Parameters>().parameter ?? [];
          const of = (name: string) => parameters.find((each) => each.name === name)?.valueString ?? '';
          asked.add(`${of('display')} in ${of('version')}`);
          answers++;
          // Injected requests never leave the turn of the event loop; without this nothing else would happen.
          await nextTurn();
        }
      };
      const careful = () =>
        client().catch((error) => {
          fault ??= error;
        });
      const clients = Array.from({ length: 8 }, careful);
      for (let round = 0; round < 6; round++) {
        const before = answers;
        assert.equal(await dmdUse(round % 2 === 0 ? '2025-10-16' : 'sample.dmd', dmd.folder, quiet), 0);
        await dmd.look();
        while (answers < before + 40 && fault === undefined) await nextTurn();
      }
      stop = true;
      await Promise.all(clients);
      assert.equal(fault, undefined);
      assert.deepEqual([...asked].sort(), [
        'Paracetamol 500mg tablets in 2025-10-09',
        'Paracetamol 500mg tablets new in 2025-10-16',
      ]);
      assert.deepEqual(log.warned, []);
      assert.equal(log.said.length, 7);
    } finally {
      await server.close();
    }
  });

  test('notices by itself that another release is in use', async () => {
    const dmd = await openSample();
    dmd.watch();
    try {
      await dmdLoad([laterRelease()], dmd.folder, quiet);
      while (dmd.release?.dictionary.release.date !== '2025-10-16') await nextTurn();
    } finally {
      dmd.close();
    }
  });

  test('keeps the release at hand when the new one is damaged, and says so once', async () => {
    const log = listener();
    const dmd = await openSample(log);
    const before = dmd.release;
    cpSync(join(dmd.folder, 'sample.dmd'), join(dmd.folder, 'bad.dmd'));
    truncateSync(join(dmd.folder, 'bad.dmd'), 5000);
    writeFileSync(join(dmd.folder, 'current'), 'bad.dmd\n');
    await dmd.look();
    await dmd.look();
    assert.equal(dmd.release, before);
    assert.equal(log.warned.length, 1);
    assert.match(log.warned[0] ?? '', /bad\.dmd cannot be used, release of 2025-10-09 stays in use/);
    // Made whole again, it is taken.
    cpSync(join(dmd.folder, 'sample.dmd'), join(dmd.folder, 'bad.dmd'));
    await dmd.look();
    assert.notEqual(dmd.release, before);
  });

  test('keeps the release at hand when the one named is not there, or the name is gone', async () => {
    const log = listener();
    const dmd = await openSample(log);
    const before = dmd.release;
    for (const name of ['none.dmd', '', '../../etc/passwd', '\u0000']) {
      writeFileSync(join(dmd.folder, 'current'), name);
      await dmd.look();
      assert.equal(dmd.release, before, JSON.stringify(name));
    }
  });

  test('a site’s own release is never replaced by the sample', async () => {
    const folder = temporaryFolder();
    await dmdLoad([laterRelease()], folder, quiet);
    const dmd = await openSampleIn(folder);
    assert.equal(dmd.release?.dictionary.release.date, '2025-10-16');
  });

  test('a sample that an older version wrote is made anew', async () => {
    const first = await openSample();
    truncateSync(join(first.folder, 'sample.dmd'), 100);
    const again = await openSampleIn(first.folder);
    assert.equal(again.release?.dictionary.release.date, '2025-10-09');
  });

  test('what begins before the release is open waits for it', async () => {
    const log = listener();
    const dmd = new Dmd(temporaryFolder(), log);
    const server = await openTestServer({}, dmd);
    try {
      const begun = dmd.begin(() => useSampleUnlessLoaded(dmd.folder));
      assert.equal(dmd.release, undefined);
      const answer = await server.get(LOOKUP);
      assert.equal(answer.status, 200, answer.text);
      await begun;
    } finally {
      await server.close();
    }
  });
});

async function openSampleIn(folder: string): Promise<Dmd> {
  const dmd = new Dmd(folder, listener());
  await dmd.begin(() => useSampleUnlessLoaded(folder));
  return dmd;
}
