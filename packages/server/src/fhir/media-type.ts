import { refuse } from './refusal.ts';

export type Format = 'json' | 'xml';

/** A Map, since clients choose the names that are looked up. */
const FORMATS: ReadonlyMap<string, Format> = new Map(
  Object.entries<Format>({
    json: 'json',
    'application/json': 'json',
    'application/fhir+json': 'json',
    'application/json+fhir': 'json',
    'text/json': 'json',
    xml: 'xml',
    'application/xml': 'xml',
    'application/fhir+xml': 'xml',
    'application/xml+fhir': 'xml',
    'text/xml': 'xml',
  }),
);

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/fhir+json; charset=utf-8',
  xml: 'application/fhir+xml; charset=utf-8',
};

/** A media type without its parameters, in lower case. */
export function mediaType(header: string | undefined): string | undefined {
  return header?.split(';')[0]?.trim().toLowerCase() || undefined;
}

/** The format of a body by its Content-Type, or undefined when it is neither JSON nor XML. */
export function formatOf(contentType: string | undefined): Format | undefined {
  return contentType === undefined ? undefined : FORMATS.get(contentType);
}

/**
 * The format to answer in: `_format` first, then `Accept` by its weights, JSON when either will do.
 * @throws Refusal 406 when neither JSON nor XML is acceptable
 */
export function wantedFormat(format: string | undefined, accept: string | undefined): Format {
  if (format !== undefined) {
    // `+` in a query arrives as a space when the client did not encode it.
    const wanted = FORMATS.get(mediaType(format.replace(' ', '+')) ?? '');
    if (wanted) return wanted;
    throw refuse(406, 'not-supported', `_format takes json or xml, or their FHIR media types; "${format}" is none.`, {
      expression: '_format',
    });
  }
  if (!accept) return 'json';
  let best: { format: Format; weight: number } | undefined;
  for (const part of accept.split(',')) {
    const type = mediaType(part) ?? '';
    const isAny = type === '*/*' || type === 'application/*' || type === 'text/html';
    const candidate = FORMATS.get(type) ?? (isAny ? 'json' : undefined);
    const weight = Number(/;\s*q=([\d.]+)/i.exec(part)?.[1] ?? 1) - (isAny ? 0.0001 : 0);
    if (candidate && weight > 0 && (!best || weight > best.weight)) best = { format: candidate, weight };
  }
  if (best) return best.format;
  throw refuse(
    406,
    'not-supported',
    'This server answers application/fhir+json and application/fhir+xml: accept one of them.',
    {
      expression: 'Accept',
    },
  );
}
