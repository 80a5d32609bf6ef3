import { ruleCatalogue, rulesElsewhere } from '../src/index.ts';

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The page that lists every rule: docs/rules/README.md. */
export function rulesPage(): string {
  return `${[
    '# The rules',
    '',
    'Every rule that a resource is checked against, by layer; a running server shows the same at `/rules`. Made from the',
    'tables in `packages/conformance/src` by `npm run rules -w packages/conformance`: change those, not this page.',
    '',
    'An error refuses the resource where its layer refuses; a warning or information never does. Where severity differs by',
    'setting, the first is for any setting. A letter after the number tells apart what one rule asks.',
    '',
    ...ruleCatalogue.flatMap(({ layer, title, rules }) => [
      `## ${title} (\`${layer}\`)`,
      '',
      '| rule | severity | asked of | what is said |',
      '| --- | --- | --- | --- |',
      ...rules.map(({ id, severity, asked, says }) => `| ${id} | ${severity} | ${asked} | ${cell(says)} |`),
      '',
    ]),
    '## Checked elsewhere',
    '',
    'Rules of the guide that are not rows above, or not they alone, and where they are checked.',
    '',
    '| rule | where |',
    '| --- | --- |',
    ...Object.entries(rulesElsewhere).map(([id, where]) => `| ${id} | ${cell(where)} |`),
  ].join('\n')}\n`;
}
