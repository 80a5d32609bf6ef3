/**
 * Makes references to this server's own resources relative: `https://this.server/fhir/Patient/1` is `Patient/1`,
 * whichever way it was written, so that whoever is meant is found under one name.
 * @param base the FHIR base URL, without a slash at the end
 * @returns the same object where there is nothing to change, else a copy
 */
export function withOwnReferences<T>(node: T, base: string): T {
  return changed(node, `${base}/`) as T;
}

function changed(node: unknown, prefix: string): unknown {
  if (Array.isArray(node)) {
    const items = node.map((each) => changed(each, prefix));
    return items.every((each, i) => each === node[i]) ? node : items;
  }
  // Numbers kept as text have no prototype, and a Bundle is kept as it was signed.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return node;
  if ((node as { resourceType?: unknown }).resourceType === 'Bundle') return node;
  let copy: { [name: string]: unknown } | undefined;
  for (const [name, value] of Object.entries(node)) {
    const isOwn = name === 'reference' && typeof value === 'string' && value.startsWith(prefix);
    const next = isOwn ? value.slice(prefix.length) : changed(value, prefix);
    if (next === value) continue;
    copy ??= { ...node };
    copy[name] = next;
  }
  return copy ?? node;
}
