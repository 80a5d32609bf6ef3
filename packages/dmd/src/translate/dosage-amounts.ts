/** The quantities of a Dosage, from amounts of a product to amounts of its substance (U2). */

import type { Dosage, DoseAndRate, Quantity, Range, Ratio } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, divide, multiply, parseDecimal } from '../units/rational.ts';
import { type Amount, amountText, exactValue, inUnit, type NamedUnit, namedUnit, ONE } from './amount.ts';
import { fhirQuantity, readable } from './readable-unit.ts';
import { done, type Outcome, type Remark, refused } from './remark.ts';
import { amountIn, type StrengthReading, unitOf } from './strength.ts';

/** Codes that senders use for a dm+d unit: the dose form tablet as a unit. Source: UK guide examples. */
const OTHER_CODES: Readonly<Record<string, string>> = { '385055001': '428673006' };

/** Form codes of pressurised inhalers: one puff or actuation gives one metered dose, which their strength is per. */
const METERED = '114981000001105';
const PUFFS: readonly string[] = ['415215001', '732981002'];
const DOSE = '3317411000001100';

/** The unit of a Quantity, by its code, or by its word where that is just the product's own unit. */
function unitOfQuantity(dictionary: Dictionary, reading: StrengthReading, quantity: Quantity): NamedUnit | undefined {
  const { code, system, unit } = quantity;
  const own = [reading.unit?.unit, reading.measure?.unit].filter((each) => each !== undefined);
  if (typeof code === 'string' && code !== '' && !/^\{.*\}$/.test(code)) {
    let known = OTHER_CODES[code] ?? code;
    if (
      PUFFS.includes(known) &&
      reading.vmp.forms.some((form) => form.code === METERED) &&
      reading.measure?.unit.dmd === DOSE
    ) {
      known = DOSE;
    }
    return namedUnit(dictionary, system === undefined ? { code: known } : { system, code: known });
  }
  const word = (typeof code === 'string' ? code.slice(1, -1) : unit)?.trim().toLowerCase();
  if (word === undefined || word === '') return undefined;
  return own.find(({ name }) => name.toLowerCase() === word || `${name.toLowerCase()}s` === word);
}

/** Reads a Quantity of a product or of its substance. */
export function readQuantity(
  dictionary: Dictionary,
  reading: StrengthReading,
  quantity: unknown,
  path: string,
): Outcome<Amount> {
  if (typeof quantity !== 'object' || quantity === null) return refused('U6', 'no-dose', 'There is no quantity.', path);
  const asked = quantity as Quantity;
  if (asked.comparator !== undefined) {
    return refused('U6', 'comparator', `A quantity with "${String(asked.comparator)}" is no exact dose.`, path);
  }
  const value = exactValue(asked.value);
  if (value === undefined) return refused('U6', 'not-a-number', 'The quantity has no decimal of zero or more.', path);
  const unit = unitOfQuantity(dictionary, reading, asked);
  if (unit === undefined) {
    const said = String(asked.code ?? asked.unit ?? 'none').slice(0, 40);
    return refused('U6', 'unknown-unit', `The unit (${said}) is not known.`, path);
  }
  return done({ value, unit });
}

/** The amount of substance that a quantity stands for: the product's, by its strength, or its own. */
function substanceAmount(
  dictionary: Dictionary,
  reading: StrengthReading,
  quantity: unknown,
  path: string,
): Outcome<Amount> {
  const read = readQuantity(dictionary, reading, quantity, path);
  if (!read.ok) return read;
  const amount = read.value;
  const rate = rateUnit(reading);
  const own = reading.unit ? inUnit(amount, reading.unit.unit) : undefined;
  if (own === undefined && rate !== undefined && amount.unit.dimension === rate.dimension) {
    // A patch's dose that is a rate already, in units of the substance per hour.
    const factor = divide(amount.unit.size, rate.size);
    if (factor) return done({ value: multiply(amount.value, factor), unit: reading.substanceUnit });
  }
  const productUnits = [reading.unit?.unit, reading.measure?.unit];
  const isProduct = productUnits.some((unit) => unit?.dimension === amount.unit.dimension);
  const isSubstance = amount.unit.dimension === reading.substanceUnit.dimension && reading.perTime === undefined;
  if (isProduct && isSubstance) {
    const message = `${amountText(amount)} may be of ${reading.vmp.name} or of its substance: both are measured so.`;
    return refused('U6', 'different-dimension', message, path);
  }
  if (isSubstance) return done(amount);
  const substance = amountIn(reading, amount);
  return substance.ok ? substance : refused('U2', substance.refusal.code, substance.refusal.message, path);
}

/** `microgram per hour` as a unit with a size, for a patch. */
function rateUnit({ perTime, substanceUnit }: StrengthReading): NamedUnit | undefined {
  const size = perTime && divide(substanceUnit.size, perTime.size);
  if (perTime === undefined || size === undefined) return undefined;
  return { ...substanceUnit, dimension: `${substanceUnit.dimension}/time`, size };
}

/** Writes an amount of substance, for a patch as its rate; in the unit given, or the one that reads well. */
function writeSubstance(
  dictionary: Dictionary,
  reading: StrengthReading,
  amount: Amount,
  path: string,
  unit?: NamedUnit,
): Outcome<{ quantity: Quantity; unit: NamedUnit }> {
  const inOwn = unit === undefined ? undefined : inUnit(amount, unit);
  let per: { count: NonNullable<ReturnType<typeof parseDecimal>>; unit: NamedUnit } | undefined;
  let value = amount;
  if (reading.perTime !== undefined) {
    const strength = reading.vmp.ingredients[0];
    const count = parseDecimal(strength?.denominatorValue ?? '1') ?? ONE;
    per = { count, unit: reading.perTime };
    value = { value: multiply(amount.value, count), unit: amount.unit };
  }
  const chosen = inOwn ?? (per ? value : readable(value, (code) => namedUnit(dictionary, { code })));
  const quantity = fhirQuantity(chosen, per);
  if (quantity === undefined) {
    const message = `The dose would be ${amountText(chosen)}, which no decimal gives exactly; it is not rounded.`;
    return refused('U2', 'not-a-decimal', message, path);
  }
  return done({ quantity, unit: chosen.unit });
}

/** Everything of a Dosage that counts amounts of the product. */
export function translateAmounts(
  dictionary: Dictionary,
  reading: StrengthReading,
  dosage: Dosage,
  path: string,
): Outcome<Dosage> {
  const result: Dosage = { ...dosage };
  const single = (quantity: unknown, at: string): Outcome<Quantity> => {
    const amount = substanceAmount(dictionary, reading, quantity, at);
    if (!amount.ok) return amount;
    const written = writeSubstance(dictionary, reading, amount.value, at);
    return written.ok ? done(keepExtras(quantity, written.value.quantity)) : written;
  };
  const list = dosage.doseAndRate;
  if (!Array.isArray(list) || list.length === 0) {
    return refused('U6', 'free-text', 'The dosage has no structured dose; words alone are not translated.', path);
  }
  const entries: DoseAndRate[] = [];
  for (const [index, entry] of list.entries()) {
    const translated = translateDoseAndRate(
      dictionary,
      reading,
      entry as DoseAndRate,
      `${path}.doseAndRate[${index}]`,
      single,
    );
    if (!translated.ok) return translated;
    entries.push(translated.value);
  }
  const [first, ...others] = entries as [DoseAndRate, ...DoseAndRate[]];
  // The same dose said twice, as tablets and as milligrams: after translation both must be one.
  for (const other of others) {
    if (JSON.stringify(canonical(other)) !== JSON.stringify(canonical(first))) {
      return refused(
        'U2',
        'disagrees',
        'The dosage says its dose more than once, and not the same.',
        `${path}.doseAndRate`,
      );
    }
  }
  result.doseAndRate = [first];
  const maxima = ['maxDosePerAdministration', 'maxDosePerLifetime'] as const;
  for (const name of maxima) {
    if (dosage[name] === undefined) continue;
    const translated = single(dosage[name], `${path}.${name}`);
    if (!translated.ok) return translated;
    result[name] = translated.value;
  }
  if (dosage.maxDosePerPeriod !== undefined) {
    const numerator = single(dosage.maxDosePerPeriod?.numerator, `${path}.maxDosePerPeriod.numerator`);
    if (!numerator.ok) return numerator;
    result.maxDosePerPeriod = { ...dosage.maxDosePerPeriod, numerator: numerator.value };
  }
  return done(result);
}

const canonical = (entry: DoseAndRate) => [
  entry.doseQuantity?.value,
  entry.doseQuantity?.code,
  entry.doseRange?.low?.value,
  entry.doseRange?.low?.code,
  entry.doseRange?.high?.value,
  entry.doseRange?.high?.code,
  entry.rateQuantity?.value,
  entry.rateQuantity?.code,
  entry.rateRange,
  entry.rateRatio,
];

function translateDoseAndRate(
  dictionary: Dictionary,
  reading: StrengthReading,
  entry: DoseAndRate,
  path: string,
  single: (quantity: unknown, path: string) => Outcome<Quantity>,
): Outcome<DoseAndRate> {
  if (typeof entry !== 'object' || entry === null) return refused('U6', 'no-dose', 'There is no dose.', path);
  const result: DoseAndRate = { ...entry };
  if (entry.doseQuantity !== undefined) {
    const quantity = single(entry.doseQuantity, `${path}.doseQuantity`);
    if (!quantity.ok) return quantity;
    result.doseQuantity = quantity.value;
  }
  if (entry.doseRange !== undefined) {
    const range = translateRange(dictionary, reading, entry.doseRange, `${path}.doseRange`);
    if (!range.ok) return range;
    result.doseRange = range.value;
  }
  if (entry.rateRatio !== undefined) {
    const ratio: Ratio = entry.rateRatio;
    const numerator = single(ratio?.numerator, `${path}.rateRatio.numerator`);
    if (!numerator.ok) return numerator;
    result.rateRatio = { ...ratio, numerator: numerator.value };
  }
  if (entry.rateQuantity !== undefined) {
    const rate = translateRate(dictionary, reading, entry.rateQuantity, `${path}.rateQuantity`);
    if (!rate.ok) return rate;
    result.rateQuantity = rate.value;
  }
  if (entry.rateRange !== undefined) {
    const { low, high } = entry.rateRange ?? {};
    const ends: { low?: Quantity; high?: Quantity } = {};
    for (const [name, end] of [
      ['low', low],
      ['high', high],
    ] as const) {
      if (end === undefined) continue;
      const rate = translateRate(dictionary, reading, end, `${path}.rateRange.${name}`);
      if (!rate.ok) return rate;
      ends[name] = rate.value;
    }
    result.rateRange = { ...entry.rateRange, ...ends };
  }
  const said = [result.doseQuantity, result.doseRange, result.rateRatio, result.rateQuantity, result.rateRange];
  if (said.every((each) => each === undefined))
    return refused('U6', 'free-text', 'The dosage has no structured dose.', path);
  return done(result);
}

function translateRange(dictionary: Dictionary, reading: StrengthReading, range: Range, path: string): Outcome<Range> {
  const result: Range = { ...range };
  let unit: NamedUnit | undefined;
  const ends = (['low', 'high'] as const).filter((name) => range?.[name] !== undefined);
  if (ends.length === 0) return refused('U6', 'no-dose', 'The range has no ends.', path);
  const amounts: Amount[] = [];
  for (const name of ends) {
    const amount = substanceAmount(dictionary, reading, range[name], `${path}.${name}`);
    if (!amount.ok) return amount;
    amounts.push(amount.value);
    const written = writeSubstance(dictionary, reading, amount.value, `${path}.${name}`, unit);
    if (!written.ok) return written;
    // A range reads in one unit: that of its low end, unless that is zero.
    if (amount.value.value.numerator !== 0n) unit ??= written.value.unit;
    result[name] = keepExtras(range[name], written.value.quantity);
  }
  const [low, high] = amounts;
  if (low && high) {
    const top = inUnit(high, low.unit);
    if (top === undefined || compare(low.value, top.value) > 0) {
      return refused('U6', 'range', 'The range does not go from less to more.', path);
    }
  }
  return done(result);
}

/** `ml/hour` of a product to an amount of substance per hour. */
function translateRate(
  dictionary: Dictionary,
  reading: StrengthReading,
  rate: Quantity,
  path: string,
): Outcome<Quantity> {
  const code = typeof rate?.code === 'string' ? rate.code : '';
  const parts = /^([^/]+)\/([^/]+)$/.exec(code);
  if (parts === null) return refused('U2', 'rate', 'The rate is not in a unit per unit of time, such as mL/h.', path);
  const [, top = '', below = ''] = parts;
  const time = namedUnit(dictionary, { system: 'http://unitsofmeasure.org', code: below });
  if (time?.dimension !== 'time') return refused('U2', 'rate', 'The rate is not per unit of time.', path);
  const amount = substanceAmount(dictionary, reading, { ...rate, code: top }, path);
  if (!amount.ok) return amount;
  const written = writeSubstance(dictionary, reading, amount.value, path);
  if (!written.ok) return written;
  const { quantity } = written.value;
  return done(
    keepExtras(rate, { ...quantity, unit: `${quantity.unit}/${time.name}`, code: `${quantity.code}/${below}` }),
  );
}

function keepExtras(sent: unknown, made: Quantity): Quantity {
  const { extension, id } = sent as Quantity;
  return { ...(id === undefined ? {} : { id }), ...(extension === undefined ? {} : { extension }), ...made };
}

/** What words of a dosage still speak of the product (U7): they are unchanged, and a person should look at them. */
export function productWords(dictionary: Dictionary, reading: StrengthReading, dosage: Dosage, path: string): Remark[] {
  const words = reading.vmp.unitDoseUnit ? [unitOf(dictionary, reading.vmp.unitDoseUnit).name] : [];
  const pattern = new RegExp(
    `\\b(${[...words.map((word) => word.replace(/[^\w ]/g, '.')), 'ml', 'puffs?'].join('|')})s?\\b`,
    'i',
  );
  const said = [
    dosage.patientInstruction,
    ...(dosage.additionalInstruction ?? []).map(({ text, coding }) => text ?? coding?.[0]?.display),
  ];
  return said.flatMap((text): Remark[] =>
    typeof text === 'string' && pattern.test(text)
      ? [
          {
            rule: 'U7',
            code: 'mentions-product',
            message: `An instruction is unchanged and speaks of the product: "${text.slice(0, 120)}".`,
            path,
          },
        ]
      : [],
  );
}
