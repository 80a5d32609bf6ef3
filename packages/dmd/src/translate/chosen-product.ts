/** A moiety's dosages as dosages of a product that a person chose for it. */

import type { Dosage } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { type AskedCode, findConcept, type ProductReference } from './concept.ts';
import { misshapen } from './dosage-shape.ts';
import type { AskedDose } from './dose.ts';
import type { OfferedQuantity } from './dose-question.ts';
import { doseToProducts } from './dose-to-products.ts';
import { type Remark, remark } from './remark.ts';
import type { ResourceOptions } from './resource.ts';
import { sentText } from './sent-text.ts';

/** Dosages of a moiety as dosages of the product chosen, each dose by doseToProducts. */
export function productDosages(
  dictionary: Dictionary,
  vtm: string,
  form: AskedCode | undefined,
  dosages: readonly Dosage[],
  options: ResourceOptions,
): { of: ProductReference; dosages: Dosage[]; remarks: Remark[] } | { refusal: Remark; remarks: Remark[] } {
  const remarks: Remark[] = [];
  const chosen = findConcept(dictionary, options.product ?? '', ['VMP', 'AMP'], 'T1', 'product');
  if (!chosen.ok) return { refusal: chosen.refusal, remarks };
  remarks.push(...chosen.value.remarks);
  const made: Dosage[] = [];
  let of: ProductReference | undefined;
  for (const [index, dosage] of dosages.entries()) {
    const path = `dosage[${index}]`;
    const fault = misshapen(dosage, path);
    if (fault !== undefined) {
      return { refusal: remark('T2', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault), remarks };
    }
    const sent = sentText(dosage, path);
    if (sent.refusal !== undefined) return { refusal: sent.refusal, remarks };
    if (sent.remark !== undefined) remarks.push(sent.remark);
    const entries = Array.isArray(dosage?.doseAndRate) ? dosage.doseAndRate : [];
    const [entry, ...others] = entries;
    const maxima = dosage?.maxDosePerPeriod ?? dosage?.maxDosePerAdministration ?? dosage?.maxDosePerLifetime;
    const rate = entry?.rateQuantity ?? entry?.rateRange ?? entry?.rateRatio;
    const dose = entry?.doseQuantity ?? entry?.doseRange;
    if (dose === undefined || others.length > 0 || rate !== undefined || maxima !== undefined) {
      const message = 'Only a dosage with one dose, and without rate or maximum, is put into a product.';
      return { refusal: remark('T2', 'not-translatable', message, path), remarks };
    }
    const route = dosage.route?.coding?.[0]?.code;
    const answer = doseToProducts(dictionary, { ...options, vtm, dose: askedOf(dose), form, route });
    if (answer.outcome === 'refused')
      return { refusal: answer.refusals[0] ?? remark('T1', 'no-products', 'No product.'), remarks };
    const offer = answer.products
      .flatMap((each) => [each, ...each.actualProducts])
      .find(({ product }) => product.id === chosen.value.id);
    if (offer === undefined) {
      const why = answer.excluded.find(({ product }) => product.id === chosen.value.id)?.remarks[0];
      return {
        refusal: why ?? remark('T1', 'no-products', 'The product chosen is not one that makes this dose.', 'product'),
        remarks,
      };
    }
    of = offer.product;
    remarks.push(...answer.remarks, ...offer.cautions);
    const quantity = offer.quantities[0];
    const written = quantity && writtenDose(quantity);
    if (written === undefined) {
      return {
        refusal: remark(
          'T4',
          'not-a-decimal',
          'The quantity is not exact, or no decimal gives it; it is not rounded.',
          path,
        ),
        remarks,
      };
    }
    const { text: _old, ...rest } = dosage;
    made.push({ ...rest, doseAndRate: [written] });
  }
  if (of === undefined) return { refusal: remark('T2', 'no-dose', 'There is no dosage.', 'dosage'), remarks };
  return { of, dosages: made, remarks };
}

function askedOf(dose: object): AskedDose {
  const { low, high } = dose as { low?: object; high?: object };
  const quantity = (each: object | undefined) => {
    const { value, system, code, unit } = (each ?? {}) as {
      value?: number;
      system?: string;
      code?: string;
      unit?: string;
    };
    return { value: value ?? '', unit: { system, code: code ?? unit ?? '' } };
  };
  if (low === undefined && high === undefined) return quantity(dose);
  return { low: low && quantity(low), high: high && quantity(high) };
}

function writtenDose({ quantity, high, exact }: OfferedQuantity): object | undefined {
  const write = ({ decimal, unitName, unit }: OfferedQuantity['quantity']) =>
    decimal === undefined || String(Number(decimal)) !== decimal
      ? undefined
      : { value: Number(decimal), unit: unitName, ...unit };
  const low = write(quantity);
  if (!exact || low === undefined) return undefined;
  if (high === undefined) return { doseQuantity: low };
  const top = write(high);
  return top && { doseRange: { low, high: top } };
}
