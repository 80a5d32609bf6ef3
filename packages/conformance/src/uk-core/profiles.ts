import table from './profiles.json' with { type: 'json' };

/** What UK Core says of one element of a profile. */
export interface ProfileRow {
  /** From the resource down, a slice after a colon: `['identifier:nhsNumber', 'system']`. */
  readonly path: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly mustSupport: boolean;
  /** The extension that the slice is, by the last part of its url. */
  readonly extension: string | undefined;
  readonly binding: { readonly strength: string; readonly valueSet: string } | undefined;
  readonly fixed: string | undefined;
}

/** A UK Core profile: what it adds to FHIR R4. */
export interface Profile {
  readonly type: string;
  readonly version: string;
  /** active or draft. */
  readonly status: string;
  readonly rows: readonly ProfileRow[];
}

/** Reads a row: `category ms extensible:UKCore-MedicationRequestCategory`. */
function profileRow(row: string): ProfileRow {
  const [path = '', ...facts] = row.split(' ');
  const range = facts.find((fact) => /^\d*\.\.\d*$/.test(fact))?.split('..') ?? [];
  const bound = facts.map((fact) => /^(required|extensible|preferred):(.+)$/.exec(fact)).find(Boolean);
  return {
    path: path.split('.'),
    min: Number(range[0] || 0),
    max: Number(range[1] || Infinity),
    mustSupport: facts.includes('ms'),
    extension: facts.find((fact) => fact.startsWith('is:'))?.slice(3),
    binding: bound ? { strength: bound[1] ?? '', valueSet: bound[2] ?? '' } : undefined,
    fixed: facts.find((fact) => fact.startsWith('='))?.slice(1),
  };
}

/** UK Core's profiles by resource type, in the versions that they state. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  Object.entries(table).map(([type, { version, status, elements }]) => [
    type,
    { type, version, status, rows: elements.map(profileRow) },
  ]),
);
