import { type SiteRules, SiteRulesError } from '@concord/dmd';
import { siteRulesIn } from '../../dmd/site-rules.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';

/**
 * What the site says of translation.
 * @throws Refusal 503 where its file cannot be used
 */
export async function siteOf(session: Session): Promise<SiteRules> {
  if (session.dmd === undefined) return {};
  try {
    return await siteRulesIn(session.dmd.folder);
  } catch (error) {
    if (!(error instanceof SiteRulesError)) throw error;
    throw refuse(503, 'transient', `Nothing is translated until whoever runs this server mends it: ${error.message}`);
  }
}
