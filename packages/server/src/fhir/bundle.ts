import { randomUUID } from 'node:crypto';
import type { BundleEntry, OperationOutcome } from 'fhir/r4';

/**
 * Bundles are put together as text: the resources in them are already the JSON that is served, and parsing them only to
 * write them again would be most of a search's cost.
 */
export interface TextEntry {
  fullUrl?: string;
  /** The JSON text of the resource. */
  text?: string;
  search?: BundleEntry['search'];
  request?: BundleEntry['request'];
  response?: BundleEntry['response'];
}

/** The JSON text of a Bundle. */
export function bundleText(
  type: 'searchset' | 'history' | 'batch-response' | 'transaction-response',
  entries: readonly TextEntry[],
  options: { total?: number | undefined; links?: { relation: string; url: string }[]; now: number },
): string {
  const head = {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { lastUpdated: new Date(options.now).toISOString() },
    type,
    ...(options.total === undefined ? {} : { total: options.total }),
    ...(options.links && options.links.length > 0 ? { link: options.links } : {}),
  };
  const text = JSON.stringify(head);
  return entries.length === 0 ? text : `${text.slice(0, -1)},"entry":[${entries.map(entryText).join(',')}]}`;
}

function entryText({ fullUrl, text, search, request, response }: TextEntry): string {
  const parts: string[] = [];
  if (fullUrl !== undefined) parts.push(`"fullUrl":${JSON.stringify(fullUrl)}`);
  if (text !== undefined) parts.push(`"resource":${text}`);
  if (search !== undefined) parts.push(`"search":${JSON.stringify(search)}`);
  if (request !== undefined) parts.push(`"request":${JSON.stringify(request)}`);
  if (response !== undefined) parts.push(`"response":${JSON.stringify(response)}`);
  return `{${parts.join(',')}}`;
}

/** An entry of a searchset that says something about the search itself. */
export function outcomeEntry(outcome: OperationOutcome): TextEntry {
  return { fullUrl: `urn:uuid:${randomUUID()}`, text: JSON.stringify(outcome), search: { mode: 'outcome' } };
}
