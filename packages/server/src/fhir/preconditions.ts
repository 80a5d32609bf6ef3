import { refuse } from './refusal.ts';

/**
 * The version that `If-Match` demands.
 * @returns undefined when there is no such header
 * @throws Refusal 400 when it is not a version ETag
 */
export function demandedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) {
    throw refuse(
      400,
      'invalid',
      `If-Match takes a version as the server gave it in ETag, such as W/"3"; "${ifMatch}" is not one.`,
      {
        expression: 'If-Match',
      },
    );
  }
  return Number(version);
}

/** @throws Refusal 412 unless the current version is the demanded one (0: none exists) */
export function demandVersion(demanded: number | undefined, current: number) {
  if (demanded === undefined || demanded === current) return;
  throw staleVersion(demanded, current);
}

/** The writer had not seen the current version. */
function staleVersion(demanded: number, current: number) {
  return refuse(
    412,
    'conflict',
    `If-Match asks for version ${demanded}, but the current version is ${current || 'none'}. Read it again, and decide anew.`,
    { expression: 'If-Match', rule: 'R-273' },
  );
}

/** The ETag of a version. */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/** Does `If-None-Match` name this version (or any)? */
export function isNoneMatch(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === `"${version}"`);
}
