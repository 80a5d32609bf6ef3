import { stringify } from 'yaml';
import type { Config } from '../config.ts';
import { isObject } from './kinds.ts';
import type { Origins } from './read-section.ts';
import type { Setting } from './section.ts';
import { sections } from './sections.ts';

/** What is set, without secrets, as a config file would have it. */
export function shownConfig(config: Config): { [key: string]: unknown } {
  const shown: { [key: string]: unknown } = {};
  for (const [name, part] of Object.entries(sections)) {
    const values = (part.name === '' ? config : config[name as keyof Config]) as unknown as { [key: string]: unknown };
    const into: { [key: string]: unknown } = part.name === '' ? shown : {};
    for (const [key, { kind }] of Object.entries(part.settings) as [string, Setting<unknown>][]) {
      const value = values[key];
      into[key] = value === undefined ? null : kind.shown ? kind.shown(value) : value;
    }
    if (part.name !== '') shown[part.name] = into;
  }
  return shown;
}

/** The same as YAML, each line that is not a default saying where it is from. */
export function configText(config: Config, origins: Origins): string {
  const lines: string[] = [];
  for (const [key, value] of Object.entries(shownConfig(config))) {
    const isSection = key in sections && isObject(value);
    if (isSection) lines.push(`${key}:`, ...Object.entries(value).flatMap((each) => written(each, origins, key)));
    else lines.push(...written([key, value], origins));
  }
  return lines.join('\n');
}

function written([key, value]: [string, unknown], origins: Origins, part?: string): string[] {
  const origin = origins.get(part === undefined ? key : `${part}.${key}`);
  const [first = '', ...rest] = stringify({ [key]: value }, { lineWidth: 0, nullStr: '' })
    .trimEnd()
    .split('\n');
  const indent = part === undefined ? '' : '  ';
  return [`${indent}${first.trimEnd()}${origin === undefined ? '' : `  # ${origin}`}`, ...rest.map((l) => indent + l)];
}
