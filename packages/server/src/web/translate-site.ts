import { type SiteRules, SiteRulesError } from '@concord/dmd';
import { siteRulesIn } from '../dmd/site-rules.ts';
import type { DmdVisit } from './dmd-visit.ts';
import { PageFault } from './page.ts';

/**
 * What the site says of translation.
 * @throws PageFault 503 where its file cannot be used
 */
export async function siteFor({ dmd }: DmdVisit): Promise<SiteRules> {
  if (dmd === undefined) return {};
  try {
    return await siteRulesIn(dmd.folder);
  } catch (error) {
    if (!(error instanceof SiteRulesError)) throw error;
    throw new PageFault(
      503,
      'Nothing is translated here for now',
      `Whoever runs this server can mend it: ${error.message}`,
    );
  }
}
