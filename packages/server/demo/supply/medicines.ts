import type { CodeableConcept, Dosage, Quantity } from 'fhir/r4';

const dmd = (code: string, display: string): CodeableConcept => ({
  coding: [{ system: 'https://dmd.nhs.uk', code, display }],
});

/** What the stories are about, by dm+d. */
export const MEDICINES = {
  amoxicillin: dmd('774586009', 'Amoxicillin'),
  amoxicillinCapsules: dmd('39732411000001106', 'Amoxicillin 500mg capsules'),
  citalopram: dmd('42269411000001107', 'Citalopram 20mg tablets'),
  cipramil: dmd('900905451000001100', 'Cipramil 20mg tablets (Lundbeck Ltd)'),
  metformin: dmd('42084911000001109', 'Metformin 500mg tablets'),
  metforminAccord: dmd('900907221000001102', 'Metformin 500mg tablets (Accord-UK Ltd)'),
  goserelin: dmd('42036711000001108', 'Goserelin 3.6mg implant pre-filled syringes'),
  zoladex: dmd('900842621000001101', 'Zoladex 3.6mg implant SafeSystem pre-filled syringes (AstraZeneca UK Ltd)'),
} as const;

const DMD_UNITS = { tablet: '428673006', capsule: '428641000', 'pre-filled disposable injection': '3318611000001103' };

/** So many of a dm+d unit. */
export function units(value: number, unit: keyof typeof DMD_UNITS): Quantity {
  return { value, unit, system: 'http://snomed.info/sct', code: DMD_UNITS[unit] };
}

const ORAL = { coding: [{ system: 'http://snomed.info/sct', code: '26643006', display: 'Oral' }] };
const SUBCUTANEOUS = { coding: [{ system: 'http://snomed.info/sct', code: '34206005', display: 'Subcutaneous' }] };
const mg = (value: number): Quantity => ({ value, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' });

/** A dose so often a day, by mouth. */
function daily(frequency: number, dose: Quantity, text: string, when?: 'MORN'): Dosage {
  return {
    text,
    timing: { repeat: { frequency, period: 1, periodUnit: 'd', ...(when ? { when: [when] } : {}) } },
    route: ORAL,
    doseAndRate: [{ doseQuantity: dose }],
  };
}

export const DOSAGES = {
  amoxicillin: daily(3, mg(500), '500 milligram - 3 times a day - Oral'),
  amoxicillinCapsules: daily(3, units(1, 'capsule'), '1 capsule - 3 times a day - Oral'),
  citalopram: daily(1, units(1, 'tablet'), '1 tablet - once a day - during the morning - Oral', 'MORN'),
  metformin: daily(2, units(1, 'tablet'), '1 tablet - twice a day - Oral'),
} as const;

/** One injection on a day. */
export function onceOn(day: string): Dosage {
  const [year, month, date] = day.split('-');
  return {
    text: `1 pre-filled disposable injection - once - on ${date}/${month}/${year} - Subcutaneous`,
    timing: { event: [day], repeat: { count: 1 } },
    route: SUBCUTANEOUS,
    doseAndRate: [{ doseQuantity: units(1, 'pre-filled disposable injection') }],
  };
}
