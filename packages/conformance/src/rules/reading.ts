import { child, children, text } from '../invariants/reading.ts';
import type { JsonObject } from '../structure/walk.ts';
import type { Here } from './rule.ts';

/** The CodeableConcept of the medicine of a request, dispense, statement or administration, also by reference. */
export function medicineOf(node: JsonObject, here: Pick<Here, 'target'>): JsonObject | undefined {
  const concept = child(node, 'medicationCodeableConcept');
  if (concept) return concept;
  const target = here.target(child(node, 'medicationReference'));
  return target?.resourceType === 'Medication' ? child(target, 'code') : undefined;
}

/** The identifiers of a resource that have system and value. */
export function identified(node: JsonObject): boolean {
  return children(node, 'identifier').some(
    (identifier) => text(identifier, 'system') !== undefined && text(identifier, 'value') !== undefined,
  );
}

/** The codings of a CodeableConcept. */
export function codings(concept: JsonObject | undefined): JsonObject[] {
  return children(concept, 'coding').filter((coding) => coding !== undefined);
}

/** True where a concept has this code, whatever its system. */
export function hasCode(concept: JsonObject | undefined, ...codes: readonly string[]): boolean {
  return codings(concept).some((coding) => codes.includes(text(coding, 'code') ?? ''));
}

/** The dosages of any resource that has some. */
export function dosagesOf(node: JsonObject): JsonObject[] {
  const list = node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction';
  return children(node, list).filter((dosage) => dosage !== undefined);
}

/** The words that a concept shows: its text, or the display of its first coding that has one. */
export function wordsOf(concept: JsonObject | undefined): string | undefined {
  return (
    text(concept, 'text') ??
    codings(concept)
      .map((coding) => text(coding, 'display'))
      .find(Boolean)
  );
}
