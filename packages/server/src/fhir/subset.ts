import { elementTable } from '@concord/conformance';
import { isElement } from './elements.ts';
import { parseExact } from './exact-json.ts';
import { refuse } from './refusal.ts';

/** Which part of a resource is wanted: `_summary` or `_elements`. */
export type Subset = { summary: 'true' | 'text' | 'data' } | { elements: readonly string[] };

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const ALWAYS = ['resourceType', 'id', 'meta'];

/**
 * The subset that a read asks for, or undefined for the whole.
 * @throws Refusal 400 for any other parameter: a read has no search criteria
 */
export function subsetOf(query: readonly [string, string][], type: string): Subset | undefined {
  let wanted: Subset | undefined;
  for (const [name, value] of query) {
    if (name === '_format' || name === '_pretty') continue;
    if (name === '_summary' && (value === 'true' || value === 'text' || value === 'data')) wanted = { summary: value };
    else if (name === '_summary' && value === 'false') wanted = undefined;
    else if (name === '_elements' && elementsIn(value, type).every((each) => isElement(type, each))) {
      wanted = { elements: elementsIn(value, type) };
    } else {
      throw refuse(
        400,
        'not-supported',
        `A read does not take ${name}=${value}. It takes _summary, _elements, _format and _pretty.`,
        {
          expression: name,
        },
      );
    }
  }
  return wanted;
}

function elementsIn(value: string, type: string): string[] {
  return value.split(',').map((each) => each.trim().replace(`${type}.`, ''));
}

/** The JSON text of part of a resource, tagged SUBSETTED so that nobody takes it for the whole. */
export function subset(text: string, type: string, wanted: Subset): string {
  const resource = parseExact(text, Number.POSITIVE_INFINITY) as { [key: string]: unknown };
  const keeps = keeper(type, wanted);
  const part = Object.fromEntries(Object.entries(resource).filter(([name]) => keeps(name)));
  const meta = (part.meta ?? {}) as { tag?: unknown[] };
  part.meta = { ...meta, tag: [...(meta.tag ?? []), SUBSETTED] };
  return JSON.stringify(part);
}

function keeper(type: string, wanted: Subset): (name: string) => boolean {
  const table = elementTable(type);
  const element = (name: string) => table?.byKey.get(name)?.element;
  const isMandatory = (name: string) => (element(name)?.min ?? 0) > 0;
  const isModifier = (name: string) => element(name)?.modifier ?? false;
  if ('elements' in wanted) {
    const asked = new Set(wanted.elements);
    return (name) =>
      ALWAYS.includes(name) ||
      asked.has(name) ||
      asked.has(element(name)?.name ?? name) ||
      isMandatory(name) ||
      isModifier(name);
  }
  switch (wanted.summary) {
    case 'true':
      return (name) => ALWAYS.includes(name) || (element(name)?.summary ?? false) || isModifier(name);
    case 'text':
      return (name) => ALWAYS.includes(name) || name === 'text' || isMandatory(name);
    case 'data':
      return (name) => name !== 'text';
  }
}
