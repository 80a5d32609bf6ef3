import type { FastifyRequest } from 'fastify';
import { PageFault } from './page.ts';

/**
 * A form of another site must not act in the name of who is at the screen. Browsers say where a form is from: by
 * Sec-Fetch-Site, or on plain http by Origin alone.
 * @throws PageFault 403, or 415 where it is no form
 */
export function refuseForeignForm({ headers, host, body }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? originHost(headers.origin) === host : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new PageFault(403, 'That form is not of this server', 'Go to the page, and use its own form.');
  if (!(body instanceof FormData)) {
    throw new PageFault(415, 'The request cannot be answered', 'This page takes what its own form sends.');
  }
}

function originHost(origin: string | undefined): string | undefined {
  return origin === undefined ? undefined : URL.parse(origin)?.host;
}
