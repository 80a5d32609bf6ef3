import type { ElementType } from './element-table.ts';
import type { ValueSetCodes } from './required-codes.ts';
import { isObject, type JsonObject, shown, type Walk } from './walk.ts';

function some(codes: Iterable<string>): string {
  const list = [...codes];
  return list.length > 20 ? `${list.slice(0, 20).join(', ')}… (${list.length} codes)` : list.join(', ');
}

/** Checks a code, URI or string against the value set of its required binding. */
export function checkCodeBinding(walk: Walk, value: unknown, set: ValueSetCodes): void {
  if (typeof value !== 'string' || set.codes.has(value)) return;
  const message = `${shown(value)} is not in the required value set ${set.name}. Use one of: ${some(set.codes)}.`;
  walk.add('error', 'code-invalid', 'FHIR-binding', message);
}

/** Checks that a Coding, or one coding of a CodeableConcept, is of the value set of its required binding. */
export function checkConceptBinding(walk: Walk, value: JsonObject, type: ElementType, set: ValueSetCodes): void {
  const codings: unknown = type.code === 'Coding' ? [value] : value.coding;
  if (type.code !== 'Coding' && type.code !== 'CodeableConcept') return;
  for (const coding of Array.isArray(codings) ? codings : []) {
    if (!isObject(coding)) continue;
    const { system, code } = coding;
    if (typeof system === 'string' && typeof code === 'string' && set.bySystem.get(system)?.has(code)) return;
  }
  const wanted = [...set.bySystem].map(([system, codes]) => `${system} (${some(codes)})`).join('; ');
  const message = `No coding is in the required value set ${set.name}. Use system and code of: ${wanted}.`;
  walk.add('error', 'code-invalid', 'FHIR-binding', message);
}
