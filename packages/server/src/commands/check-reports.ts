import { jsonPlaces, type Layer, type LayerFinding, layerTitles, lineOf, type Unchecked } from '@concord/conformance';
import { SEVERITY_WORDS } from '../check/message-report.ts';
import type { MessageFault, MessageRead } from '../check/read-message.ts';
import { type HtmlAbout, htmlReport } from './check-html-report.ts';

/** A finding; with its line in the file, where that is JSON on several lines. */
export type FoundAt = LayerFinding & { readonly line?: number };

/** What was found in one resource of a file. */
export interface Checked {
  readonly file: string;
  /** Its place in the file, where that holds several. */
  readonly name: string;
  readonly findings: readonly FoundAt[];
  readonly isWrong: boolean;
  /** Why layers did not, or not wholly, check it. */
  readonly unchecked: Unchecked;
}

export type CheckFormat = 'text' | 'json' | 'junit' | 'html';

/** Prints what was found, as it is found or at the end. */
export interface Report {
  add(checked: Checked, read: MessageRead | MessageFault): void;
  end(): void;
}

/** Takes a line, or several. */
export type Print = (lines: string) => void;

/** Ways of printing what was found. */
export const checkReports: Readonly<Record<CheckFormat, (print: Print, about: HtmlAbout) => Report>> = {
  text: textReport,
  json: (print) => ({ add: (checked) => print(JSON.stringify(checked)), end: () => {} }),
  junit: junitReport,
  html: htmlReport,
};

/** The findings with their lines, where the resource is JSON on several lines. */
export function withLines(findings: readonly LayerFinding[], read: MessageRead | MessageFault): FoundAt[] {
  if ('fault' in read) {
    const { line } = read;
    return findings.map((finding) => (line === undefined ? finding : { ...finding, line }));
  }
  const { json, resource } = read;
  if (findings.length === 0 || !json?.trim().includes('\n')) return [...findings];
  const places = jsonPlaces(json);
  if (!('place' in places)) return [...findings];
  return findings.map((finding) => ({ ...finding, line: lineOf(resource, finding.expression, places.place) }));
}

/** One finding on a line of text. */
function sentenceOf({ severity, layer, rule, expression, line, diagnostics }: FoundAt, width = 0): string {
  const words = [layer, rule, expression, line === undefined ? '' : `(line ${line})`].filter((each) => each !== '');
  return `${SEVERITY_WORDS[severity].padEnd(width)} ${words.join(' ')}: ${diagnostics}`;
}

/** The name of a resource among all that are checked. */
export function placeOf({ file, name }: Pick<Checked, 'file' | 'name'>): string {
  return name === '' ? file : `${file}, ${name}`;
}

function textReport(print: Print): Report {
  const count = { error: 0, warning: 0, information: 0 };
  const unchecked = uncheckedCounts();
  let resources = 0;
  return {
    add(checked) {
      resources++;
      unchecked.add(checked);
      if (checked.findings.length > 0) print(placeOf(checked));
      for (const finding of checked.findings) {
        count[finding.severity]++;
        print(`  ${sentenceOf(finding, 7)}`);
      }
    },
    end() {
      const { error, warning, information } = count;
      const found = [counted(error, 'error'), counted(warning, 'warning'), counted(information, 'note')];
      print(`${counted(resources, 'resource')}: ${found.join(', ')}`);
      for (const sentence of unchecked.sentences(resources)) print(sentence);
    },
  };
}

const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** Counts for how many resources a layer did not, or not wholly, check, so that no silence is taken for a pass. */
function uncheckedCounts() {
  const counts = new Map<string, number>();
  return {
    add({ unchecked }: Checked) {
      for (const [layer, why] of Object.entries(unchecked)) {
        const sentence = `${layerTitles[layer as Layer]}: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
        counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
      }
    },
    sentences: (resources: number) =>
      [...counts].map(([sentence, count]) => (count === resources ? sentence : `${sentence} (in ${count} of them)`)),
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Does XML 1.0 take a character? */
function isXml(character: string): boolean {
  const code = character.charCodeAt(0);
  return (code >= 32 && code !== 0xfffe && code !== 0xffff) || code === 9 || code === 10 || code === 13;
}

/** Text as XML takes it: a character that it does not have becomes U+FFFD. */
function xml(text: string): string {
  return [...text].map((each) => (isXml(each) ? (ESCAPES[each] ?? each) : '\ufffd')).join('');
}

/** One test case for each resource; it fails where that is wrong, and what else was found is its output. */
function junitReport(print: Print): Report {
  const cases: Checked[] = [];
  return {
    add: (checked) => void cases.push(checked),
    end() {
      const failures = cases.filter(({ isWrong }) => isWrong).length;
      print('<?xml version="1.0" encoding="UTF-8"?>');
      print(`<testsuites><testsuite name="concord check" tests="${cases.length}" failures="${failures}">`);
      const unchecked = uncheckedCounts();
      for (const checked of cases) unchecked.add(checked);
      const properties = unchecked
        .sentences(cases.length)
        .map((each) => `<property name="not checked" value="${xml(each)}"/>`);
      if (properties.length > 0) print(`<properties>${properties.join('')}</properties>`);
      for (const checked of cases) {
        const lines = checked.findings.map((finding) => sentenceOf(finding));
        const tag = checked.isWrong ? 'failure' : 'system-out';
        const inside = lines.length === 0 ? '' : `<${tag}>${xml(lines.join('\n'))}</${tag}>`;
        print(`<testcase classname="${xml(checked.file)}" name="${xml(placeOf(checked))}">${inside}</testcase>`);
      }
      print('</testsuite></testsuites>');
    },
  };
}
