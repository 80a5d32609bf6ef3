import type { Dosage, Quantity } from 'fhir/r4';

/** A medicine that the benchmark's patients take: a real dm+d VMP with a usual dose. */
export interface Medicine {
  code: string;
  name: string;
  dose: Dosage;
  /** What a 28 day supply holds. */
  supply: Quantity;
}

const SNOMED = 'http://snomed.info/sct';
const TABLET = { unit: 'tablet', system: SNOMED, code: '428673006' };
const CAPSULE = { unit: 'capsule', system: SNOMED, code: '428641000' };
const TIMES: Readonly<{ [timesADay: number]: string }> = {
  1: 'once a day',
  2: '2 times a day',
  3: '3 times a day',
  4: '4 times a day',
};

/** dm+d code, name, unit, units in a dose, doses a day. Contains public sector information under the Open Government Licence v3.0. */
const TABLE: readonly (readonly [string, string, typeof TABLET, number, number])[] = [
  ['42109611000001109', 'Paracetamol 500mg tablets', TABLET, 2, 4],
  ['39732011000001102', 'Amlodipine 5mg tablets', TABLET, 1, 1],
  ['39733011000001106', 'Atorvastatin 20mg tablets', TABLET, 1, 1],
  ['42206511000001102', 'Apixaban 5mg tablets', TABLET, 1, 2],
  ['42371311000001103', 'Bisoprolol 2.5mg tablets', TABLET, 1, 1],
  ['42269411000001107', 'Citalopram 20mg tablets', TABLET, 1, 1],
  ['42294611000001109', 'Folic acid 5mg tablets', TABLET, 1, 1],
  ['42082911000001100', 'Gliclazide 80mg tablets', TABLET, 1, 2],
  ['39697911000001101', 'Levothyroxine sodium 100microgram tablets', TABLET, 1, 1],
  ['42192711000001108', 'Loratadine 10mg tablets', TABLET, 1, 1],
  ['42084911000001109', 'Metformin 500mg tablets', TABLET, 1, 3],
  ['42356411000001102', 'Omeprazole 20mg gastro-resistant capsules', CAPSULE, 1, 1],
  ['42087311000001104', 'Prednisolone 5mg tablets', TABLET, 1, 1],
  ['42381611000001104', 'Ramipril 5mg capsules', CAPSULE, 1, 1],
  ['42358311000001108', 'Senna 7.5mg tablets', TABLET, 2, 1],
  ['39704111000001102', 'Sertraline 50mg tablets', TABLET, 1, 1],
  ['42382311000001100', 'Simvastatin 40mg tablets', TABLET, 1, 1],
];

/** The medicines, of which a patient takes each at most once. */
export const MEDICINES: readonly Medicine[] = TABLE.map(([code, name, unit, units, times]) => ({
  code,
  name,
  dose: {
    text: `${units} ${unit.unit} - ${TIMES[times]} - Oral route`,
    timing: { repeat: { frequency: times, period: 1, periodUnit: 'd' } },
    route: { coding: [{ system: SNOMED, code: '26643006', display: 'Oral route' }] },
    doseAndRate: [{ doseQuantity: { value: units, ...unit } }],
  },
  supply: { value: units * times * 28, ...unit },
}));

/** A short course, kept apart from the medicines taken all the time. */
export const ACUTE: Medicine = {
  code: '39732411000001106',
  name: 'Amoxicillin 500mg capsules',
  dose: {
    text: '1 capsule - 3 times a day - Oral route',
    timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } },
    route: { coding: [{ system: SNOMED, code: '26643006', display: 'Oral route' }] },
    doseAndRate: [{ doseQuantity: { value: 1, ...CAPSULE } }],
  },
  supply: { value: 21, ...CAPSULE },
};
