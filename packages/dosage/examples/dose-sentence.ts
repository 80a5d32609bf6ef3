import { dosagesToText, parseDoseSentence } from '@concord/dosage';

const tablets = { unitDose: { code: '428673006', unit: 'tablet' } };
const reading = parseDoseSentence('One or two every 4-6 hours when required for pain. Max 8 in 24 hours', tablets);
const text = reading.outcome === 'read' ? dosagesToText(reading.dosage) : undefined;
console.log(text?.outcome === 'text' && text.text); // 1 to 2 tablet - every 4 to 6 hours - as required for pain - up to a maximum of 8 tablet in 24 hours
console.log(reading.outcome === 'read' && reading.readings[0]?.words); // One or two

const unsure = parseDoseSentence('1-2 daily');
console.log(unsure.outcome === 'refused' && unsure.reasons[0]?.message); // The number may be how many or how often.
