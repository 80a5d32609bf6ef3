import { type Dictionary, findUnit, type Unit, type Vmp } from '@concord/dmd';
import { child, children, text } from '../invariants/reading.ts';
import { dosagesOf } from '../rules/reading.ts';
import type { Here } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { productOf } from './medicine-codings.ts';

/** Forms that are counted, and cannot be anything but whole: in the singular, as dm+d names its units. */
export const formUnits = /^(?:tablet|capsule|suppository|pessary|lozenge)$/;

/** A unit in the singular. */
export const singular = (unit: string) => unit.toLowerCase().replace(/(?<=[a-z]{3})s$/, '');

/** An amount of a dose, the most where it is a range, and where it stands. */
export interface DoseQuantity {
  readonly quantity: JsonObject;
  readonly at: string;
}

/** The dose quantities of a resource, those of each Dosage together; of an administration, the one it has. */
export function dosesOf(node: JsonObject): DoseQuantity[][] {
  if (node.resourceType === 'MedicationAdministration') {
    const dose = child(child(node, 'dosage'), 'dose');
    return dose ? [[{ quantity: dose, at: '.dosage.dose' }]] : [];
  }
  const list = node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction';
  return dosagesOf(node).map((dosage, i) =>
    children(dosage, 'doseAndRate').flatMap((rate, j) => {
      const quantity = child(rate, 'doseQuantity') ?? child(child(rate, 'doseRange'), 'high');
      return quantity ? [{ quantity, at: `.${list}[${i}].doseAndRate[${j}].dose` }] : [];
    }),
  );
}

/** The VMP of the medicine of a resource. */
export function vmpOf(node: JsonObject, here: Here): Vmp | undefined {
  const product = productOf(node, here);
  return product && here.dictionary?.vmpOf(product.id);
}

/** What the unit of a quantity is called: its words, or those of its code. */
export function unitWords(quantity: JsonObject | undefined, dictionary: Dictionary | undefined): string {
  const code = text(quantity, 'code');
  const coded = code === undefined ? undefined : dictionary?.lookupEntry('UNIT_OF_MEASURE', code)?.display;
  return singular(text(quantity, 'unit') ?? coded ?? '');
}

/** The unit of a quantity, where it is one that can be converted or compared. */
export function unitOf(quantity: JsonObject | undefined): Unit | undefined {
  const [system, code] = [text(quantity, 'system'), text(quantity, 'code')];
  return code === undefined ? undefined : findUnit(system === undefined ? { code } : { system, code });
}
