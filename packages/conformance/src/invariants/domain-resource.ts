import { isRawJson } from '../raw-json.ts';
import type { JsonObject } from '../structure/walk.ts';
import type { Invariant } from './invariant.ts';
import { child, has, places, text } from './reading.ts';

const on = ['DomainResource'];

/** Every text within `top` that starts with `#`; without recursion, so that depth costs no stack. */
function localReferences(top: unknown): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [top];
  while (open.length) {
    const value = open.pop();
    if (typeof value === 'string') {
      if (value.startsWith('#')) found.add(value);
    } else if (typeof value === 'object' && value !== null && !isRawJson(value)) {
      for (const item of Object.values(value)) open.push(item);
    }
  }
  return found;
}

function unreferenced(node: JsonObject): string[] {
  if (!Array.isArray(node.contained)) return [];
  const named = localReferences(node);
  return places(node, 'contained', (item) => named.has(`#${text(item, 'id')}`) || localReferences(item).has('#'));
}

/** R4's invariants on every resource but Bundle, Binary and Parameters. dom-6 (have a narrative) is advice, left out. */
export const domainResourceInvariants: readonly Invariant[] = [
  {
    id: 'dom-2',
    on,
    severity: 'error',
    human: 'A contained resource contains no others: move them up to the containing resource.',
    test: (node) => places(node, 'contained', (item) => !has(item, 'contained')),
  },
  {
    id: 'dom-3',
    on,
    severity: 'error',
    human: 'A contained resource is referred to (as "#id") by its container, or refers to it as "#".',
    test: unreferenced,
  },
  {
    id: 'dom-4',
    on,
    severity: 'error',
    human: 'A contained resource has no meta.versionId or meta.lastUpdated: remove them.',
    test: (node) =>
      places(node, 'contained', (item) => {
        const meta = child(item, 'meta') ?? {};
        return !has(meta, 'versionId') && !has(meta, 'lastUpdated');
      }),
  },
  {
    id: 'dom-5',
    on,
    severity: 'error',
    human: 'A contained resource has no meta.security: label the containing resource.',
    test: (node) => places(node, 'contained', (item) => !has(child(item, 'meta') ?? {}, 'security')),
  },
];
