import { shown, type Walk } from './walk.ts';
import { type XhtmlFault, xhtmlFault } from './xhtml.ts';

const rules: Record<XhtmlFault['kind'], string> = {
  malformed: 'FHIR-xhtml',
  namespace: 'FHIR-xhtml-namespace',
  unsafe: 'FHIR-txt-1',
  blank: 'FHIR-txt-2',
};

/** Checks a narrative's `div`: well-formed xhtml of what R4 allows, that shows something. */
export function checkNarrative(walk: Walk, value: unknown): void {
  if (typeof value !== 'string') {
    walk.add('error', 'structure', 'FHIR-json-type', `${shown(value)} is no xhtml: write a JSON string.`);
    return;
  }
  const fault = value === '' ? undefined : xhtmlFault(value);
  if (value === '') walk.add('error', 'structure', 'FHIR-empty', 'Empty: write a <div> or leave the narrative out.');
  else if (fault) walk.add('error', 'invariant', rules[fault.kind], `${fault.message}.`);
}
