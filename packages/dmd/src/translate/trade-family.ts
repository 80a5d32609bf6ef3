/** The brand of an actual product that is not interchangeable with others (U5). */

import type { Amp, Dictionary } from '../dictionary/dictionary.ts';

/** The extension of UK Core on Medication. */
export const TRADE_FAMILY_URL = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationTradeFamily';

/**
 * The brand in an AMP's name: what stands before the strength, e.g. `Tegretol Prolonged Release` of `Tegretol Prolonged
 * Release 200mg tablets`. undefined where the name is the generic one: then nothing but the supplier tells it apart,
 * and a moiety with a trade family cannot say that.
 */
export function tradeFamilyOf(dictionary: Dictionary, amp: Amp): string | undefined {
  const [before = ''] = amp.name.split(/ (?=\d)/);
  const family = before === amp.name ? amp.name.replace(FORM_WORDS, '').trim() : before.trim();
  if (family === '' || /^\d/.test(family)) return undefined;
  const generic = [dictionary.vtmOf(amp.id)?.name, dictionary.vmp(amp.vmpId)?.name];
  const first = family.split(' ')[0]?.toLowerCase();
  const isGeneric = generic.some(
    (name) =>
      name
        ?.toLowerCase()
        .split(/[ ,]/)
        .includes(first ?? '') === true,
  );
  return isGeneric ? undefined : family;
}

const FORM_WORDS =
  / (?:modified-release |gastro-resistant |oral |dry powder )*(?:tablets?|capsules?|inhalers?|solution|suspension|cream|ointment|gel|drops|spray|patch(?:es)?|injection|liquid|powder|granules|sachets?|vials?|ampoules?).*$/i;
