import { isRawJson } from '../raw-json.ts';

/** Why a JSON value is not a value of a primitive type. */
export interface PrimitiveFault {
  /** `type`: another JSON type is needed; `format`: the right JSON type, but not so written; `size`: too long. */
  readonly kind: 'type' | 'format' | 'size' | 'empty' | 'blank';
  /** What is needed, to follow the words "write" or "use". */
  readonly need: string;
}

/** Says why a JSON value is no value of a primitive type, or undefined where it is one. */
export type PrimitiveCheck = (value: unknown) => PrimitiveFault | undefined;

/** R4: a string shall not exceed one megabyte. */
const maxStringLength = 1024 * 1024;

const year = '(?!0000)[0-9]{4}';
const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12][0-9]|3[01])';
const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?';
const zone = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))';

// Every pattern is linear: no two neighbouring repeats can match the same character.
const patterns = {
  code: /^[^\s]+(?: [^\s]+)*$/,
  date: new RegExp(`^${year}(?:-${month}(?:-${day})?)?$`),
  dateTime: new RegExp(`^${year}(?:-${month}(?:-${day}(?:T${clock}${zone})?)?)?$`),
  instant: new RegExp(`^${year}-${month}-${day}T${clock}${zone}$`),
  time: new RegExp(`^${clock}$`),
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  oid: /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  uri: /^\S+$/,
  decimal: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/,
  integer: /^-?(?:0|[1-9][0-9]*)$/,
};

function fault(kind: PrimitiveFault['kind'], need: string): PrimitiveFault {
  return { kind, need };
}

/** Control characters that no FHIR string may hold: all below U+0020 but tab, line feed and carriage return. */
function holdsControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13) return true;
  }
  return false;
}

function stringFault(value: unknown): PrimitiveFault | undefined {
  if (typeof value !== 'string') return fault('type', 'a JSON string');
  if (value === '') return fault('empty', 'some text, or leave the element out');
  if (value.length > maxStringLength) return fault('size', `at most ${maxStringLength} characters`);
  if (holdsControls(value)) return fault('format', 'text without control characters other than tab and line ends');
  if (!value.isWellFormed()) return fault('format', 'text without halves of surrogate pairs');
  if (value.trim() === '') return fault('blank', 'some text, or leave the element out');
  return undefined;
}

function matching(pattern: RegExp, need: string, more?: (text: string) => boolean): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return fault('type', 'a JSON string');
    if (value === '') return fault('empty', 'a value, or leave the element out');
    if (value.length > maxStringLength) return fault('size', `at most ${maxStringLength} characters`);
    return pattern.test(value) && (!more || more(value)) ? undefined : fault('format', need);
  };
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True unless the text names a day that its month has not. */
function dayExists(text: string): boolean {
  if (text.length < 10) return true;
  const date = Number(text.slice(8, 10));
  if (date <= 28) return true;
  const inYear = Number(text.slice(0, 4));
  const inMonth = Number(text.slice(5, 7));
  const leap = inYear % 4 === 0 && (inYear % 100 !== 0 || inYear % 400 === 0);
  return date <= (inMonth === 2 && leap ? 29 : (monthDays[inMonth - 1] ?? 31));
}

function wholeNumber(least: number, need: string): PrimitiveCheck {
  return (value) => {
    let number = value;
    if (isRawJson(value)) {
      if (!patterns.integer.test(value.rawJSON)) return fault(/^-?[0-9]/.test(value.rawJSON) ? 'format' : 'type', need);
      number = Number(value.rawJSON);
    }
    if (typeof number !== 'number') return fault('type', `${need}, as a JSON number without quotes`);
    return Number.isInteger(number) && number >= least && number <= 2147483647 ? undefined : fault('format', need);
  };
}

function decimalFault(value: unknown): PrimitiveFault | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : fault('format', 'a decimal number that fits');
  }
  if (isRawJson(value) && patterns.decimal.test(value.rawJSON)) return undefined;
  return fault('type', 'a JSON number without quotes');
}

function base64Fault(value: unknown): PrimitiveFault | undefined {
  if (typeof value !== 'string') return fault('type', 'a JSON string');
  if (value === '') return fault('empty', 'some data, or leave the element out');
  const need = 'base64 text (letters, digits, + and /, padded with = to a multiple of four)';
  const text = /\s/.test(value) ? value.replace(/\s+/g, '') : value;
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  const strange = text.search(/[^A-Za-z0-9+/]/);
  return text.length % 4 === 0 && (strange === -1 || strange === end) ? undefined : fault('format', need);
}

const uri = matching(patterns.uri, 'a URI, which has no spaces');

/** R4's primitive types and what their JSON values must be (section 2.24.0.1 of R4). */
const checks: Record<string, PrimitiveCheck> = {
  base64Binary: base64Fault,
  boolean: (value) => (typeof value === 'boolean' ? undefined : fault('type', 'true or false without quotes')),
  canonical: uri,
  code: matching(patterns.code, 'a code: no space at either end, and single spaces within'),
  date: matching(patterns.date, 'a real date as YYYY, YYYY-MM or YYYY-MM-DD', dayExists),
  dateTime: matching(
    patterns.dateTime,
    'a real date as YYYY, YYYY-MM or YYYY-MM-DD, or with time and zone as YYYY-MM-DDThh:mm:ss+zz:zz',
    dayExists,
  ),
  decimal: decimalFault,
  id: matching(patterns.id, 'an id: 1 to 64 letters, digits, hyphens and full stops'),
  instant: matching(patterns.instant, 'a real date with time and zone as YYYY-MM-DDThh:mm:ss.sss+zz:zz', dayExists),
  integer: wholeNumber(-2147483648, 'a whole number of at most 32 bits'),
  markdown: stringFault,
  oid: matching(patterns.oid, 'an OID as urn:oid:1.2.3'),
  positiveInt: wholeNumber(1, 'a whole number from 1 to 2147483647'),
  string: stringFault,
  time: matching(patterns.time, 'a time of day as hh:mm:ss'),
  unsignedInt: wholeNumber(0, 'a whole number from 0 to 2147483647'),
  uri,
  url: uri,
  uuid: matching(patterns.uuid, 'a UUID as urn:uuid: and lower-case hexadecimal digits'),
};
const byType = new Map(Object.entries(checks));

/** The check of a primitive type. Throws on a name that is none of R4's. */
export function primitiveCheck(type: string): PrimitiveCheck {
  const check = byType.get(type);
  if (!check) throw new Error(`No primitive type ${type}`);
  return check;
}
