// JSON.rawJSON carries a number's exact text (`1.10`) through parsing and writing; TypeScript's library has no types for it.
interface RawJson {
  readonly rawJSON: string;
}
const json = JSON as typeof JSON & { isRawJSON?: (value: unknown) => boolean };

/** True for a number kept as its exact text by `JSON.rawJSON`. */
export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON?.(value) ?? false;
}

/** The text of a number as JSON writes it, or undefined where `value` is no number. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : undefined;
  return isRawJson(value) && /^-?[0-9]/.test(value.rawJSON) ? value.rawJSON : undefined;
}
