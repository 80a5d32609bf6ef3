import { fraction, type Vmp } from '@concord/dmd';
import { child, has } from '../invariants/reading.ts';
import { numberText } from '../raw-json.ts';
import { once } from '../rules/kept.ts';
import { dosagesOf } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { type DoseQuantity, dosesOf, formUnits, singular, unitOf, unitWords, vmpOf } from './dose-quantities.ts';
import { productOf } from './medicine-codings.ts';

const layer = 'dmd';
const orders = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement'];

/** Units of doses and quantities: they fit the product, and two doses that should be the same are. */
export const doseUnitRules: readonly Rule[] = [
  {
    ...{ id: 'R-178', on: ['MedicationRequest'], layer, severity: 'warning', code: 'business-rule', at: 'medication' },
    says: 'A dose by strength of a VTM with several ingredients: of which one? Send the VMP.',
    holds: (node, here) => {
      const product = productOf(node, here);
      if (product?.level !== 'VTM') return true;
      const many = product.name.includes(' + ') || (here.dictionary?.ingredientsOfVtm(product.id).length ?? 0) > 1;
      return !many || allDoses(node, here).every((each) => isForm(each, here));
    },
  },
  {
    ...{ id: 'R-071', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'A VTM has no strength, so a dose in tablets or capsules says nothing: send the VMP, or the dose in strength.',
    holds: (node, here) => {
      if (productOf(node, here)?.level !== 'VTM') return true;
      const all = allDoses(node, here);
      return all.every((each) => isForm(each, here)) ? all.map(({ at }) => at) : [];
    },
  },
  {
    ...{ id: 'R-071b', on: orders, layer, severity: 'warning', code: 'business-rule' },
    says: 'A product that is counted, and a dose in strength only: say how many, or order the VTM.',
    holds: (node, here) => {
      if (!formUnits.test(counted(node, here))) return true;
      return dosesIn(node, here).flatMap((doses) =>
        doses[0] && doses.every(({ quantity }) => unitOf(quantity)?.dimension === 'mass') ? [doses[0].at] : [],
      );
    },
  },
  {
    ...{ id: 'R-069b', on: orders, layer, severity: 'warning', code: 'conflict' },
    says: 'Of two doses that should say the same, one is another amount: correct one of them.',
    holds: (node, here) => {
      const twice = dosesIn(node, here).filter(({ length }) => length === 2);
      const vmp = twice.length === 0 ? undefined : vmpOf(node, here);
      return vmp === undefined || twice.flatMap((doses) => unequal(doses, vmp));
    },
  },
  {
    ...{ id: 'R-072', on: orders, layer, severity: 'warning', code: 'required' },
    says: 'No dose: this product is counted (tablets, capsules), so say how many.',
    holds: (node, here) => {
      if (!formUnits.test(counted(node, here))) return true;
      const list = node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction';
      return dosagesOf(node).flatMap((dosage, i) =>
        has(dosage, 'timing') && !has(dosage, 'doseAndRate') ? [`.${list}[${i}].doseAndRate`] : [],
      );
    },
  },
  {
    ...{ id: 'R-109b', on: ['MedicationDispense'], layer, severity: 'warning', code: 'conflict', at: 'quantity' },
    says: 'The quantity is in a unit that the product does not have.',
    holds: (node, here) => {
      const says = misfit(child(node, 'quantity'), node, here);
      return says === undefined || [{ at: '.quantity', says }];
    },
  },
  {
    ...{
      id: 'DMD-dose-unit',
      on: [...orders, 'MedicationAdministration'],
      layer,
      severity: 'warning',
      code: 'conflict',
    },
    says: 'The dose is in a unit that the product does not have.',
    holds: (node, here) =>
      allDoses(node, here).flatMap(({ quantity, at }) => {
        const says = misfit(quantity, node, here);
        return says === undefined ? [] : [{ at, says }];
      }),
  },
];

const dosesIn = (node: JsonObject, here: Here) => once(node, here, dosesOf);
const allDoses = (node: JsonObject, here: Here) => dosesIn(node, here).flat();
const isForm = ({ quantity }: DoseQuantity, { dictionary }: Here) => formUnits.test(unitWords(quantity, dictionary));
/** What the product is counted in: tablet, vial; empty where it is not counted. */
const counted = (node: JsonObject, here: Here) => once(node, here, countedIn);
const countedIn = (node: JsonObject, here: Here) => singular(vmpOf(node, here)?.unitDoseUnit?.display ?? '');

/** Why a quantity cannot be one of the product: capsules of tablets, millilitres of tablets, tablets of a liquid. */
function misfit(quantity: JsonObject | undefined, node: JsonObject, here: Here): string | undefined {
  if (quantity === undefined) return undefined;
  const given = unitWords(quantity, here.dictionary);
  const form = counted(node, here);
  if (given === form) return undefined;
  if (formUnits.test(form)) {
    const isOther = formUnits.test(given) || unitOf(quantity)?.dimension === 'volume';
    return isOther ? `The product is counted in ${form}: correct the unit, or the product.` : undefined;
  }
  const vmp = formUnits.test(given) ? vmpOf(node, here) : undefined;
  if (vmp === undefined) return undefined;
  const forms = vmp.forms.map(({ display = '' }) => display).join(', ');
  if (forms === '' || `${vmp.name} ${forms}`.toLowerCase().includes(given)) return undefined;
  return `The product is no ${given}, but: ${forms}. Correct the unit, or the product.`;
}

/** Where a Dosage says how many of a product with one ingredient, and how much of that: the place, if they differ. */
function unequal(doses: readonly DoseQuantity[], { ingredients, unitDoseUnit }: Vmp): Fault[] {
  const [strength, ...others] = ingredients;
  const denominator = strength?.denominatorUnit;
  const isPlain = denominator === undefined || denominator.code === unitDoseUnit?.code;
  if (strength?.numeratorUnit === undefined || others.length > 0 || !isPlain || doses.length !== 2) return [];
  const count = doses.find(({ quantity }) => unitOf(quantity)?.dimension === `unit:${unitDoseUnit?.code}`);
  const mass = doses.find(({ quantity }) => unitOf(quantity)?.dimension === 'mass');
  const each = unitOf({ code: strength.numeratorUnit.code });
  const [number, amount, size] = [count?.quantity.value, mass?.quantity.value, strength.numeratorValue].map((value) =>
    fraction.parseDecimal(numberText(value) ?? (typeof value === 'string' ? value : '')),
  );
  const unit = unitOf(mass?.quantity);
  if (!count || !mass || !number || !amount || !size || each?.dimension !== 'mass' || !unit) return [];
  const per = fraction.parseDecimal(strength.denominatorValue ?? '1');
  const one = per && fraction.divide(fraction.multiply(size, each.size), per);
  if (!one || fraction.compare(fraction.multiply(number, one), fraction.multiply(amount, unit.size)) === 0) return [];
  const [many, much] = [numberText(count.quantity.value), numberText(mass.quantity.value)];
  const says = `${many} of a product with ${strength.numeratorValue} ${strength.numeratorUnit.display ?? ''} each is not ${much} ${unit.name ?? ''}: correct one of them.`;
  return [{ at: mass.at, says }];
}
