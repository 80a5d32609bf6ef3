import { elementTable } from '../structure/element-table.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';

/** A resource within a message. */
export interface ResourceHere {
  readonly resource: JsonObject;
  /** FHIRPath. */
  readonly expression: string;
  /** The resource that `#id` is looked up in: itself, unless it is contained. */
  readonly container: JsonObject;
}

/** A Reference within a resource. */
export interface ReferenceHere {
  readonly reference: JsonObject;
  /** FHIRPath. */
  readonly expression: string;
  /** The resource that it stands in. */
  readonly from: ResourceHere;
}

const deepest = 64;

/**
 * Steps through a message as FHIR R4 defines it: `onResource` for each resource, the outermost first, and `onReference`
 * for each Reference. What R4 does not know is passed over. Never throws.
 */
export function walkResources(
  message: unknown,
  onResource: (here: ResourceHere) => void,
  onReference: (here: ReferenceHere) => void = () => {},
): void {
  function resource(node: unknown, expression: string | undefined, container: JsonObject | undefined, depth: number) {
    if (!isObject(node) || typeof node.resourceType !== 'string') return;
    const table = elementTable(node.resourceType);
    if (!table?.resource) return;
    const here = { resource: node, expression: expression ?? table.name, container: container ?? node };
    onResource(here);
    elements(node, table, here.expression, here, depth);
  }
  function elements(
    node: JsonObject,
    table: NonNullable<ReturnType<typeof elementTable>>,
    expression: string,
    here: ResourceHere,
    depth: number,
  ): void {
    if (depth > deepest) return;
    if (table.name === 'Reference') onReference({ reference: node, expression, from: here });
    for (const key of Object.keys(node)) {
      const entry = table.byKey.get(key);
      if (!entry || entry.type.kind === 'primitive' || entry.type.kind === 'xhtml') continue;
      const path = `${expression}.${entry.element.name}`;
      const value = node[key];
      const items = Array.isArray(value) ? value : [value];
      items.forEach((item: unknown, i) => {
        if (!isObject(item)) return;
        const at = Array.isArray(value) ? `${path}[${i}]` : path;
        const below = entry.type.elements();
        if (entry.type.kind === 'resource') {
          resource(item, at, entry.element.name === 'contained' ? here.container : undefined, depth + 1);
        } else if (below) elements(item, below, at, here, depth + 1);
      });
    }
  }
  resource(message, undefined, undefined, 0);
}
