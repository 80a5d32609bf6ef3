import { type Layer, layers, type Rule, rules } from '../src/index.ts';
import elsewhere from './rules-elsewhere.json' with { type: 'json' };

const titles: Readonly<Record<Layer, string>> = {
  fhir: 'FHIR R4',
  'uk-core': 'UK Core',
  guide: "The medicines guide's rules",
  dmd: 'dm+d codes',
  dosage: 'Dosages',
  identity: 'Identifiers',
};

function severityOf({ severity }: Rule): string {
  if (typeof severity === 'string') return severity;
  const { any, hospital, gp } = severity;
  const others = [...(hospital === any ? [] : [`${hospital} (hospital)`]), ...(gp === any ? [] : [`${gp} (gp)`])];
  return [any, ...others].join(', ');
}

function asked({ on, mode, direction }: Rule): string {
  const types = on.length > 5 ? 'types with a profile' : on.join(', ');
  const when = [mode && `${mode} only`, direction && `when ${direction === 'send' ? 'sent' : 'received'}`].filter(
    Boolean,
  );
  return when.length === 0 ? types : `${types} (${when.join(', ')})`;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function section(layer: Layer): string[] {
  const rows = rules.filter((rule) => rule.layer === layer);
  if (rows.length === 0) return [];
  return [
    `## ${titles[layer]} (\`${layer}\`)`,
    '',
    '| rule | severity | asked of | what is said |',
    '| --- | --- | --- | --- |',
    ...rows.map((rule) => `| ${rule.id} | ${severityOf(rule)} | ${asked(rule)} | ${cell(rule.says)} |`),
    '',
  ];
}

/** The page that lists every rule: docs/rules/README.md. */
export function rulesPage(): string {
  return `${[
    '# The rules',
    '',
    'Every rule that a resource is checked against, by layer. Made from the tables in `packages/conformance/src` by',
    '`npm run rules -w packages/conformance`: change those, not this page.',
    '',
    'An error refuses the resource where its layer refuses; a warning or information never does. Where severity differs by',
    'setting, the first is for any setting. A letter after the number tells apart what one rule asks.',
    '',
    '## FHIR R4 (`fhir`)',
    '',
    'Structure, formats, cardinality, required bindings and invariants of R4 itself: the rules `FHIR-...`, listed in the',
    '[README of conformance](../../packages/conformance/README.md).',
    '',
    ...layers.flatMap(section),
    '## Checked elsewhere',
    '',
    'Rules of the guide that are not rows above, and why.',
    '',
    '| rule | where |',
    '| --- | --- |',
    ...Object.entries(elsewhere).map(([id, where]) => `| ${id} | ${cell(where)} |`),
  ].join('\n')}\n`;
}
