import { child, children, has, text } from '../invariants/reading.ts';
import { hasCode } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';

const on = ['List'];
const layer = 'guide';
const warningCode = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ListWarningCode';
/** Lists of medication: active, discontinued, medications and medical devices. */
const medicationLists = ['1102411000000102', '1102191000000100', '933361000000108'];

/** The rules for a List. */
export const listRules: readonly Rule[] = [
  {
    ...{ id: 'R-240', on, layer, severity: 'warning', code: 'required' },
    says: 'A list should say what it is a list of, of whom and when: send code, subject and date.',
    holds: (node) => ['code', 'subject', 'date'].filter((name) => !has(node, name)).map((name) => `.${name}`),
  },
  {
    ...{ id: 'R-241', on, layer, severity: 'error', code: 'business-rule', at: 'emptyReason' },
    says: 'A list without entries has an emptyReason: one without a reason can be a lost one.',
    holds: (node) => has(node, 'entry') || has(node, 'emptyReason'),
  },
  {
    ...{ id: 'R-243', on, layer, severity: 'information', code: 'incomplete' },
    says: 'The list may be incomplete: show this warning beside it.',
    holds: (node) =>
      children(node, 'extension').flatMap((extension, i) =>
        text(extension, 'url') === warningCode ? [`.extension[${i}]`] : [],
      ),
  },
  {
    ...{ id: 'R-244', on, layer, severity: 'information', code: 'informational', at: 'emptyReason' },
    says: 'No medicines are known here: show that, and never that the patient takes nothing.',
    holds: (node) => !has(node, 'emptyReason') || !hasCode(child(node, 'code'), ...medicationLists),
  },
];
