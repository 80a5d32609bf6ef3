import { certainlyAfter } from '../invariants/date-order.ts';
import { child, children, has, hasChoice, text } from '../invariants/reading.ts';
import { hasCode, identified, medicineOf } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';

const on = ['MedicationStatement'];
const layer = 'guide';
const requestCategory = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const statementCategory = 'http://terminology.hl7.org/CodeSystem/medication-statement-category';
const lastIssue = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate';
/** The one entry that stands for medicines of a clinical trial that are not known. */
const trial = '419841000001106';

const period = (node: Parameters<typeof child>[0]) => child(node, 'effectivePeriod');

/** The rules for a MedicationStatement. */
export const statementRules: readonly Rule[] = [
  {
    ...{ id: 'R-121', on, layer, severity: 'warning', code: 'required', at: 'identifier' },
    says: 'No identifier: send one with system and value that lasts, so that the statement is known again.',
    holds: identified,
  },
  {
    ...{ id: 'R-122', on, layer, severity: 'warning', code: 'required', at: 'effective' },
    says: 'No effective[x]: without it nobody can tell whether the medicine is current. Send effectivePeriod.',
    holds: (node) =>
      hasChoice(node, 'effective') || [
        { severity: node.status === 'intended' ? ('error' as const) : ('warning' as const) },
      ],
  },
  {
    ...{ id: 'R-124a', on, layer, severity: 'warning', code: 'business-rule', at: 'status' },
    says: 'The status is active but effectivePeriod has ended: correct one of them.',
    holds: (node, { now }) => node.status !== 'active' || !certainlyAfter(now, text(period(node), 'end')),
  },
  {
    ...{ id: 'R-124b', on, layer, severity: 'warning', code: 'business-rule', at: 'status' },
    says: 'The status is completed but effectivePeriod ends in the future: correct one of them.',
    holds: (node, { now }) => node.status !== 'completed' || !certainlyAfter(text(period(node), 'end'), now),
  },
  {
    ...{ id: 'R-125a', on, layer, severity: 'warning', code: 'required', at: 'statusReason' },
    says: 'A medicine that was stopped or is on hold should say why: send statusReason.',
    holds: (node) => (node.status !== 'stopped' && node.status !== 'on-hold') || has(node, 'statusReason'),
  },
  {
    ...{ id: 'R-125b', on, layer, severity: 'warning', code: 'required', at: 'effective' },
    says: 'A medicine that was stopped should say when: send effectivePeriod.end.',
    holds: (node) => node.status !== 'stopped' || period(node)?.end !== undefined,
  },
  {
    ...{ id: 'R-126a', on, layer, severity: 'warning', code: 'business-rule', at: 'derivedFrom' },
    says: 'Both basedOn and derivedFrom are given: send only basedOn where it can say it.',
    holds: (node) => !has(node, 'basedOn') || !has(node, 'derivedFrom'),
  },
  {
    ...{ id: 'R-126b', on, layer, severity: 'warning', code: 'business-rule', at: 'partOf' },
    says: 'partOf is understood differently by different systems: do not send it.',
    holds: (node) => !has(node, 'partOf'),
  },
  {
    ...{ id: 'R-127', on, layer, severity: 'warning', code: 'required', at: 'dosage' },
    says: 'No dosage: send how the medicine is taken, structured, or at least as text.',
    holds: (node, here) => has(node, 'dosage') || hasCode(medicineOf(node, here), trial),
  },
  {
    ...{ id: 'R-128', on, layer, severity: 'warning', direction: 'send', code: 'business-rule', at: 'status' },
    says: 'A statement entered in error is left out of an exchange.',
    holds: (node) => node.status !== 'entered-in-error',
  },
  {
    ...{ id: 'R-129', on, layer, severity: 'warning', code: 'code-invalid' },
    says: `This is the code system of a request's category; that of a statement is ${statementCategory}.`,
    holds: (node) =>
      children(child(node, 'category'), 'coding').flatMap((coding, i) =>
        text(coding, 'system') === requestCategory ? [`.category.coding[${i}].system`] : [],
      ),
  },
  {
    ...{ id: 'R-130', on, layer, severity: 'warning', code: 'required', at: 'informationSource' },
    says: 'The organisation that the information is from should have an ODS code, a name and a telecom.',
    holds: (node, { target }) => {
      const source = target(child(node, 'informationSource'));
      if (source?.resourceType !== 'Organization') return true;
      const ods = children(source, 'identifier').some((each) => text(each, 'system')?.includes('/ods-'));
      return ods && has(source, 'name') && has(source, 'telecom');
    },
  },
  {
    ...{ id: 'R-132', on, layer, severity: 'warning', code: 'required', at: 'effective' },
    says: 'Medicine of a clinical trial: send effectivePeriod.start, and when the trial ends, the end and status completed.',
    holds: (node, here) => {
      if (!hasCode(medicineOf(node, here), trial)) return true;
      const when = period(node);
      return when?.start !== undefined && (when.end === undefined || node.status === 'completed');
    },
  },
  {
    ...{ id: 'R-133', on, layer, severity: 'information', code: 'business-rule', at: 'medication' },
    says: 'Medicine of a clinical trial, not known which: show it to the reader, and leave it out of decision support.',
    holds: (node, here) => !hasCode(medicineOf(node, here), trial),
  },
  {
    ...{ id: 'R-134', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The last issue is in the future, or before the medicine was started: correct the date.',
    holds: (node, { now }) =>
      children(node, 'extension').flatMap((extension, i) => {
        const issued = text(extension, 'url') === lastIssue ? text(extension, 'valueDateTime') : undefined;
        const odd = certainlyAfter(issued, now) || certainlyAfter(text(period(node), 'start'), issued);
        return odd ? [`.extension[${i}].value`] : [];
      }),
  },
];
