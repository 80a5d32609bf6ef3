import fc from 'fast-check';
import type {
  CodeableConcept,
  DayOfWeek,
  Dosage,
  DoseAndRate,
  Quantity,
  TimeUnit,
  TimingRepeat,
  WhenCode,
} from '../../src/dosage.ts';
import { CONDITIONS } from '../../src/from-sentence/vocabulary/conditions.ts';
import { METHODS, methodConcept } from '../../src/from-sentence/vocabulary/methods.ts';
import { ROUTES } from '../../src/from-sentence/vocabulary/routes.ts';
import { type DoseUnit, UNITS } from '../../src/from-sentence/vocabulary/units.ts';

/** Dosages of the supported subset: everything a dose sentence can say, as the parser writes it. */

const snomed = 'http://snomed.info/sct';
const ucum = 'http://unitsofmeasure.org';
const TIME_NAMES: Record<TimeUnit, string> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

const units = UNITS.map(({ unit }) => unit).filter(({ unit }) => unit !== 'insert');
const timeQuantity = (value: number, unit: TimeUnit): Quantity => ({
  value,
  unit: TIME_NAMES[unit],
  system: ucum,
  code: unit,
});
const doseQuantity = (value: number, unit: DoseUnit): Quantity => ({ value, ...unit });

const value = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.constantFrom(0.25, 0.5, 0.75, 1.5, 2.5, 12.5, 0.125, 37.5, 100, 1000, 62.5),
);
const ordered = fc.tuple(value, value).filter(([low, high]) => low < high);

const doseElement: fc.Arbitrary<DoseAndRate> = fc.constantFrom(...units).chain((unit) =>
  fc.oneof(
    { weight: 5, arbitrary: value.map((amount) => ({ doseQuantity: doseQuantity(amount, unit) })) },
    {
      weight: 2,
      arbitrary: ordered.map(([low, high]) => ({
        doseRange: { low: doseQuantity(low, unit), high: doseQuantity(high, unit) },
      })),
    },
    { weight: 1, arbitrary: value.map((high) => ({ doseRange: { high: doseQuantity(high, unit) } })) },
  ),
);

/** The methotrexate pattern (D-026): what is counted, then its strength. */
const bothWays: fc.Arbitrary<DoseAndRate[]> = fc
  .tuple(
    value,
    value,
    fc.constantFrom(...units.filter(({ system }) => system === snomed)),
    fc.constantFrom(...units.filter(({ system }) => system === ucum)),
  )
  .map(([count, strength, form, measure]) => [
    { doseQuantity: doseQuantity(count, form) },
    { doseQuantity: doseQuantity(strength, measure) },
  ]);

const measures = units.filter(({ system, code }) => system === ucum && !code?.includes('/'));
const rate: fc.Arbitrary<DoseAndRate> = fc.oneof(
  fc.tuple(value, fc.constantFrom(...measures), fc.constantFrom<TimeUnit>('h', 'min')).map(([amount, unit, per]) => ({
    rateRatio: { numerator: doseQuantity(amount, unit), denominator: timeQuantity(1, per) },
  })),
  fc.tuple(value, fc.constantFrom(...measures), fc.integer({ min: 2, max: 12 })).map(([amount, unit, hours]) => ({
    rateRatio: { numerator: doseQuantity(amount, unit), denominator: timeQuantity(hours, 'h') },
  })),
  fc.tuple(ordered, fc.constantFrom(...measures)).map(([[low, high], unit]) => {
    const compound = { unit: `${unit.unit} per hour`, system: ucum, code: `${unit.code}/h` };
    return { rateRange: { low: doseQuantity(low, compound), high: doseQuantity(high, compound) } };
  }),
);

const small = fc.integer({ min: 1, max: 6 });
const rising = fc.tuple(small, small).filter(([low, high]) => low < high);
const periodUnit = fc.constantFrom<TimeUnit>('h', 'd', 'wk', 'mo');

const frequency: fc.Arbitrary<TimingRepeat> = fc.oneof(
  fc.record({ frequency: small, period: fc.constant(1), periodUnit }),
  fc.record({ frequency: fc.constant(1), period: fc.integer({ min: 2, max: 12 }), periodUnit }),
  rising.map(([low, high]) => ({ frequency: low, frequencyMax: high, period: 1, periodUnit: 'd' as const })),
  small.map((frequencyMax) => ({ frequencyMax, period: 1, periodUnit: 'd' as const })),
  rising.map(([period, periodMax]) => ({ frequency: 1, period, periodMax, periodUnit: 'h' as const })),
  fc.constantFrom<TimeUnit>('d', 'wk', 'mo', 'a').map((unit) => ({ period: 1, periodUnit: unit })),
  fc
    .tuple(small, fc.integer({ min: 2, max: 9 }), periodUnit)
    .map(([times, period, unit]) => ({ frequency: times, period, periodUnit: unit })),
);

const WHENS: readonly WhenCode[] = [
  'MORN',
  'MORN.early',
  'MORN.late',
  'NOON',
  'AFT',
  'AFT.early',
  'AFT.late',
  'EVE',
  'EVE.early',
  'EVE.late',
  'NIGHT',
  'PHS',
  'HS',
  'WAKE',
  'C',
  'CM',
  'CD',
  'CV',
  'AC',
  'ACM',
  'ACD',
  'ACV',
  'PC',
  'PCM',
  'PCD',
  'PCV',
];
const OFFSETS: readonly WhenCode[] = ['HS', 'AC', 'ACM', 'ACD', 'ACV', 'PC', 'PCM', 'PCD', 'PCV'];
const DAYS: readonly DayOfWeek[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}:00`);

const atTimes: fc.Arbitrary<TimingRepeat> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.uniqueArray(fc.constantFrom(...WHENS), { minLength: 1, maxLength: 3 }).map((when) => ({ when })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...OFFSETS), fc.constantFrom(15, 30, 45, 60, 90, 120, 1440))
      .map(([code, offset]) => ({ when: [code], offset })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 4 })
      .map((dayOfWeek) => ({ dayOfWeek })),
  },
  { weight: 1, arbitrary: fc.uniqueArray(clock, { minLength: 1, maxLength: 3 }).map((timeOfDay) => ({ timeOfDay })) },
);

const bounds: fc.Arbitrary<TimingRepeat> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 28 }), periodUnit)
      .map(([count, unit]) => ({ boundsDuration: timeQuantity(count, unit) })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(rising, periodUnit).map(([[low, high], unit]) => ({
      boundsRange: { low: timeQuantity(low, unit), high: timeQuantity(high, unit) },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(small, periodUnit).map(([high, unit]) => ({ boundsRange: { high: timeQuantity(high, unit) } })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(small, periodUnit).map(([low, unit]) => ({ boundsRange: { low: timeQuantity(low, unit) } })),
  },
  { weight: 1, arbitrary: fc.constant({ boundsPeriod: { start: '2026-02-22', end: '2026-03-04' } }) },
);

const duration: fc.Arbitrary<TimingRepeat> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: small.map((over) => ({ duration: over, durationUnit: 'h' as const })) },
  {
    weight: 1,
    arbitrary: rising.map(([low, high]) => ({ duration: low, durationMax: high, durationUnit: 'min' as const })),
  },
);

const count: fc.Arbitrary<TimingRepeat> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: small.map((times) => ({ count: times })) },
);

const INSTRUCTIONS: readonly CodeableConcept[] = [
  { coding: [{ system: snomed, code: '421769005', display: 'Follow directions' }], text: 'As directed' },
  { coding: [{ system: snomed, code: '1116481000001105', display: 'With food' }], text: 'With food' },
  { coding: [{ system: snomed, code: '311504000', display: 'With or after food' }], text: 'With or after food' },
  { coding: [{ system: snomed, code: '422327006', display: 'Then stop' }], text: 'Then stop' },
  { text: 'Rinse mouth after use' },
  { text: 'Remove old patch before applying new patch' },
  { text: 'On an empty stomach' },
  { text: 'Repeat after 7 days' },
];

const SITES = ['Left eye', 'Affected area', 'each nostril', 'scalp', 'affected eye(s)'].map(
  (text): CodeableConcept =>
    text === 'Left eye'
      ? { coding: [{ system: snomed, code: '8966001', display: 'Left eye structure' }], text }
      : { text },
);

const reasons = CONDITIONS.filter(({ phrase }) => /^[a-z ]+$/.test(phrase)).map(
  ({ phrase, code, display }): CodeableConcept => ({
    ...(code === undefined
      ? {}
      : { coding: [{ system: snomed, code, ...(display === undefined ? {} : { display }) }] }),
    text: phrase,
  }),
);

const methods = METHODS.filter(({ display }) => display !== 'Use as a mouthwash').map(methodConcept);
const routes = ROUTES.map(({ code, display }): CodeableConcept => ({ coding: [{ system: snomed, code, display }] }));
const option = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const needed = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ asNeededBoolean: true }) },
  { weight: 1, arbitrary: fc.constantFrom(...reasons).map((asNeededCodeableConcept) => ({ asNeededCodeableConcept })) },
);

/** One Dosage, without sequence or text. */
export const dosage: fc.Arbitrary<Dosage> = fc
  .record({
    method: option(fc.constantFrom(...methods)),
    dose: fc.oneof({ weight: 5, arbitrary: doseElement.map((one) => [one]) }, { weight: 1, arbitrary: bothWays }),
    repeat: fc
      .tuple(frequency, atTimes, bounds, duration, count)
      .map((parts): TimingRepeat => Object.assign({}, ...parts)),
    route: option(fc.constantFrom(...routes)),
    site: option(fc.constantFrom(...SITES)),
    needed,
    rate: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: rate }),
    maximum: option(
      fc.tuple(
        fc.integer({ min: 1000, max: 5000 }),
        fc.constantFrom<[number, TimeUnit]>([24, 'h'], [1, 'd'], [1, 'wk']),
      ),
    ),
    instructions: fc.uniqueArray(fc.constantFrom(...INSTRUCTIONS), { maxLength: 3 }),
  })
  .map(({ method, dose, rate: given, repeat, route, site, needed: asNeeded, maximum, instructions }): Dosage => {
    const unit = dose[0]?.doseQuantity ?? dose[0]?.doseRange?.high;
    const { value: _, ...unitOnly } = unit ?? {};
    return {
      ...(method === undefined ? {} : { method }),
      doseAndRate: dose.length === 1 ? [{ ...dose[0], ...given }] : dose,
      timing: { repeat },
      ...(route === undefined ? {} : { route }),
      ...(site === undefined ? {} : { site }),
      ...asNeeded,
      ...(maximum === undefined
        ? {}
        : {
            maxDosePerPeriod: {
              numerator: { value: maximum[0], ...unitOnly },
              denominator: timeQuantity(maximum[1][0], maximum[1][1]),
            },
          }),
      ...(instructions.length === 0 ? {} : { additionalInstruction: instructions }),
    };
  });

/** One to three Dosages in sequence, or two at the same time. */
export const regimen: fc.Arbitrary<Dosage[]> = fc.oneof(
  { weight: 3, arbitrary: dosage.map((one) => [one]) },
  {
    weight: 1,
    arbitrary: fc
      .array(dosage, { minLength: 2, maxLength: 3 })
      .map((steps) => steps.map((step, index) => ({ sequence: index + 1, ...step }))),
  },
  { weight: 1, arbitrary: fc.tuple(dosage, dosage).map((both) => both.map((each) => ({ sequence: 1, ...each }))) },
);
