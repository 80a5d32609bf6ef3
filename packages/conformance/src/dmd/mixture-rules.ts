import { convert, fraction, UCUM_SYSTEM } from '@concord/dmd';
import { child, children, has, hasChoice, number, text } from '../invariants/reading.ts';
import { numberText } from '../raw-json.ts';
import { dosagesOf } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { productOfConcept } from './medicine-codings.ts';

const layer = 'dmd';
const medicines = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'];

type Volume = fraction.Rational;

/** The rules about mixtures, such as infusions: a Medication with several ingredients. */
export const mixtureRules: readonly Rule[] = [
  {
    ...{ id: 'R-180a', on: ['Medication'], layer, severity: 'warning', code: 'required' },
    says: 'An inactive ingredient, such as a diluent, is a VTM without strength: how strong is it? Send its strength, or a VMP.',
    holds: (node, { dictionary }) =>
      children(node, 'ingredient').flatMap((ingredient, i) => {
        if (ingredient?.isActive !== false || has(ingredient, 'strength')) return [];
        const product = productOfConcept(child(ingredient, 'itemCodeableConcept'), dictionary);
        return product?.level === 'VTM' ? [`.ingredient[${i}].strength`] : [];
      }),
  },
  {
    ...{ id: 'R-180b', on: medicines, layer, severity: 'warning', code: 'conflict' },
    says: 'The volume of the dose is not that of the mixture: less than its diluent alone, or more than there is.',
    holds: (node, here) => {
      const medication = here.target(child(node, 'medicationReference'));
      const ingredients = medication?.resourceType === 'Medication' ? children(medication, 'ingredient') : [];
      if (here.dictionary === undefined || ingredients.length < 2) return true;
      const volumes = ingredients.map((each) => volumeIn(each, here));
      const known = volumes.filter((each) => each !== undefined);
      const [first, ...others] = known;
      if (first === undefined) return true;
      const largest = others.reduce((a, b) => (fraction.compare(a, b) < 0 ? b : a), first);
      const total = others.reduce(fraction.add, first);
      // A powder, or a medicine by its amount, brings a volume that nobody says: only twice as much is odd then.
      const most = known.length === volumes.length ? total : fraction.add(total, total);
      return doses(node).flatMap(({ quantity, at, mayBePart }): Fault[] => {
        const dose = volumeOf(quantity);
        if (dose === undefined) return [];
        if (fraction.compare(dose, most) > 0) {
          return [{ at, says: `The dose is ${inWords(dose)}, the mixture ${inWords(total)}: correct one of them.` }];
        }
        if (mayBePart || fraction.compare(dose, largest) >= 0) return [];
        const says = `The dose is ${inWords(dose)}, but one ingredient alone is ${inWords(largest)}: is only a part of the mixture to be given?`;
        return [{ at, says }];
      });
    },
  },
];

/** The doses of a resource. Part of a mixture is given when needed, or was given until it was stopped. */
function doses(node: JsonObject): { quantity: JsonObject | undefined; at: string; mayBePart: boolean }[] {
  if (node.resourceType === 'MedicationAdministration') {
    return [{ quantity: child(child(node, 'dosage'), 'dose'), at: '.dosage.dose', mayBePart: true }];
  }
  const list = node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction';
  return dosagesOf(node).flatMap((dosage, i) =>
    children(dosage, 'doseAndRate').map((each, j) => ({
      quantity: child(each, 'doseQuantity'),
      at: `.${list}[${i}].doseAndRate[${j}].dose`,
      mayBePart: hasChoice(dosage, 'asNeeded'),
    })),
  );
}

/** The volume that an ingredient brings: what its strength says, or that of one bag or ampoule, or of so many. */
function volumeIn(ingredient: JsonObject | undefined, here: Here): Volume | undefined {
  const item = child(ingredient, 'itemCodeableConcept') ?? child(referred(ingredient, here), 'code');
  const { dictionary } = here;
  const product = productOfConcept(item, dictionary);
  const vmp = product && dictionary?.vmpOf(product.id);
  const each = vmp?.udfs === undefined ? undefined : volume(vmp.udfs, vmp.udfsUnit);
  const strength = child(ingredient, 'strength');
  if (strength === undefined) return each;
  const [numerator, denominator] = [child(strength, 'numerator'), child(strength, 'denominator')];
  if (number(denominator, 'value') !== 1 || unitOf(denominator) !== undefined) return undefined;
  const given = volumeOf(numerator);
  if (given !== undefined) return given;
  const count = fraction.parseDecimal(numberText(numerator?.value) ?? '');
  const isCounted = vmp?.unitDoseUnit !== undefined && unitOf(numerator)?.code === vmp.unitDoseUnit.code;
  return isCounted && each !== undefined && count !== undefined ? fraction.multiply(each, count) : undefined;
}

function referred(ingredient: JsonObject | undefined, here: Here): JsonObject | undefined {
  const target = here.target(child(ingredient, 'itemReference'));
  return target?.resourceType === 'Medication' ? target : undefined;
}

function volumeOf(quantity: JsonObject | undefined): Volume | undefined {
  return volume(numberText(quantity?.value), unitOf(quantity));
}

/** In millilitres; undefined for what is no volume. */
function volume(value: string | undefined, unit: { system?: string; code: string } | undefined): Volume | undefined {
  if (value === undefined || unit === undefined) return undefined;
  const converted = convert(value, unit, { system: UCUM_SYSTEM, code: 'mL' });
  return converted.ok ? converted.value : undefined;
}

function unitOf(quantity: JsonObject | undefined): { system?: string; code: string } | undefined {
  const [system, code] = [text(quantity, 'system'), text(quantity, 'code')];
  return code === undefined ? undefined : { code, ...(system === undefined ? {} : { system }) };
}

function inWords(volume: Volume): string {
  return `${fraction.toDecimal(volume) ?? fraction.toRounded(volume, 1)} mL`;
}
