import { createTerminology, type Dictionary, openProductSearch, openSnapshot, type Terminology } from '@concord/dmd';
import { TerminologyResources } from './resources.ts';

/** One dm+d release, open: everything that answers need, made once. It never changes. */
export interface Release {
  /** The snapshot file that it was read from. */
  readonly file: string;
  readonly dictionary: Dictionary;
  readonly terminology: Terminology;
  readonly resources: TerminologyResources;
}

/**
 * Opens a snapshot.
 * @throws SnapshotError where there is none, or it is damaged, or of another format version
 */
export function openRelease(file: string): Release {
  const dictionary = openSnapshot(file);
  const search = openProductSearch(file, dictionary);
  search.prepare();
  const terminology = createTerminology(dictionary, search);
  return { file, dictionary, terminology, resources: new TerminologyResources(terminology) };
}
