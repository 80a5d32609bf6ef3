import { shown, type Walk } from './walk.ts';

/** Checks a narrative's `div`. */
export function checkNarrative(walk: Walk, value: unknown): void {
  if (typeof value !== 'string') {
    walk.add('error', 'structure', 'FHIR-json-type', `${shown(value)} is no xhtml: write a JSON string.`);
  }
}
