import type { TimeUnit } from '../dosage.ts';
import { fill, fillBoth, formFor } from '../words/compiled-words.ts';
import type { UnitReading } from '../words/unit-words.ts';
import { type DosageElements, type DoseAndRateElements, doseAndRateElements } from './elements.ts';
import { amountText, rangeText, readQuantity, readRange, readRatio, timeText } from './quantity-text.ts';
import { at, type Reading } from './reading.ts';
import { isEmpty, isObject } from './unread-elements.ts';

/** The elements of one dose and rate, wherever they stand. */
type DoseElements = Omit<DoseAndRateElements, 'type'>;

/** The dose and rate components (D-022 to D-029a). */
export interface DoseAndRateText {
  dose: string | undefined;
  rate: string | undefined;
}

/** One way a dose or rate is given. */
interface Given {
  readonly text: string;
  /** The unit it is in, and that of the denominator of a ratio. */
  readonly unit: UnitReading;
  readonly per: UnitReading | undefined;
  /** Its numbers: the ends of a range (the low one absent in "up to"), the parts of a ratio, or twice the one. */
  readonly low: string | undefined;
  readonly high: string;
}

/** Whether a Dosage carries its dose or rate at the top level, as STU3 does. */
function isStu3(dosage: DosageElements): boolean {
  return (
    dosage.doseQuantity !== undefined ||
    dosage.doseRange !== undefined ||
    dosage.rateRatio !== undefined ||
    dosage.rateRange !== undefined ||
    dosage.rateQuantity !== undefined
  );
}

/** Reads the dose and rate of an R4 or STU3 Dosage. */
export function doseAndRateText(reading: Reading, dosage: DosageElements): DoseAndRateText {
  const none: DoseAndRateText = { dose: undefined, rate: undefined };
  const list = dosage.doseAndRate;
  if (isStu3(dosage)) {
    if (list !== undefined) {
      reading.refuse('FHIR', 'doseAndRate', 'There is a dose or rate both here and at the top level of the Dosage.');
      return none;
    }
    return {
      dose: doseOf(reading, dosage, '')?.text,
      rate: rateWords(reading, rateOf(reading, dosage, '')?.text),
    };
  }
  if (list === undefined) return none;
  if (!Array.isArray(list)) {
    reading.refuse('FHIR', 'doseAndRate', 'doseAndRate must be a list.');
    return none;
  }
  if (list.length === 0) reading.leaveOut('FHIR', 'doseAndRate', 'empty');
  if (list.length === 1) {
    const { dose, rate } = readOne(reading, list[0], 'doseAndRate[0]');
    return { dose: dose?.text, rate: rateWords(reading, rate?.text) };
  }
  const doses: Given[] = [];
  const rates: Given[] = [];
  for (let i = 0; i < list.length; i++) {
    const { dose, rate } = readOne(reading, list[i], at('doseAndRate', i));
    if (dose !== undefined) doses.push(dose);
    if (rate !== undefined) rates.push(rate);
  }
  return { dose: together(reading, doses), rate: rateWords(reading, together(reading, rates)) };
}

/** What one item of `doseAndRate` gives. */
interface GivenPair {
  readonly dose: Given | undefined;
  readonly rate: Given | undefined;
}

const nothingGiven: GivenPair = { dose: undefined, rate: undefined };

function readOne(reading: Reading, item: unknown, path: string): GivenPair {
  if (!isObject(item)) {
    reading.refuse('FHIR', path, 'A dose and rate must be an object.');
    return nothingGiven;
  }
  const elements = doseAndRateElements(reading, item, path);
  if (elements.type !== undefined) reading.leaveOut('D-026', `${path}.type`, 'dose-type', typeName(elements.type));
  if (isEmpty(item)) reading.leaveOut('FHIR', path, 'empty');
  return { dose: doseOf(reading, elements, `${path}.`), rate: rateOf(reading, elements, `${path}.`) };
}

function typeName(type: unknown): unknown {
  if (!isObject(type)) return undefined;
  if (type.text !== undefined) return type.text;
  const first: unknown = Array.isArray(type.coding) ? type.coding[0] : undefined;
  return isObject(first) ? (first.display ?? first.code) : undefined;
}

/** D-026, D-026a: a dose given two ways, that in units of presentation first. */
function together(reading: Reading, given: readonly Given[]): string | undefined {
  const [first, second] = given;
  if (first === undefined || second === undefined) return first?.text;
  if (given.length > 2) {
    return reading.refuse('D-026', 'doseAndRate', 'More than two doses or rates: which one applies is not known.');
  }
  if (first.unit.identity === second.unit.identity && first.per?.identity === second.per?.identity) {
    if (first.low === second.low && first.high === second.high) {
      reading.leaveOut('D-026', 'doseAndRate[1]', 'repeated', second.text);
      return first.text;
    }
    return reading.refuse('D-026', 'doseAndRate', 'Two different amounts in the same unit contradict each other.');
  }
  const { twoDoses } = reading.compiled;
  if (!first.unit.presentation && second.unit.presentation) {
    reading.warn('D-026a', 'doseAndRate', 'The dose in units of presentation is put first.');
    return fillBoth(twoDoses, second.text, first.text);
  }
  return fillBoth(twoDoses, first.text, second.text);
}

function doseOf(reading: Reading, item: DoseElements, prefix: string): Given | undefined {
  if (item.doseQuantity !== undefined) {
    if (item.doseRange !== undefined) return twoChoices(reading, `${prefix}doseRange`);
    return quantityGiven(reading, item.doseQuantity, `${prefix}doseQuantity`);
  }
  return item.doseRange === undefined ? undefined : rangeGiven(reading, item.doseRange, `${prefix}doseRange`, 'D-025');
}

function rateOf(reading: Reading, item: DoseElements, prefix: string): Given | undefined {
  const { rateRatio, rateRange, rateQuantity } = item;
  if (rateRatio !== undefined) {
    if (rateRange !== undefined || rateQuantity !== undefined) return twoChoices(reading, `${prefix}rateRatio`);
    return ratioGiven(reading, rateRatio, `${prefix}rateRatio`);
  }
  if (rateQuantity !== undefined) {
    if (rateRange !== undefined) return twoChoices(reading, `${prefix}rateRange`);
    return quantityGiven(reading, rateQuantity, `${prefix}rateQuantity`);
  }
  return rateRange === undefined ? undefined : rangeGiven(reading, rateRange, `${prefix}rateRange`, 'D-029');
}

function twoChoices(reading: Reading, path: string): undefined {
  return reading.refuse('FHIR', path, 'Only one form of a dose, and one of a rate, is allowed; there are more.');
}

/** D-022, D-028. */
function quantityGiven(reading: Reading, quantity: unknown, path: string): Given | undefined {
  const amount = readQuantity(reading, quantity, path);
  if (amount === undefined) return undefined;
  return {
    text: amountText(reading, amount),
    unit: amount.unit,
    per: undefined,
    low: amount.value,
    high: amount.value,
  };
}

/** D-023, D-024, D-025, D-029. */
function rangeGiven(reading: Reading, value: unknown, path: string, lowOnlyRule: string): Given | undefined {
  const range = readRange(reading, value, path);
  if (range === undefined) return undefined;
  const { low, high } = range;
  if (high === undefined) {
    return reading.refuse(lowOnlyRule, path, 'A range with a low end only sets no limit, so it is unsafe.');
  }
  if (low === undefined) {
    const text = fill(reading.compiled.upTo, amountText(reading, high));
    return { text, unit: high.unit, per: undefined, low: undefined, high: high.value };
  }
  return {
    text: rangeText(reading, low, high),
    unit: high.unit,
    per: undefined,
    low: low.value,
    high: high.value,
  };
}

/** D-027, D-027a. */
function ratioGiven(reading: Reading, value: unknown, path: string): Given | undefined {
  const ratio = readRatio(reading, value, path);
  if (ratio === undefined) return undefined;
  const { numerator, denominator } = ratio;
  const amount = amountText(reading, numerator);
  const { compiled } = reading;
  const unit = denominator.unit;
  const text =
    denominator.value === '1'
      ? fillBoth(
          compiled.ratePer,
          amount,
          unit.time === undefined ? denominator.unitWords : oneTime(reading, unit.time),
        )
      : fillBoth(
          compiled.rateEvery,
          amount,
          unit.time === undefined ? amountText(reading, denominator) : timeText(reading, denominator.value, unit.time),
        );
  return { text, unit: numerator.unit, per: unit, low: numerator.value, high: denominator.value };
}

function oneTime(reading: Reading, unit: TimeUnit): string {
  return formFor(reading.compiled.timeUnits.get(unit), '1');
}

function rateWords(reading: Reading, rate: string | undefined): string | undefined {
  return rate === undefined ? undefined : fill(reading.compiled.rate, rate);
}
