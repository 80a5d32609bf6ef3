import type { Interval } from './dates.ts';
import type { Nearby } from './near.ts';
import type { Parameter } from './parameters.ts';

/** One `name=value,value` of a search: any of its values may match; all criteria of a search must. */
export type Criterion =
  | { kind: 'value'; source: string; parameter: Parameter; modifier?: Modifier; values: Wanted[] }
  | { kind: 'missing'; source: string; parameter: Parameter; missing: boolean }
  /** `patient.name=x`: the resources that the reference leads to must match. */
  | { kind: 'chain'; source: string; parameter: Parameter; type: string; criterion: Criterion }
  /** `_has:Type:reference:name=x`: some resource of Type that refers to this one must match. */
  | { kind: 'has'; source: string; type: string; parameter: Parameter; criterion: Criterion }
  /** `_list=id`: the resources that the List's entries name. */
  | { kind: 'list'; source: string; id: string };

export type Modifier =
  | { name: 'exact' | 'contains' | 'text' | 'not' | 'of-type' | 'identifier' | 'above' | 'below' }
  | { name: 'type'; type: string };

export const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof PREFIXES)[number];

/** What one value of a criterion asks for, read by the parameter's type. */
export type Wanted =
  | { kind: 'token'; system?: string; code?: string; typeCode?: { system: string; code: string } }
  /** Any of many codes, by system: what `:below`, `:above`, `:in` and `:not-in` stand for. */
  | { kind: 'codes'; codes: ReadonlyMap<string, ReadonlySet<string>> }
  | { kind: 'string'; text: string; normal: string }
  | { kind: 'reference'; references: string[]; id?: string }
  | { kind: 'identifier'; system?: string; value?: string }
  | ({ kind: 'date'; prefix: Prefix } & Interval)
  | ({ kind: 'quantity'; prefix: Prefix; system?: string; code?: string } & Interval)
  | { kind: 'uri'; uri: string }
  | ({ kind: 'near' } & Nearby)
  | { kind: 'composite'; parts: Wanted[] };

export interface Include {
  /** The type whose references are followed (`_include`) or that refers here (`_revinclude`). */
  type: string;
  /** undefined: every reference parameter (`Type:*`). */
  parameter?: Parameter;
  target?: string;
  iterate: boolean;
}

/** A search, read and checked. */
export interface Search {
  type: string;
  criteria: Criterion[];
  sort: { parameter: Parameter; descending: boolean }[];
  count: number;
  total: 'none' | 'estimate' | 'accurate' | undefined;
  summary: 'true' | 'text' | 'data' | 'count' | 'false' | undefined;
  elements: string[] | undefined;
  includes: Include[];
  revincludes: Include[];
  cursor: string | undefined;
  /** What `handling=lenient` left out, each with the reason. */
  ignored: { name: string; reason: string }[];
  /** The parameters that were used, as given, for the self link. */
  used: [name: string, value: string][];
}
