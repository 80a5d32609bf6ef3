import { certainlyAfter } from '../invariants/date-order.ts';
import { child, children, coded, has, hasChoice, text } from '../invariants/reading.ts';
import { hasCode } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

const on = ['AllergyIntolerance'];
const layer = 'guide';
const clinical = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const ended = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AllergyIntoleranceEnd';
/** What a drug allergy becomes when it could not be transferred with its code. */
const degraded = '196461000000101';

/** The end of the allergy; undefined where none is given. */
function endOf(node: JsonObject): { date: string | undefined } | undefined {
  const extension = children(child(node, 'clinicalStatus'), 'extension').find((each) => text(each, 'url') === ended);
  if (!extension) return undefined;
  const part = children(extension, 'extension').find((each) => text(each, 'url') === 'endDate');
  return { date: text(part, 'valueDateTime') };
}

/** The rules for an AllergyIntolerance. */
export const allergyRules: readonly Rule[] = [
  {
    ...{ id: 'R-222a', on, layer, severity: 'warning', code: 'required', at: 'clinicalStatus' },
    says: `An allergy that is resolved should say when and why: send the extension ${ended}.`,
    holds: (node) => !coded(child(node, 'clinicalStatus'), clinical, 'resolved') || endOf(node) !== undefined,
  },
  {
    ...{ id: 'R-222b', on, layer, severity: 'warning', code: 'conflict', at: 'clinicalStatus' },
    says: 'The allergy ends before it began: correct one of the dates.',
    holds: (node) => !certainlyAfter(text(node, 'onsetDateTime'), endOf(node)?.date),
  },
  {
    ...{ id: 'R-223', on, layer, severity: 'warning', code: 'business-rule', at: 'onset' },
    says: 'Receivers expect the onset as a date or an age: send onsetDateTime or onsetAge.',
    holds: (node) => !hasChoice(node, 'onset') || has(node, 'onsetDateTime') || has(node, 'onsetAge'),
  },
  {
    ...{ id: 'R-224', on, layer, severity: 'warning', code: 'business-rule', at: 'code' },
    says: 'A drug allergy that lost its code in transfer: no prescribing until a person has said which drug it is.',
    holds: (node) => !hasCode(child(node, 'code'), degraded),
  },
  {
    ...{ id: 'R-226', on, layer, severity: 'warning', code: 'required', at: 'criticality' },
    says: 'A severe reaction, but no criticality: say how dangerous the next one may be.',
    holds: (node) =>
      has(node, 'criticality') ||
      !children(node, 'reaction').some((reaction) => text(reaction, 'severity') === 'severe'),
  },
];
