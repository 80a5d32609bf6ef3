import type { Dosage } from '../../src/dosage.ts';
import { dosagesToText, parseDoseSentence, type SentenceMedicine } from '../../src/index.ts';

/** Dosages as comparable text: keys in order, without the words of the sender. */
export function canonical(dosages: readonly Dosage[]): string {
  return JSON.stringify(dosages.map(({ text: _, ...rest }) => sorted(rest)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

export type RoundTrip =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'not rendered' }
  | { readonly outcome: 'not read' | 'different'; readonly text: string; readonly read: string };

/** Renders Dosages and reads the rendering. */
export function roundTrip(dosages: readonly Dosage[], medicine: SentenceMedicine = {}): RoundTrip {
  const rendered = dosagesToText(dosages);
  if (rendered.outcome !== 'text') return { outcome: 'not rendered' };
  const { text } = rendered;
  const again = parseDoseSentence(text, medicine);
  if (again.outcome !== 'read') return { outcome: 'not read', text, read: JSON.stringify(again.reasons) };
  const read = canonical(again.dosage);
  return read === canonical(dosages) ? { outcome: 'same' } : { outcome: 'different', text, read };
}
