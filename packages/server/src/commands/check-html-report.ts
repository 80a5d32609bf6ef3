import { readFileSync } from 'node:fs';
import { type CheckOptions, explainRule, type RuleEntry } from '@concord/conformance';
import { countsOf, inWords, type MessageReport, markOf, messageReport } from '../check/message-report.ts';
import { faultSentence } from '../check/read-message.ts';
import { nameOf } from '../dmd/dmd.ts';
import { openViews } from '../web/views.ts';
import { type Print, placeOf, type Report } from './check-reports.ts';

/** What the report says of how it was made. */
export interface HtmlAbout {
  readonly options: CheckOptions;
}

/** Beyond so many resources with findings, the others are in the table only: no browser shows a page without end. */
const MOST_PARTS = 200;

interface Row {
  readonly name: string;
  readonly type: string;
  readonly mark: MessageReport['mark'];
  readonly words: string;
  readonly fault?: string;
  /** The number of its part below. */
  readonly part?: number;
}

/** One page that stands alone: a table of all that was checked, then each resource with findings, and their rules. */
export function htmlReport(print: Print, { options }: HtmlAbout): Report {
  const css = ['check-document.css', 'check.css'].map((name) =>
    readFileSync(new URL(`../web/public/${name}`, import.meta.url), 'utf8'),
  );
  const render = openViews({});
  const rows: Row[] = [];
  const parts: string[] = [];
  const totals = { errors: 0, warnings: 0, notes: 0 };
  const named = new Set<string>();
  let isCut = false;
  return {
    add(checked, read) {
      const name = checked.file === '-' ? 'standard input' : placeOf(checked);
      if ('fault' in read) {
        totals.errors++;
        rows.push({ name, type: '', mark: 'error', words: 'cannot be read', fault: faultSentence(read) });
        return;
      }
      const counts = countsOf(checked.findings);
      for (const key of ['errors', 'warnings', 'notes'] as const) totals[key] += counts[key];
      const words = inWords(counts);
      const row = { name, type: typeOf(read.resource), words, mark: markOf(counts) };
      if (checked.findings.length === 0 || parts.length >= MOST_PARTS) {
        isCut ||= checked.findings.length > 0;
        rows.push(row);
        return;
      }
      for (const { rule } of checked.findings) named.add(rule);
      const part = parts.length + 1;
      const report = messageReport(read, options, checked.findings);
      rows.push({ ...row, part });
      parts.push(render({ view: 'check-document-part', title: name, model: { part, report, words } }));
    },
    end() {
      const count = `${rows.length.toLocaleString('en-GB')} ${rows.length === 1 ? 'resource' : 'resources'}`;
      const { mode = 'any', direction = 'receive', now = '' } = options;
      const model = {
        ...{
          rows,
          parts,
          isCut,
          verdict: markOf(totals),
          summary: `${count}: ${inWords(totals)}`,
          css: css.join('\n'),
        },
        ...{ made: now.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'), asked: `setting ${mode}, direction ${direction}` },
        ...{ release: releaseOf(options), rules: [...named].sort(inOrder).map(ruleOf) },
      };
      print(render({ view: 'check-document', title: 'Check report', model }));
    },
  };
}

function typeOf(resource: unknown): string {
  const type = (resource as { resourceType?: unknown } | null)?.resourceType;
  return typeof type === 'string' ? type.slice(0, 64) : '';
}

function releaseOf({ dictionary }: CheckOptions): string | undefined {
  return dictionary === undefined ? undefined : nameOf({ dictionary });
}

const inOrder = (a: string, b: string) => a.localeCompare(b, 'en-GB', { numeric: true });

/** A rule under the id that findings carry: each format is one of its own there. */
function ruleOf(id: string): RuleEntry & { title: string } {
  const explained = explainRule(id);
  const entry = explained?.rules[0] ?? { severity: '', asked: '', says: 'No more is said of this rule.' };
  return { ...entry, id, title: explained?.title ?? '' };
}
