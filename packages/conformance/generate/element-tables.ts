import type { ElementDefinition, StructureDefinition } from 'fhir/r4';
import { definitionBase, ownElements, readDefinitions, structures } from './definitions.ts';
import { requiredSetName } from './required-codes.ts';

/** The names of R4's primitive types but `xhtml`. */
function primitiveTypes(folder: string): string[] {
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
      if (element.path === 'Resource.id') return 'id';
      if (declared) return declared.valueUrl;
      const narrowed = [...(targetProfile ?? []), ...(profile ?? [])]
        .map((url) => url.replace(definitionBase, ''))
        .filter((name) => name !== 'Resource' && !name.includes('medplum.com/'));
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
function elementTables(folder: string): Record<string, string[]> {
  const tables: Record<string, string[]> = {};
  for (const structure of structures(folder)) {
    const elements = ownElements(structure);
    const parents = new Set(elements.map((element) => element.path.slice(0, element.path.lastIndexOf('.'))));
    for (const element of elements) {
      const { path } = element;
      const nested = path.includes('.') && parents.has(path);
      const base = nested ? element.type?.[0]?.code : structure.baseDefinition?.replace(definitionBase, '');
      if (path.includes('.')) tables[path.slice(0, path.lastIndexOf('.'))]?.push(row(element, nested));
      if (nested || !path.includes('.')) tables[path] = base ? [`<${base}`] : [];
    }
  }
  const order = Object.keys(tables).sort();
  return Object.fromEntries(order.map((name) => [name, tables[name] ?? []]));
}

/** The names of R4's concrete resource types. */
function resourceTypes(folder: string): string[] {
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
