import type { Invariant } from './invariant.ts';
import { child, children, has, places, text } from './reading.ts';

const on = ['Bundle'];

/** R4's invariants on Bundle. */
export const bundleInvariants: readonly Invariant[] = [
  {
    id: 'bdl-1',
    on,
    severity: 'error',
    at: 'total',
    human: 'Only a searchset or history has a total.',
    test: (node) => !has(node, 'total') || ['searchset', 'history'].includes(text(node, 'type') ?? ''),
  },
  {
    id: 'bdl-2',
    on,
    severity: 'error',
    human: 'Only the entries of a searchset have search.',
    test: (node) => places(node, 'entry', (entry) => !has(entry, 'search') || text(node, 'type') === 'searchset'),
  },
  {
    id: 'bdl-3',
    on,
    severity: 'error',
    human: 'Each entry of a batch, transaction or history needs a request; those of other bundles have none.',
    test: (node) => {
      const wanted = ['batch', 'transaction', 'history'].includes(text(node, 'type') ?? '');
      return places(node, 'entry', (entry) => has(entry, 'request') === wanted);
    },
  },
  {
    id: 'bdl-4',
    on,
    severity: 'error',
    human: 'Each entry of a batch-response, transaction-response or history needs a response; others have none.',
    test: (node) => {
      const wanted = ['batch-response', 'transaction-response', 'history'].includes(text(node, 'type') ?? '');
      return places(node, 'entry', (entry) => has(entry, 'response') === wanted);
    },
  },
  {
    id: 'bdl-5',
    on: ['Bundle.entry'],
    severity: 'error',
    human: 'An entry holds a resource, a request or a response.',
    test: (node) => has(node, 'resource') || has(node, 'request') || has(node, 'response'),
  },
  {
    id: 'bdl-7',
    on,
    severity: 'error',
    human: 'Another entry has the same fullUrl and version: give each its own.',
    test: (node) => {
      if (text(node, 'type') === 'history') return true;
      const seen = new Set<string>();
      return places(node, 'entry', (entry) => {
        const url = text(entry, 'fullUrl');
        if (url === undefined) return true;
        const version = text(child(child(entry, 'resource'), 'meta'), 'versionId') ?? '';
        const key = JSON.stringify([url, version]);
        const first = !seen.has(key);
        seen.add(key);
        return first;
      });
    },
  },
  {
    id: 'bdl-8',
    on: ['Bundle.entry'],
    severity: 'error',
    at: 'fullUrl',
    human: 'A fullUrl names no version: remove /_history/ and what follows.',
    test: (node) => !text(node, 'fullUrl')?.includes('/_history/'),
  },
  {
    id: 'bdl-9',
    on,
    severity: 'error',
    at: 'identifier',
    human: 'A document needs an identifier with system and value.',
    test: (node) => {
      const identifier = child(node, 'identifier') ?? {};
      return text(node, 'type') !== 'document' || (has(identifier, 'system') && has(identifier, 'value'));
    },
  },
  {
    id: 'bdl-10',
    on,
    severity: 'error',
    at: 'timestamp',
    human: 'A document needs a timestamp.',
    test: (node) => text(node, 'type') !== 'document' || node.timestamp !== undefined,
  },
  {
    id: 'bdl-11',
    on,
    severity: 'error',
    human: 'The first entry of a document is its Composition.',
    test: (node) =>
      text(node, 'type') !== 'document' ||
      text(child(children(node, 'entry')[0], 'resource'), 'resourceType') === 'Composition',
  },
  {
    id: 'bdl-12',
    on,
    severity: 'error',
    human: 'The first entry of a message is its MessageHeader.',
    test: (node) =>
      text(node, 'type') !== 'message' ||
      text(child(children(node, 'entry')[0], 'resource'), 'resourceType') === 'MessageHeader',
  },
];
