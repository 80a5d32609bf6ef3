import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dmdCommand, dmdDiff, dmdLoad, dmdUse, snapshotInUse } from '../src/cli.ts';
import { openSnapshot } from '../src/snapshot/file.ts';
import { changedSample, SAMPLE, temporaryFolder } from './releases.ts';

function written() {
  const lines: string[] = [];
  const errors: string[] = [];
  const progress: string[] = [];
  return {
    lines,
    errors,
    progress,
    out: {
      line: (text: string) => void lines.push(text),
      error: (text: string) => void errors.push(text),
      progress: (text: string) => void progress.push(text),
    },
  };
}

describe('concord dmd load', () => {
  test('writes a snapshot, puts it to use and says what it read', async () => {
    const folder = await temporaryFolder();
    const { out, lines, errors, progress } = written();
    assert.equal(await dmdLoad([SAMPLE], folder, out), 0);
    assert.deepEqual(errors, []);
    assert.deepEqual((await readdir(folder)).sort(), ['2025-10-09.dmd', '2025-10-09.dmd.search', 'current']);
    const path = await snapshotInUse(folder);
    assert.equal(path, join(folder, '2025-10-09.dmd'));
    assert.equal(openSnapshot(path ?? '').vtm('777067000')?.name, 'Paracetamol');
    const text = lines.join('\n');
    assert.match(text, /105 VTMs, \d+ VMPs/);
    assert.match(text, /Nothing odd was found/);
    assert.match(text, /In use: dm\+d 2025-10-09/);
    assert.match(progress.join('\n'), /Reading 100 % f_/);
  });

  test('reports what is odd, and loads all the same', async () => {
    const { out, lines } = written();
    const odd = await changedSample('vtm', (t) => t.replace(/<VTMIDDT>[^<]*/, '<VTMIDDT>soon'));
    assert.equal(await dmdLoad([odd], await temporaryFolder(), out), 0);
    assert.match(
      lines.join('\n'),
      /1 × A value does not look like its type.*"soon" is no date.*f_vtm2_3091025\.xml:\d+/,
    );
  });

  test('says what is wrong and leaves the snapshot in use', async () => {
    const folder = await temporaryFolder();
    await dmdLoad([SAMPLE], folder, written().out);
    const { out, lines, errors } = written();
    assert.equal(await dmdLoad([await changedSample('amp', (t) => t.slice(0, 5000))], folder, out), 1);
    assert.deepEqual(lines, []);
    assert.match(errors.join(), /f_amp2_3091025\.xml:\d+: is not well-formed XML/);
    assert.equal(await snapshotInUse(folder), join(folder, '2025-10-09.dmd'));
  });

  test('says what is wrong where it cannot write', async () => {
    const file = join(await temporaryFolder(), 'a-file');
    await writeFile(file, '');
    const { out, errors } = written();
    assert.equal(await dmdLoad([SAMPLE], join(file, 'folder'), out), 1);
    assert.match(errors.join(), /ENOTDIR/);
  });
});

describe('concord dmd use', () => {
  test('takes a file name or a date, and refuses what is not there or damaged', async () => {
    const folder = await temporaryFolder();
    await dmdLoad([SAMPLE], folder, written().out, { use: false });
    assert.equal(await snapshotInUse(folder), undefined);
    const { out, errors } = written();
    assert.equal(await dmdUse('2024-01-01', folder, out), 1);
    assert.match(errors.join(), /There are: 2025-10-09\.dmd/);
    assert.equal(await dmdUse('2025-10-09', folder, out), 0);
    assert.equal(await dmdUse('2025-10-09.dmd', folder, out), 0);
    const path = join(folder, '2025-10-09.dmd');
    const whole = await readFile(path);
    await writeFile(join(folder, 'damaged.dmd'), whole.subarray(0, 1000));
    assert.equal(await dmdUse('damaged.dmd', folder, out), 1);
    assert.match(errors.at(-1) ?? '', /damaged\.dmd: has 1000 bytes/);
    assert.equal(await snapshotInUse(folder), path);
  });
});

describe('concord dmd diff', () => {
  test('compares releases and snapshots, and says each change', async () => {
    const folder = await temporaryFolder();
    await dmdLoad([SAMPLE], folder, written().out);
    const later = await changedSample('vtm', (t) => t.replace('<NM>Paracetamol<', '<NM>Acetaminophen<'));
    const { out, lines } = written();
    assert.equal(await dmdDiff(join(folder, '2025-10-09.dmd'), later, out), 0);
    assert.deepEqual(lines, [
      'dm+d 2025-10-09 to 2025-10-09: 1 changes',
      '  VTM: 1 has another name',
      'renamed VTM 777067000 Acetaminophen: Paracetamol -> Acetaminophen',
    ]);
  });

  test('says what is wrong with a path', async () => {
    const { out, errors } = written();
    assert.equal(await dmdDiff('/nowhere.dmd', SAMPLE, out), 1);
    assert.match(errors.join(), /\/nowhere\.dmd: there is no such snapshot/);
  });
});

describe('concord dmd', () => {
  test('runs a command from its words', async () => {
    const folder = await temporaryFolder();
    const { out, lines } = written();
    assert.equal(await dmdCommand(['load', SAMPLE], folder, out), 0);
    assert.equal(await dmdCommand(['use', '2025-10-09'], folder, out), 0);
    assert.equal(await dmdCommand(['diff', join(folder, '2025-10-09.dmd'), SAMPLE], folder, out), 0);
    assert.equal(lines.at(-1), 'dm+d 2025-10-09 to 2025-10-09: 0 changes');
  });

  test('says how it is used when the words are none of its commands', async () => {
    for (const words of [[], ['load'], ['use'], ['use', 'a', 'b'], ['diff', 'a'], ['diff', 'a', 'b', 'c'], ['drop']]) {
      const { out, errors } = written();
      assert.equal(await dmdCommand(words, '/nowhere', out), 2, words.join(' '));
      assert.match(errors.join('\n'), /concord dmd load PATH/);
    }
  });
});
