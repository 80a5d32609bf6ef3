import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RawRow } from '../../src/dictionary/dictionary.ts';
import { ReleaseError } from '../../src/release/errors.ts';
import { LOOKUP_GROUPS } from '../../src/release/format.ts';
import { loadRelease } from '../../src/release/load.ts';
import { zip } from '../archive.ts';
import { row, temporaryFolder, writeRelease } from '../releases.ts';

const ROWS: readonly RawRow[] = [
  ...Object.keys(LOOKUP_GROUPS).map((GROUP) => row('LOOKUP', { GROUP, CD: '0001', DESC: 'A & B' })),
  row('ING', { ISID: '387517004', NM: 'Paracetamol' }),
  row('VTM', { VTMID: '777067000', NM: 'Paracetamol' }),
  row('VMP', { VPID: '42109611000001109', VTMID: '777067000', NM: 'x', BASISCD: '0001', PRES_STATCD: '0001' }),
  row('GTIN', { AMPPID: '777067000', GTIN: '5037563003235', STARTDT: '2020-01-01' }),
  row('HISTORY', { GROUP: 'VTMS', IDCURRENT: '777067000', IDPREVIOUS: '387517004', STARTDT: '1948-01-01' }),
];

const folder = await writeRelease(ROWS, 'Ünïcode');
const members = await Promise.all(
  (await readdir(folder)).map(async (name) => ({ name, content: await readFile(join(folder, name)) })),
);
const [gtin, ...others] = members.sort((a, b) => Number(b.name.includes('gtin')) - Number(a.name.includes('gtin')));
const archive = zip([...others, { name: 'week1-GTIN-zip.zip', content: zip(gtin === undefined ? [] : [gtin]) }]);

/** Loads, or is refused in words. Anything else is a defect. */
async function loadsOrIsRefused(path: string): Promise<'loaded' | 'refused'> {
  try {
    await loadRelease([path]);
    return 'loaded';
  } catch (error) {
    assert.ok(error instanceof ReleaseError, `${error instanceof Error ? error.stack : error}`);
    assert.ok(error.message.length > 20);
    return 'refused';
  }
}

/** Some bytes changed, taken out or put in. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    out: fc.integer({ min: 0, max: 8 }),
    in: fc.uint8Array({ maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(bytes: Buffer, changes: readonly { at: number; out: number; in: Uint8Array }[]): Buffer {
  let result = bytes;
  for (const change of changes) {
    const at = Math.floor(change.at * result.length);
    result = Buffer.concat([result.subarray(0, at), change.in, result.subarray(at + change.out)]);
  }
  return result;
}

describe('a release that was damaged loads or is refused in words', () => {
  test('when it is an archive', async () => {
    const path = join(await temporaryFolder(), 'release.zip');
    await writeFile(path, archive);
    assert.equal(await loadsOrIsRefused(path), 'loaded');
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        await writeFile(path, damaged(archive, changes));
        await loadsOrIsRefused(path);
      }),
      { numRuns: 300, seed: 9 },
    );
  });

  test('when it is a folder of files', async () => {
    const copy = await temporaryFolder();
    for (const { name, content } of members) await writeFile(join(copy, name), content);
    assert.equal(await loadsOrIsRefused(copy), 'loaded');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...members), damage, async ({ name, content }, changes) => {
        await writeFile(join(copy, name), damaged(content, changes));
        await loadsOrIsRefused(copy);
        await writeFile(join(copy, name), content);
      }),
      { numRuns: 100, seed: 10 },
    );
  });
});
