import { type Modifier, PREFIXES, type Prefix, type Wanted } from './criteria.ts';
import { parseDate } from './dates.ts';
import { readNearby } from './near.ts';
import type { Parameter, ParameterType } from './parameters.ts';
import { soundOf } from './phonetic.ts';
import { SearchRefusal } from './refusal.ts';
import { normalise } from './values.ts';

/** Where this server's own absolute references are turned into `Type/id`. */
export interface Site {
  /** The FHIR base URL, such as `http://127.0.0.1:8080/fhir`. */
  base: string;
  /** "Now" in milliseconds, for `ap` on dates. */
  now: number;
  /** What codes and value sets stand for, where there is a terminology to tell. */
  codes?: CodeSets;
}

/** Codes by system. */
export type Codes = ReadonlyMap<string, ReadonlySet<string>>;

/** A terminology, as searches ask it. `source` is the parameter, to name in a SearchRefusal. */
export interface CodeSets {
  /** A code and all that it subsumes. */
  below(source: string, system: string | undefined, code: string): Codes;
  /** A code and all that subsume it. */
  above(source: string, system: string | undefined, code: string): Codes;
  /** The codes of a value set, by its URL. */
  members(source: string, url: string): Codes;
}

/** The modifiers by which a token parameter asks the terminology. */
const BY_TERMINOLOGY = ['below', 'above', 'in', 'not-in'] as const;
export type ByTerminology = (typeof BY_TERMINOLOGY)[number];

/** Does this modifier of a token parameter ask the terminology? */
export function isByTerminology(modifier: string | undefined): modifier is ByTerminology {
  return BY_TERMINOLOGY.includes(modifier as ByTerminology);
}

/**
 * Reads the values of a token parameter with such a modifier: each becomes the codes that it stands for.
 * @throws SearchRefusal when there is no terminology here, or it does not know what is named
 */
export function readCodes(source: string, modifier: ByTerminology, text: string, { codes }: Site): Wanted[] {
  if (codes === undefined) {
    throw new SearchRefusal(source, 'not-supported', `${source} needs a dm+d release, and none is in use here.`);
  }
  return splitEscaped(text, ',').map((part) => {
    if (part === '') throw new SearchRefusal(source, 'invalid', `${source} has an empty value.`);
    if (modifier === 'in' || modifier === 'not-in') {
      return { kind: 'codes', codes: codes.members(source, unescaped(part)) };
    }
    const { system, code } = pair(source, part, 'code');
    if (code === undefined) throw new SearchRefusal(source, 'invalid', `${source} takes code or system|code.`);
    return { kind: 'codes', codes: codes[modifier](source, system, code) };
  });
}

/**
 * Reads one criterion's values as its parameter's type wants them. Commas separate alternatives, `\` escapes.
 * @throws SearchRefusal naming the parameter when a value cannot be read
 */
export function readWanted(
  source: string,
  parameter: Parameter,
  modifier: Modifier | undefined,
  text: string,
  site: Site,
): Wanted[] {
  return splitEscaped(text, ',').map((part) => {
    if (part === '') throw new SearchRefusal(source, 'invalid', `${source} has an empty value.`);
    return readValue(source, parameter, parameter.type, modifier, part, site);
  });
}

function readValue(
  source: string,
  parameter: Parameter,
  type: ParameterType,
  modifier: Modifier | undefined,
  part: string,
  site: Site,
): Wanted {
  if (modifier?.name === 'identifier') return { kind: 'identifier', ...pair(source, part, 'value') };
  if (modifier?.name === 'text') return { kind: 'string', text: unescaped(part), normal: normalise(unescaped(part)) };
  switch (type) {
    case 'token':
      return modifier?.name === 'of-type' ? ofType(source, part) : { kind: 'token', ...pair(source, part, 'code') };
    case 'string': {
      const text = unescaped(part);
      return { kind: 'string', text, normal: parameter.code === 'phonetic' ? soundOf(text) : normalise(text) };
    }
    case 'reference':
      return reference(parameter, modifier, unescaped(part), site);
    case 'uri':
      return { kind: 'uri', uri: unescaped(part) };
    case 'date':
      return date(source, unescaped(part), site.now);
    case 'quantity':
      return quantity(source, part);
    case 'composite':
      return composite(source, parameter, part, site);
    case 'special':
      return near(source, part);
  }
}

/** `code`, `system|code`, `|code`, `system|`. An empty system means "without a system". */
function pair<Name extends 'code' | 'value'>(
  source: string,
  part: string,
  name: Name,
): { system?: string } & { [K in Name]?: string } {
  const [first = '', second, ...more] = splitEscaped(part, '|').map(unescaped);
  if (more.length > 0 || (first === '' && second === '')) {
    throw new SearchRefusal(source, 'invalid', `${source} takes ${name}, system|${name}, |${name} or system|.`);
  }
  if (second === undefined) return { [name]: first } as { [K in Name]?: string };
  return { system: first, ...(second === '' ? {} : { [name]: second }) } as { system: string } & {
    [K in Name]?: string;
  };
}

function ofType(source: string, part: string): Wanted {
  const [system, code, value] = splitEscaped(part, '|').map(unescaped);
  if (!system || !code || !value) {
    throw new SearchRefusal(source, 'invalid', `${source} takes system|code|value, all three.`);
  }
  return { kind: 'token', code: value, typeCode: { system, code } };
}

function reference(parameter: Parameter, modifier: Modifier | undefined, text: string, site: Site): Wanted {
  const local = text.startsWith(`${site.base}/`) ? text.slice(site.base.length + 1) : text;
  const withoutVersion = local.replace(/\/_history\/[^/]+$/, '');
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(withoutVersion)) {
    const types = modifier?.name === 'type' ? [modifier.type] : parameter.targets;
    const references = types.map((type) => `${type}/${withoutVersion}`);
    return types.length > 0
      ? { kind: 'reference', references }
      : { kind: 'reference', references: [], id: withoutVersion };
  }
  return { kind: 'reference', references: [withoutVersion, `${site.base}/${withoutVersion}`] };
}

function prefixed(text: string): [Prefix, string] {
  const prefix = text.slice(0, 2) as Prefix;
  return PREFIXES.includes(prefix) ? [prefix, text.slice(2)] : ['eq', text];
}

function date(source: string, text: string, now: number): Wanted {
  const [prefix, rest] = prefixed(text);
  // A `+` in a time zone arrives as a space when the client forgot to encode it.
  const interval = parseDate(rest.replace(' ', '+'));
  if (!interval) {
    const message = `${source} needs a date such as 2026, 2026-07, 2026-07-31 or 2026-07-31T09:30:00Z, with a prefix (${PREFIXES.join(', ')}) if any; "${rest}" is not one.`;
    throw new SearchRefusal(source, 'value', message);
  }
  if (prefix !== 'ap') return { kind: 'date', prefix, ...interval };
  // "Approximately": within a tenth of the distance between the date and now, as FHIR recommends.
  const slack = Math.abs(now - interval.lo) / 10;
  return { kind: 'date', prefix, lo: interval.lo - slack, hi: interval.hi + slack };
}

function quantity(source: string, part: string): Wanted {
  const [number = '', system, code] = splitEscaped(part, '|').map(unescaped);
  const [prefix, digits] = prefixed(number);
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(digits);
  if (!match)
    throw new SearchRefusal(
      source,
      'value',
      `${source} needs a number, as in 5.4 or gt5.4|system|code; "${digits}" is not one.`,
    );
  const value = Number(digits);
  // eq takes the precision as given: 5.40 is 5.395 to 5.405. The ordering prefixes compare with the number itself.
  const step = 10 ** (Number(match[4] ?? 0) - (match[3]?.length ?? 0));
  const slack = prefix === 'eq' || prefix === 'ne' ? step / 2 : prefix === 'ap' ? Math.abs(value) / 10 : 0;
  return {
    kind: 'quantity',
    prefix,
    lo: value - slack,
    hi: value + slack,
    ...(system === undefined || system === '' ? {} : { system }),
    ...(code === undefined || code === '' ? {} : { code }),
  };
}

function near(source: string, part: string): Wanted {
  const nearby = readNearby(splitEscaped(part, '|').map(unescaped));
  if (nearby !== undefined) return { kind: 'near', ...nearby };
  throw new SearchRefusal(
    source,
    'value',
    `${source} takes latitude|longitude|distance|unit in degrees and m, km or [mi_i], such as 53.8|-1.55|5|km; "${part}" is not that.`,
  );
}

function composite(source: string, parameter: Parameter, part: string, site: Site): Wanted {
  const parts = splitEscaped(part, '$');
  if (parts.length !== parameter.components.length || parts.includes('')) {
    throw new SearchRefusal(source, 'invalid', `${source} takes ${parameter.components.length} values joined by $.`);
  }
  return {
    kind: 'composite',
    parts: parameter.components.map(({ type }, i) => {
      const bare = { ...parameter, type, targets: [] };
      return readValue(source, bare, type, undefined, parts[i] as string, site);
    }),
  };
}

/** Splits at a separator that is not escaped with `\`; the parts keep their escapes. */
function splitEscaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\,$|])/g, '$1') : text;
}
