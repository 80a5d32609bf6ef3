import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { BadSetting } from './bad-setting.ts';

/** What values a setting takes. */
export interface Kind<T> {
  /** What would do: `a number from 1 to 256`. */
  readonly takes: string;
  /**
   * A value as the config file has it, checked.
   * @param key  what it is called, for messages
   * @param file the file that it is from, where it is from one
   * @throws BadSetting
   */
  read(value: unknown, key: string, file?: string): T;
  /** A value as an environment variable or a flag has it, turned into what a file would have. Text itself unless given. */
  fromText?(text: string, key: string): unknown;
  /** How `concord config` writes a value: as it is, unless it holds a secret. */
  shown?(value: T): unknown;
}

function wrong(key: string, takes: string, value: unknown): BadSetting {
  return new BadSetting(`${key} must be ${takes}; ${shortly(value)} is not.`);
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A whole number. */
export function integer(min: number, max: number): Kind<number> {
  const takes = `a number from ${min} to ${max}`;
  return {
    takes,
    fromText: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : text),
    read(value, key) {
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
      throw wrong(key, takes, value);
    },
  };
}

/** Seconds, with a decimal point where need be. */
export function seconds(min: number, max: number): Kind<number> {
  const takes = `a number of seconds from ${min} to ${max}`;
  return {
    takes,
    fromText: (text) => (/^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : text),
    read(value, key) {
      if (typeof value === 'number' && value >= min && value <= max) return value;
      throw wrong(key, takes, value);
    },
  };
}

/** Text of some form; `secret` where it may hold a password. */
export function text(takes: string, form: RegExp, { secret = false } = {}): Kind<string> {
  const kind: Kind<string> = {
    takes,
    read(value, key) {
      if (typeof value === 'string' && form.test(value)) return value;
      throw secret ? new BadSetting(`${key} must be ${takes}.`) : wrong(key, takes, value);
    },
  };
  return secret ? { ...kind, shown: masked } : kind;
}

/** The same without what only the site should know: the password of an address, or all of any other text. */
function masked(value: string): string {
  return /^[a-z]+:\/\//.test(value) ? value.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@') : '***';
}

/** An http address, kept without a slash at its end. */
export const httpAddress: Kind<string> = {
  takes: 'an address that begins with http:// or https://',
  read(value, key) {
    if (typeof value !== 'string' || !/^https?:\/\//.test(value) || !URL.canParse(value))
      throw wrong(key, this.takes, value);
    return value.replace(/\/+$/, '');
  },
  shown: masked,
};

/** A folder or file. In a config file it is relative to the file's own folder. */
export const path: Kind<string> = {
  takes: 'the path of a folder',
  read(value, key, file) {
    if (typeof value !== 'string' || value === '') throw wrong(key, this.takes, value);
    if (file === undefined || isAbsolute(value)) return value;
    const absolute = resolve(dirname(file), value);
    const near = relative(process.cwd(), absolute);
    return near.startsWith('..') || isAbsolute(near) ? absolute : `./${near}`;
  },
};

/** One of some words. */
export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
  const takes = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : `${words[0]}`;
  return {
    takes,
    read(value, key) {
      const found = words.find((word) => word === value);
      if (found === undefined) throw wrong(key, takes, value);
      return found;
    },
  };
}

/** true or false. */
export const yesNo: Kind<boolean> = {
  takes: 'true or false',
  fromText: (given) => (given === 'true' ? true : given === 'false' ? false : given),
  read(value, key) {
    if (typeof value !== 'boolean') throw wrong(key, this.takes, value);
    return value;
  },
};

/** A list; in the environment JSON, or its items with commas. */
export function listOf<T>(item: Kind<T>): Kind<T[]> {
  const takes = `a list, each ${item.takes}`;
  return {
    takes,
    fromText(given, key) {
      if (/^\s*\[/.test(given)) return structured(given, key, takes);
      return given.split(',').map((each) => item.fromText?.(each.trim(), key) ?? each.trim());
    },
    read(value, key, file) {
      if (!Array.isArray(value)) throw wrong(key, takes, value);
      return value.map((each, i) => item.read(each, `${key}[${i}]`, file));
    },
    ...(item.shown ? { shown: (value) => value.map((each) => item.shown?.(each)) } : {}),
  };
}

/** Names of the site's own choosing, each with a value; in the environment, JSON. */
export function mapOf<T>(names: string, item: Kind<T>): Kind<{ [name: string]: T }> {
  const takes = `${names}, each with ${item.takes}`;
  return {
    takes,
    fromText: (given, key) => structured(given, key, takes),
    read(value, key, file) {
      if (!isObject(value)) throw wrong(key, takes, value);
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, item.read(each, `${key}.${name}`, file)]),
      );
    },
    ...(item.shown
      ? { shown: (value) => Object.fromEntries(Object.entries(value).map(([n, v]) => [n, item.shown?.(v)])) }
      : {}),
  };
}

/** The kinds of an object's keys. A key that is `undefined`-able is one made with {@link optional}. */
type Kinds<O> = { readonly [K in keyof O]-?: Kind<O[K]> & { readonly usual?: O[K]; readonly optional?: boolean } };

/** A kind whose value may be left out: it is then `usual`. */
export function optional<T>(kind: Kind<T>, usual: T): Kind<T> & { usual: T; optional: boolean };
export function optional<T>(kind: Kind<T>): Kind<T | undefined> & { usual: undefined; optional: boolean };
export function optional<T>(kind: Kind<T>, usual?: T) {
  return { ...kind, usual, optional: true };
}

/** An object with just these keys, for the items of lists and maps; in the environment, JSON. */
export function object<O extends object>(keys: Kinds<O>): Kind<O> {
  const names = Object.keys(keys);
  const takes = `an object of ${names.join(', ')}`;
  const entries = Object.entries(keys) as [string, Kinds<O>[keyof O]][];
  return {
    takes,
    fromText: (given, key) => structured(given, key, takes),
    read(value, key, file) {
      if (!isObject(value)) throw wrong(key, takes, value);
      refuseUnknown(value, names, key);
      const read = entries.map(([name, kind]) => {
        const given = value[name];
        if (given === undefined && kind.optional) return [name, kind.usual];
        return [name, kind.read(given, `${key}.${name}`, file)];
      });
      return Object.fromEntries(read) as O;
    },
    shown: (value) =>
      Object.fromEntries(
        entries.map(([name, kind]) => {
          const each = value[name as keyof O];
          return [name, each === undefined ? undefined : (kind.shown?.(each) ?? each)];
        }),
      ),
  };
}

/** A kind whose values must go together too. @param fault what is wrong with one, as a sentence; undefined: nothing */
export function whole<T>(kind: Kind<T>, fault: (value: T) => string | undefined): Kind<T> {
  return {
    ...kind,
    read(value, key, file) {
      const read = kind.read(value, key, file);
      const says = fault(read);
      if (says !== undefined) throw new BadSetting(`${key}: ${says}`);
      return read;
    },
  };
}

/** @throws BadSetting that names the keys that there are */
export function refuseUnknown(given: object, known: readonly string[], where: string) {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = known.find((name) => name.toLowerCase() === unknown.toLowerCase().replace(/[-_]/g, ''));
  const hint = near === undefined ? `It has: ${known.join(', ')}.` : `It is written ${near}.`;
  throw new BadSetting(`${where === '' ? 'there is no setting' : `${where} has no key`} "${unknown}". ${hint}`);
}

/** Is a value an object, and no list? */
export function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function structured(given: string, key: string, takes: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new BadSetting(`${key} must be ${takes}, written as JSON; ${shortly(given)} is no JSON.`);
  }
}
