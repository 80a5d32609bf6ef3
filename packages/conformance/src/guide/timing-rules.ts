import { child, has, number, text } from '../invariants/reading.ts';
import { codings, wordsOf } from '../rules/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

const layer = 'guide';
const on = ['Timing.repeat'];
const meals = ['C', 'AC', 'PC'];
const plainPeriods = ['d', 'wk', 'mo', 'a'];
/** Hours in a unit of time; enough to tell the implausible from the rest. */
const hours: Readonly<Record<string, number>> = { s: 1 / 3600, min: 1 / 60, h: 1, d: 24, wk: 168, mo: 730, a: 8760 };

const abbreviations = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
/** What HL7's abbreviations of timings mean, in times a day. */
const timesADay: Readonly<Record<string, number>> = {
  ...{ QOD: 0.5, QD: 1, BID: 2, TID: 3, QID: 4 },
  ...{ Q8H: 3, Q6H: 4, Q4H: 6, Q3H: 8, Q2H: 12, Q1H: 24 },
};

const whens = (node: JsonObject) => (Array.isArray(node.when) ? node.when.map(String) : []);

/** The pairs of a least and a most. */
const pairs = [
  ['a', 'frequency', 'frequencyMax'],
  ['b', 'period', 'periodMax'],
  ['c', 'duration', 'durationMax'],
] as const;

/** The rules for when a dose is taken. FHIR's own invariants are those of the layer `fhir`. */
export const timingRules: readonly Rule[] = [
  {
    ...{ id: 'R-052', on, layer, severity: 'warning', code: 'business-rule', at: 'period' },
    says: 'A period without a frequency: say how many times in it.',
    holds: (node) => {
      if (!has(node, 'period') || has(node, 'frequency') || has(node, 'frequencyMax')) return true;
      return number(node, 'period') === 1 && plainPeriods.includes(text(node, 'periodUnit') ?? '');
    },
  },
  ...pairs.map(
    ([letter, least, most]): Rule => ({
      ...{ id: `R-053${letter}`, on, layer, severity: 'warning', code: 'value', at: most },
      says: `${most} is below ${least}: exchange or correct them.`,
      holds: (node) => (number(node, most) ?? Infinity) >= (number(node, least) ?? 0),
    }),
  ),
  {
    ...{ id: 'R-055', on, layer, severity: 'warning', code: 'business-rule', at: 'when' },
    says: 'More times of day than doses a day: is each of them meant, or any one?',
    holds: (node) => {
      const times = number(node, 'frequencyMax') ?? number(node, 'frequency');
      const given = whens(node).length;
      return given < 2 || times === undefined || times >= given || number(node, 'period') !== 1;
    },
  },
  {
    ...{ id: 'R-056', on, layer, severity: 'warning', code: 'business-rule', at: 'when' },
    says: 'With, before or after meals, but how many of them? Send frequency and period too.',
    holds: (node) =>
      !whens(node).some((when) => meals.includes(when)) || has(node, 'frequency') || has(node, 'frequencyMax'),
  },
  {
    ...{ id: 'R-057', on, layer, severity: 'warning', code: 'business-rule', at: 'count' },
    says: 'A count beside a frequency can be read in two ways: limit the course with bounds[x].',
    holds: (node) =>
      !has(node, 'count') || !(has(node, 'frequency') && has(node, 'period')) || number(node, 'count') === 1,
  },
  {
    ...{ id: 'R-058', on: ['Timing'], layer, severity: 'warning', code: 'business-rule', at: 'code' },
    says: 'The timing is a code without structure: send repeat too.',
    holds: (node) => !has(node, 'code') || has(node, 'repeat') || has(node, 'event'),
  },
  {
    ...{ id: 'R-058b', on: ['Timing'], layer, severity: 'warning', code: 'conflict', at: 'code' },
    says: 'The code of the timing means another frequency than its structure has: correct one of them.',
    holds: (node) => {
      const repeat = child(node, 'repeat');
      const each = (number(repeat, 'period') ?? 0) * (rowOf(hours, text(repeat, 'periodUnit') ?? '') ?? 0);
      const times = number(repeat, 'frequency');
      if (each === 0 || times === undefined || has(repeat ?? {}, 'frequencyMax')) return true;
      return codings(child(node, 'code'))
        .filter((coding) => text(coding, 'system') === abbreviations)
        .every((coding) => {
          const meant = rowOf(timesADay, text(coding, 'code') ?? '');
          return meant === undefined || Math.abs((times / each) * 24 - meant) < 0.001;
        });
    },
  },
  {
    ...{ id: 'R-059', on: ['Dosage'], layer, severity: 'warning', code: 'business-rule', at: 'timing.repeat.duration' },
    says: 'One dose that takes a day or longer: the length of a course is boundsDuration.',
    holds: (node) => {
      const repeat = child(child(node, 'timing'), 'repeat');
      const length = (number(repeat, 'duration') ?? 0) * (rowOf(hours, text(repeat, 'durationUnit') ?? '') ?? 0);
      if (length < 24) return true;
      const how = [child(node, 'method'), child(node, 'route'), child(node, 'site')]
        .flatMap((concept) => [wordsOf(concept), ...codings(concept).map((coding) => text(coding, 'display'))])
        .join(' ');
      const doses = Array.isArray(node.doseAndRate) ? node.doseAndRate : [];
      const rated = doses.some((each: unknown) => Object.keys(Object(each)).some((key) => key.startsWith('rate')));
      const patch = JSON.stringify(doses).includes('patch');
      return rated || patch || /infus|patch|pump|transdermal|apply|wear|subcutaneous|intravenous|inhal/i.test(how);
    },
  },
  {
    ...{ id: 'R-074', on, layer, severity: 'warning', code: 'business-rule', at: 'frequency' },
    says: 'More than 24 times a day: check frequency, period and periodUnit.',
    holds: (node) => {
      const each = (number(node, 'period') ?? 0) * (rowOf(hours, text(node, 'periodUnit') ?? '') ?? 0);
      const times = number(node, 'frequencyMax') ?? number(node, 'frequency') ?? 1;
      return each === 0 || (times / each) * 24 <= 24.001;
    },
  },
];
