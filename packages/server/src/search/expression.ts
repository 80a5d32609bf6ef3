/**
 * The expressions of R4's search parameters, compiled to functions. They use a small part of FHIRPath: paths, unions,
 * `ofType(T)`, `where(resolve() is T)`, `where(system='s')` and
 * indexes. A parameter outside that part has a row in
 * {@link SPECIAL}; a test holds that every expression in use compiles.
 */

/** Finds the elements that an expression selects in a resource (or, for a composite's component, in one element). */
export type Selector = (node: Record<string, unknown>) => Selected[];

export interface Selected {
  value: unknown;
  /** The FHIR type where the path tells it: the suffix of a choice element such as `Period` in `effectivePeriod`. */
  type?: string;
}

type Step = (from: Selected[]) => Selected[];

const SPECIAL: Readonly<Record<string, Selector>> = {
  'Patient.deceased.exists() and Patient.deceased != false': (patient) => [
    {
      value:
        patient.deceasedDateTime !== undefined ||
        (patient.deceasedBoolean !== undefined && patient.deceasedBoolean !== false),
    },
  ],
};

/** The types that search parameters meet in choice elements (`value[x]`, `onset[x]`...). */
const CHOICE_TYPES = [
  ...['dateTime', 'Period', 'CodeableConcept', 'Reference', 'Quantity', 'Timing', 'Age', 'Range', 'string', 'boolean'],
  ...['SampledData', 'Identifier', 'Coding', 'Duration', 'uri', 'canonical', 'instant', 'date', 'integer', 'decimal'],
  ...['code', 'markdown', 'url', 'Money', 'Ratio'],
];

/**
 * Compiles one expression for one type of resource; alternatives for other types are left out.
 * @param base the resource type, or '' when the expression starts at the element itself (composite components)
 * @throws when the expression is outside the part of FHIRPath that is understood
 */
export function compile(expression: string, base: string): Selector {
  const special = SPECIAL[expression];
  if (special) return special;
  const alternatives = splitUnion(expression).map(ungroup);
  const paths = alternatives.flatMap((path) => {
    if (base === '') return [path];
    const [root, ...rest] = splitPath(path);
    return root === base || root === 'Resource' || root === 'DomainResource' ? [rest.join('.')] : [];
  });
  const walks = paths.map((path) => (path === '' ? [] : splitPath(path).map(compileStep)));
  return (node) => walks.flatMap((steps) => steps.reduce<Selected[]>((at, step) => step(at), [{ value: node }]));
}

function compileStep(text: string): Step {
  const isType = /^where\(resolve\(\) is (\w+)\)$/.exec(text)?.[1];
  if (isType) return (from) => from.filter(({ value }) => refersTo(value, isType));
  const system = /^where\(system='(\w+)'\)$/.exec(text)?.[1];
  if (system) return (from) => from.filter(({ value }) => (value as { system?: unknown } | null)?.system === system);
  const ofType = /^ofType\((\w+)\)$/.exec(text)?.[1];
  if (ofType) return (from) => from.filter(({ type }) => type?.toLowerCase() === ofType.toLowerCase());
  const indexed = /^(\w+)\[(\d+)\]$/.exec(text);
  if (indexed) {
    const all = compileStep(indexed[1] as string);
    return (from) => from.flatMap((each) => all([each]).slice(Number(indexed[2]), Number(indexed[2]) + 1));
  }
  if (!/^\w+$/.test(text)) throw new Error(`search expression step not understood: ${text}`);
  const choices = CHOICE_TYPES.map((type) => ({ type, name: text + type.charAt(0).toUpperCase() + type.slice(1) }));
  return (from) => {
    const out: Selected[] = [];
    for (const { value } of from) {
      if (typeof value !== 'object' || value === null) continue;
      const node = value as Record<string, unknown>;
      if (Object.hasOwn(node, text)) {
        push(out, node[text]);
        continue;
      }
      for (const { type, name } of choices) if (node[name] !== undefined) push(out, node[name], type);
    }
    return out;
  };
}

function push(out: Selected[], value: unknown, type?: string) {
  for (const each of Array.isArray(value) ? value : [value]) {
    if (each !== undefined && each !== null) out.push(type === undefined ? { value: each } : { value: each, type });
  }
}

/** `resolve() is T` without fetching: the reference's own words say what it is to. */
function refersTo(value: unknown, type: string): boolean {
  const reference = value as { reference?: unknown; type?: unknown } | null;
  if (typeof reference !== 'object' || reference === null) return false;
  const literal = typeof reference.reference === 'string' ? reference.reference : '';
  const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]+)?$/.exec(literal)?.[1];
  if (named !== undefined) return named === type;
  return reference.type === undefined || reference.type === type;
}

/** Splits at `|` outside brackets. */
function splitUnion(expression: string): string[] {
  return splitOutside(expression, '|').map((part) => part.trim());
}

/** Splits a path at `.` outside brackets. */
function splitPath(path: string): string[] {
  return splitOutside(path, '.');
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Takes away brackets that only group: `(A.b.ofType(C)).text` is `A.b.ofType(C).text`. */
function ungroup(path: string): string {
  if (!path.startsWith('(')) return path;
  let depth = 0;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '(') depth++;
    if (path[i] === ')' && --depth === 0) return path.slice(1, i) + path.slice(i + 1);
  }
  return path;
}
