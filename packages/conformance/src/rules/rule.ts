import type { Dictionary } from '@concord/dmd';
import type { Finding } from '../finding.ts';
import type { JsonObject } from '../structure/walk.ts';
import type { Kept } from './kept.ts';

/** What a check looks at, each reported under its own name. */
export type Layer = 'fhir' | 'uk-core' | 'profile' | 'guide' | 'dmd' | 'dosage' | 'identity';

/** All layers, in the order in which they are checked. */
export const layers: readonly Layer[] = ['fhir', 'uk-core', 'profile', 'guide', 'dmd', 'dosage', 'identity'];

/** The setting that a resource is for: hospitals order by dose, GPs prescribe products. */
export type Mode = 'hospital' | 'gp' | 'any';

/** `send`: the resource is about to be sent, and its sender answers for it; `receive`: it came, or is held. */
export type Direction = 'send' | 'receive';

export type Severity = Finding['severity'];

/** What the rules are told beside the resource. */
export interface RuleContext {
  readonly mode: Mode;
  readonly direction: Direction;
  /** The time of the check, as a FHIR instant; without it, nothing is compared with the present. */
  readonly now: string | undefined;
  /** The dm+d release; without it, the rules that need one are not checked. */
  readonly dictionary: Dictionary | undefined;
  /** The receiver acts on doNotPerform. */
  readonly actsOnDoNotPerform: boolean;
}

/** Where a node stands. */
export interface Place {
  /** FHIRPath of the node. */
  readonly path: string;
  /** Name of the element that the node is; the resource type for a resource. */
  readonly element: string;
  /** The node that it is an element of. */
  readonly parent: JsonObject | undefined;
  /** The type, or element by path, that it is an element of: `Patient`, `Identifier`, `ContactPoint.system`. */
  readonly owner: string;
  /** For the extensions of a primitive element: that element, as an owner. */
  readonly primitive?: string | undefined;
  /** The resource that the node is part of. */
  readonly resource: JsonObject;
  /** FHIRPath of that resource. */
  readonly resourcePath: string;
}

/** Where a rule stands, and what it is told. */
export interface Here extends RuleContext, Place {
  /** What rules keep for each other during this check, by node. */
  readonly kept: Kept;
  /** The resource that a Reference leads to, where it is contained or in the same Bundle. */
  readonly target: (reference: JsonObject | undefined) => JsonObject | undefined;
}

/** One fault: where below the node, and what is wrong in words of its own where the rule's do not do. */
export interface Fault {
  readonly at?: string;
  readonly says?: string;
  readonly severity?: Severity;
  readonly question?: Finding['question'];
}

/** A checkable rule: a row that the interpreter reads. */
export interface Rule {
  /** Stable, unique: `R-003`; a letter follows where one rule asks two things. */
  readonly id: string;
  readonly layer: Layer;
  /** The types that it is asked of: resource types, data types, or elements by path (`Timing.repeat`). */
  readonly on: readonly string[];
  readonly severity: Severity | Readonly<Record<Mode, Severity>>;
  /** Asked in one direction only. */
  readonly direction?: Direction;
  /** Asked in one setting only. */
  readonly mode?: Mode;
  readonly code: Finding['code'];
  /** The child that the finding points at; without it, the node itself. */
  readonly at?: string;
  /** What is wrong and what to do. */
  readonly says: string;
  /** True where the rule holds; false, or the places below the node (`.note[1]`), or the faults, where it does not. */
  readonly holds: (node: JsonObject, here: Here) => boolean | readonly (string | Fault)[];
}
