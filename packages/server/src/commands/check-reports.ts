import type { LayerFinding } from '@concord/conformance';

/** What was found in one resource of a file. */
export interface Checked {
  readonly file: string;
  /** Its place in the file, where that holds several. */
  readonly name: string;
  readonly findings: readonly LayerFinding[];
  readonly isWrong: boolean;
}

export type CheckFormat = 'text' | 'json' | 'junit';

interface Report {
  add(checked: Checked): void;
  end(): void;
}

type Print = (line: string) => void;

const WORDS = { error: 'error', warning: 'warning', information: 'note' } as const;

/** Ways of printing what was found. */
export const checkReports: Readonly<Record<CheckFormat, (print: Print) => Report>> = {
  text: textReport,
  json: (print) => ({ add: (checked) => print(JSON.stringify(checked)), end: () => {} }),
  junit: junitReport,
};

function placeOf({ file, name }: Checked): string {
  return name === '' ? file : `${file}, ${name}`;
}

function textReport(print: Print): Report {
  const count = { error: 0, warning: 0, information: 0 };
  let resources = 0;
  return {
    add(checked) {
      resources++;
      if (checked.findings.length > 0) print(placeOf(checked));
      for (const { severity, layer, rule, expression, diagnostics } of checked.findings) {
        count[severity]++;
        print(`  ${WORDS[severity].padEnd(7)} ${layer} ${rule} ${expression}: ${diagnostics}`);
      }
    },
    end() {
      const files = `${resources} ${resources === 1 ? 'resource' : 'resources'}`;
      print(`${files}: ${count.error} errors, ${count.warning} warnings, ${count.information} notes`);
    },
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
      for (const checked of cases) {
        const lines = checked.findings.map(
          ({ severity, layer, rule, expression, diagnostics }) =>
            `${WORDS[severity]} ${layer} ${rule} ${expression}: ${diagnostics}`,
        );
        const tag = checked.isWrong ? 'failure' : 'system-out';
        const inside = lines.length === 0 ? '' : `<${tag}>${xml(lines.join('\n'))}</${tag}>`;
        print(`<testcase classname="${xml(checked.file)}" name="${xml(placeOf(checked))}">${inside}</testcase>`);
      }
      print('</testsuite></testsuites>');
    },
  };
}
