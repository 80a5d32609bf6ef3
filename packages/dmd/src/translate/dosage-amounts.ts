/** Every amount of a Dosage, from amounts of a product to amounts of its substance (U2). */

import type { Dosage, DoseAndRate, Quantity, Range } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, isWhole } from '../units/rational.ts';
import { type Amount, codeOf, inUnit, type NamedUnit, namedUnit } from './amount.ts';
import { manyUnits } from './many-units.ts';
import { quantityFor } from './product-quantity.ts';
import { rankOf } from './rank.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import type { SiteRules } from './site-rules.ts';
import type { StrengthReading } from './strength.ts';
import { type SubstanceAmount, substanceAmount, writeSubstance } from './substance-amount.ts';

/** A dosage of the moiety, and how its amounts were found. */
export interface TranslatedAmounts {
  readonly dosage: Dosage;
  readonly arithmetic: readonly string[];
  readonly remarks: readonly Remark[];
}

/** What a site says that a quantity is looked at with. */
type AmountRules = Pick<SiteRules, 'forms' | 'measures' | 'many'>;

/** What is at hand while one dosage is translated; what is found on the way is added to it. */
interface Work {
  readonly dictionary: Dictionary;
  readonly reading: StrengthReading;
  readonly site: AmountRules;
  readonly arithmetic: string[];
  readonly remarks: Remark[];
}

/** Everything of a Dosage that counts amounts of the product. */
export function translateAmounts(
  dictionary: Dictionary,
  reading: StrengthReading,
  dosage: Dosage,
  path: string,
  site: AmountRules = {},
): Outcome<TranslatedAmounts> {
  const work: Work = { dictionary, reading, site, arithmetic: [], remarks: [] };
  const list = dosage.doseAndRate;
  if (!Array.isArray(list) || list.length === 0) {
    return refused('U6', 'free-text', 'The dosage has no structured dose; words alone are not translated.', path);
  }
  const entries: DoseAndRate[] = [];
  for (const [index, entry] of list.entries()) {
    const translated = doseAndRate(work, entry, `${path}.doseAndRate[${index}]`);
    if (!translated.ok) return translated;
    entries.push(translated.value);
  }
  const [first, ...others] = entries as [DoseAndRate, ...DoseAndRate[]];
  // The same dose said twice, as tablets and as milligrams: after translation both must be one.
  if (others.some((other) => !isSameDose(other, first))) {
    const message = 'The dosage says its dose more than once, and not the same.';
    return refused('U2', 'disagrees', message, `${path}.doseAndRate`);
  }
  const result: Dosage = { ...dosage, doseAndRate: [first] };
  for (const name of ['maxDosePerAdministration', 'maxDosePerLifetime'] as const) {
    if (dosage[name] === undefined) continue;
    const most = single(work, dosage[name], `${path}.${name}`, 'at most');
    if (!most.ok) return most;
    result[name] = most.value;
  }
  if (dosage.maxDosePerPeriod !== undefined) {
    const at = `${path}.maxDosePerPeriod.numerator`;
    const numerator = single(work, dosage.maxDosePerPeriod.numerator, at, 'at most in the period');
    if (!numerator.ok) return numerator;
    result.maxDosePerPeriod = { ...dosage.maxDosePerPeriod, numerator: numerator.value };
  }
  return done({ dosage: result, arithmetic: [...new Set(work.arithmetic)], remarks: work.remarks });
}

/** Whether two ways to say a dose come to the same. */
export function isSameDose(a: DoseAndRate, b: DoseAndRate): boolean {
  return JSON.stringify(amountsOf(a)) === JSON.stringify(amountsOf(b));
}

const amountsOf = (entry: DoseAndRate) => [
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

function doseAndRate(work: Work, entry: DoseAndRate, path: string): Outcome<DoseAndRate> {
  if (typeof entry !== 'object' || entry === null) return refused('U6', 'no-dose', 'There is no dose.', path);
  const result: DoseAndRate = { ...entry };
  if (entry.doseQuantity !== undefined) {
    const quantity = single(work, entry.doseQuantity, `${path}.doseQuantity`);
    if (!quantity.ok) return quantity;
    result.doseQuantity = quantity.value;
  }
  if (entry.doseRange !== undefined) {
    const doses = range(work, entry.doseRange, `${path}.doseRange`);
    if (!doses.ok) return doses;
    result.doseRange = doses.value;
  }
  if (entry.rateRatio !== undefined) {
    const numerator = single(work, entry.rateRatio.numerator, `${path}.rateRatio.numerator`, 'rate');
    if (!numerator.ok) return numerator;
    result.rateRatio = { ...entry.rateRatio, numerator: numerator.value };
  }
  if (entry.rateQuantity !== undefined) {
    const once = rate(work, entry.rateQuantity, `${path}.rateQuantity`);
    if (!once.ok) return once;
    result.rateQuantity = once.value;
  }
  if (entry.rateRange !== undefined) {
    const ends: Range = { ...entry.rateRange };
    for (const name of ['low', 'high'] as const) {
      const end = entry.rateRange[name];
      if (end === undefined) continue;
      const once = rate(work, end, `${path}.rateRange.${name}`);
      if (!once.ok) return once;
      ends[name] = once.value;
    }
    result.rateRange = ends;
  }
  const said = [result.doseQuantity, result.doseRange, result.rateRatio, result.rateQuantity, result.rateRange];
  if (said.every((each) => each === undefined))
    return refused('U6', 'free-text', 'The dosage has no structured dose.', path);
  return done(result);
}

/** One quantity of the product as one of the substance. */
function single(work: Work, sent: unknown, path: string, what?: string): Outcome<Quantity> {
  const { dictionary, reading } = work;
  const found = substanceAmount(dictionary, reading, sent, path);
  if (!found.ok) return found;
  const written = writeSubstance(dictionary, reading, found.value.amount, path);
  if (!written.ok) return written;
  const { arithmetic, amount } = found.value;
  work.arithmetic.push(explained(arithmetic, amount, written.value.quantity, what));
  if (what === undefined) caution(work, found.value, path);
  return done(keepExtras(sent, written.value.quantity));
}

/** What to take care of in a quantity of the product: that it is much, or cannot be given (T5). */
function caution({ reading, site, remarks }: Work, { quantity, amount }: SubstanceAmount, path: string): void {
  if (quantity === undefined || quantity.value.numerator === 0n) return;
  const much = manyUnits(quantity, reading.form?.code, 'U2', site.many);
  if (much !== undefined) remarks.push({ ...much, path });
  if (isWhole(quantity.value) && quantity.unit.dimension === reading.primary.dimension) return;
  const given = quantityFor(reading, amount);
  const ranking = given.ok ? rankOf(reading, given.value, site) : undefined;
  if (ranking?.rank === 4) remarks.push(remark('U2', 'part-of-unit', `As it stands, ${ranking.reason}.`, path));
}

function explained(arithmetic: string, amount: Amount, written: Quantity, what: string | undefined): string {
  const end = `${String(written.value)} ${written.unit}`;
  const { code } = codeOf(amount.unit);
  const isSame = written.code === code || written.code?.startsWith(`${code}/`) === true;
  return `${what === undefined ? '' : `${what}: `}${arithmetic}${isSame ? '' : `, that is ${end}`}`;
}

function range(work: Work, sent: Range, path: string): Outcome<Range> {
  const { dictionary, reading } = work;
  const result: Range = { ...sent };
  let unit: NamedUnit | undefined;
  const ends = (['low', 'high'] as const).filter((name) => sent?.[name] !== undefined);
  if (ends.length === 0) return refused('U6', 'no-dose', 'The range has no ends.', path);
  if (ends.at(-1) === 'low') {
    return refused('U6', 'range', 'A range with a low end only sets no limit: say its high end.', path);
  }
  const amounts: Amount[] = [];
  for (const name of ends) {
    const found = substanceAmount(dictionary, reading, sent[name], `${path}.${name}`);
    if (!found.ok) return found;
    const { amount, arithmetic } = found.value;
    amounts.push(amount);
    const written = writeSubstance(dictionary, reading, amount, `${path}.${name}`, unit);
    if (!written.ok) return written;
    // A range reads in one unit: that of its low end, unless that is zero.
    if (amount.value.numerator !== 0n) unit ??= written.value.unit;
    result[name] = keepExtras(sent[name], written.value.quantity);
    work.arithmetic.push(explained(arithmetic, amount, written.value.quantity, name === 'low' ? 'from' : 'to'));
    caution(work, found.value, `${path}.${name}`);
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
function rate(work: Work, sent: Quantity, path: string): Outcome<Quantity> {
  const { dictionary, reading } = work;
  const code = typeof sent?.code === 'string' ? sent.code : '';
  const parts = /^([^/]+)\/([^/]+)$/.exec(code);
  if (parts === null) return refused('U2', 'rate', 'The rate is not in a unit per unit of time, such as mL/h.', path);
  const [, top = '', below = ''] = parts;
  const time = namedUnit(dictionary, { system: 'http://unitsofmeasure.org', code: below });
  if (time?.dimension !== 'time') return refused('U2', 'rate', 'The rate is not per unit of time.', path);
  const found = substanceAmount(dictionary, reading, { ...sent, code: top }, path);
  if (!found.ok) return found;
  const written = writeSubstance(dictionary, reading, found.value.amount, path);
  if (!written.ok) return written;
  const { quantity } = written.value;
  work.arithmetic.push(explained(found.value.arithmetic, found.value.amount, quantity, `per ${time.name}`));
  return done(
    keepExtras(sent, { ...quantity, unit: `${quantity.unit}/${time.name}`, code: `${quantity.code}/${below}` }),
  );
}

/** A quantity made in place of one that was sent, with what else that one carried. */
export function keepExtras(sent: unknown, made: Quantity): Quantity {
  const { extension, id } = sent as Quantity;
  return { ...(id === undefined ? {} : { id }), ...(extension === undefined ? {} : { extension }), ...made };
}
