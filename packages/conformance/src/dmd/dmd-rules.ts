import { type Dictionary, DMD_SYSTEM, standingOf } from '@concord/dmd';
import { child, has, text } from '../invariants/reading.ts';
import { codings } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { displayStanding, isOfAnother } from './display.ts';
import { singular } from './dose-quantities.ts';
import { doseUnitRules } from './dose-unit-rules.ts';
import { each, isCodedTwice, productOf, productsOf, sct } from './medicine-codings.ts';

const layer = 'dmd';
const medicines = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'];
const coded = [...medicines, 'Medication', 'AllergyIntolerance'];
/** A release has tens of thousands of VMPs; in a part of one, a code that is missing may well be right. */
const wholeRelease = 5000;

const levels: Readonly<Record<string, { readonly not: readonly string[]; readonly says: string }>> = {
  MedicationRequest: {
    not: ['VMPP', 'AMPP'],
    says: 'A request names a medicine, not a pack: send the VTM, VMP or AMP.',
  },
  MedicationDispense: {
    not: ['VTM'],
    says: 'A dispense names the product supplied: send the AMP or VMP, not the VTM.',
  },
  MedicationStatement: {
    not: ['VMPP', 'AMPP'],
    says: 'A statement names a medicine, not a pack: send the VTM, VMP or AMP.',
  },
  AllergyIntolerance: { not: ['VMPP', 'AMPP'], says: 'An allergy is to an ingredient or medicine, not to a pack.' },
};

/** Codes of dm+d and their units: they exist, they are current, they say what their display says, and they fit their use. */
export const dmdRules: readonly Rule[] = [
  {
    ...{ id: 'R-171', on: coded, layer, severity: 'warning', code: 'code-invalid' },
    says: `A dm+d code under another system: send it under ${DMD_SYSTEM}.`,
    holds: (node, here) =>
      each(node, here, ({ coding, at }) => {
        const system = text(coding, 'system');
        if (system === DMD_SYSTEM) return undefined;
        if (system !== undefined) return { at: `${at}.system` };
        return { at: `${at}.system`, says: `A dm+d code without a system says nothing: send it under ${DMD_SYSTEM}.` };
      }),
  },
  {
    ...{ id: 'R-172a', on: coded, layer, severity: 'error', code: 'code-invalid' },
    says: 'dm+d has no such code (a warning where only a part of a release is loaded).',
    holds: (node, here) =>
      each(node, here, ({ at, code, resolution, dictionary }) => {
        if (resolution.status !== 'unknown') return undefined;
        const isWhole = dictionary.count('VMP') >= wholeRelease;
        const says = `${code} is not in the dm+d release of ${dictionary.release.date}: correct the code, or load the release that has it.`;
        return { at: `${at}.code`, says, severity: isWhole ? 'error' : 'warning' };
      }),
  },
  {
    ...{ id: 'R-172b', on: coded, layer, severity: 'warning', code: 'code-invalid' },
    says: 'The dm+d code was replaced, or withdrawn.',
    holds: (node, here) =>
      each(node, here, ({ at, code, resolution }) => {
        if (resolution.status === 'superseded')
          return { at: `${at}.code`, says: `${code} was replaced: send ${resolution.id}.` };
        if (resolution.status === 'withdrawn')
          return { at: `${at}.code`, says: `${code} was withdrawn from dm+d: choose another product.` };
        if (resolution.status !== 'ambiguous') return undefined;
        const now = resolution.candidates.map(({ id }) => id).join(' or ');
        return { at: `${at}.code`, says: `${code} was replaced by more than one: ${now}. A person must choose.` };
      }),
  },
  {
    ...{ id: 'R-173', on: coded, layer, severity: 'error', code: 'conflict' },
    says: 'The display names another product than the code: find out which is meant (the text: a warning).',
    holds: (node, here) => [...displays(node, here, 'other-product'), ...otherText(node, here)],
  },
  {
    ...{ id: 'DMD-codings', on: [...medicines, 'Medication'], layer, severity: 'error', code: 'conflict' },
    says: 'The codings mean different products, and which one is meant cannot be told: send those of one.',
    holds: (node, here) => {
      // Most have one coding, which nothing contradicts.
      const [first, ...others] = isCodedTwice(node, here) ? productsOf(node, here) : [];
      return others.flatMap(({ product, at, dictionary }) =>
        first && areApart(dictionary, first.product.id, product.id) ? [at] : [],
      );
    },
  },
  {
    ...{ id: 'R-174', on: coded, layer, severity: 'warning', code: 'value' },
    says: 'The display is not the name in dm+d.',
    holds: (node, here) => displays(node, here, 'other-words'),
  },
  {
    ...{ id: 'R-175', on: ['Medication'], layer, severity: 'warning', code: 'business-rule', at: 'form' },
    says: 'A form beside a VMP or AMP, whose code says it already: leave it out (an error where dm+d has another form).',
    holds: (node, { dictionary }) => {
      if (!dictionary || !has(node, 'form')) return true;
      const vmp = codings(child(node, 'code'))
        .map((coding) => dictionary.vmpOf(idOf(dictionary, coding)))
        .find(Boolean);
      if (!vmp) return true;
      const contradicts = codings(child(node, 'form')).some(
        (form) => text(form, 'code') !== undefined && !vmp.forms.some(({ code }) => code === form.code),
      );
      return [{ severity: contradicts ? 'error' : 'warning' }];
    },
  },
  {
    ...{ id: 'DMD-level', on: Object.keys(levels), layer, severity: 'warning', code: 'business-rule' },
    says: 'The level of dm+d does not fit the use: a pack for a medicine, or a VTM for what was supplied.',
    holds: (node, here) => {
      const row = levels[String(node.resourceType)];
      return each(node, here, ({ at, resolution, dictionary }) => {
        const level = 'id' in resolution ? dictionary.product(resolution.id)?.level : undefined;
        return row && level && row.not.includes(level) ? { at, says: `${row.says} This is a ${level}.` } : undefined;
      });
    },
  },
  {
    ...{ id: 'R-179', on: ['MedicationRequest'], layer, severity: 'warning', code: 'business-rule', at: 'medication' },
    says: 'By dm+d the product is not to be prescribed in this setting, or with caution.',
    holds: (node, here) => {
      const product = productOf(node, here);
      if (!product || product.level === 'VMPP' || product.level === 'AMPP') return true;
      const { standing, reasons } = standingOf(product, here.mode === 'gp' ? 'primary' : 'secondary');
      if (standing === 'prescribable') return true;
      return [
        {
          says: `By dm+d ${product.name} is ${standing === 'caution' ? 'to be prescribed with caution' : 'not to be prescribed'}: ${reasons.join(', ')}.`,
        },
      ];
    },
  },
  {
    ...{ id: 'R-068', on: ['Quantity'], layer, severity: 'warning', code: 'conflict', at: 'unit' },
    says: 'The words of the unit are not what its code means.',
    holds: (node, { dictionary }) => {
      const code = text(node, 'code');
      const given = text(node, 'unit');
      if (!dictionary || text(node, 'system') !== sct || code === undefined || given === undefined) return true;
      const meant = dictionary.lookupEntry('UNIT_OF_MEASURE', code)?.display;
      if (meant === undefined || sameUnit(given, meant)) return true;
      return [
        { says: `The code ${code} is ${meant}, but the unit says "${given.slice(0, 40)}": correct one of them.` },
      ];
    },
  },
  ...doseUnitRules,
];

function idOf(dictionary: Dictionary, coding: JsonObject): string {
  const found = dictionary.resolve(text(coding, 'code') ?? '');
  return found.status === 'current' || found.status === 'superseded' ? found.id : '';
}

/** Short forms that everybody reads as the same unit. */
const sameUnits: readonly (readonly string[])[] = [
  ['mg', 'milligram'],
  ['g', 'gram'],
  ['ml', 'millilitre', 'milliliter'],
  ['microgram', 'mcg', 'ug'],
  ['l', 'litre'],
  ['hour', 'h'],
  ['unit', 'u'],
  ['pre-filled disposable injection', 'pre-filled pen', 'pen'],
];

function sameUnit(given: string, meant: string): boolean {
  const [a, b] = [singular(given.trim()), singular(meant.trim())];
  return a === b || sameUnits.some((names) => names.includes(a) && names.includes(b));
}

/** True where two products are neither one nor above one another: of different VMPs, or of different VTMs. */
function areApart(dictionary: Dictionary, a: string, b: string): boolean {
  const [vmp, otherVmp] = [dictionary.vmpOf(a)?.id, dictionary.vmpOf(b)?.id];
  if (vmp !== undefined && otherVmp !== undefined) return vmp !== otherVmp;
  const [vtm, otherVtm] = [dictionary.vtmOf(a)?.id, dictionary.vtmOf(b)?.id];
  return vtm !== undefined && otherVtm !== undefined && vtm !== otherVtm;
}

/** A text that has no word of what the codes mean. An allergy's may be of a group of medicines. */
function otherText(node: JsonObject, here: Here): Fault[] {
  const [name, at] =
    node.medicationCodeableConcept === undefined ? ['code', 'code'] : ['medicationCodeableConcept', 'medication'];
  const words = text(child(node, name), 'text');
  if (words === undefined || node.resourceType === 'AllergyIntolerance') return [];
  const products = productsOf(node, here);
  if (products.length === 0) return [];
  if (!products.every(({ product, dictionary }) => isOfAnother(dictionary, product, words))) return [];
  const meant = products.map(({ product }) => product.name).join(', ');
  return [
    {
      at: `.${at}.text`,
      severity: 'warning',
      says: `The codes mean ${meant}, which the text does not: find out which is meant.`,
    },
  ];
}

function displays(node: JsonObject, here: Here, wanted: 'other-words' | 'other-product'): Fault[] {
  return each(node, here, ({ coding, at, resolution, dictionary }) => {
    const display = text(coding, 'display');
    const product = 'id' in resolution ? dictionary.product(resolution.id) : undefined;
    if (display === undefined || !product || displayStanding(dictionary, product, display) !== wanted) return undefined;
    const name = dictionary.displayOf(product.id) ?? product.name;
    return wanted === 'other-product'
      ? {
          at: `${at}.display`,
          says: `The code means ${name} (${product.level}), which the display does not: find out which is meant.`,
        }
      : { at: `${at}.display`, says: `dm+d calls this "${name}": send its name.` };
  });
}
