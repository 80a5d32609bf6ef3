/** Can this text be kept? Neither the database nor XML takes a NUL, or half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Where in a JSON value, by FHIRPath, the first text is that cannot be kept; undefined where all can be. */
export function unstorableText(node: unknown, path: string): string | undefined {
  if (typeof node === 'string') return isStorable(node) ? undefined : path;
  if (typeof node !== 'object' || node === null) return undefined;
  for (const [name, value] of Object.entries(node)) {
    const at = Array.isArray(node) ? `${path}[${name}]` : `${path}.${name}`;
    if (!isStorable(name)) return path;
    const found = unstorableText(value, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
