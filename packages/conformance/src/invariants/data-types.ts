import { certainlyAfter } from './date-order.ts';
import type { Invariant } from './invariant.ts';
import { child, has, hasChoice, number, text } from './reading.ts';

const ucum = 'http://unitsofmeasure.org';
const quantities = ['Quantity', 'Age', 'Count', 'Distance', 'Duration'];

/** R4's invariants on its data types; those of Timing are in timing.ts. */
export const dataTypeInvariants: readonly Invariant[] = [
  {
    id: 'ext-1',
    on: ['Extension'],
    severity: 'error',
    human: 'An extension has either a value or extensions within it: give exactly one of the two.',
    test: (node) => has(node, 'extension') !== hasChoice(node, 'value'),
  },
  {
    id: 'qty-3',
    on: quantities,
    severity: 'error',
    at: 'system',
    human: 'A quantity with a unit code needs the system of that code, e.g. http://unitsofmeasure.org.',
    test: (node) => !has(node, 'code') || has(node, 'system'),
  },
  {
    id: 'age-1',
    on: ['Age'],
    severity: 'error',
    human: 'An age needs a UCUM code of time with its value, no other system, and a value above zero.',
    test: (node) =>
      (has(node, 'code') || !has(node, 'value')) &&
      (!has(node, 'system') || text(node, 'system') === ucum) &&
      (number(node, 'value') ?? 1) > 0,
  },
  {
    id: 'cnt-3',
    on: ['Count'],
    severity: 'error',
    human: 'A count is a whole number with code "1" and, if any, the system http://unitsofmeasure.org.',
    test: (node) =>
      (has(node, 'code') || !has(node, 'value')) &&
      (!has(node, 'system') || text(node, 'system') === ucum) &&
      (!has(node, 'code') || text(node, 'code') === '1') &&
      Number.isInteger(number(node, 'value') ?? 1),
  },
  {
    id: 'dis-1',
    on: ['Distance'],
    severity: 'error',
    human: 'A distance needs a UCUM code of length with its value, and no other system.',
    test: (node) =>
      (has(node, 'code') || !has(node, 'value')) && (!has(node, 'system') || text(node, 'system') === ucum),
  },
  {
    id: 'drt-1',
    on: ['Duration'],
    severity: 'error',
    human: 'A duration with a code needs a value and the system http://unitsofmeasure.org.',
    test: (node) => !has(node, 'code') || (text(node, 'system') === ucum && has(node, 'value')),
  },
  {
    id: 'att-1',
    on: ['Attachment'],
    severity: 'error',
    at: 'contentType',
    human: 'An attachment with data needs its contentType.',
    test: (node) => !has(node, 'data') || has(node, 'contentType'),
  },
  {
    id: 'cpt-2',
    on: ['ContactPoint'],
    severity: 'error',
    at: 'system',
    human: 'A contact point with a value needs a system: phone, fax, email, pager, url, sms or other.',
    test: (node) => !has(node, 'value') || has(node, 'system'),
  },
  {
    id: 'exp-1',
    on: ['Expression'],
    severity: 'error',
    human: 'An expression needs its text or a reference to it.',
    test: (node) => has(node, 'expression') || has(node, 'reference'),
  },
  {
    id: 'per-1',
    on: ['Period'],
    severity: 'error',
    human: 'A period ends before it starts: correct start or end.',
    test: (node) => !certainlyAfter(text(node, 'start'), text(node, 'end')),
  },
  {
    id: 'rng-2',
    on: ['Range'],
    severity: 'error',
    human: 'A range has a low above its high: exchange or correct them.',
    test: (node) => {
      const low = child(node, 'low');
      const high = child(node, 'high');
      const unit = has(low ?? {}, 'code') ? 'code' : 'unit';
      // Different units cannot be put in order without converting them.
      if (text(low, unit) !== text(high, unit) || text(low, 'system') !== text(high, 'system')) return true;
      return !((number(low, 'value') ?? Number.NaN) > (number(high, 'value') ?? Number.NaN));
    },
  },
  {
    id: 'rat-1',
    on: ['Ratio'],
    severity: 'error',
    human: 'A ratio has both numerator and denominator, or neither and an extension.',
    test: (node) =>
      has(node, 'numerator') === has(node, 'denominator') && (has(node, 'numerator') || has(node, 'extension')),
  },
  {
    id: 'drq-1',
    on: ['DataRequirement.codeFilter'],
    severity: 'error',
    human: 'Give either path or searchParam, not both.',
    test: (node) => has(node, 'path') !== has(node, 'searchParam'),
  },
  {
    id: 'drq-2',
    on: ['DataRequirement.dateFilter'],
    severity: 'error',
    human: 'Give either path or searchParam, not both.',
    test: (node) => has(node, 'path') !== has(node, 'searchParam'),
  },
  {
    id: 'trd-1',
    on: ['TriggerDefinition'],
    severity: 'error',
    human: 'A trigger has either a timing or data, not both.',
    test: (node) => !has(node, 'data') || !hasChoice(node, 'timing'),
  },
  {
    id: 'trd-2',
    on: ['TriggerDefinition'],
    severity: 'error',
    at: 'condition',
    human: 'Only a trigger with data has a condition.',
    test: (node) => !has(node, 'condition') || has(node, 'data'),
  },
  {
    id: 'trd-3',
    on: ['TriggerDefinition'],
    severity: 'error',
    human: 'A named event needs a name, a periodic one a timing, a data event data.',
    test: (node) => {
      const type = text(node, 'type') ?? '';
      if (type === 'named-event') return has(node, 'name');
      if (type === 'periodic') return hasChoice(node, 'timing');
      return !type.startsWith('data-') || has(node, 'data');
    },
  },
];
