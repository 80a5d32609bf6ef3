/** The release that a bench runs over. */

import type { Dictionary } from '../src/dictionary/dictionary.ts';
import { loadRelease } from '../src/release/load.ts';
import { openSnapshot, openSnapshotBytes } from '../src/snapshot/file.ts';

/** Opens a snapshot (`.dmd`), or loads a release; without a path, the sample release. */
export async function openRelease(path: string | undefined): Promise<{ dictionary: Dictionary; source: string }> {
  const source = path ?? new URL('../../../samples/dmd', import.meta.url).pathname;
  if (source.endsWith('.dmd')) return { dictionary: openSnapshot(source), source };
  const { snapshot } = await loadRelease([source]);
  return { dictionary: openSnapshotBytes(snapshot), source };
}
