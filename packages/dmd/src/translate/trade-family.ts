/** The brand of an actual product that is not interchangeable with others (U5). */

import type { Amp, Dictionary } from '../dictionary/dictionary.ts';

/** The extension of UK Core on Medication. */
export const TRADE_FAMILY_URL = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationTradeFamily';

/**
 * The brand in an AMP's name: what stands before the strength, e.g. `Tegretol Prolonged Release` of `Tegretol Prolonged
 * Release 200mg tablets`, with the device named after it (`Ventolin Evohaler`). undefined where the name is the generic one: then nothing but the supplier tells it apart,
 * and a moiety with a trade family cannot say that.
 */
export function tradeFamilyOf(dictionary: Dictionary, amp: Amp): string | undefined {
  const [before = '', ...after] = amp.name.split(/ (?=\d)/);
  const brand = after.length === 0 ? amp.name.replace(FORM_WORDS, '').trim() : before.trim();
  if (brand === '' || /^\d/.test(brand)) return undefined;
  const generic = [dictionary.vtmOf(amp.id)?.name, dictionary.vmp(amp.vmpId)?.name].map(
    (name) => name?.toLowerCase() ?? '',
  );
  const first = brand.split(' ')[0]?.toLowerCase() ?? '';
  const [vtm = ''] = generic;
  if (generic.some((name) => name.split(/[ ,]/).includes(first)) || (vtm !== '' && brand.toLowerCase().includes(vtm)))
    return undefined;
  // Devices are part of the brand: Salamol Easi-Breathe is not Salamol.
  const device = after
    .join(' ')
    .split(' ')
    .filter((word) => /^[A-Z][A-Za-z-]*[a-z]/.test(word));
  return [brand, ...device].join(' ');
}

const FORM_WORDS =
  / (?:modified-release |gastro-resistant |oral |dry powder )*(?:tablets?|capsules?|inhalers?|solution|suspension|cream|ointment|gel|drops|spray|patch(?:es)?|injection|liquid|powder|granules|sachets?|vials?|ampoules?).*$/i;
