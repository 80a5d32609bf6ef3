import type { Dictionary } from '@concord/dmd';
import type { Dosage, FhirResource, Quantity } from 'fhir/r4';
import { translateAddress } from './translate-medicine.ts';

/** The way from a line of a patient's record to its translation. */
export interface LineTranslation {
  readonly address: string;
  readonly words: string;
}

/**
 * The translation page filled from a line: the products of a moiety that has a dose, the dose of a product.
 * @param resource the statement, request or dispense that speaks for the line; its first dose is taken
 * @param code     its medicine's dm+d code
 * @returns undefined where the line is neither
 */
export function lineTranslation(
  dictionary: Dictionary,
  resource: FhirResource,
  code: string,
): LineTranslation | undefined {
  const resolution = dictionary.resolve(code);
  if (resolution.status !== 'current' && resolution.status !== 'superseded') return undefined;
  const { kind } = resolution;
  const { dosage, dosageInstruction } = resource as { dosage?: Dosage[]; dosageInstruction?: Dosage[] };
  const dosages = dosageInstruction ?? dosage ?? [];
  const which = Array.isArray(dosages) && dosages.length > 1 ? ', by its first dose' : '';
  const first = Array.isArray(dosages) ? dosages[0] : undefined;
  const given = first?.doseAndRate?.[0];
  const hasDose = given?.doseQuantity !== undefined || given?.doseRange !== undefined;
  // Where nothing but a rate is said, as of an infusion, it is what is translated.
  const single = hasDose ? given?.doseQuantity : given?.rateQuantity;
  const range = hasDose ? given?.doseRange : given?.rateRange;
  const low = single ?? range?.low;
  const high = single === undefined ? range?.high : undefined;
  // A dose of "up to", or one without a limit, is none that a number alone could ask for.
  const isOpen = low?.comparator !== undefined || (range !== undefined && single === undefined && high === undefined);
  const amount = isOpen ? undefined : numberOf(low);
  const asked = { code, amount, unit: low?.code ?? low?.unit };
  if (kind === 'VMP' || kind === 'AMP') {
    // A range, or a dose without a quantity, is for the reader to enter.
    const alone = high === undefined ? asked : { code };
    return { address: translateAddress('/translate/dose', alone), words: `As a dose of its substance${which}` };
  }
  if (kind !== 'VTM' || amount === undefined) return undefined;
  const route = first?.route?.coding?.find((each) => dictionary.kindOf(each.code ?? '') === 'ROUTE')?.code;
  const address = translateAddress('/translate', { ...asked, to: numberOf(high), route });
  return { address, words: `Its products${which}` };
}

function numberOf(quantity: Quantity | undefined): string | undefined {
  return quantity?.value === undefined ? undefined : String(quantity.value);
}
