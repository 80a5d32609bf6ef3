import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { isStorable } from '../../fhir/storable-text.ts';
import type { Messaging } from '../../messaging/messaging.ts';
import type { Store } from '../../store/store.ts';
import { refuseForeignForm } from '../foreign-form.ts';
import type { Problem } from '../orders/work-visit.ts';
import { type Page, PageFault } from '../page.ts';

/** What the operator's pages work with. */
export interface OperatorSite {
  store: Store;
  config: Config;
  messaging: Messaging;
  send(reply: FastifyReply, page: Page): FastifyReply;
}

/** Where the operator's pages begin. */
export const LIST = '/deliveries';

const LONGEST_NAME = 100;
const LONGEST_REASON = 500;

/** A form as an operator sent it. */
export interface OperatorForm {
  /** A field, trimmed, its lines ended as they are here; empty where it is absent. */
  field(name: string): string;
  all(name: string): string[];
  /** Who sends it, by what they say; there is no sign-in. */
  by: string;
  why: string;
}

/** Reads a form. @throws PageFault where it is not of this server, or none */
export function readOperatorForm(request: FastifyRequest): OperatorForm {
  refuseForeignForm(request);
  const form = request.body as FormData;
  const text = (value: unknown) =>
    typeof value === 'string' && isStorable(value) ? value.replace(/\r\n/g, '\n').trim() : '';
  const field = (name: string) => text(form.get(name));
  return {
    field,
    all: (name) => form.getAll(name).map(text),
    by: field('by').slice(0, LONGEST_NAME),
    why: field('why').slice(0, LONGEST_REASON),
  };
}

/**
 * What is missing of who and why, which are kept with whatever is done.
 * @param reason what the reason is for, where one must be given
 */
export function missingIn({ by, why }: OperatorForm, reason?: string): Problem[] {
  return [
    ...(by === '' ? [{ field: 'by', text: 'Enter your name' }] : []),
    ...(reason !== undefined && why === '' ? [{ field: 'why', text: reason }] : []),
  ];
}

/** The page for a form that says nothing that could be done. */
export function unreadable(): PageFault {
  return new PageFault(400, 'The form cannot be read', 'Go back and try again.');
}

/** One text of the query, where it is one that could be kept. */
export function queryText(request: FastifyRequest, name: string): string | undefined {
  const text = (request.query as Record<string, unknown>)[name];
  return typeof text === 'string' && !text.includes('\0') && text.length < 2000 && text !== '' ? text : undefined;
}
