import type { MedicationRequest } from 'fhir/r4';
import type { CourseType } from '../medicine-line.ts';
import { ORDER_COURSES, ORDER_SETTINGS, type OrderSetting } from '../rules/order-kinds.ts';
import { codings, objects } from '../tolerant-reading.ts';

/** What kind of order a request is. */
export interface OrderKind {
  /** `several`: its categories contradict one another. `unknown`: it has none that is known. */
  readonly setting: OrderSetting | 'several' | 'unknown';
  readonly course: CourseType | 'several';
  /** What both mean, in sentences. */
  readonly meaning: string;
}

/** The kind of an order, by its `category` and `courseOfTherapyType`. Codes decide; their systems are R-011's to check. */
export function orderKind(request: MedicationRequest): OrderKind {
  const settings = rowsOf(ORDER_SETTINGS, objects(request.category));
  const courses = rowsOf(ORDER_COURSES, objects(request.courseOfTherapyType));
  return {
    setting: only(settings.map(({ setting }) => setting)),
    course: only(courses.map(({ course }) => course)),
    meaning: [...new Set([...settings, ...courses].map(({ meaning }) => meaning))].join(' '),
  };
}

function rowsOf<R extends { readonly code: string }>(table: readonly R[], concepts: readonly unknown[]): readonly R[] {
  const codes = concepts.flatMap((concept) => codings(concept).map(({ code }) => code));
  return table.filter((row) => codes.includes(row.code));
}

function only<T extends string>(values: readonly T[]): T | 'several' | 'unknown' {
  const [first, ...others] = new Set(values);
  return first === undefined ? 'unknown' : others.length > 0 ? 'several' : first;
}
