import type { Constraint } from './constraints.ts';
import type { ElementDefinition } from './definitions.ts';

/** What a profile says of one element, and of those below it. */
export interface ProfileNode {
  /** The element's name: `identifier`, `value[x]`, `valueQuantity`. */
  readonly name: string;
  readonly definition: ElementDefinition;
  readonly children: Map<string, ProfileNode>;
  readonly slices: Map<string, ProfileNode>;
}

/** Makes the tree of a profile's elements; each says only what it narrows. Later elements add to earlier ones. */
export function profileTree(type: string, elements: readonly ElementDefinition[]): ProfileNode {
  const root = nodeOf(type, { path: type });
  for (const element of elements) {
    const steps = (element.id ?? element.path).split('.').slice(1);
    let node = root;
    for (const step of steps) {
      const [name = '', ...slice] = step.split(':');
      node = under(node.children, name, node);
      // A slice of a slice is written identifier:nhs/old.
      for (const each of slice.join(':').split('/')) if (each !== '') node = under(node.slices, each, node);
    }
    const constraint = together(node.definition.constraint ?? [], element.constraint ?? []);
    Object.assign(node, { definition: { ...node.definition, ...element, constraint } });
  }
  return root;
}

/** Constraints add up; one that is said again, by its key, is what is said last. */
function together(said: readonly Constraint[], more: readonly Constraint[]): readonly Constraint[] {
  if (said.length === 0) return more;
  return [...new Map([...said, ...more].map((each) => [each.key, each])).values()];
}

function under(nodes: Map<string, ProfileNode>, name: string, above: ProfileNode): ProfileNode {
  let node = nodes.get(name);
  if (node === undefined) {
    const isSlice = nodes === above.slices;
    node = nodeOf(isSlice ? above.name : name, {
      path: isSlice ? above.definition.path : `${above.definition.path}.${name}`,
    });
    nodes.set(name, node);
  }
  return node;
}

function nodeOf(name: string, definition: ElementDefinition): ProfileNode {
  return { name, definition, children: new Map(), slices: new Map() };
}
