import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { loadRelease } from '../../src/release/load.ts';
import { openSnapshot, openSnapshotBytes, readSnapshotBytes, writeSnapshot } from '../../src/snapshot/file.ts';
import { SnapshotError, type SnapshotErrorCode } from '../../src/snapshot/layout.ts';
import { dictionaryOf, row, SAMPLE, temporaryFolder, uncheckedImageOf } from '../releases.ts';

const { snapshot } = await loadRelease([SAMPLE]);

function refusal(open: () => unknown): SnapshotErrorCode {
  try {
    open();
  } catch (error) {
    assert.ok(error instanceof SnapshotError, String(error));
    return error.code;
  }
  return assert.fail('opened');
}

describe('a snapshot', () => {
  test('opens from its file as it was written', async () => {
    const path = join(await temporaryFolder(), 'new', 'folder', 'a.dmd');
    await writeSnapshot(path, snapshot);
    const dictionary = openSnapshot(path);
    assert.equal(dictionary.vmp('42109611000001109')?.name, 'Paracetamol 500mg tablets');
    assert.equal(dictionary.release.counts.VMP, dictionary.count('VMP'));
    assert.deepEqual(await readFile(path), snapshot);
  });

  test('is the same bytes for the same release', async () => {
    assert.deepEqual((await loadRelease([SAMPLE])).snapshot, snapshot);
  });

  test('opens at any place in memory', () => {
    for (const shift of [1, 2, 4, 7]) {
      const memory = Buffer.concat([Buffer.alloc(shift), snapshot]);
      assert.equal(openSnapshotBytes(memory.subarray(shift)).vtm('777067000')?.name, 'Paracetamol');
    }
  });

  test('is shared by the threads of a process', async () => {
    const path = join(await temporaryFolder(), 'a.dmd');
    await writeSnapshot(path, snapshot);
    const worker = new Worker(new URL('shared-snapshot.ts', import.meta.url), { workerData: readSnapshotBytes(path) });
    const name = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    assert.equal(name, 'Paracetamol 500mg tablets');
  });

  test('keeps ids of 18 digits and texts beyond ASCII exactly', () => {
    const ids = ['999999991000001103', '900719925474099267', '777067000'];
    const dictionary = dictionaryOf(ids.map((id) => row('VTM', { VTMID: id, NM: `Größe ≥ 1 µg ${id}` })));
    for (const id of ids) assert.equal(dictionary.vtm(id)?.name, `Größe ≥ 1 µg ${id}`);
    assert.equal(dictionary.vtm('900719925474099268'), undefined);
  });
});

describe('a column keeps its values', () => {
  // The width of a column changes at these numbers of different values; missing is one more.
  for (const different of [0, 1, 254, 255, 256, 65_534, 65_535, 65_536]) {
    test(`with ${different} different ones`, () => {
      // Values begin again before the end, and the last rows have none.
      const count = different * 2 + 100;
      const value = (n: number): string | undefined =>
        n < count - 50 && different > 0 ? `v${n % different}` : undefined;
      const image = uncheckedImageOf(
        Array.from({ length: count }, (_, n) => {
          const given = value(n);
          return row('AP_INFO', { APID: '100001', ...(given === undefined ? {} : { SZ_WEIGHT: given }) });
        }),
      );
      const column = image.table('AP_INFO').column('SZ_WEIGHT');
      for (let n = 0; n < count; n++)
        if (column.text(n) !== value(n)) assert.equal(column.text(n), value(n), `row ${n}`);
      assert.equal(column.text(count), undefined);
    });
  }
});

test('texts that begin with other texts are kept whole', () => {
  const words = fc.array(fc.constantFrom('Paracetamol', '500mg', 'tablets', '(Großhändler Ltd)', '28', '', 'é'), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 60 }), (lists) => {
      const names = lists.map((list) => list.join(' '));
      const column = uncheckedImageOf(names.map((NM) => row('ING', { ISID: '387517004', NM })))
        .table('ING')
        .column('NM');
      assert.deepEqual(
        names.map((_, n) => column.text(n)),
        names,
      );
    }),
    { numRuns: 200, seed: 11 },
  );
});

describe('writing a snapshot', () => {
  test('leaves no other file behind', async () => {
    const folder = await temporaryFolder();
    await writeSnapshot(join(folder, 'a.dmd'), snapshot);
    await writeSnapshot(join(folder, 'a.dmd'), snapshot);
    assert.deepEqual(await readdir(folder), ['a.dmd']);
  });

  test('that fails leaves what was there, and no other file', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'a.dmd', 'in-the-way'), { recursive: true });
    await assert.rejects(writeSnapshot(join(folder, 'a.dmd'), snapshot));
    assert.deepEqual(await readdir(folder), ['a.dmd']);
    assert.deepEqual(await readdir(join(folder, 'a.dmd')), ['in-the-way']);
  });
});

describe('opening refuses', () => {
  test('a file that is not there, naming it', () => {
    assert.equal(
      refusal(() => openSnapshot('/nowhere/a.dmd')),
      'not-found',
    );
    assert.throws(() => openSnapshot('/nowhere/a.dmd'), /^SnapshotError: \/nowhere\/a\.dmd: there is no such snapshot/);
  });

  test('a folder', async () => {
    const folder = await temporaryFolder();
    assert.equal(
      refusal(() => openSnapshot(folder)),
      'unreadable',
    );
  });

  test('another kind of file', async () => {
    const path = join(await temporaryFolder(), 'a.dmd');
    for (const content of ['', 'PK', 'SQLite format 3\0'.repeat(10)]) {
      await writeFile(path, content);
      assert.equal(
        refusal(() => openSnapshot(path)),
        'not-a-snapshot',
      );
    }
  });

  test('another version of the format, saying which', () => {
    const other = Buffer.from(snapshot);
    other.writeUInt32LE(99, 8);
    assert.equal(
      refusal(() => openSnapshotBytes(other)),
      'other-version',
    );
    assert.throws(() => openSnapshotBytes(other), /format 99/);
  });

  test('a file cut off anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: snapshot.length - 1 }), (length) => {
        const code = refusal(() => openSnapshotBytes(snapshot.subarray(0, length)));
        assert.ok(code === 'truncated' || code === 'not-a-snapshot', code);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('a file with any byte changed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: snapshot.length - 1 })),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const damaged = Buffer.from(snapshot);
          damaged[at] = (damaged[at] ?? 0) ^ change;
          refusal(() => openSnapshotBytes(damaged));
        },
      ),
      { numRuns: 300, seed: 2 },
    );
  });
});
