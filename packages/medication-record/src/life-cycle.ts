import { DISPENSE_LIFE_CYCLE } from './rules/dispense-life-cycle.ts';
import type { LifeCycle, Onward, Origin, Party, Transition, Verdict } from './rules/life-cycle.ts';
import { REQUEST_LIFE_CYCLE } from './rules/request-life-cycle.ts';

/** Who asks for a change, and from where. */
export interface TransitionOptions {
  readonly origin: Origin;
  /** The role in which the change is made, where known. */
  readonly by?: Party | undefined;
}

/** What is said of a change of status. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The rule that decided: for requests; MD-005, MD-006, MD-008 for dispenses. */
  readonly rule: string;
  /** Why, for people; where it is not simply allowed, also what would be. */
  readonly message: string;
  /** The statuses that may follow `from` without a warning; those in which a resource may begin, where there is none. */
  readonly allowed: readonly string[];
  /** What the change sends to the other side; `none` where it is refused. */
  readonly onward: Onward;
}

/** The life cycles by type of resource. */
export const LIFE_CYCLES = {
  MedicationRequest: REQUEST_LIFE_CYCLE,
  MedicationDispense: DISPENSE_LIFE_CYCLE,
} as const;

/** A type of resource whose life is judged here. */
export type LifeCycleType = keyof typeof LIFE_CYCLES;

/**
 * May a resource's status become this one? Total: any text is judged, and nothing throws.
 * @param type of the resource
 * @param from the status held; undefined where there is none yet, as on create. What is no status counts as `unknown`.
 * @param to the status asked for
 */
export function judgeTransition(
  type: LifeCycleType,
  from: string | undefined,
  to: string,
  options: TransitionOptions,
): Judgement {
  const cycle: LifeCycle = LIFE_CYCLES[type];
  const codes = cycle.statuses.map(({ status }) => status);
  const held = from === undefined || codes.includes(from) ? from : 'unknown';
  const allowed = codes.filter((code) => code !== held && rowFor(cycle, held, code, options)?.verdict === 'allowed');
  const row = rowFor(cycle, held, to, options);
  if (row === undefined) {
    const shown = typeof to === 'string' ? `"${to.slice(0, 40)}"` : 'What was sent';
    const message = `${shown} is no status of a ${type}: use one of ${codes.join(', ')}.`;
    return { verdict: 'refused', rule: cycle.statusRule, message, allowed, onward: 'none' };
  }
  const { verdict, rule, onward } = row;
  if (verdict === 'allowed') {
    const others = othersChange(row, held, to, options.by);
    return others === undefined
      ? { verdict, rule, message: row.because, allowed, onward }
      : { verdict: 'warned', rule, message: others, allowed, onward };
  }
  const message = `${row.because} ${whatIsAllowed(held, allowed)}`;
  return { verdict, rule, message, allowed, onward: verdict === 'refused' ? 'none' : onward };
}

/** True where nothing follows a status, but for what the table says; false for what is no status of the type. */
export function isEndStatus(type: LifeCycleType, status: string): boolean {
  const cycle: LifeCycle = LIFE_CYCLES[type];
  return cycle.statuses.some((each) => each.status === status && each.end === true);
}

/**
 * May a status become another in any number of changes, none of them refused? For whoever sees a record now and then, and
 * not each change: the way from on-hold to completed is through active.
 */
export function canBecome(type: LifeCycleType, from: string, to: string): boolean {
  const codes = LIFE_CYCLES[type].statuses.map(({ status }): string => status);
  const reached = new Set([from]);
  for (const held of reached) {
    for (const next of codes) {
      if (judgeTransition(type, held, next, { origin: 'own' }).verdict !== 'refused') reached.add(next);
    }
  }
  return reached.has(to);
}

type Row = Pick<Transition<string>, 'verdict' | 'onward' | 'rule' | 'because'> & { readonly who?: readonly Party[] };

function rowFor(
  cycle: LifeCycle,
  from: string | undefined,
  to: string,
  { origin }: TransitionOptions,
): Row | undefined {
  return from === undefined
    ? cycle.first.find((row) => row.status.includes(to) && row.origin.includes(origin))
    : cycle.transitions.find(
        (row) => row.from.includes(from) && (row.to === 'same' ? from === to : row.to.includes(to)),
      );
}

function othersChange({ who }: Row, from: string | undefined, to: string, by: Party | undefined): string | undefined {
  if (who === undefined || by === undefined || who.includes(by)) return undefined;
  const change = from === to ? `What is amended while it is ${to}` : `The change from ${from} to ${to}`;
  return `${change} is for the ${who.join(' or the ')}, not for the ${by}.`;
}

function whatIsAllowed(from: string | undefined, allowed: readonly string[]): string {
  if (from === undefined) return `It may begin as ${listed(allowed)}.`;
  return allowed.length === 0 ? `Nothing follows ${from}.` : `Allowed after ${from}: ${listed(allowed)}.`;
}

function listed(statuses: readonly string[]): string {
  return statuses.length < 2 ? statuses.join('') : `${statuses.slice(0, -1).join(', ')} or ${statuses.at(-1)}`;
}
