import { type ElementTable, elementTable } from '../structure/element-table.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import type { JsonPlace } from './json-places.ts';

/** A step of an expression: `dosageInstruction[0]`, and `ofType(Range)`, which leads nowhere in JSON. */
const stepForm = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[(\d{1,9})\])?$/;

/** Where an expression leads in a resource. */
interface Reached {
  /** The JSON names and indexes to it. */
  readonly steps: readonly (string | number)[];
  /** False where the expression goes on to what is not there, as it does for a missing element. */
  readonly isWhole: boolean;
}

/**
 * Follows the FHIRPath of a finding through a resource as JSON has it: `medication` is `medicationCodeableConcept`
 * there, and the extensions of `birthDate` are under `_birthDate`. Goes as far as the resource does.
 */
function reach(resource: unknown, expression: string): Reached {
  const steps: (string | number)[] = [];
  let node = resource;
  let table = tableOf(node);
  /** Where the extensions of the primitive last stepped to are. */
  let beside: (string | number)[] = [];
  for (const step of expression.split('.').slice(1)) {
    if (step.startsWith('ofType(')) continue;
    const [, name, index] = stepForm.exec(step) ?? [];
    if (!isObject(node) && beside.length > 0) {
      const extended = valueAt(resource, beside);
      if (isObject(extended)) {
        steps.splice(0, steps.length, ...beside);
        node = extended;
        table = elementTable('Element');
      }
    }
    const key = name === undefined || !isObject(node) ? undefined : keyOf(node, table, name);
    if (key === undefined) return { steps, isWhole: false };
    const type = table?.byKey.get(key)?.type;
    table = type?.elements();
    beside = [...steps, `_${key}`];
    node = (node as JsonObject)[key];
    steps.push(key);
    if (index !== undefined && Array.isArray(node)) {
      if (Number(index) >= node.length) return { steps, isWhole: false };
      node = node[Number(index)];
      steps.push(Number(index));
      beside.push(Number(index));
    }
    table ??= tableOf(node);
  }
  return { steps, isWhole: true };
}

/** The line on which what an expression leads to begins; where it is missing, that of what it is missing from. */
export function lineOf(resource: unknown, expression: string, place: JsonPlace): number {
  let at: JsonPlace | undefined = place;
  let { line } = place;
  for (const step of reach(resource, expression).steps) {
    at = typeof step === 'number' ? at?.items?.[step] : at?.members?.get(step);
    line = at?.line ?? line;
  }
  return line;
}

function tableOf(node: unknown): ElementTable | undefined {
  return isObject(node) && typeof node.resourceType === 'string' ? elementTable(node.resourceType) : undefined;
}

function valueAt(resource: unknown, steps: readonly (string | number)[]): unknown {
  let node = resource as JsonObject | undefined;
  for (const step of steps) node = node?.[step] as JsonObject | undefined;
  return node;
}

/** The property that an element is: by its own name, as a choice, or, for a primitive without a value, as `_name`. */
function keyOf(node: JsonObject, table: ElementTable | undefined, name: string): string | undefined {
  if (Object.hasOwn(node, name)) return name;
  const choice = Object.keys(node).find((key) => table?.byKey.get(key)?.element.name === name);
  return choice ?? (Object.hasOwn(node, `_${name}`) ? `_${name}` : undefined);
}
