import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  dmdUse,
  loadRelease,
  type Output,
  openSnapshot,
  openSnapshotBytes,
  snapshotInUse,
  writeProductIndex,
  writeSnapshot,
} from '@concord/dmd';

/** The sample release, beside the packages. */
const SAMPLE = fileURLToPath(new URL('../../../../samples/dmd', import.meta.url));

/** The snapshot of the sample release. */
export const SAMPLE_SNAPSHOT = 'sample.dmd';

const QUIET: Output = { line: () => {}, error: () => {} };

/**
 * Puts the sample release to use in a folder where nothing is: a real extract of some 130 medicines, so that everything
 * works before a site has loaded its own. A sample from an older Concord is made anew.
 * @returns whether the sample is what is in use now
 */
export async function useSampleUnlessLoaded(folder: string): Promise<boolean> {
  const inUse = await snapshotInUse(folder);
  const file = join(folder, SAMPLE_SNAPSHOT);
  if (inUse !== undefined && inUse !== file) return false;
  if (!existsSync(SAMPLE)) return false;
  if (!isReadable(file)) {
    const { snapshot } = await loadRelease([SAMPLE]);
    await writeSnapshot(file, snapshot);
    await writeProductIndex(file, openSnapshotBytes(snapshot));
  }
  if (inUse === undefined) await dmdUse(SAMPLE_SNAPSHOT, folder, QUIET);
  return true;
}

function isReadable(file: string): boolean {
  try {
    openSnapshot(file);
    return true;
  } catch {
    return false;
  }
}
