import type { ElementDefinition, StructureDefinition } from 'fhir/r4';
import { readDefinitions } from './definitions.ts';
import { requiredSetName } from './required-codes.ts';

const definitionBase = 'http://hl7.org/fhir/StructureDefinition/';

/** R4's types of the kinds that carry elements: resources and complex types, abstract ones too, no profiles. */
function structures(folder: string): StructureDefinition[] {
  return ['profiles-types.json', 'profiles-resources.json']
    .flatMap((file) => readDefinitions<StructureDefinition>(folder, file))
    .filter(
      (item) =>
        item.resourceType === 'StructureDefinition' &&
        (item.kind === 'resource' || item.kind === 'complex-type') &&
        item.derivation !== 'constraint',
    );
}

/** The names of R4's primitive types but `xhtml`. */
export function primitiveTypes(folder: string): string[] {
  return readDefinitions<StructureDefinition>(folder, 'profiles-types.json')
    .filter((item) => item.kind === 'primitive-type' && item.name !== 'xhtml')
    .map((item) => item.name)
    .sort();
}

function typeText(element: ElementDefinition): string {
  if (element.contentReference) return `#${element.contentReference.replace(/^.*#/, '')}`;
  return (element.type ?? [])
    .map(({ code, extension, targetProfile, profile }) => {
      const declared = extension?.find((item) => item.url.endsWith('/structuredefinition-fhir-type'));
      // R4 publishes Resource.id as a string; its text (and R4B, R5) say id.
      if (element.base?.path === 'Resource.id') return 'id';
      // The definitions narrow this one resource slot; R4's Bundle says Resource.
      if (element.path === 'Bundle.entry.response.outcome') return 'Resource';
      if (declared) return declared.valueUrl;
      const narrowed = [...(targetProfile ?? []), ...(profile ?? [])]
        .map((url) => url.replace(definitionBase, ''))
        .filter((name) => name !== 'Resource');
      return narrowed.length ? `${code}(${narrowed.join(',')})` : code;
    })
    .join('|');
}

function row(element: ElementDefinition, nested: boolean): string {
  const parts = [
    element.path.slice(element.path.lastIndexOf('.') + 1),
    `${element.min}..${element.max}`,
    nested ? '#' : typeText(element),
  ];
  if (element.isModifier) parts.push('?!');
  if (element.isSummary) parts.push('S');
  if (element.representation?.includes('xmlAttr')) parts.push('@');
  const binding = element.binding;
  if (binding?.strength === 'required' && binding.valueSet) parts.push(`=${requiredSetName(binding.valueSet)}`);
  return parts.join(' ');
}

/**
 * The element tables: for each type and each nested element that has children, its rows in definition order.
 *
 * A row reads `name min..max type flags =value set`, where type is `code|Reference(Patient,Group)`, `#` for a nested
 * element with a table of its own under its path, `#Path` for a content reference; flags are `?!` (modifier),
 * `S` (summary), `@` (an XML attribute). A first row `<Base` stands for all rows of that table.
 */
export function elementTables(folder: string): Record<string, string[]> {
  const tables: Record<string, string[]> = {};
  const bases: Record<string, string> = {};
  for (const structure of structures(folder)) {
    const elements = structure.snapshot?.element ?? [];
    bases[structure.name] = structure.baseDefinition?.replace(definitionBase, '') ?? '';
    const parents = new Set(elements.map((element) => element.path.slice(0, element.path.lastIndexOf('.'))));
    for (const element of elements) {
      const nested = element.path.includes('.') && parents.has(element.path);
      if (!element.path.includes('.')) tables[element.path] = [];
      else {
        const owner = tables[element.path.slice(0, element.path.lastIndexOf('.'))];
        owner?.push(row(element, nested));
        if (nested) {
          tables[element.path] = [];
          bases[element.path] = element.type?.[0]?.code ?? '';
        }
      }
    }
  }
  const full = structuredClone(tables);
  for (const [name, rows] of Object.entries(tables)) {
    const inherited = full[bases[name] ?? ''];
    if (!inherited?.length || !inherited.every((text, i) => rows[i] === text)) continue;
    rows.splice(0, inherited.length, `<${bases[name]}`);
  }
  const order = Object.keys(tables).sort();
  return Object.fromEntries(order.map((name) => [name, tables[name] ?? []]));
}

/** The names of R4's concrete resource types. */
export function resourceTypes(folder: string): string[] {
  return structures(folder)
    .filter((item) => item.kind === 'resource' && !item.abstract)
    .map((item) => item.name)
    .sort();
}

/** One table a line. */
export function elementTablesText(folder: string): string {
  const lines = Object.entries(elementTables(folder)).map(
    ([name, rows]) => `${JSON.stringify(name)}:${JSON.stringify(rows)}`,
  );
  const named = { primitives: primitiveTypes(folder), resources: resourceTypes(folder) };
  return `{"primitives":${JSON.stringify(named.primitives)},\n"resources":${JSON.stringify(named.resources)},\n"tables":{\n${lines.join(',\n')}\n}}\n`;
}
