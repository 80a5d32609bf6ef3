import { OVERVIEW_DAYS } from '../fhir/operations/findings.ts';
import { countRules } from '../store/findings.ts';
import { shortDateTime } from './dates.ts';
import { severityTag } from './found-words.ts';
import type { Page, Visit } from './page.ts';

const DAY = 86_400_000;

/** What the checks found in what was accepted of late, counted by sender and rule: is a sender ready to be tightened? */
export async function conformancePage({ record, config, now }: Visit): Promise<Page> {
  const counts = await countRules(record.q, new Date(now - OVERVIEW_DAYS * DAY).toISOString());
  const sources = [...Map.groupBy(counts, ({ source }) => source)].map(([source, rules]) => ({
    name: source === '' ? 'Sender not named' : source,
    isReady: !rules.some(({ severity }) => severity === 'error'),
    settings: Object.entries(config.conformance.sources[source] ?? {})
      .map(([layer, does]) => `${layer}: ${does}`)
      .join(', '),
    rules: rules.map(({ severity, layer, rule, versions, last }) => ({
      ...{ tag: severityTag(severity), layer, rule, versions },
      last: shortDateTime(last),
    })),
  }));
  return { view: 'conformance', title: 'What senders get wrong', model: { sources, days: OVERVIEW_DAYS } };
}
