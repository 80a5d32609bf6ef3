import { compareDosageText, dosageToText, parseDoseSentence } from '@concord/dosage';

const dosage = {
  text: 'Two tablets four times a day',
  timing: { repeat: { frequency: 4, period: 1, periodUnit: 'd' as const } },
  doseAndRate: [{ doseQuantity: { value: 2, unit: 'tablet' } }],
};
const result = dosageToText(dosage);
console.log(result.outcome === 'text' ? result.text : result.refusals); // 2 tablet - 4 times a day
console.log(compareDosageText(dosage).outcome); // same
console.log(parseDoseSentence('Two tablets four times a day').outcome); // read
