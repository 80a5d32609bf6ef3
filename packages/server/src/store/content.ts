import type { FhirResource, Meta } from 'fhir/r4';

/** A resource as it is written: JSON text in two parts, between which the store sets versionId and lastUpdated. */
export interface Content {
  before: string;
  after: string;
}

/**
 * The stored form of a resource: resourceType, id and meta first, versionId and lastUpdated left open.
 * @param resource may hold `JSON.rawJSON` numbers, which keep their text (1.10 stays 1.10)
 * @param id the logical id it is stored under
 */
export function contentOf(resource: FhirResource, id: string): Content {
  const { resourceType, id: _id, meta, ...rest } = resource as FhirResource & { meta?: Meta };
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...otherMeta } = meta ?? {};
  const metaText = JSON.stringify(otherMeta);
  const restText = JSON.stringify(rest);
  return {
    before: `{"resourceType":"${resourceType}","id":"${id}","meta":{`,
    after: `${metaText === '{}' ? '}' : `,${metaText.slice(1)}`}${restText === '{}' ? '}' : `,${restText.slice(1)}`}`,
  };
}

/** The text that is served: what `write_resource` stored. */
export function completed(content: Content, version: number, lastUpdated: string): string {
  return `${content.before}"versionId":"${version}","lastUpdated":"${lastUpdated}"${content.after}`;
}
