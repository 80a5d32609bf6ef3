import { type Interval, parseDate } from './dates.ts';
import type { Selected } from './expression.ts';
import { type Position, positionOf } from './near.ts';
import type { Parameter, ParameterType } from './parameters.ts';
import { soundOf } from './phonetic.ts';

/** What a resource holds under a search parameter, in the form that searches compare. */
export type SearchValue =
  | TokenValue
  | StringValue
  | ReferenceValue
  | DateValue
  | QuantityValue
  | UriValue
  | PositionValue
  | CompositeValue;

interface TokenValue {
  kind: 'token';
  system?: string;
  code?: string;
  /** A `code` or boolean element: its system is the element's own, whatever a search calls it. */
  implied?: true;
  /** The words beside the code: display, text, the text of an identifier's type. */
  texts: string[];
  /** An identifier's type codings, for `:of-type`. */
  types?: { system?: string; code?: string }[];
}
interface StringValue {
  kind: 'string';
  text: string;
  /** Lower case, without accents, spaces run together. */
  normal: string;
}
interface ReferenceValue {
  kind: 'reference';
  /** `Type/id`, or an absolute or urn reference as written. */
  reference?: string;
  /** Who it names logically. */
  identifier?: { system?: string; value?: string };
  type?: string;
}
interface DateValue extends Interval {
  kind: 'date';
}
interface QuantityValue extends Interval {
  kind: 'quantity';
  system?: string;
  code?: string;
  unit?: string;
}
interface UriValue {
  kind: 'uri';
  uri: string;
}
interface PositionValue extends Position {
  kind: 'position';
}
interface CompositeValue {
  kind: 'composite';
  parts: SearchValue[][];
}

/** The values of one parameter in a resource. Elements that a parameter cannot read (malformed) give none. */
export function valuesOf(resource: object, parameter: Parameter): SearchValue[] {
  const selected = parameter.select(resource as Record<string, unknown>);
  if (parameter.code === 'phonetic') {
    return selected.flatMap(({ value }) => strings(value).flatMap(sounds));
  }
  if (parameter.type !== 'composite') return selected.flatMap((each) => readers[parameter.type](each));
  return selected.map(({ value }) => ({
    kind: 'composite',
    parts: parameter.components.map(({ type, select }) =>
      select(value as Record<string, unknown>).flatMap((each) => readers[type](each)),
    ),
  }));
}

const readers: Record<ParameterType, (selected: Selected) => SearchValue[]> = {
  token: ({ value }) => tokens(value),
  string: ({ value }) => strings(value).map((text) => ({ kind: 'string', text, normal: normalise(text) })),
  reference: ({ value }) => references(value),
  date: ({ value }) => dates(value),
  quantity: ({ value }) => quantities(value),
  uri: ({ value }) => (typeof value === 'string' ? [{ kind: 'uri', uri: value }] : []),
  composite: () => [],
  special: ({ value }) => {
    const position = positionOf(value);
    return position === undefined ? [] : [{ kind: 'position', ...position }];
  },
};

type Loose = Record<string, unknown>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function tokens(value: unknown): TokenValue[] {
  if (typeof value === 'string' || typeof value === 'boolean') {
    return [{ kind: 'token', code: String(value), implied: true, texts: [] }];
  }
  if (!isObject(value)) return [];
  if (
    Array.isArray(value.coding) ||
    (value.text !== undefined && value.code === undefined && value.value === undefined)
  ) {
    const words = text(value.text);
    const codings = list(value.coding).flatMap(tokens);
    if (words !== undefined) for (const each of codings) each.texts.push(words);
    return codings.length > 0 || words === undefined ? codings : [{ kind: 'token', texts: [words] }];
  }
  if (value.code !== undefined) {
    return [token(text(value.system), text(value.code), value.display === undefined ? [] : [String(value.display)])];
  }
  // Identifier (system, value, type) or ContactPoint (system is a kind of contact, not a namespace).
  const isContact = /^(phone|fax|email|pager|url|sms|other)$/.test(String(value.system));
  const found = token(isContact ? undefined : text(value.system), text(value.value), []);
  if (isObject(value.type)) {
    found.types = list(value.type.coding)
      .flatMap(tokens)
      .map(({ system, code }) => ({
        ...(system === undefined ? {} : { system }),
        ...(code === undefined ? {} : { code }),
      }));
    const words = text(value.type.text);
    if (words !== undefined) found.texts.push(words);
  }
  return found.system === undefined && found.code === undefined ? [] : [found];
}

function token(system: string | undefined, code: string | undefined, texts: string[]): TokenValue {
  return { kind: 'token', ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }), texts };
}

const NAME_PARTS = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
];

/** A string itself, or each part of a HumanName or Address. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (!isObject(value)) return [];
  return NAME_PARTS.flatMap((part) => list(value[part])).filter((each) => typeof each === 'string');
}

function sounds(text: string): StringValue[] {
  return text.split(/\s+/).map((word) => ({ kind: 'string', text: word, normal: soundOf(word) }));
}

/** As FHIR asks of string search: case and accents do not matter, nor does extra white space. */
export function normalise(words: string): string {
  return words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

function references(value: unknown): ReferenceValue[] {
  if (typeof value === 'string') return [{ kind: 'reference', reference: value }];
  if (!isObject(value)) return [];
  const found: ReferenceValue = { kind: 'reference' };
  // The first resource in a document or message Bundle is itself what `composition` and `message` refer to.
  const [within, withinId] = [text(value.resourceType), text(value.id)];
  const literal = within !== undefined && withinId !== undefined ? `${within}/${withinId}` : text(value.reference);
  if (literal !== undefined) found.reference = literal.replace(/\/_history\/[^/]+$/, '');
  if (isObject(value.identifier)) {
    const system = text(value.identifier.system);
    const id = text(value.identifier.value);
    found.identifier = { ...(system === undefined ? {} : { system }), ...(id === undefined ? {} : { value: id }) };
  }
  const type = text(value.type);
  if (type !== undefined) found.type = type;
  return [found];
}

function dates(value: unknown): DateValue[] {
  if (typeof value === 'string') {
    const interval = parseDate(value);
    return interval ? [{ kind: 'date', ...interval }] : [];
  }
  if (!isObject(value)) return [];
  if (value.event !== undefined || value.repeat !== undefined) {
    const bounds = isObject(value.repeat) ? dates(value.repeat.boundsPeriod) : [];
    return [...list(value.event).flatMap(dates), ...bounds];
  }
  const start = parseDate(text(value.start) ?? '');
  const end = parseDate(text(value.end) ?? '');
  if (!start && !end) return [];
  return [{ kind: 'date', lo: start?.lo ?? -Infinity, hi: end?.hi ?? Infinity }];
}

function quantities(value: unknown): QuantityValue[] {
  if (!isObject(value)) return [];
  if (value.low !== undefined || value.high !== undefined) {
    const [low, high] = [list(value.low).flatMap(quantities)[0], list(value.high).flatMap(quantities)[0]];
    return [{ ...(low ?? high), kind: 'quantity', lo: low?.lo ?? -Infinity, hi: high?.hi ?? Infinity }];
  }
  if (isObject(value.origin)) return quantities(value.origin);
  if (typeof value.value !== 'number') return [];
  // A comparator says that the true value is somewhere beyond the number.
  const comparator = text(value.comparator);
  const [system, code, unit] = [text(value.system), text(value.code) ?? text(value.currency), text(value.unit)];
  return [
    {
      kind: 'quantity',
      lo: comparator?.startsWith('<') ? -Infinity : value.value,
      hi: comparator?.startsWith('>') ? Infinity : value.value,
      ...(system === undefined ? {} : { system }),
      ...(code === undefined ? {} : { code }),
      ...(unit === undefined ? {} : { unit }),
    },
  ];
}
