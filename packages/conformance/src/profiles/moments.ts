import type { UserInvocationTable } from 'fhirpath';
import { Budget } from './evaluation-limits.ts';
import { compileExpression } from './fhirpath-engine.ts';

/** FHIRPath's functions that say what time it is. */
export type Moment = keyof typeof MOMENTS;

// The days and hours of people in Britain; an instant stays as it was given.
const MOMENTS = {
  now: { text: (now: string) => now, as: '%text.toDateTime()' },
  today: { text: (now: string) => inBritain(now).slice(0, 10), as: '%text.toDate()' },
  timeOfDay: { text: (now: string) => inBritain(now).slice(11), as: '%text.toTime()' },
} as const;

/**
 * What time it is, as a value of FHIRPath's.
 * @param now a FHIR instant
 * @returns undefined where that is none
 */
export function momentOf(name: Moment, now: string): unknown {
  if (Number.isNaN(Date.parse(now))) return undefined;
  const { text, as } = MOMENTS[name];
  const expression = compileExpression(as);
  if (typeof expression === 'string') return undefined;
  const functions: UserInvocationTable = {};
  return expression.evaluate({}, { variables: { text: text(now) }, functions, budget: new Budget(1000) })[0];
}

let format: Intl.DateTimeFormat | undefined;

/** `2026-07-01 00:30:00` */
function inBritain(now: string): string {
  // Swedish writes dates as ISO does.
  format ??= new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'medium' });
  return format.format(new Date(now));
}
