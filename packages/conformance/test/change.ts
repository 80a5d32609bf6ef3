/** What a case changes in a clean resource: values by JSON pointer. */
export interface Change {
  set?: Record<string, unknown>;
  remove?: string[];
}

/** A copy of the resource with the change made. */
export function changed(resource: unknown, { set, remove }: Change): unknown {
  const copy: unknown = structuredClone(resource);
  for (const pointer of remove ?? []) change(copy, pointer, undefined);
  for (const [pointer, value] of Object.entries(set ?? {})) change(copy, pointer, value);
  return copy;
}

/** Sets or removes the value at a JSON pointer. */
export function change(resource: unknown, pointer: string, value: unknown): void {
  const steps = pointer.slice(1).split('/');
  const last = steps.pop() ?? '';
  let node = resource as Record<string, unknown>;
  for (const step of steps) node = node[step] as Record<string, unknown>;
  if (value === undefined) delete node[last];
  else node[last] = value;
}
