import { certainlyAfter } from '../invariants/date-order.ts';
import { child, children, has, hasChoice, text } from '../invariants/reading.ts';
import { codings, dosagesOf, hasCode, identified } from '../rules/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { saysDosing } from './dosing-words.ts';
import { pointsTo } from './pointing.ts';

const on = ['MedicationRequest'];
const layer = 'guide';
const hl7Category = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const ukCategory = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCategory';
const oldCategory = 'http://hl7.org/fhir/medication-request-category';
const hl7Course = 'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy';
const ukCourse = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCourseOfTherapy';
const nhsCourse = 'https://fhir.nhs.uk/CodeSystem/medicationrequest-course-of-therapy';
const repeatInformation = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation';

/** The categories of a request, and the system that defines each. */
const categorySystems: Readonly<Record<string, string>> = {
  inpatient: hl7Category,
  outpatient: hl7Category,
  community: hl7Category,
  discharge: hl7Category,
  leave: ukCategory,
  primarycare: ukCategory,
};

/** The courses of therapy, and the system that defines each. */
const courseSystems: Readonly<Record<string, readonly string[]>> = {
  continuous: [hl7Course],
  acute: [hl7Course],
  seasonal: [hl7Course],
  'continuous-repeating-dispensing': [ukCourse],
  'continuous-repeat-dispensing': [nhsCourse],
};

const stopping = ['on-hold', 'cancelled', 'stopped'];
const timeUnits = ['s', 'min', 'h', 'd', 'wk', 'mo', 'a', 'day', 'days', 'week', 'weeks', 'month', 'months'];

function isTime(quantity: JsonObject | undefined): boolean {
  return timeUnits.includes(text(quantity, 'code') ?? text(quantity, 'unit')?.toLowerCase() ?? '');
}

/** True for the entry of a Bundle that puts what there is already. */
function isUpdate(entry: JsonObject | undefined): boolean {
  return ['PUT', 'PATCH'].includes(text(child(entry, 'request'), 'method') ?? '');
}

/** The places of the codings of the categories that do not hold. */
function categoryPlaces(node: JsonObject, holds: (system: string | undefined, code: string) => boolean): string[] {
  return children(node, 'category').flatMap((category, i) =>
    children(category, 'coding').flatMap((coding, j) => {
      const code = text(coding, 'code');
      return code === undefined || holds(text(coding, 'system'), code) ? [] : [`.category[${i}].coding[${j}]`];
    }),
  );
}

/** The rules for a MedicationRequest. */
export const requestRules: readonly Rule[] = [
  {
    ...{ id: 'R-003', on, layer, severity: 'warning', code: 'business-rule', at: 'substitution' },
    says: 'Substitution is allowed: the NHS does not substitute, so show this to whoever acts on the request, or send allowedBoolean false.',
    holds: (node) => {
      const substitution = child(node, 'substitution');
      return substitution?.allowedBoolean !== true && !has(substitution ?? {}, 'allowedCodeableConcept');
    },
  },
  {
    ...{ id: 'R-004', on, layer, severity: 'warning', code: 'required', at: 'identifier' },
    says: 'No identifier with system and value: send one, so that dispenses can point back to this request.',
    holds: identified,
  },
  {
    ...{ id: 'R-005', on, layer, severity: 'warning', code: 'business-rule', at: 'status' },
    says: 'The status unknown tells nobody what to do: send the status that the request has.',
    holds: (node) => node.status !== 'unknown',
  },
  {
    ...{ id: 'R-006', on, layer, severity: 'error', direction: 'send', code: 'business-rule', at: 'status' },
    says: 'A draft, or a request entered in error, is not sent as a new request: send it when it is active.',
    holds: (node, { parent }) => (node.status !== 'draft' && node.status !== 'entered-in-error') || isUpdate(parent),
  },
  {
    ...{ id: 'R-007a', on, layer, severity: 'warning', code: 'business-rule', at: 'statusReason' },
    says: 'statusReason goes with the statuses on-hold, cancelled and stopped only: remove it, or correct the status.',
    holds: (node) => !has(node, 'statusReason') || stopping.includes(text(node, 'status') ?? ''),
  },
  {
    ...{ id: 'R-007b', on, layer, severity: 'warning', code: 'required', at: 'statusReason' },
    says: 'A request that is on hold, cancelled or stopped should say why: send statusReason.',
    holds: (node) => has(node, 'statusReason') || !stopping.includes(text(node, 'status') ?? ''),
  },
  {
    ...{ id: 'R-009', on, layer, severity: 'warning', code: 'business-rule', at: 'intent' },
    says: 'This intent is not used here: send order (from a GP system, plan or order).',
    holds: (node, { mode }) => node.intent === 'order' || (node.intent === 'plan' && mode !== 'hospital'),
  },
  {
    ...{ id: 'R-010', on, layer, code: 'required', at: 'category' },
    severity: { hospital: 'error', gp: 'warning', any: 'warning' },
    says: 'No category: say whether the medicine is for inpatient, outpatient, community, discharge, leave or primarycare.',
    holds: (node) => has(node, 'category'),
  },
  {
    ...{ id: 'R-011a', on, layer, severity: 'error', code: 'code-invalid' },
    says: `A category is inpatient, outpatient, community or discharge of ${hl7Category}, or leave or primarycare of ${ukCategory}.`,
    holds: (node) =>
      categoryPlaces(node, (system, code) => {
        if (system === oldCategory) return ['inpatient', 'outpatient', 'community'].includes(code);
        return (system !== hl7Category && system !== ukCategory) || rowOf(categorySystems, code) === system;
      }),
  },
  {
    ...{ id: 'R-011b', on, layer, severity: 'warning', code: 'code-invalid' },
    says: `This code system of categories was replaced: send ${hl7Category}.`,
    holds: (node) => categoryPlaces(node, (system) => system !== oldCategory),
  },
  {
    ...{ id: 'R-012a', on, layer, severity: 'warning', code: 'business-rule', at: 'priority' },
    says: 'The priorities asap and stat are understood differently by different people: say when the dose is due in the dosage.',
    holds: (node) => node.priority !== 'asap' && node.priority !== 'stat',
  },
  {
    ...{ id: 'R-012b', on, layer, severity: 'information', code: 'business-rule', at: 'priority' },
    says: 'The priority urgent may not be acted on by the receiver: tell them by other means too.',
    holds: (node) => node.priority !== 'urgent',
  },
  {
    ...{ id: 'R-013', on, layer, severity: 'error', code: 'not-supported', at: 'doNotPerform' },
    says: 'An order not to give the medicine may be read as an order to give it: send it only to a receiver that acts on doNotPerform (a warning where it is sent to one that does).',
    holds: (node, { actsOnDoNotPerform, direction }) => {
      if (node.doNotPerform !== true) return true;
      if (!actsOnDoNotPerform) return false;
      const says =
        'An order not to give the medicine: this receiver acts on that, but others may read it as an order to give it. Send it to none of those.';
      return direction === 'receive' || [{ at: '.doNotPerform', severity: 'warning', says }];
    },
  },
  {
    ...{ id: 'R-014a', on, layer, severity: 'error', code: 'required', at: 'authoredOn' },
    says: 'No authoredOn: send the date and time of prescribing.',
    holds: (node) => has(node, 'authoredOn'),
  },
  {
    ...{ id: 'R-014b', on, layer, severity: 'warning', code: 'value', at: 'authoredOn' },
    says: 'authoredOn is a date only: send time and zone too, so that orders of one day have an order.',
    holds: (node) => text(node, 'authoredOn')?.includes('T') ?? true,
  },
  {
    ...{ id: 'R-014c', on, layer, severity: 'warning', code: 'business-rule', at: 'authoredOn' },
    says: 'authoredOn is in the future: correct it, or the clock.',
    holds: (node, { now }) => !certainlyAfter(text(node, 'authoredOn'), now),
  },
  {
    ...{ id: 'R-015', on, layer, code: 'required', at: 'requester' },
    severity: { hospital: 'error', gp: 'warning', any: 'warning' },
    says: 'No requester: name the prescriber who is responsible.',
    holds: (node) => has(node, 'requester'),
  },
  {
    ...{ id: 'R-016', on, layer, severity: 'warning', code: 'required', at: 'recorder' },
    says: 'No recorder: name who entered the request, also where that is the requester.',
    holds: (node) => has(node, 'recorder'),
  },
  {
    ...{ id: 'R-017', on, layer, severity: 'warning', code: 'business-rule', at: 'reasonReference' },
    says: 'The reason is given both as reasonCode and as reasonReference: send one of them.',
    holds: (node) => !has(node, 'reasonCode') || !has(node, 'reasonReference'),
  },
  {
    ...{ id: 'R-018a', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'This note reads as a dosage, which nothing else sees there: send it as dosageInstruction.',
    holds: (node) =>
      children(node, 'note').flatMap((note, i) => (saysDosing(text(note, 'text')) ? [`.note[${i}].text`] : [])),
  },
  {
    ...{ id: 'R-018b', on, layer, severity: 'error', code: 'business-rule', at: 'note' },
    says: 'There is a note but no dosageInstruction: a note never carries the dosage.',
    holds: (node) => !has(node, 'note') || has(node, 'dosageInstruction'),
  },
  {
    ...{ id: 'R-019', on, layer, severity: 'error', code: 'required', at: 'dosageInstruction' },
    says: 'No dosageInstruction: send how the medicine is to be taken, structured.',
    // Where there is a note, R-018b says it.
    holds: (node) => has(node, 'dosageInstruction') || has(node, 'note'),
  },
  {
    ...{ id: 'R-021', on, layer, severity: 'warning', mode: 'hospital', code: 'business-rule' },
    says: 'basedOn is for care plans; an earlier order that this one supplies again or replaces is priorPrescription.',
    holds: (node) =>
      node.intent === 'plan' ||
      children(node, 'basedOn').flatMap((based, i) => (pointsTo(based, 'MedicationRequest') ? [`.basedOn[${i}]`] : [])),
  },
  {
    ...{ id: 'R-022', on, layer, severity: 'error', code: 'business-rule' },
    says: 'A plan is not based on another request: orders are based on the plan.',
    holds: (node) =>
      node.intent !== 'plan' ||
      children(node, 'basedOn').flatMap((based, i) => (pointsTo(based, 'MedicationRequest') ? [`.basedOn[${i}]`] : [])),
  },
  {
    ...{ id: 'R-025', on, layer, severity: 'warning', code: 'code-invalid' },
    says: `Send continuous or acute of ${hl7Course}, or continuous-repeating-dispensing of ${ukCourse}.`,
    holds: (node) =>
      children(child(node, 'courseOfTherapyType'), 'coding').flatMap((coding, i) => {
        const systems = rowOf(courseSystems, text(coding, 'code') ?? '');
        return !systems || systems.includes(text(coding, 'system') ?? '') ? [] : [`.courseOfTherapyType.coding[${i}]`];
      }),
  },
  {
    ...{ id: 'R-026a', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The counters of repeats belong to the plan, not to an order.',
    holds: (node) =>
      node.intent === 'plan' ||
      children(node, 'extension').flatMap((extension, i) =>
        text(extension, 'url') === repeatInformation ? [`.extension[${i}]`] : [],
      ),
  },
  {
    ...{ id: 'R-026b', on, layer, severity: 'warning', code: 'required', at: 'extension' },
    says: `A plan for repeats has no repeat information: send the extension ${repeatInformation}.`,
    holds: (node) =>
      node.intent !== 'plan' ||
      !codings(child(node, 'courseOfTherapyType')).some((coding) => text(coding, 'code')?.startsWith('continuous')) ||
      children(node, 'extension').some((extension) => text(extension, 'url') === repeatInformation),
  },
  {
    ...{ id: 'R-027', on, layer, severity: 'warning', code: 'business-rule', at: 'dispenseRequest.quantity' },
    says: 'The quantity to supply is in a unit of time: send it as expectedSupplyDuration.',
    holds: (node) => !isTime(child(child(node, 'dispenseRequest'), 'quantity')),
  },
  {
    ...{ id: 'R-028', on, layer, severity: 'warning', code: 'required', at: 'dispenseRequest' },
    says: 'An order for discharge or leave should say how much to supply: send quantity or expectedSupplyDuration.',
    holds: (node) => {
      const supply = child(node, 'dispenseRequest') ?? {};
      const leaves = children(node, 'category').some((category) => hasCode(category, 'discharge', 'leave'));
      return !leaves || has(supply, 'quantity') || has(supply, 'expectedSupplyDuration');
    },
  },
  {
    ...{ id: 'R-030', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'Receivers are not expected to read this element: do not rely on it.',
    holds: (node) => [
      ...['performer', 'performerType', 'insurance', 'detectedIssue', 'instantiatesCanonical', 'instantiatesUri']
        .filter((name) => has(node, name))
        .map((name) => `.${name}`),
      ...(hasChoice(node, 'reported') ? ['.reported'] : []),
    ],
  },
  {
    ...{ id: 'R-020', on, layer, code: 'business-rule' },
    severity: { hospital: 'error', gp: 'warning', any: 'warning' },
    says: 'The dosage is text only, so that nothing can calculate with it: send it structured too.',
    holds: (node) =>
      dosagesOf(node).flatMap((dosage, i) =>
        has(dosage, 'text') && !structured(dosage) ? [`.dosageInstruction[${i}]`] : [],
      ),
  },
];

/** True where a Dosage says more than words and place in the order. */
export function structured(dosage: JsonObject): boolean {
  return Object.keys(dosage).some(
    (key) => !['text', '_text', 'sequence', 'patientInstruction', 'id', 'extension', 'modifierExtension'].includes(key),
  );
}
