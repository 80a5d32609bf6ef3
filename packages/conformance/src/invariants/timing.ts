import type { Invariant } from './invariant.ts';
import { has, number } from './reading.ts';

const on = ['Timing.repeat'];
const meals = new Set<unknown>(['C', 'CM', 'CD', 'CV']);

/** R4's invariants on Timing.repeat. */
export const timingInvariants: readonly Invariant[] = [
  {
    id: 'tim-1',
    on,
    severity: 'error',
    at: 'durationUnit',
    human: 'A duration needs its durationUnit: s, min, h, d, wk, mo or a.',
    test: (node) => !has(node, 'duration') || has(node, 'durationUnit'),
  },
  {
    id: 'tim-2',
    on,
    severity: 'error',
    at: 'periodUnit',
    human: 'A period needs its periodUnit: s, min, h, d, wk, mo or a.',
    test: (node) => !has(node, 'period') || has(node, 'periodUnit'),
  },
  {
    id: 'tim-4',
    on,
    severity: 'error',
    at: 'duration',
    human: 'A duration cannot be below zero.',
    test: (node) => (number(node, 'duration') ?? 0) >= 0,
  },
  {
    id: 'tim-5',
    on,
    severity: 'error',
    at: 'period',
    human: 'A period cannot be below zero.',
    test: (node) => (number(node, 'period') ?? 0) >= 0,
  },
  {
    id: 'tim-6',
    on,
    severity: 'error',
    at: 'period',
    human: 'A periodMax needs a period.',
    test: (node) => !has(node, 'periodMax') || has(node, 'period'),
  },
  {
    id: 'tim-7',
    on,
    severity: 'error',
    at: 'duration',
    human: 'A durationMax needs a duration.',
    test: (node) => !has(node, 'durationMax') || has(node, 'duration'),
  },
  {
    id: 'tim-8',
    on,
    severity: 'error',
    at: 'count',
    human: 'A countMax needs a count.',
    test: (node) => !has(node, 'countMax') || has(node, 'count'),
  },
  {
    id: 'tim-9',
    on,
    severity: 'error',
    at: 'when',
    human: 'An offset needs a when, and one other than C, CM, CD and CV (with a meal).',
    test: (node) =>
      !has(node, 'offset') ||
      (has(node, 'when') && !(Array.isArray(node.when) && node.when.some((code: unknown) => meals.has(code)))),
  },
  {
    id: 'tim-10',
    on,
    severity: 'error',
    at: 'when',
    human: 'Give either timeOfDay or when, not both.',
    test: (node) => !has(node, 'timeOfDay') || !has(node, 'when'),
  },
];
