import type { OrderRow } from '../orders/order-row.ts';

/** Something in which two orders differ. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

/** What is compared, in the words in which pages show it. */
interface Compared {
  readonly what: string;
  readonly element: string;
  readonly of: (row: OrderRow) => string | undefined;
}

/** What an order is of. */
export const IN_MEDICINE: readonly Compared[] = [
  {
    ...{ what: 'Medicine', element: 'medicationCodeableConcept' },
    of: ({ medicine }) => [medicine.name, medicine.form].filter((each) => each).join(' — '),
  },
  {
    ...{ what: 'Dose', element: 'dosageInstruction' },
    of: ({ dosage }) =>
      dosage.doses.map(({ joined, text }) => [joined, text].filter((each) => each).join(' ')).join(' '),
  },
];
/** What else an order says. */
export const IN_OTHER: readonly Compared[] = [
  { what: 'For', element: 'category', of: ({ category }) => category },
  { what: 'Supply', element: 'dispenseRequest', of: ({ asked }) => asked.join(', ') },
  { what: 'Course', element: 'courseOfTherapyType', of: ({ course }) => course },
  {
    ...{ what: 'Another product', element: 'substitution' },
    of: ({ maySubstitute }) => (maySubstitute ? 'may be supplied' : 'not without asking'),
  },
  { what: 'Note', element: 'note', of: ({ note }) => note },
];

/**
 * In what two orders, or two versions of one, differ, in words.
 * @param named elements that differ though their words may be the same: in their codes
 */
export function differences(
  compared: readonly Compared[],
  then: OrderRow,
  now: OrderRow,
  named: readonly string[] = [],
): Difference[] {
  return compared.flatMap(({ what, element, of }) => {
    const [before, after] = [of(then) || 'not said', of(now) || 'not said'];
    if (before !== after) return [{ what, before, now: after }];
    return named.includes(element) ? [{ what, before, now: `${after}, coded otherwise` }] : [];
  });
}
