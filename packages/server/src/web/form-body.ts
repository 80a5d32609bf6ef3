import type { FastifyInstance } from 'fastify';
import { PageFault } from './page.ts';

/** Reads what browsers' forms send, files included, into FormData. */
export function readForms(app: FastifyInstance): void {
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  app.addContentTypeParser(types, { parseAs: 'buffer' }, async (request: { headers: object }, body: Buffer) => {
    const type = (request.headers as { 'content-type'?: string })['content-type'] ?? '';
    try {
      return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    } catch {
      throw new PageFault(400, 'The form cannot be read', 'Go back and try again.');
    }
  });
}

/**
 * A field of a form as text; undefined where it was not sent. A file is read as UTF-8.
 * @throws PageFault 415 where the body is no form
 */
export async function fieldOf(body: unknown, name: string): Promise<string | undefined> {
  if (!(body instanceof FormData)) {
    throw new PageFault(415, 'The request cannot be answered', 'This page takes what its own form sends.');
  }
  const value = body.get(name);
  if (value === null) return undefined;
  return typeof value === 'string' ? value : value.text();
}
