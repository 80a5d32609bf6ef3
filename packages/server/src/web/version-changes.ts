/** One element that differs between two versions. */
export interface Change {
  /** Where it is: `dispenseRequest.quantity.value`, `dosageInstruction[0].text`. */
  readonly path: string;
  /** Undefined where the element was added. */
  readonly before: string | undefined;
  /** Undefined where it was removed. */
  readonly after: string | undefined;
}

/** What every version changes, and says nothing. */
const OF_THE_VERSION: ReadonlySet<string> = new Set(['meta.versionId', 'meta.lastUpdated']);

/**
 * What changed from one version of a resource to the next, element by element. Items of a list are compared by their
 * place.
 */
export function changesBetween(before: object, after: object): Change[] {
  const old = leaves(before);
  const now = leaves(after);
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths]
    .filter((path) => !OF_THE_VERSION.has(path) && old.get(path) !== now.get(path))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

/** Numbers that a double cannot hold are kept as the text they came as. */
const json = JSON as typeof JSON & { isRawJSON(value: unknown): boolean };

/** Every primitive of a value, by its path. */
function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    value.forEach((each, i) => {
      leaves(each, `${path}[${i}]`, found);
    });
  } else if (typeof value === 'object' && value !== null && !json.isRawJSON(value)) {
    for (const [name, each] of Object.entries(value)) leaves(each, path === '' ? name : `${path}.${name}`, found);
  } else {
    found.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return found;
}
