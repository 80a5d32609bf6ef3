import type { UserInvocationTable } from 'fhirpath';
import type { Constraint } from './constraints.ts';
import { Budget, NotEvaluated, OverBudget, withinTime } from './evaluation-limits.ts';
import { copyForFhirPath } from './fhirpath-copy.ts';
import { dataOf, type Expression, nodesBelow, overheard, pathOf, rootNode, shortMessage } from './fhirpath-engine.ts';
import { functionsOver } from './fhirpath-functions.ts';
import { momentOf } from './moments.ts';
import type { ProfileBook } from './profile-book.ts';
import type { ResourcePlaces } from './resource-places.ts';

/** An invariant, and the element that it is asked of. */
export interface Asked {
  readonly constraint: Constraint;
  readonly path: string;
}

/** Does it hold? Undefined where that cannot be told. */
export interface Verdict {
  readonly holds: boolean | undefined;
  /** In words that end a sentence. */
  readonly why?: string;
}

// Shares of a message, in steps and the sizes that they deal with: a fifth of a microsecond each for what profiles ask, a
// few for the dearest. Most invariants take some fifty.
/** What takes more, or has a regular expression, is evaluated within a time limit. */
const QUICK = 500;
/** For one evaluation. */
const EACH = 200_000;
/** For all of a message. */
const ALL = 1_000_000;
/** What is evaluated within one time limit: far less than fills it, so that nothing is stopped for what was before it. */
const TOGETHER = 20_000;
const MILLISECONDS = 1000;
/** After so many that were stopped, no other is tried. */
const MAX_STOPPED = 3;

const HOLDS: Verdict = { holds: true };
const unknown = (why: string): Verdict => ({ holds: undefined, why });
const TOO_LONG = unknown('it takes too long');
const OVER = unknown(new OverBudget().message);
const ALL_OVER = unknown('this message takes more steps than are allowed');

/** Evaluates the invariants of one message, which it copies; nothing is changed in it. Never throws. */
export class Invariants {
  readonly #book: ProfileBook;
  readonly #places: ResourcePlaces;
  readonly #functions: UserInvocationTable;
  readonly #quickFunctions: UserInvocationTable;
  readonly #known = new Map<string, Verdict>();
  readonly #nodes = new Map<string, readonly unknown[]>();
  /** Expressions that took more than is quick, and those that were stopped. */
  readonly #long = new Set<string>();
  readonly #stopped = new Set<string>();
  #left = ALL;
  /** The message's copy; or why it cannot be copied. */
  #root: unknown;
  #fault: unknown;
  #heard: string | undefined;

  /** @param now the time, as a FHIR instant; without it, nothing that asks for it is evaluated */
  constructor(book: ProfileBook, places: ResourcePlaces, now: string | undefined) {
    this.#book = book;
    this.#places = places;
    this.#functions = functionsOver({
      book,
      target: (reference, from) => {
        const place = places.resolve(reference, pathOf(from) ?? places.root.path);
        return place && this.#node(place.path);
      },
      moment: (name) => (now === undefined ? undefined : momentOf(name, now)),
    });
    this.#quickFunctions = { ...this.#functions, ...SLOW };
  }

  /** Whether each holds, in the order in which they are asked. */
  verdicts(asked: readonly Asked[]): Verdict[] {
    const long = overheard(
      () => asked.filter((each) => !this.#isKnown(each) && !this.#isQuick(each)),
      (text) => this.#hear(text),
    );
    if (long.length > 0) this.#withinTime(long);
    return asked.map((each) => this.#known.get(keyOf(each)) ?? TOO_LONG);
  }

  #withinTime(asked: readonly Asked[]): void {
    let at = 0;
    const some = () => {
      for (let spent = 0; at < asked.length && spent < TOGETHER; at++) {
        const each = asked[at] as Asked;
        const before = this.#left;
        if (!this.#isKnown(each)) this.#settle(each, this.#evaluate(each, EACH, this.#functions) ?? OVER);
        spent += before - this.#left;
      }
    };
    while (at < asked.length && this.#stopped.size < MAX_STOPPED) {
      const isDone = overheard(
        () => withinTime(MILLISECONDS, some),
        (text) => this.#hear(text),
      );
      if (!isDone) this.#stopped.add(asked[at++]?.constraint.expression ?? '');
    }
  }

  #hear(text: string): void {
    this.#heard ??= text;
  }

  #isKnown(asked: Asked): boolean {
    return this.#known.has(keyOf(asked)) || this.#stopped.has(asked.constraint.expression ?? '');
  }

  /** Evaluates it, if it is quick. */
  #isQuick(asked: Asked): boolean {
    const text = asked.constraint.expression ?? '';
    const verdict = this.#long.has(text) ? undefined : this.#evaluate(asked, QUICK, this.#quickFunctions);
    if (verdict === undefined) this.#long.add(text);
    else this.#settle(asked, verdict);
    return verdict !== undefined;
  }

  #settle(asked: Asked, verdict: Verdict): void {
    this.#known.set(keyOf(asked), verdict);
  }

  /** Undefined where it takes more than `size`. */
  #evaluate({ constraint, path }: Asked, size: number, functions: UserInvocationTable): Verdict | undefined {
    const { expression: text } = constraint;
    if (text === undefined) return unknown('it has no FHIRPath expression');
    if (this.#left <= 0) return ALL_OVER;
    const budget = new Budget(size);
    this.#heard = undefined;
    try {
      const expression: Expression | string = this.#book.expression(text);
      if (typeof expression === 'string') return unknown(expression);
      const result = expression.evaluate(this.#node(path), { variables: this.#variables(path), functions, budget });
      return this.#heard === undefined ? verdictOf(result) : unknown(`its evaluation failed: ${this.#heard}`);
    } catch (error) {
      if (error instanceof OverBudget) return undefined;
      return unknown(error instanceof NotEvaluated ? error.message : `its evaluation failed: ${shortMessage(error)}`);
    } finally {
      this.#left -= budget.spent;
    }
  }

  #variables(path: string): Record<string, unknown> {
    return {
      resource: this.#node(this.#places.at(path).path),
      rootResource: this.#node(this.#places.container(path).path),
      sct: 'http://snomed.info/sct',
      loinc: 'http://loinc.org',
    };
  }

  /** The node of an element by its place: `Bundle.entry[0].resource`. */
  #node(path: string): unknown {
    if (path === this.#places.root.path) return this.#rootNode();
    const [, above = '', name = '', index = '0'] = /^(.*)\.([^.[\]]+)(?:\[(\d+)\])?$/s.exec(path) ?? [];
    const list = `${above}.${name}`;
    let nodes = this.#nodes.get(list);
    if (nodes === undefined) {
      nodes = name === '' ? [] : nodesBelow(this.#node(above), name);
      this.#nodes.set(list, nodes);
    }
    const node = nodes[Number(index)];
    if (node === undefined) throw new NotEvaluated('FHIRPath does not find its element');
    return node;
  }

  #rootNode(): unknown {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      this.#root ??= rootNode(copyForFhirPath(this.#places.root.resource));
      return this.#root;
    } catch (error) {
      this.#fault = error;
      throw error;
    }
  }
}

const keyOf = ({ constraint, path }: Asked) => `${path} ${constraint.expression}`;

/** As HL7's own validator has it: an empty result does not hold, and one value that is no boolean does. */
function verdictOf(result: readonly unknown[]): Verdict {
  if (result.length > 1) return unknown('it gives more than one value');
  const value = dataOf(result[0]);
  if (value === undefined || value === null) return { holds: false, why: 'it gives neither true nor false here' };
  return value === false ? { holds: false } : HOLDS;
}

const tooSlow = {
  arity: { 0: [], 1: ['Any' as const], 2: ['Any' as const, 'Any' as const] },
  fn: () => {
    throw new OverBudget();
  },
};

/** Functions whose time does not go by the size of what they are given: they leave it to an evaluation with a time limit. */
const SLOW: UserInvocationTable = {
  matches: tooSlow,
  matchesFull: tooSlow,
  replaceMatches: tooSlow,
  htmlChecks: tooSlow,
  htmlchecks: tooSlow,
};
