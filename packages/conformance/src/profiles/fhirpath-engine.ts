import { createRequire } from 'node:module';
import type { Model, ResourceNode, UserInvocationTable } from 'fhirpath';
import { type Budget, NotEvaluated } from './evaluation-limits.ts';

type Engine = typeof import('fhirpath');

/** A FHIRPath expression, ready to be evaluated. */
export interface Expression {
  /**
   * @param focus the node that it is evaluated on, from {@link rootNode} or {@link nodesBelow}
   * @throws NotEvaluated, or whatever the engine throws, which may be a string
   */
  readonly evaluate: (focus: unknown, told: Told) => unknown[];
}

/** What an evaluation is told beside its focus. */
interface Told {
  /** `%resource` and its like. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly functions: UserInvocationTable;
  readonly budget: Budget;
}

/** Longer expressions are not compiled. R4's own longest has some 1,500 characters. */
const MAX_LENGTH = 10_000;
/** Longer numbers are not reckoned with: FHIR says 18 digits, FHIRPath 28. */
const MAX_DIGITS = 400;

let loaded: { engine: Engine; model: Model } | undefined;

/**
 * HL7's engine, and what it knows of R4. Loading them takes some 80 ms and 30 MB, which a process without invariants to
 * evaluate does without; `check` answers at once, so that they are loaded at once too.
 */
function load(): { engine: Engine; model: Model } {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    loaded = { engine: require('fhirpath'), model: require('fhirpath/fhir-context/r4') };
  }
  return loaded;
}

/** Numbers are decimals, never binary floats; nodes know where they are; trace() says nothing; nothing is asked for over HTTP. */
const OPTIONS = { preciseMath: true, resolveInternalTypes: false, traceFn: () => {} } as const;

/** @returns the expression; or why it is none that can be evaluated, in words */
export function compileExpression(text: string): Expression | string {
  if (text.length > MAX_LENGTH) return `its expression has more than ${MAX_LENGTH} characters`;
  const { engine, model } = load();
  try {
    const run = engine.compile(text, model, OPTIONS);
    return {
      evaluate: (focus, { variables, functions, budget }) =>
        run(focus, variables, {
          userInvocationTable: functions,
          // Called after each step: a union compares what it joins, which takes longer than any other.
          debugger: (_ctx, given, result, { type }) => budget.spend(given, result, type === 'UnionExpression' ? 10 : 1),
        }),
    };
  } catch (error) {
    return `its expression cannot be read: ${shortMessage(error)}`;
  }
}

/** The node of a whole resource, which other nodes are below. */
export function rootNode(resource: unknown): unknown {
  const [node] = navigate('$this')(resource);
  return node;
}

const steps = new Map<string, (focus: unknown) => unknown[]>();

/** The nodes of an element of a node, in their order; those of primitives have their extensions. */
export function nodesBelow(node: unknown, element: string): unknown[] {
  return navigate(`\`${element}\``)(node);
}

function navigate(step: string): (focus: unknown) => unknown[] {
  let known = steps.get(step);
  if (known === undefined) {
    const { engine, model } = load();
    known = engine.compile(step, model, OPTIONS);
    steps.set(step, known);
  }
  return known;
}

/** Where a node is: `Bundle.entry[0].resource`; undefined for a value that is no node of a resource. */
export function pathOf(node: unknown): string | undefined {
  return typeof node === 'object' && node !== null && 'fullPropertyName' in node
    ? (node as ResourceNode).fullPropertyName()
    : undefined;
}

/** The value that a node stands for, or the value itself. */
export function dataOf(node: unknown): unknown {
  return load().engine.util.valData(node);
}

/**
 * The number of an exact text, exact.
 * @throws NotEvaluated where reckoning with it would take too long
 */
export function exactDecimal(text: string): unknown {
  const exponent = Number(/e(.*)$/i.exec(text)?.[1] ?? 0);
  if (text.length > MAX_DIGITS || Math.abs(exponent) > MAX_DIGITS)
    throw new NotEvaluated('a number here is too large or too long to reckon with');
  return load().engine.FP_Decimal.getDecimal(text);
}

/** What a thrown value says, in one short line. */
export function shortMessage(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/**
 * Does some evaluating, with an ear for what the engine says on the console and goes on: a function with too many
 * parameters, a unit that cannot be read. Nobody would hear it there, and it may quote the resource.
 * @param heard told each time that it says something
 */
export function overheard<T>(work: () => T, heard: (text: string) => void): T {
  const { log, warn } = console;
  const hear = (text: unknown) => heard(shortMessage(text));
  Object.assign(console, { log: hear, warn: hear });
  try {
    return work();
  } finally {
    Object.assign(console, { log, warn });
  }
}
