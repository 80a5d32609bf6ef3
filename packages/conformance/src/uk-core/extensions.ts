import table from './extensions.json' with { type: 'json' };

/** The values that an extension, or a part of one, takes. */
export interface ExtensionValue {
  /** Type codes: `CodeableConcept`, `Reference`; the JSON property is `value` and the type. */
  readonly types: readonly string[];
  readonly binding: { readonly strength: string; readonly valueSet: string } | undefined;
}

/** A part of an extension that has parts. */
interface ExtensionPart extends ExtensionValue {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** An extension of UK Core, or one that it took over from HL7. */
export interface UkCoreExtension {
  readonly url: string;
  readonly version: string;
  readonly status: string;
  /** Where it may stand: types or elements. */
  readonly on: readonly string[];
  readonly value: ExtensionValue | undefined;
  readonly parts: readonly ExtensionPart[];
}

interface Row {
  readonly version: string;
  readonly status: string;
  readonly on: readonly string[];
  readonly value?: string;
  readonly parts?: readonly string[];
}

/** Reads a value: `CodeableConcept|Reference(Condition) preferred:UKCore-ConditionCode`. */
function extensionValue(words: readonly string[]): ExtensionValue {
  const [types = '', bound] = words;
  const [strength, valueSet] = bound?.split(':') ?? [];
  return {
    types: types.split('|').map((type) => type.replace(/\(.*\)$/, '')),
    binding: strength && valueSet ? { strength, valueSet } : undefined,
  };
}

/** Reads a part: `endDate ..1 dateTime`. */
function extensionPart(row: string): ExtensionPart {
  const [name = '', ...rest] = row.split(' ');
  const ranged = rest[0]?.includes('..') ?? false;
  const [min, max] = ranged ? (rest[0]?.split('..') ?? []) : [];
  return {
    name,
    min: Number(min || 0),
    max: Number(max || Infinity),
    ...extensionValue(ranged ? rest.slice(1) : rest),
  };
}

/** UK Core's extensions by url. */
export const extensions: ReadonlyMap<string, UkCoreExtension> = new Map(
  Object.entries<Row>(table).map(([url, { version, status, on, value, parts }]) => [
    url,
    {
      ...{ url, version, status, on },
      value: value === undefined ? undefined : extensionValue(value.split(' ')),
      parts: (parts ?? []).map(extensionPart),
    },
  ]),
);
