import type { Dmd } from '../dmd/dmd.ts';
import { nameOf } from '../dmd/dmd.ts';
import type { Release } from '../dmd/release.ts';
import { SAMPLE_SNAPSHOT } from '../dmd/sample.ts';
import { PageFault, type Visit } from './page.ts';

/** A request for a page about dm+d. */
export interface DmdVisit extends Visit {
  readonly dmd: Dmd | undefined;
}

/** The release that a page is made from, and how it is called. */
export interface NamedRelease extends Release {
  readonly name: string;
  readonly isSample: boolean;
}

/**
 * The dm+d release in use.
 * @throws PageFault 503 where there is none
 */
export async function releaseFor({ dmd }: DmdVisit): Promise<NamedRelease> {
  const release = await dmd?.find();
  if (release !== undefined) {
    return { ...release, name: nameOf(release), isSample: release.file.endsWith(SAMPLE_SNAPSHOT) };
  }
  throw new PageFault(503, 'No dm+d release is in use', 'Whoever runs this server can load one: concord dmd load.');
}
