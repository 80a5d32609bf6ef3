import { fileURLToPath } from 'node:url';
import { type Dictionary, loadRelease, openSnapshotBytes } from '@concord/dmd';

const folder = fileURLToPath(new URL('../../../samples/dmd', import.meta.url));

/** The sample release of dm+d. */
export async function sampleDictionary(): Promise<Dictionary> {
  const { snapshot } = await loadRelease([folder]);
  return openSnapshotBytes(Buffer.from(snapshot));
}
