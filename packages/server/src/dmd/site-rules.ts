import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalFormulary, readSiteRules, type SiteRules, SiteRulesError } from '@concord/dmd';

/** What the site says of translation: a file beside its dm+d snapshots. */
const SITE_FILE = 'translation.json';

const NONE: SiteRules = {};

const known = new Map<string, { readonly seen: string; readonly rules: SiteRules }>();

/**
 * The rules of the site, read again where the file has changed; none where there is no file.
 * @param folder where dm+d snapshots are
 * @throws SiteRulesError where the file is not understood: what it blocks must not be offered for a slip of the pen
 */
export async function siteRulesIn(folder: string): Promise<SiteRules> {
  const path = join(folder, SITE_FILE);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return NONE;
  const seen = `${info.size} ${info.mtimeMs} ${info.ino}`;
  const found = known.get(path);
  if (found?.seen === seen) return found.rules;
  try {
    const rules = readSiteRules(await readFile(path, 'utf8'));
    known.set(path, { seen, rules });
    return rules;
  } catch (error) {
    throw new SiteRulesError(`${SITE_FILE} cannot be used. ${(error as Error).message}`);
  }
}

/** The site's rules with what one question asks instead: each list of the formulary for itself. */
export function withAsked(
  site: SiteRules,
  { setting, formulary }: { setting: SiteRules['setting']; formulary: LocalFormulary },
): SiteRules {
  const asked = Object.keys(formulary).length > 0;
  return {
    ...site,
    setting: setting ?? site.setting,
    // The same object every time, where nothing is asked: what is read out of it is kept.
    formulary: asked ? { ...site.formulary, ...formulary } : site.formulary,
  };
}
