import { type Dictionary, isDmdSystem } from '@concord/dmd';
import type { SentenceMedicine } from '@concord/dosage';

/** What dm+d says of a medicine that helps to read its dose sentence, or why it cannot say. */
export type MedicineAnswer =
  | { outcome: 'known'; medicine: SentenceMedicine; remark?: string }
  | { outcome: 'refused'; reason: string };

/**
 * The unit dose ("one" is one tablet) and the route of a medicine by its dm+d code. A superseded code is followed, and
 * the remark says so. A VTM has neither; a product with several routes has no one route.
 */
export function sentenceMedicine(dictionary: Dictionary, coding: { system?: string; code?: string }): MedicineAnswer {
  const { system, code } = coding;
  if (!code) return { outcome: 'refused', reason: 'The medication has no code.' };
  if (system !== undefined && !isDmdSystem(system)) {
    return { outcome: 'refused', reason: `The medication must be coded in dm+d (https://dmd.nhs.uk), not ${system}.` };
  }
  const resolved = dictionary.resolve(code);
  if (resolved.status !== 'current' && resolved.status !== 'superseded') {
    const why =
      resolved.status === 'ambiguous' ? 'leads to more than one current concept' : 'is not in the dm+d release here';
    return { outcome: 'refused', reason: `The dm+d code ${code} ${why}.` };
  }
  const vmp = dictionary.vmpOf(resolved.id);
  const unit = vmp?.unitDoseUnit;
  const [route, ...others] = vmp?.routes ?? [];
  const medicine: SentenceMedicine = {
    ...(unit?.display === undefined ? {} : { unitDose: { code: unit.code, unit: unit.display } }),
    ...(route?.display === undefined || others.length > 0
      ? {}
      : { route: { code: route.code, display: route.display } }),
  };
  const remark =
    resolved.status === 'superseded' ? `${code} is superseded; its current code is ${resolved.id}.` : undefined;
  return { outcome: 'known', medicine, ...(remark === undefined ? {} : { remark }) };
}
