import { compareDosageText, type Dosage } from '@concord/dosage';
import { child, children, has, hasChoice, number, text } from '../invariants/reading.ts';
import { codings, dosagesOf, hasCode, medicineOf, wordsOf } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { dailyDose, daysOf } from './daily-dose.ts';
import { structured } from './request-rules.ts';
import { timingRules } from './timing-rules.ts';

const layer = 'guide';
const on = ['Dosage'];
const orders = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement'];
const doseUnit = '3317411000001100';
const asDirected = '421769005';
/** Units that count forms: tablet, capsule, suppository, patch, puff... as UK SNOMED writes them. */
const formUnits = /^(?:tablet|capsule|caplet|suppositor(?:y|ies)|pessar(?:y|ies)|lozenge)s?$/i;
const ucum = 'http://unitsofmeasure.org';
const timePer = /\/(?:s|min|h|d|wk|mo|a)(?:\/|$)/;
const weightPer = /\/(?:kg|g)(?![a-z])/;

const doses = (node: JsonObject) =>
  children(node, 'doseAndRate').map((each) => ({
    quantity: child(each, 'doseQuantity'),
    range: child(each, 'doseRange'),
    rate: child(each, 'rateQuantity'),
  }));

const listOf = (node: JsonObject) => (node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction');

/** The concepts of a Dosage that are words only. */
function uncoded(node: JsonObject): string[] {
  const words = (concept: JsonObject | undefined) =>
    concept !== undefined && has(concept, 'text') && !has(concept, 'coding');
  return [
    ...['method', 'route', 'site', 'asNeededCodeableConcept']
      .filter((name) => words(child(node, name)))
      .map((name) => `.${name.replace('CodeableConcept', '')}`),
    ...children(node, 'additionalInstruction').flatMap((each, i) =>
      words(each) ? [`.additionalInstruction[${i}]`] : [],
    ),
  ];
}

/** The first word of a medicine's name, where it is long enough to be one. */
function nameOf(resource: JsonObject, here: Parameters<Rule['holds']>[1]): string | undefined {
  const name = wordsOf(medicineOf(resource, here));
  const first = /^[A-Za-z][A-Za-z-]{4,}/.exec(name ?? '')?.[0];
  return first?.toLowerCase();
}

const contentWords = (words: string | undefined): string[] => (words ?? '').toLowerCase().match(/[a-z]{4,}/g) ?? [];

/** True where a maximum is less than the least of a dose in its unit. */
function isBelow(node: JsonObject, most: JsonObject | undefined): boolean {
  const limit = number(most, 'value');
  return (
    limit !== undefined &&
    doses(node).some(({ quantity, range }) => {
      const least = quantity ?? child(range, 'low');
      return text(least, 'code') === text(most, 'code') && (number(least, 'value') ?? 0) > limit;
    })
  );
}

/** True where a maximum for a time is less than what the timing has in it. */
function isBelowSchedule(node: JsonObject): boolean {
  const maximum = child(node, 'maxDosePerPeriod');
  const most = child(maximum, 'numerator');
  const [limit, daily] = [number(most, 'value'), dailyDose(node, text(most, 'code'))];
  const days = daysOf(child(maximum, 'denominator'));
  // Doses are whole: in less than a day, there may be more or fewer of them than on average.
  if (limit === undefined || daily === undefined || days === undefined || days < 1) return false;
  return daily * days > limit * 1.000_001;
}

/** Words of an instruction that say no more than a dose and its timing do. */
const sayingNothing = new Set(['take', 'taken', 'each', 'every', 'once', 'mouth']);

/** The rules for a Dosage. */
export const dosageRules: readonly Rule[] = [
  ...timingRules,
  {
    ...{ id: 'R-054', on: ['Dosage.doseAndRate'], layer, severity: 'error', code: 'business-rule', at: 'dose' },
    says: 'The dose has a lower limit but no upper one: send high.',
    holds: (node) => {
      const range = child(node, 'doseRange') ?? {};
      return !has(range, 'low') || has(range, 'high');
    },
  },
  {
    ...{ id: 'R-061', on, layer, severity: 'error', code: 'required' },
    says: 'The dosage has neither text nor structure: say how the medicine is taken.',
    holds: (node) => has(node, 'text') || structured(node),
  },
  {
    ...{ id: 'R-062', on, layer, severity: 'warning', direction: 'send', code: 'required', at: 'text' },
    says: 'The dosage has no text: the sender makes it from the structure, so that everybody reads the same words.',
    holds: (node) => has(node, 'text') || !structured(node),
  },
  {
    ...{ id: 'R-063', on, layer, severity: 'warning', code: 'business-rule', at: 'text' },
    says: 'The dosage text holds the name of the medicine, or what it is for: send how it is taken only.',
    holds: (node, here) => {
      const words = text(node, 'text');
      if (words === undefined) return true;
      const name = nameOf(here.resource, here);
      if (name !== undefined && contentWords(words).includes(name)) return false;
      // As needed for pain says when it is taken.
      const reasons = hasChoice(node, 'asNeeded') ? [] : children(here.resource, 'reasonCode').map(wordsOf);
      return !reasons.some((reason) => reason !== undefined && words.toLowerCase().includes(reason.toLowerCase()));
    },
  },
  {
    ...{ id: 'R-064', on, layer, severity: 'warning', code: 'business-rule', at: 'patientInstruction' },
    says: 'patientInstruction says what neither text nor structure does: only the patient would know it.',
    holds: (node) => {
      if (!has(node, 'patientInstruction')) return true;
      const elsewhere = new Set([
        ...contentWords(text(node, 'text')),
        ...children(node, 'additionalInstruction').flatMap((each) => [
          ...contentWords(text(each, 'text')),
          ...codings(each).flatMap((coding) => contentWords(text(coding, 'display'))),
        ]),
      ]);
      const words = text(node, 'patientInstruction') ?? '';
      if (contentWords(words).every((word) => elsewhere.has(word) || sayingNothing.has(word))) return true;
      const compared = compareDosageText({ ...node, text: words } as Dosage);
      if (compared.outcome === 'differs') return compared.differences.every(({ kind }) => kind === 'only-in-structure');
      return compared.outcome === 'same';
    },
  },
  {
    ...{ id: 'R-065', on, layer, severity: 'warning', code: 'code-invalid' },
    says: 'Words without a code, which nothing can calculate or check with: send a SNOMED CT coding too.',
    holds: uncoded,
  },
  {
    ...{ id: 'R-069', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'Of two doses that say the same, the first is in tablets, capsules or doses, the second in strength.',
    holds: (node) => {
      const all = doses(node).flatMap(({ quantity }) => (quantity ? [text(quantity, 'unit') ?? ''] : []));
      const misplaced = all.length === 2 && formUnits.test(all[1] ?? '') && !formUnits.test(all[0] ?? '');
      return misplaced ? ['.doseAndRate[1]'] : [];
    },
  },
  {
    ...{ id: 'R-070a', on: ['Dosage.doseAndRate'], layer, severity: 'warning', code: 'value', at: 'dose' },
    says: 'A dose in a unit per time is a rate: send it as rateQuantity.',
    holds: (node) => {
      const range = child(node, 'doseRange');
      const units = [child(node, 'doseQuantity'), child(range, 'low'), child(range, 'high')];
      return !units.some((unit) => text(unit, 'system') === ucum && timePer.test(text(unit, 'code') ?? ''));
    },
  },
  {
    ...{ id: 'R-070b', layer, severity: 'warning', code: 'value', at: 'rate' },
    on: ['Dosage.doseAndRate', 'MedicationAdministration.dosage'],
    says: 'A rate in a unit per weight needs a time too (mg/kg/h): without one it is a dose.',
    holds: (node) => {
      const rate = child(node, 'rateQuantity');
      const code = text(rate, 'system') === ucum ? (text(rate, 'code') ?? '') : '';
      return !weightPer.test(code) || timePer.test(code);
    },
  },
  {
    ...{ id: 'R-073a', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'More than ten tablets or capsules at a time: is this the quantity supplied instead of the dose?',
    holds: (node) =>
      doses(node).flatMap(({ quantity, range }, i) => {
        const most = quantity ?? child(range, 'high');
        return formUnits.test(text(most, 'unit') ?? '') && (number(most, 'value') ?? 0) > 10
          ? [`.doseAndRate[${i}].dose`]
          : [];
      }),
  },
  {
    ...{ id: 'R-073b', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'The dose is the quantity supplied: one of them is probably wrong.',
    holds: (node) => {
      const supplied = child(node, 'quantity') ?? child(child(node, 'dispenseRequest'), 'quantity');
      const amount = number(supplied, 'value');
      if (amount === undefined || amount <= 2) return true;
      return dosagesOf(node).flatMap((dosage, i) =>
        doses(dosage).flatMap(({ quantity }, j) =>
          number(quantity, 'value') === amount && text(quantity, 'code') === text(supplied, 'code')
            ? [`.${listOf(node)}[${i}].doseAndRate[${j}].dose`]
            : [],
        ),
      );
    },
  },
  {
    ...{ id: 'R-075', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'Several dosages need a sequence each, from 1: the same number for those at the same time.',
    holds: (node) => {
      const all = dosagesOf(node);
      if (all.length < 2) return true;
      const steps = all.map((dosage) => number(dosage, 'sequence'));
      if (
        steps.every((step) => step !== undefined) &&
        steps.reduce((least, step) => Math.min(least ?? 0, step ?? 0), steps[0]) === 1
      )
        return true;
      const first = (steps as unknown[]).indexOf(undefined);
      return [`.${listOf(node)}[${Math.max(first, 0)}].sequence`];
    },
  },
  {
    ...{ id: 'R-076', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'The maximum for a lifetime belongs to the last step.',
    holds: (node) => {
      const all = dosagesOf(node);
      const last = all.reduce((most, dosage) => Math.max(most, number(dosage, 'sequence') ?? 0), 0);
      return all.flatMap((dosage, i) =>
        has(dosage, 'maxDosePerLifetime') && (number(dosage, 'sequence') ?? last) < last
          ? [`.${listOf(node)}[${i}].maxDosePerLifetime`]
          : [],
      );
    },
  },
  {
    ...{ id: 'R-077', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The maximum is less than one dose, or than the doses that the timing has in its time: correct one of them.',
    holds: (node) =>
      [
        {
          at: '.maxDosePerPeriod',
          isLess: isBelowSchedule(node) || isBelow(node, child(child(node, 'maxDosePerPeriod'), 'numerator')),
        },
        { at: '.maxDosePerAdministration', isLess: isBelow(node, child(node, 'maxDosePerAdministration')) },
      ].flatMap(({ at, isLess }) => (isLess ? [at] : [])),
  },
  {
    ...{ id: 'R-078', on, layer, severity: 'warning', code: 'value', at: 'maxDosePerPeriod.numerator' },
    says: 'A maximum in doses can be understood as tablets or as times: send it in the unit of the dose.',
    holds: (node) => {
      const most = child(child(node, 'maxDosePerPeriod'), 'numerator');
      return (
        text(most, 'code') !== doseUnit || doses(node).every(({ quantity }) => text(quantity, 'code') === doseUnit)
      );
    },
  },
  {
    ...{ id: 'R-079', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'The only dose is zero: if nothing is to be given, stop the order or put it on hold.',
    holds: (node) => {
      const given = dosagesOf(node).flatMap((dosage) => doses(dosage).map(({ quantity }) => quantity));
      const zero = given.length > 0 && given.every((quantity) => number(quantity, 'value') === 0);
      return !zero || [`.${listOf(node)}[0]`];
    },
  },
  {
    ...{ id: 'R-080', on, layer, severity: 'warning', code: 'code-invalid', at: 'additionalInstruction' },
    says: `"As directed" is coded too: send additionalInstruction ${asDirected} of SNOMED CT.`,
    holds: (node) =>
      !/\bas directed\b/i.test(text(node, 'text') ?? '') ||
      children(node, 'additionalInstruction').some((each) => hasCode(each, asDirected)),
  },
];
