import { BadSetting } from './bad-setting.ts';
import { isObject, refuseUnknown } from './kinds.ts';
import { type Basis, type Section, type Setting, usualOf, variableOf } from './section.ts';

/** Environment variables, or flags. */
export type Values = { readonly [name: string]: string | boolean | undefined };

/** Everything that settings are read from; the first that has one wins: flags, environment, file. */
export interface Sources {
  readonly flags: Values;
  readonly environment: Values;
  /** What the file has, and its path. */
  readonly file: { readonly path: string; readonly content: { readonly [key: string]: unknown } } | undefined;
}

/** Where a value was found: `--port`, `PORT`, the file's path; undefined for a default. */
export type Origins = Map<string, string>;

/** Reads a section. @throws BadSetting */
export function readSection<T>(part: Section<T>, sources: Sources, basis: Basis, origins: Origins): T {
  const inFile = fileValues(part, sources);
  const values: { [key: string]: unknown } = {};
  for (const [key, setting] of Object.entries(part.settings) as [string, Setting<unknown>][]) {
    const name = part.name === '' ? key : `${part.name}.${key}`;
    const found = fromFlag(setting, sources) ?? fromEnvironment(part, key, setting, sources) ?? inFile(key, name);
    if (found !== undefined) origins.set(name, found.origin);
    values[key] = found === undefined ? usualOf(setting, basis) : setting.kind.read(found.value, found.as, found.file);
    basis = { ...basis, ...(part.name === '' && (key === 'data' || key === 'workers') ? { [key]: values[key] } : {}) };
  }
  return values as T;
}

interface Found {
  value: unknown;
  /** What the user calls it. */
  as: string;
  origin: string;
  file?: string;
}

function fromFlag(setting: Setting<unknown>, { flags }: Sources): Found | undefined {
  const { flag } = setting;
  const given = flag === undefined ? undefined : flags[flag];
  if (given === undefined || given === '' || given === false) return undefined;
  const as = `--${flag}`;
  if (given === true) return { value: setting.negative !== true, as, origin: as };
  return { value: setting.kind.fromText?.(given, as) ?? given, as, origin: as };
}

function fromEnvironment(part: Section, key: string, setting: Setting<unknown>, sources: Sources): Found | undefined {
  const as = variableOf(part, key);
  const given = sources.environment[as];
  if (typeof given !== 'string' || given === '') return undefined;
  return { value: setting.kind.fromText?.(given, as) ?? given, as, origin: as };
}

/** What the whole section's variable has, and what the file has. */
function fileValues(part: Section, { environment, file }: Sources): (key: string, name: string) => Found | undefined {
  const keys = Object.keys(part.settings);
  const variable = `CONCORD_${part.name.toUpperCase()}`;
  const whole = part.name === '' ? undefined : environment[variable];
  const isSet = typeof whole === 'string' && whole !== '';
  const inVariable = isSet ? objectIn(textOf(part, variable, whole), variable, keys) : {};
  const inFile =
    file === undefined || part.name === '' ? file?.content : objectIn(file.content[part.name], part.name, keys);
  return (key, name) => {
    if (inVariable[key] !== undefined) return { value: inVariable[key], as: `${variable}.${key}`, origin: variable };
    const value = inFile?.[key];
    if (value === undefined || value === null || file === undefined) return undefined;
    return { value, as: name, origin: file.path, file: file.path };
  };
}

function objectIn(given: unknown, name: string, keys: readonly string[]): { [key: string]: unknown } {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw new BadSetting(`${name} must be an object of ${keys.join(', ')}.`);
  refuseUnknown(given, keys, name);
  return given;
}

function textOf(part: Section, variable: string, text: string): unknown {
  if (part.fromText !== undefined && !text.trimStart().startsWith('{')) return part.fromText(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new BadSetting(
      `${variable} must be a JSON object, as the section "${part.name}" of the config file would be.`,
    );
  }
}
