import { isPatientSystem } from '../identity/systems.ts';
import { child, children, has, hasChoice, number, text } from '../invariants/reading.ts';
import { codings, dosagesOf, identified } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';
import { dailyDose, daysOf } from './daily-dose.ts';

const on = ['MedicationDispense'];
const layer = 'guide';
const ended = ['cancelled', 'stopped', 'declined'];
/** Where nothing was prepared. */
const unsupplied = ['preparation', 'cancelled', 'declined', 'entered-in-error'];
const supplied = ['quantity', 'whenPrepared'];
const expected = ['identifier', 'performer', ...supplied];
const supplyType = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationSupplyType';

/** The rules for a MedicationDispense. */
export const dispenseRules: readonly Rule[] = [
  {
    ...{ id: 'R-100', on, layer, severity: 'error', code: 'required', at: 'subject' },
    says: 'No subject: say whose medicine it is.',
    holds: (node) => has(node, 'subject'),
  },
  {
    ...{ id: 'R-101', on, layer, severity: 'warning', code: 'required' },
    says: 'Missing: a dispense should have an identifier with system and value, a performer, a quantity and whenPrepared.',
    holds: (node) =>
      expected
        // Of a dispense that is completed, R-107a says it; of one that came to nothing, there is nothing to say.
        .filter(
          (name) => !supplied.includes(name) || !['completed', ...unsupplied].includes(text(node, 'status') ?? ''),
        )
        .filter((name) => (name === 'identifier' ? !identified(node) : !has(node, name)))
        .map((name) => `.${name}`),
  },
  {
    ...{ id: 'R-102', on, layer, severity: 'error', code: 'business-rule' },
    says: "This is a patient's number, not the dispense's: send an identifier of the dispense of its own.",
    holds: (node) =>
      children(node, 'identifier').flatMap((identifier, i) =>
        isPatientSystem(text(identifier, 'system')) ? [`.identifier[${i}].system`] : [],
      ),
  },
  {
    ...{ id: 'R-103a', on, layer, severity: 'warning', code: 'required', at: 'authorizingPrescription' },
    says: 'No authorizingPrescription: say which request this was dispensed for, or send the type of supply that had none.',
    holds: (node) => {
      const type = codings(child(node, 'type')).map((coding) => text(coding, 'code'));
      const needed = type.length === 0 || type.includes('prescription-dispensing');
      return !needed || has(node, 'authorizingPrescription');
    },
  },
  {
    ...{ id: 'R-107a', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The dispense is completed but lacks whenPrepared or quantity: what was supplied, and when?',
    holds: (node) =>
      node.status !== 'completed' || supplied.filter((name) => !has(node, name)).map((name) => `.${name}`),
  },
  {
    ...{ id: 'R-107b', on, layer, severity: 'warning', direction: 'send', code: 'business-rule', at: 'status' },
    says: 'A dispense is shared when it is completed, stopped or declined; this one is still going on.',
    holds: (node) => node.status !== 'in-progress' && node.status !== 'preparation',
  },
  {
    ...{ id: 'R-108a', on, layer, severity: 'warning', code: 'business-rule', at: 'statusReason' },
    says: 'statusReason goes with the statuses cancelled, stopped and declined only: remove it, or correct the status.',
    holds: (node) => !hasChoice(node, 'statusReason') || ended.includes(text(node, 'status') ?? ''),
  },
  {
    ...{ id: 'R-108b', on, layer, severity: 'warning', code: 'required', at: 'statusReason' },
    says: 'A dispense that was stopped should say why: send statusReason.',
    holds: (node) => node.status !== 'stopped' || hasChoice(node, 'statusReason'),
  },
  {
    ...{ id: 'R-109a', on, layer, severity: 'warning', code: 'value', at: 'quantity' },
    says: 'The quantity supplied is in a unit of time: send days as daysSupply.',
    holds: (node) => !['d', 'h', 'wk', 'mo', 'a', 'day', 'days'].includes(text(child(node, 'quantity'), 'code') ?? ''),
  },
  {
    ...{ id: 'R-110', on, layer, severity: 'warning', code: 'business-rule', at: 'daysSupply' },
    says: 'Quantity and dose do not come to the days of supply given: check all three.',
    holds: (node) => {
      const days = daysOf(child(node, 'daysSupply'));
      const quantity = child(node, 'quantity');
      const dosages = dosagesOf(node);
      const daily = dosages.length === 1 ? dailyDose(dosages[0], text(quantity, 'code')) : undefined;
      const supplied = number(quantity, 'value');
      if (days === undefined || daily === undefined || supplied === undefined || daily <= 0) return true;
      // Whole packs give more than asked, so only too little, or more than twice as much, is odd.
      const lasts = supplied / daily;
      return lasts >= days - 1 && lasts <= Math.max(days * 2, days + 28);
    },
  },
  {
    ...{ id: 'R-113', on, layer, severity: 'warning', code: 'required', at: 'type' },
    says: `No type of supply: send a code of ${supplyType}, e.g. prescription-dispensing.`,
    holds: (node) => has(node, 'type'),
  },
];
