/** Arbitrary Dosages for properties: every element of R4 and STU3, mostly valid, with extensions everywhere. */
import fc from 'fast-check';
import type { CodeableConcept, Dosage, FhirDecimal, Quantity, Timing, TimingRepeat } from '../../src/index.ts';

const ucum = 'http://unitsofmeasure.org';
const snomed = 'http://snomed.info/sct';

/** An object whose every element may be absent. */
function optional<T>(model: { [K in keyof T]-?: fc.Arbitrary<unknown> }, present = 0.35): fc.Arbitrary<T> {
  const entries = Object.entries(model) as [string, fc.Arbitrary<unknown>][];
  const drawn = entries.map(([name, value]) => {
    const weight = rare.has(name) ? 2 : Math.round(present * 100);
    return fc.oneof({ weight: 100 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
  });
  return fc.tuple(...drawn).map((values) => {
    const made: Record<string, unknown> = {};
    values.forEach((value, i) => {
      const name = entries[i]?.[0];
      if (name !== undefined && value !== undefined) made[name] = value;
    });
    return made as T;
  });
}

/** Names that would crowd out the rest, or that refuse the whole. */
const rare = new Set(['id', 'extension', 'modifierExtension', 'comparator', '_unit', '_text', '_when', '_value']);

const word = fc.stringMatching(/^[A-Z][a-z]{2,7}( [a-z]{2,5})?$/);
const extension = fc.array(fc.record({ url: fc.constant('https://example.org/x'), valueString: word }), {
  minLength: 1,
  maxLength: 2,
});
const primitiveExtension = fc.record({ extension });
const decimal: fc.Arbitrary<FhirDecimal> = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom(0.25, 0.5, 0.75, 1.5, 2.5, 0.1),
  fc.constantFrom('1.0', '2.50', '0.05', '1e2').map((rawJSON) => ({ rawJSON })),
);
const whole = fc.integer({ min: 1, max: 6 });

const coding = optional<Record<string, unknown>>(
  {
    id: word,
    system: fc.constantFrom(snomed, 'urn:local'),
    version: fc.constant('1'),
    code: fc.stringMatching(/^[1-9]\d{5}$/),
    display: word,
    userSelected: fc.boolean(),
    extension: fc.oneof(
      extension,
      word.map((valueString) => [
        { url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-CodingSCTDescDisplay', valueString },
      ]),
    ),
  },
  0.6,
);
const concept = fc.oneof(
  { weight: 3, arbitrary: word.map((text): CodeableConcept => ({ text })) },
  {
    weight: 3,
    arbitrary: word.map((display): CodeableConcept => ({ coding: [{ system: snomed, code: '1', display }] })),
  },
  {
    weight: 2,
    arbitrary: optional<Record<string, unknown>>(
      {
        id: word,
        extension,
        coding: fc.array(coding, { minLength: 1, maxLength: 2 }),
        text: word,
        _text: primitiveExtension,
      },
      0.7,
    ),
  },
);

const units = [
  { unit: 'tablet', system: snomed, code: '428673006' },
  { unit: 'milligram', system: ucum, code: 'mg' },
  { unit: '5ml spoonful' },
  { unit: 'unit' },
  { system: ucum, code: 'mL' },
];
const timeUnits = [
  { unit: 'day', system: ucum, code: 'd' },
  { unit: 'hours', system: ucum, code: 'h' },
  { system: ucum, code: 'wk' },
];

function quantity(inUnits: readonly Partial<Quantity>[]): fc.Arbitrary<Quantity> {
  const plain = fc.tuple(decimal, fc.constantFrom(...inUnits)).map(([value, unit]) => ({ value, ...unit }) as Quantity);
  const decorated = fc
    .tuple(
      plain,
      optional<Record<string, unknown>>({
        id: word,
        extension,
        comparator: fc.constant('<'),
        _unit: primitiveExtension,
        _value: primitiveExtension,
      }),
    )
    .map(([base, more]) => ({ ...base, ...more }) as Quantity);
  return fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: decorated });
}

/** Two amounts of one unit, in order. */
function range(inUnits: readonly Partial<Quantity>[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(whole, fc.integer({ min: 0, max: 5 }), fc.constantFrom(...inUnits), fc.integer({ min: 0, max: 9 }))
    .map(([low, more, unit, shape]) => {
      if (shape === 0) return { low: { value: low, ...unit } };
      if (shape === 1) return { high: { value: low, ...unit } };
      return { low: { value: low, ...unit }, high: { value: low + more, ...unit } };
    });
}

function ratio(numerator: readonly Partial<Quantity>[]): fc.Arbitrary<unknown> {
  return fc.tuple(quantity(numerator), whole, fc.constantFrom(...timeUnits)).map(([top, value, unit]) => ({
    numerator: top,
    denominator: { value, ...unit },
  }));
}

const doseElements = fc.oneof(
  quantity(units).map((doseQuantity) => ({ doseQuantity })),
  range(units).map((doseRange) => ({ doseRange })),
);
const rateElements = fc.oneof(
  ratio(units).map((rateRatio) => ({ rateRatio })),
  range([{ unit: 'litre per minute', system: ucum, code: 'L/min' }]).map((rateRange) => ({ rateRange })),
  quantity([{ unit: 'millilitre per hour', system: ucum, code: 'mL/h' }]).map((rateQuantity) => ({ rateQuantity })),
);
const doseAndRate = fc
  .tuple(
    fc.option(doseElements, { nil: {} }),
    fc.option(rateElements, { nil: {} }),
    optional<Record<string, unknown>>({ id: word, extension, type: concept }, 0.2),
  )
  .map((several) => Object.assign({}, ...several) as Record<string, unknown>);

const atLeast = (low: number | undefined, more: number) => (low === undefined ? undefined : low + more);

const repeat: fc.Arbitrary<TimingRepeat> = fc
  .record({
    bounds: fc.oneof(
      fc.constant({}),
      quantity(timeUnits).map((boundsDuration) => ({ boundsDuration })),
      range(timeUnits).map((boundsRange) => ({ boundsRange })),
      fc
        .tuple(fc.constantFrom('2021-02-22', '2021-02', '2021-02-22T10:00:00Z'), fc.constantFrom('2022-03-04', '2022'))
        .map(([start, end]) => ({ boundsPeriod: { start, end } })),
      fc.constantFrom(
        { boundsPeriod: { start: '2021-02-22' } },
        { boundsPeriod: { end: '2021-02-22' } },
        {
          boundsPeriod: {},
        },
      ),
    ),
    f: fc.option(whole, { nil: undefined }),
    moreF: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    p: fc.option(whole, { nil: undefined }),
    moreP: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    unit: fc.constantFrom('h', 'd', 'wk', 'mo', 'a'),
    duration: fc.option(whole, { nil: undefined }),
    moreDuration: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    count: fc.option(whole, { nil: undefined }),
    moreCount: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    time: fc.oneof(
      fc.constant({}),
      fc.uniqueArray(fc.constantFrom('08:00:00', '12:30:00', '20:15:30'), { minLength: 1 }).map((timeOfDay) => ({
        timeOfDay,
      })),
      fc.uniqueArray(fc.constantFrom('MORN', 'HS', 'AC', 'PCM', 'C', null), { minLength: 1 }).map((when) => ({ when })),
      fc
        .tuple(fc.constantFrom('AC', 'HS', 'WAKE'), fc.constantFrom(0, 30, 60, 1440))
        .map(([when, offset]) => ({ when: [when], offset })),
    ),
    days: fc.option(fc.uniqueArray(fc.constantFrom('mon', 'wed', 'sun'), { minLength: 1 }), { nil: undefined }),
    more: optional<Record<string, unknown>>({
      id: word,
      extension,
      _when: fc.constant([{ extension: [{ url: 'https://example.org/x' }] }]),
    }),
  })
  .map((r) =>
    withoutUndefined({
      ...r.bounds,
      frequency: r.f,
      frequencyMax: r.f === undefined ? r.moreF || undefined : atLeast(r.f, r.moreF ?? Number.NaN),
      period: r.p,
      periodMax: r.moreP === undefined ? undefined : atLeast(r.p, r.moreP),
      periodUnit: r.p === undefined ? undefined : r.unit,
      duration: r.duration,
      durationMax: r.moreDuration === undefined ? undefined : atLeast(r.duration, r.moreDuration),
      durationUnit: r.duration === undefined ? undefined : r.unit,
      count: r.count,
      countMax: r.moreCount === undefined ? undefined : atLeast(r.count, r.moreCount),
      ...r.time,
      dayOfWeek: r.days,
      ...r.more,
    }),
  );

function withoutUndefined(value: Record<string, unknown>): TimingRepeat {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined && !Number.isNaN(one)),
  ) as TimingRepeat;
}

const timing = optional<Timing & Record<string, unknown>>(
  {
    id: word,
    extension,
    modifierExtension: extension,
    event: fc.uniqueArray(fc.constantFrom('2021-12-01', '2021-12-08', '2021-12-15T10:30:00+00:00'), { minLength: 1 }),
    repeat,
    code: concept,
  },
  0.6,
);

/** An R4 Dosage, or one of STU3 shape, mostly valid. */
export const arbitraryDosage: fc.Arbitrary<Dosage> = fc
  .tuple(
    optional<Record<string, unknown>>(
      {
        id: word,
        extension,
        modifierExtension: extension,
        sequence: whole,
        text: word,
        _text: primitiveExtension,
        additionalInstruction: fc.array(concept, { minLength: 1, maxLength: 3 }),
        patientInstruction: word,
        timing,
        site: concept,
        route: concept,
        method: concept,
        maxDosePerPeriod: ratio(units),
        maxDosePerAdministration: quantity(units),
        maxDosePerLifetime: quantity(units),
      },
      0.45,
    ),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: fc.boolean().map((asNeededBoolean) => ({ asNeededBoolean })) },
      { weight: 2, arbitrary: concept.map((asNeededCodeableConcept) => ({ asNeededCodeableConcept })) },
      { weight: 1, arbitrary: concept.map((reason) => ({ asNeededBoolean: true, asNeededCodeableConcept: reason })) },
    ),
    fc.oneof(
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 6, arbitrary: fc.array(doseAndRate, { minLength: 1, maxLength: 2 }).map((d) => ({ doseAndRate: d })) },
      { weight: 2, arbitrary: fc.tuple(doseElements, rateElements).map(([dose, rate]) => ({ ...dose, ...rate })) },
    ),
  )
  .map((several) => Object.assign({}, ...several) as Dosage);

const names = [
  ...['sequence', 'text', 'additionalInstruction', 'patientInstruction', 'timing', 'asNeededBoolean'],
  ...['asNeededCodeableConcept', 'site', 'route', 'method', 'doseAndRate', 'maxDosePerPeriod', 'doseQuantity'],
  ...['maxDosePerAdministration', 'maxDosePerLifetime', 'rateRatio', 'rateRange', 'rateQuantity', 'doseRange'],
  ...['event', 'repeat', 'code', 'coding', 'display', 'system', 'value', 'unit', 'low', 'high', 'numerator'],
  ...['denominator', 'boundsPeriod', 'boundsRange', 'boundsDuration', 'start', 'end', 'count', 'countMax', 'duration'],
  ...['durationMax', 'durationUnit', 'frequency', 'frequencyMax', 'period', 'periodMax', 'periodUnit', 'when'],
  ...['dayOfWeek', 'timeOfDay', 'offset', 'extension', 'url', 'type', '__proto__', 'constructor', 'rawJSON'],
];

const { nonsense } = fc.letrec((tie) => ({
  nonsense: fc.dictionary(fc.constantFrom(...names), tie('node'), { minKeys: 1, maxKeys: 8 }),
  node: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 2.5, 1e300, '', ' ', 'd', 'mon', 'HS', '08:00', '2021-13-01'),
    fc.string({ maxLength: 8 }),
    fc.double(),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 6 }),
  ),
}));

/** Any JSON at all that uses the names of a Dosage: mostly nonsense. */
export const arbitraryNonsense: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 9, arbitrary: nonsense },
  { weight: 1, arbitrary: fc.jsonValue() },
);
