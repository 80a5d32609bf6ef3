import type { LayerFinding } from '@concord/conformance';
import type { Findings } from '../store/findings.ts';
import type { Tag } from './words.ts';

/** What each severity is called on a page, and its tag's colour; words, not colour alone, tell them apart. */
const TAGS: Readonly<Record<LayerFinding['severity'], Tag>> = {
  error: { text: 'Error', colour: 'red' },
  warning: { text: 'Warning', colour: 'orange' },
  information: { text: 'Note', colour: 'grey' },
};

/** The tag of a severity. */
export function severityTag(severity: string): Tag {
  return TAGS[severity as LayerFinding['severity']] ?? TAGS.information;
}

/** What was found about a version, for its page: errors first; undefined where nothing was. */
export function foundWords(findings: Findings | undefined) {
  if (findings === undefined) return undefined;
  const order = Object.keys(TAGS);
  const items = [...findings.found]
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .map(({ severity, layer, rule, expression, diagnostics }) => ({
      tag: severityTag(severity),
      says: diagnostics,
      where: expression,
      rule: `${layer} ${rule}`,
    }));
  return { source: findings.source, items };
}
