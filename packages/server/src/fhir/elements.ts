import { elementTable } from '@concord/conformance';

/** Is this the name of a top-level element of a resource type? A choice counts by either name: `value`, `valueQuantity`. */
export function isElement(type: string, name: string): boolean {
  const table = elementTable(type);
  if (table === undefined || name === 'resourceType') return name === 'resourceType';
  return (table.byKey.has(name) && !name.startsWith('_')) || table.elements.some((element) => element.name === name);
}
