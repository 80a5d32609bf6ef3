import { createContext, Script } from 'node:vm';

/** An invariant cannot be evaluated, and why, in words that end a sentence. */
export class NotEvaluated extends Error {}

/** The budget is used up. */
export class OverBudget extends NotEvaluated {
  constructor() {
    super('it takes more steps than are allowed');
  }
}

/** How much may be evaluated: steps, and the size of what they take and give. The same on every machine. */
export class Budget {
  #left: number;
  spent = 0;

  constructor(size: number) {
    this.#left = size;
  }

  /**
   * @param weight how many times as dear it is as other steps
   * @throws OverBudget
   */
  spend(given: unknown, result: unknown, weight: number): void {
    const size = weight * (1 + sizeOf(given) + sizeOf(result));
    this.spent += size;
    this.#left -= size;
    if (this.#left < 0) throw new OverBudget();
  }
}

function sizeOf(list: unknown): number {
  if (!Array.isArray(list)) return 0;
  // A text may grow from step to step as lists do.
  return list.length === 1 && typeof list[0] === 'string' ? 1 + (list[0].length >> 6) : list.length;
}

let box: { work: (() => void) | undefined } | undefined;
let script: Script | undefined;

/**
 * Does some work, and stops it where it takes too long. Only regular expressions, and comparisons of each with each, need
 * this: all else is bounded by its steps. It costs a tenth of a millisecond.
 * @returns false where it was stopped
 * @throws what the work throws
 */
export function withinTime(milliseconds: number, work: () => void): boolean {
  box ??= createContext({ work: undefined }) as { work: (() => void) | undefined };
  script ??= new Script('work()');
  box.work = work;
  try {
    script.runInContext(box, { timeout: milliseconds });
    return true;
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    box.work = undefined;
  }
}
