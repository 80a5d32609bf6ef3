import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { BadSetting } from './bad-setting.ts';
import { isObject, refuseUnknown } from './kinds.ts';
import type { Sources } from './read-section.ts';
import { allSections } from './sections.ts';

/** The names that a config file is looked for by, in the working directory. */
const CONFIG_FILES: readonly string[] = ['concord.config.json', 'concord.config.yaml', 'concord.config.yml'];

/**
 * The config file: the one that is named, or the one in the folder; undefined where there is none.
 * @throws BadSetting when it cannot be read, or holds a key that there is not
 */
export function readConfigFile(named: string | undefined, folder: string): Sources['file'] {
  const path = named === undefined ? findConfigFile(folder) : resolve(folder, named);
  if (path === undefined) return undefined;
  const content = contentOf(path);
  refuseUnknown(
    content,
    allSections.flatMap((part) => (part.name === '' ? Object.keys(part.settings) : [part.name])),
    '',
  );
  return { path, content };
}

function findConfigFile(folder: string): string | undefined {
  const found = CONFIG_FILES.filter((name) => existsSync(join(folder, name)));
  if (found.length > 1) throw new BadSetting(`there are ${found.join(' and ')}: keep one, or name one with --config.`);
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

function contentOf(path: string): { [key: string]: unknown } {
  let content: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    content = path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new BadSetting(`${path} cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
  if (content === null || content === undefined) return {};
  if (!isObject(content)) throw new BadSetting(`${path} must be an object of settings.`);
  return content;
}
