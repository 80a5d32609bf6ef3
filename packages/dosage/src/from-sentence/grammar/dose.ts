import type { TimeUnit } from '../../dosage.ts';
import { ucum } from '../../words/units.ts';
import { compareAmounts, sameUnit } from '../amounts.ts';
import type { Amount } from '../numbers.ts';
import type { Part, Span, UnitReading } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import { one } from '../slots.ts';
import { METHODS } from '../vocabulary/methods.ts';
import type { VerbRow } from '../vocabulary-slots.ts';
import { type PhraseRow, row } from './phrase.ts';

const amountOf = (captures: Captures): Amount => captures.amount as Amount;
const unitOf = (captures: Captures): UnitReading => captures.unit as UnitReading;

/** Zero is a dose only where it is counted with a unit: a planned gap (D-018). */
const isZero = (amount: Amount): boolean => amount.low === '0';

function counted(amount: Amount, unit: UnitReading, upTo = false): Part | null {
  // "1/2 tablets" may be half a tablet or one or two: said so, not chosen.
  if (amount.stroke && unit.plural) return { kind: 'ambiguous', why: 'half of one, or one or two' };
  return { kind: 'dose', amount, unit, ...(upTo ? { upTo } : {}) };
}

/** More than this of a thing at once is more likely a strength with its unit left out ("take 500 twice a day"). */
const MOST_COUNTED = '20';

function bare(amount: Amount): Part | null {
  if (isZero(amount)) return null;
  if (amount.stroke) return { kind: 'ambiguous', why: 'half of one, or one or two' };
  const decimal = amount.figures && (amount.low.includes('.') || amount.high.includes('.'));
  if (decimal || compareAmounts(amount.high, MOST_COUNTED) > 0) {
    return { kind: 'ambiguous', why: 'a number of what is not said, and it may be a strength' };
  }
  return { kind: 'dose', amount };
}

/** Method: "take", "to be taken". */
const methodPart = (captures: Captures): Part => ({ kind: 'method', method: (captures.verb as VerbRow).method });

const methodRows: readonly PhraseRow[] = [
  row('[please] <verb:order>', methodPart),
  row('[(is|are|should|must|can) be|(is|are) to be|to be|may be|be] <verb:done>', methodPart),
];

const nebulise = METHODS.find(({ display }) => display === 'Nebulise');
const inject = METHODS.find(({ display }) => display === 'Inject');
const dissolve = METHODS.find(({ display }) => display === 'Dissolve');
const take = METHODS.find(({ display }) => display === 'Take');
if (!nebulise || !inject || !dissolve || !take) throw new Error('The method table lost a method that phrases use.');

const otherMethods: readonly PhraseRow[] = [
  row('[to be] (used|inhaled|given|taken) (in|via|by|through|with) (the|a|your) nebuliser', {
    kind: 'method',
    method: nebulise,
  }),
  row('(via|by|in|through) [the|a|your] nebuliser', { kind: 'method', method: nebulise }),
  row('(by|via|as) [an|a] injection', { kind: 'method', method: inject }),
  row('[to be] (given|used|administered|taken) by injection', { kind: 'method', method: inject }),
  row('allow to dissolve', { kind: 'method', method: dissolve }),
];

/** How much: "two tablets", "5-10 ml", "half a tablet", "2 x 5ml spoonful", "one". */
const doseRows: readonly PhraseRow[] = [
  row('<amount> [x] <unit>', (c) => counted(amountOf(c), unitOf(c))),
  row('(a|an) <unit>', (c) =>
    /^\d/.test(unitOf(c).unit.unit) || !unitOf(c).plural ? { kind: 'dose', amount: one, unit: unitOf(c) } : null,
  ),
  row('[the] contents of (a|an) <unit>', (c) => contents(one, unitOf(c))),
  row('[the] [entire|whole|full] contents of <amount> <unit>', (c) => contents(amountOf(c), unitOf(c))),
  row('<unit:measure>', (c) => ({ kind: 'dose', amount: one, unit: unitOf(c) })),
  row('<amount> <unit> (-|to|or) <high:amount> <highUnit:unit>', (c) => unitTwice(c)),
  ...['heaped', 'level', 'rounded'].map((how) =>
    row(`<amount> ${how} <unit>`, (c) => {
      const dose = counted(amountOf(c), unitOf(c));
      return dose === null
        ? null
        : [dose, { kind: 'instruction', instruction: { text: `${how.charAt(0).toUpperCase()}${how.slice(1)}` } }];
    }),
  ),
  row(
    '(dissolve|disperse|mix|stir) [the] [contents of] <amount> <unit> in <liquid> [and] [then] (take|drink|swallow)',
    (c) => dissolved(c),
  ),
  row('up to <amount> [x] <unit>', (c) => (isRange(amountOf(c)) ? null : counted(amountOf(c), unitOf(c), true))),
  row('<amount>', (c) => bare(amountOf(c))),
];

/** "15ml - 20ml": the unit is written at both ends. */
function unitTwice(captures: Captures): Part | null {
  const [low, high] = [amountOf(captures), captures.high as Amount];
  const [unit, second] = [unitOf(captures), captures.highUnit as UnitReading];
  if (isRange(low) || isRange(high) || !sameUnit(unit.unit, second.unit) || compareAmounts(low.low, high.low) >= 0)
    return null;
  return counted({ ...low, high: high.low, stroke: false, spacedHyphen: false }, second);
}

/** "Dissolve one sachet in water and take": the method is to take it, and how is an instruction. */
function dissolved(captures: Captures): readonly Part[] | null {
  const dose = counted(amountOf(captures), unitOf(captures));
  if (dose === null || take === undefined) return null;
  const words = captures.liquid as { from: number; to: number };
  return [
    { kind: 'method', method: take },
    dose,
    { kind: 'instruction', instruction: { lead: 'Dissolve in ', slice: words } },
  ];
}

const isRange = (amount: Amount): boolean => amount.low !== amount.high;

function contents(amount: Amount, unit: UnitReading): readonly Part[] | null {
  const dose = counted(amount, unit);
  if (dose === null) return null;
  return [dose, { kind: 'instruction', instruction: { text: `Contents of the ${unit.unit.unit}` } }];
}

/** A measured amount in minutes or hours is a rate; in a day it is a dose and how often, unless it is called a rate. */
function rate(captures: Captures, per: Span, called: boolean): Part | null {
  const unit = unitOf(captures);
  const short = per.unit === 'min' || per.unit === 'h' || per.unit === 's';
  if (unit.unit.system !== ucum && unit.unit.unit !== 'unit') return null;
  return called || short ? { kind: 'rate', amount: amountOf(captures), unit, per } : null;
}

const rateRows: readonly PhraseRow[] = [
  row('[at] [a rate of] <amount> <unit> (per|/) <time>', (c) =>
    rate(c, { low: '1', high: '1', unit: c.time as TimeUnit }, false),
  ),
  row('at [a rate of] <amount> <unit> (per|/) <time>', (c) =>
    rate(c, { low: '1', high: '1', unit: c.time as TimeUnit }, true),
  ),
  row('at a rate of <amount> <unit> every <span>', (c) => rate(c, c.span as Span, true)),
];

/** Method, dose and rate. */
export const DOSE_PHRASES: readonly PhraseRow[] = [...rateRows, ...methodRows, ...otherMethods, ...doseRows];
