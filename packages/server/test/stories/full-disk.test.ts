import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEcosystem } from '../../demo/supply/ecosystem.ts';
import { PEOPLE } from '../../demo/supply/people.ts';
import { Scene } from '../../demo/supply/story.ts';
import { useSampleUnlessLoaded } from '../../src/dmd/sample.ts';
import { createTestDatabase, onPostgres } from '../support/test-store.ts';
import { agree } from './agreement.ts';
import { steps } from './steps.ts';

/** A disk of its own, small enough to be filled; undefined where this user may not mount one. */
function smallDisk(folder: string): string | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

/** Writes until nothing more goes. */
function fill(file: string) {
  const handle = openSync(file, 'w');
  try {
    for (const block = Buffer.alloc(65_536); ; ) writeSync(handle, block);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ENOSPC');
  } finally {
    closeSync(handle);
  }
}

test('a pharmacy whose disk is full takes nothing half, delays nobody, and gets everything when there is room', async (context) => {
  if (onPostgres) return context.skip("the embedded database's disk is what is filled");
  const folder = mkdtempSync(join(tmpdir(), 'concord-full-'));
  const disk = smallDisk(join(folder, 'disk'));
  if (disk === undefined) return context.skip('this user may not mount a small disk');
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  execFileSync('cp', ['-a', `${databases[1].folder}/.`, disk]);
  const dmd = join(folder, 'dmd');
  await useSampleUnlessLoaded(dmd);
  const settings = { delivery: { first: 0.05, most: 0.5, timeout: 5 } };
  const record = (site: string) => ({ data: site === 'ward' ? databases[0].folder : disk });
  const eco = await startEcosystem('P1', { folder, dmd, settings, record });
  try {
    await new Scene(eco, PEOPLE.discharged, () => undefined, 'full').begin();
    for (const { step } of steps(eco, 'before')) await step();
    const filler = join(disk, 'filler');
    fill(filler);
    const numbers = Array.from({ length: 40 }, (_, i) => `full-${i}`);
    for (const number of numbers) await steps(eco, number)[0]?.step();
    const waits = async () => {
      const told = await (await fetch(`${eco.ward.address}/deliveries.json`)).text();
      return /"waiting":\s*[1-9]/.test(told);
    };
    assert.ok(await waits(), 'the disk was full indeed: something waits on the ward');
    rmSync(filler);
    for (const number of numbers) for (const { step } of steps(eco, number).slice(1)) await step();
    const all = await agree(eco);
    assert.equal(all.size, 2 * (numbers.length + 1));
    assert.ok([...all.values()].every((status) => status === 'completed'));
    assert.ok(!eco.pharmacy.printed.includes(PEOPLE.discharged.identifier.value as string), 'no patient is in the log');
  } finally {
    await eco.close();
    execFileSync('umount', [disk]);
    for (const database of databases) await database.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});
