import type { LayerFinding } from '@concord/conformance';
import type { Queryable } from './database.ts';
import { keyOfId } from './ids.ts';
import { instantSql } from './instant-sql.ts';

/** What was found about a version when it was accepted. */
export interface Findings {
  /** Who it came from: an organisation's ODS code, or the URI of a system; '' where nothing tells. */
  source: string;
  found: readonly LayerFinding[];
}

/** How often a rule was found in what one source sent. */
export interface RuleCount {
  source: string;
  severity: LayerFinding['severity'];
  layer: string;
  rule: string;
  /** Versions of resources that it was found in. */
  versions: number;
  /** ISO instant of the last of them. */
  last: string;
}

/** What is kept: notes, which say that nothing is wrong, are told once and not kept. */
export function keptOf({ found }: Findings): LayerFinding[] {
  return found.filter(({ severity }) => severity !== 'information');
}

/** The findings of a version in short: each severity, layer and rule once. */
export function rulesIn(found: readonly LayerFinding[]): string[] {
  return [...new Set(found.map(({ severity, layer, rule }) => `${severity} ${layer} ${rule}`))];
}

const READ = `with keys as (
    select unnest(former_keys || patient_key) as key from resource_location where type = $1 and id = $2
    union all select $4::bigint)
  select source, content from finding
  where patient_key in (select key from keys) and type = $1 and id = $2 and version = $3`;

/** What was found about one version; undefined where nothing was. */
export async function findingsOf(
  q: Queryable,
  type: string,
  id: string,
  version: number,
): Promise<Findings | undefined> {
  const [row] = await q.query<{ source: string; content: string }>(READ, [type, id, version, keyOfId(id) ?? null]);
  return row && { source: row.source, found: JSON.parse(row.content) as LayerFinding[] };
}

const COUNT = `select source, split_part(rule, ' ', 1) as severity, split_part(rule, ' ', 2) as layer,
    split_part(rule, ' ', 3) as rule, count(*)::int as versions,
    ${instantSql('max(at)')} as last
  from finding, unnest(rules) as rule where at >= $1::timestamptz
  group by 1, 2, 3, 4 order by source, severity, versions desc, layer, rule`;

/** How often each rule was found since an instant, by source. */
export function countRules(q: Queryable, since: string): Promise<RuleCount[]> {
  return q.query<RuleCount>(COUNT, [since]);
}
