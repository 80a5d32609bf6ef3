import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dmdLoad, type Output } from '@concord/dmd';
import { Dmd, type DmdLog } from '../../src/dmd/dmd.ts';
import { useSampleUnlessLoaded } from '../../src/dmd/sample.ts';

/** The full-size releases, where the machine has them. */
const RELEASES = fileURLToPath(new URL('../../../../../shared/data/dmd/release/', import.meta.url));
/** The sample release, as XML. */
export const SAMPLE: string = fileURLToPath(new URL('../../../../samples/dmd', import.meta.url));

/** Why tests over the full-size release are left out, or false. */
export const withoutFullRelease: string | false = existsSync(RELEASES)
  ? false
  : 'the full-size release is not on this machine';

const FULL = ['nhsbsa_dmd_10.1.0_20251013000001.zip', 'nhsbsa_dmdbonus_2.2.0_20250217000001.zip'];

export const quiet: Output = { line: () => {}, error: () => {} };

/** Keeps what a Dmd says. */
export function listener(): DmdLog & { said: string[]; warned: string[] } {
  const said: string[] = [];
  const warned: string[] = [];
  return { said, warned, info: (text) => void said.push(text), warn: (text) => void warned.push(text) };
}

/** An empty folder of its own. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'concord-dmd-'));
}

/** The sample release in a folder of its own, open. */
export async function openSample(log: DmdLog = listener()): Promise<Dmd> {
  const dmd = new Dmd(temporaryFolder(), log);
  await dmd.begin(() => useSampleUnlessLoaded(dmd.folder));
  return dmd;
}

/** The folder with the full-size release. Loading takes seconds: it is done once for each version of the loader. */
export async function fullReleaseFolder(): Promise<string> {
  const folder = join(tmpdir(), `concord-dmd-full-${loaderFingerprint()}`);
  if (existsSync(folder)) return folder;
  const making = temporaryFolder();
  await dmdLoad(
    FULL.map((name) => join(RELEASES, name)),
    making,
    quiet,
  );
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another test process was first.
    if (!existsSync(folder)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

function loaderFingerprint(): string {
  const hash = createHash('sha256');
  const sources = new URL('../../../dmd/src/', import.meta.url);
  for (const name of readdirSync(sources, { recursive: true }).map(String).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(new URL(name, sources)));
  }
  return hash.digest('hex').slice(0, 16);
}
