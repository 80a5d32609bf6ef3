import generated from '../generated/required-codes.json' with { type: 'json' };

/** The codes of a value set that R4 binds as required. */
export interface ValueSetCodes {
  /** Its short name: `medicationrequest-status`. */
  readonly name: string;
  /** False where the codes cannot be listed offline (media types, currencies, units); then nothing is checked. */
  readonly listed: boolean;
  /** All codes, whatever their system: for elements of type code. */
  readonly codes: ReadonlySet<string>;
  /** The codes by system: for Coding and CodeableConcept. */
  readonly bySystem: ReadonlyMap<string, ReadonlySet<string>>;
}

const lists = new Map<string, string[][]>(Object.entries(generated));
const compiled = new Map<string, ValueSetCodes>();

/** The codes of the value set with this short name; one that R4 does not know counts as not listed. */
export function requiredSet(name: string): ValueSetCodes {
  const known = compiled.get(name);
  if (known) return known;
  const list = lists.get(name) ?? [];
  const set: ValueSetCodes = {
    name,
    listed: list.length > 0,
    codes: new Set(list.flatMap((item) => item.slice(1))),
    bySystem: new Map(list.map(([system = '', ...codes]) => [system, new Set(codes)])),
  };
  compiled.set(name, set);
  return set;
}
