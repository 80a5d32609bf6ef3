import { isUtf8 } from 'node:buffer';
import { JsonFault, parseExact } from './exact-json.ts';
import { formatOf } from './media-type.ts';
import { refuse } from './refusal.ts';
import { FhirXmlError, parseFhirXml } from './xml/index.ts';

export const JSON_PATCH = 'application/json-patch+json';

/**
 * Reads a request's body.
 * @returns the resource (or JSON Patch document); numbers that a double cannot hold exactly are `JSON.rawJSON`
 * @throws Refusal 415 for another media type, 400 for what is not well formed
 */
export function readBody(bytes: Buffer, contentType: string | undefined, limits: { nesting: number }): unknown {
  const isPatch = contentType === JSON_PATCH;
  const format = isPatch ? 'json' : formatOf(contentType);
  if (format === undefined) {
    throw refuse(
      415,
      'not-supported',
      `Content-Type is ${contentType ?? 'missing'}: send application/fhir+json or application/fhir+xml (or ${JSON_PATCH} with PATCH).`,
      { expression: 'Content-Type' },
    );
  }
  if (bytes.length === 0) throw refuse(400, 'required', 'The body is empty: send a resource.');
  if (!isUtf8(bytes)) throw refuse(400, 'structure', 'The body is not valid UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  return format === 'json' ? readJson(text, limits.nesting) : readXml(text, limits.nesting);
}

/** @throws Refusal 400, with the line and column of the fault */
export function readJson(text: string, nesting: number): unknown {
  try {
    return parseExact(text, nesting);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const before = text.slice(0, error.position).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw refuse(400, 'structure', `${error.message} (${place})`);
  }
}

function readXml(text: string, nesting: number): unknown {
  try {
    return parseFhirXml(text, { maxDepth: nesting * 2 }).resource;
  } catch (error) {
    if (error instanceof FhirXmlError) throw refuse(400, 'structure', error.message, { expression: error.expression });
    throw error;
  }
}
