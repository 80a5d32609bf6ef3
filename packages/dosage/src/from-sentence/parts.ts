import type { DayOfWeek, TimeUnit, WhenCode } from '../dosage.ts';
import type { Amount } from './numbers.ts';
import type { MethodRow } from './vocabulary/methods.ts';
import type { DoseUnit } from './vocabulary/units.ts';

/** A length of time, or a range of them, in one unit. */
export interface Span {
  readonly low: string;
  readonly high: string;
  readonly unit: TimeUnit;
}

/** What a unit phrase in a sentence means; `plural` as written. */
export interface UnitReading {
  readonly unit: DoseUnit;
  readonly plural: boolean;
}

/** An instruction for `additionalInstruction`: coded where there is a code; its text is the sentence's own words. */
export interface Instruction {
  readonly code?: string;
  readonly display?: string;
  /** Words to carry instead of those written. */
  readonly text?: string;
  /** Words before, and the place in the sentence of, a text that is not all of what was read. */
  readonly lead?: string;
  readonly slice?: { readonly from: number; readonly to: number };
  /** The instruction adds an administration of its own ("and after each bowel movement"). */
  readonly occasion?: boolean;
}

/** One meaning found in a sentence. */
export type Part =
  | { readonly kind: 'method'; readonly method: MethodRow }
  | { readonly kind: 'dose'; readonly amount: Amount; readonly unit?: UnitReading; readonly upTo?: boolean }
  | {
      readonly kind: 'frequency';
      /** Absent when only the most is said. */
      readonly low?: string;
      readonly high: string;
      readonly period: Span;
      /** "Daily", "each day": how many times is not said (D-030). */
      readonly unsaid?: boolean;
      readonly spacedHyphen?: boolean;
      /** Says how often only where the dose is said elsewhere. */
      readonly needsDose?: boolean;
    }
  | { readonly kind: 'when'; readonly code: WhenCode; readonly offset?: Span; readonly recurring: boolean }
  | { readonly kind: 'days'; readonly days: readonly DayOfWeek[]; readonly recurring: boolean }
  | { readonly kind: 'clock'; readonly times: readonly string[] }
  | { readonly kind: 'route'; readonly code: string; readonly display: string }
  | { readonly kind: 'site'; readonly code?: string; readonly display?: string; readonly bare?: boolean }
  | {
      readonly kind: 'asNeeded';
      readonly reason?: { readonly code?: string; readonly display?: string };
    }
  | { readonly kind: 'bounds'; readonly span: Span; readonly edge?: 'least' | 'most' }
  | { readonly kind: 'period'; readonly start?: string; readonly end?: string }
  | { readonly kind: 'event'; readonly dates: readonly string[] }
  | { readonly kind: 'duration'; readonly span: Span; readonly longest?: Span }
  | { readonly kind: 'count'; readonly low: string; readonly high: string }
  | {
      readonly kind: 'maximum';
      readonly per: 'period' | 'dose' | 'lifetime';
      readonly amount: string;
      readonly unit?: UnitReading;
      readonly period?: Span;
    }
  /** An amount in a time, given all along: "2 litres per minute". */
  | { readonly kind: 'rate'; readonly amount: Amount; readonly unit: UnitReading; readonly per: Span }
  | { readonly kind: 'instruction'; readonly instruction: Instruction }
  | { readonly kind: 'then'; readonly change?: 'reduce' | 'increase' }
  | { readonly kind: 'taper'; readonly amount: string; readonly unit?: UnitReading; readonly every: Span }
  | { readonly kind: 'silent' }
  | { readonly kind: 'ambiguous'; readonly why: string };

/** The parts of one kind. */
export type PartOf<K extends Part['kind']> = Extract<Part, { kind: K }>;

/** A stretch of the sentence: parts that it means, a joint between meanings, or words not understood. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly is: 'phrase' | 'joint' | 'unread';
  readonly parts: readonly Part[];
  /** For a joint: the sign or word. */
  readonly joint?: string;
}
