/**
 * Texts per second of processor time, on one core. `node packages/dosage/bench/to-text.ts [seconds]` prints a line for each kind of
 * Dosage and one for the mixture, then the same as JSON.
 */
import { type Dosage, dosageToText } from '../src/index.ts';

const ucum = 'http://unitsofmeasure.org';
const snomed = 'http://snomed.info/sct';
const tablet = { unit: 'tablet', system: snomed, code: '428673006' };
const oral = { coding: [{ system: snomed, code: '26643006', display: 'oral' }] };
const inject = { coding: [{ system: snomed, code: '422145002', display: 'Inject' }] };
const intravenous = { coding: [{ system: snomed, code: '47625008', display: 'Intravenous' }] };

/** Dosages of everyday shapes, as text so that each run reads freshly parsed objects like a server does. */
const kinds: Record<string, Dosage> = {
  'once a day': {
    timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
    route: oral,
    doseAndRate: [{ doseQuantity: { value: 1, ...tablet } }],
  },
  course: {
    timing: {
      repeat: {
        frequency: 3,
        period: 1,
        periodUnit: 'd',
        boundsDuration: { value: 7, unit: 'day', system: ucum, code: 'd' },
      },
    },
    route: oral,
    doseAndRate: [{ doseQuantity: { value: 500, unit: 'milligram', system: ucum, code: 'mg' } }],
  },
  'as required with a maximum': {
    text: '1 to 2 tablet - every 4 to 6 hours - oral - as required for pain - up to a maximum of 8 tablet in 24 hours',
    timing: { repeat: { frequency: 1, period: 4, periodMax: 6, periodUnit: 'h' } },
    asNeededCodeableConcept: { coding: [{ system: snomed, code: '22253000', display: 'pain' }] },
    route: oral,
    doseAndRate: [{ doseRange: { low: { value: 1, ...tablet }, high: { value: 2, ...tablet } } }],
    maxDosePerPeriod: {
      numerator: { value: 8, ...tablet },
      denominator: { value: 24, unit: 'hour', system: ucum, code: 'h' },
    },
  },
  infusion: {
    method: inject,
    timing: {
      repeat: { duration: 4, durationUnit: 'h', timeOfDay: ['08:00:00', '20:00:00'], dayOfWeek: ['mon', 'thu'] },
    },
    route: intravenous,
    doseAndRate: [
      {
        rateRatio: {
          numerator: { value: 12.5, unit: 'milliliter', system: ucum, code: 'mL' },
          denominator: { value: 1, unit: 'hour', system: ucum, code: 'h' },
        },
      },
    ],
    additionalInstruction: [{ text: 'with dialysis' }],
  },
};

const seconds = Number(process.argv[2] ?? 1);
const results: Record<string, number> = {};
const pools = Object.entries(kinds).map(([name, dosage]) => [name, parsed([dosage])] as const);
const mixture = ['mixture', parsed(Object.values(kinds))] as const;

// The mixture first, so that every figure is of code that has seen every shape.
measure(mixture[1], seconds);
for (const [name, pool] of [mixture, ...pools]) {
  results[name] = Math.round(measure(pool, seconds));
  console.log(`${name.padEnd(28)} ${results[name].toLocaleString('en-GB').padStart(12)} texts a second`);
}
console.log(JSON.stringify({ bench: 'dosage-to-text', unit: 'texts/s/core', results }));

/** A thousand objects, each parsed by itself. */
function parsed(dosages: Dosage[]): Dosage[] {
  return Array.from({ length: 1000 }, (_, i) => JSON.parse(JSON.stringify(dosages[i % dosages.length])) as Dosage);
}

function measure(pool: readonly Dosage[], forSeconds: number): number {
  let texts = 0;
  let length = 0;
  const start = process.cpuUsage();
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) {
    for (const dosage of pool) {
      const result = dosageToText(dosage);
      // Reading a character makes the text whole, as sending it would.
      if (result.outcome === 'text') length += result.text.charCodeAt(result.text.length - 1);
    }
    texts += pool.length;
  }
  // Processor time, the collector's and compiler's threads included: other work on the machine does not count.
  const { user, system } = process.cpuUsage(start);
  if (length === 0) throw new Error('Nothing was rendered.');
  return texts / ((user + system) / 1e6);
}
