import type { Section, Setting } from './section.ts';
import { usualOf, variableOf } from './section.ts';
import { allSections } from './sections.ts';

const BASIS = { data: './data', workers: 1 };

/** Every key of the configuration as Markdown, for docs/configuration.md: a table for each section. */
export function configurationTables(): string {
  return allSections.map(tableOf).join('\n\n');
}

function tableOf(part: Section): string {
  const title = part.name === '' ? 'At the top' : `\`${part.name}\``;
  const said = part.says === undefined ? [] : [part.says, ''];
  const rows = (Object.entries(part.settings) as [string, Setting<unknown>][]).map(([key, setting]) => {
    const flag = setting.flag === undefined ? '' : `, \`--${setting.flag}\``;
    const usual = setting.usually ?? shown(usualOf(setting, BASIS));
    return `| \`${key}\` | ${setting.says} Takes ${setting.kind.takes}. | ${usual} | \`${variableOf(part, key)}\`${flag} |`;
  });
  return [
    `## ${title}`,
    '',
    ...said,
    '| key | what it does | default | set by |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
