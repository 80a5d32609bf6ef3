import type { Bundle, BundleEntry, OperationOutcome } from 'fhir/r4';
import { RaceLost } from '../../store/write.ts';
import { bundleText, type TextEntry } from '../bundle.ts';
import { askAhead } from '../conformance.ts';
import { dispatch } from '../dispatch.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { organisationsIn } from '../sender.ts';
import { entryRequest, isNested, order, preferred, refusedNesting } from './bundle-entry.ts';
import { raceLost } from './race.ts';
import { runTransaction } from './transaction.ts';

/**
 * batch and transaction: `POST [base]` with a Bundle. A batch is many requests in one body, each for itself. A
 * transaction is one database transaction: all of it or nothing, references between its entries resolved.
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export async function batchOrTransaction(session: Session, request: FhirRequest): Promise<FhirAnswer> {
  const bundle = request.body as Bundle | undefined;
  if (bundle?.resourceType !== 'Bundle')
    throw refuse(400, 'structure', 'The base takes a Bundle of type batch or transaction.');
  if (bundle.type !== 'batch' && bundle.type !== 'transaction') {
    throw refuse(
      400,
      'invalid',
      `The base takes a Bundle of type batch or transaction, not ${String(bundle.type)}. To store a Bundle, POST it to [base]/Bundle.`,
      {
        expression: 'Bundle.type',
      },
    );
  }
  const entries = bundle.entry ?? [];
  if (!Array.isArray(entries))
    throw refuse(400, 'structure', 'Bundle.entry must be a list.', { expression: 'Bundle.entry' });
  if (entries.length > session.limits.bundleEntries) {
    throw refuse(
      413,
      'too-costly',
      `A Bundle may have ${session.limits.bundleEntries} entries; this one has ${entries.length}.`,
      { expression: 'Bundle.entry' },
    );
  }
  session.beside = organisationsIn(entries);
  if (bundle.type === 'transaction')
    await askAhead(
      session,
      entries.map((entry) => entry?.resource),
    );
  const read = (entry: BundleEntry, i: number) => entryRequest(session, entry, i, request);
  const answers =
    bundle.type === 'batch'
      ? await runBatch(
          session,
          entries.map((entry, i) => orRefusal(() => read(entry, i))),
        )
      : await transaction(session, entries.map(read), entries);
  const text = bundleText(
    `${bundle.type}-response`,
    answers.map((answer) => entryOf(session, answer)),
    { now: session.now },
  );
  return { status: 200, text };
}

function transaction(session: Session, requests: FhirRequest[], entries: BundleEntry[]): Promise<FhirAnswer[]> {
  return session.atomically((inside) => runTransaction(inside, requests, entries));
}

/** In a batch an entry that cannot be read is refused alone. */
function orRefusal(read: () => FhirRequest): FhirRequest | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function runBatch(session: Session, requests: (FhirRequest | Refusal)[]): Promise<FhirAnswer[]> {
  const answers: FhirAnswer[] = [];
  for (const i of inOrder(requests)) {
    const request = requests[i] as FhirRequest | Refusal;
    answers[i] = await runAlone(session, request).catch((error) => {
      const refusal = error instanceof RaceLost ? raceLost(error) : error;
      if (refusal instanceof Refusal) return { status: refusal.status, outcome: refusal.outcome };
      throw error;
    });
  }
  return answers;
}

async function runAlone(session: Session, request: FhirRequest | Refusal): Promise<FhirAnswer> {
  if (request instanceof Refusal) throw request;
  return preferred(request, isNested(request) ? await refusedNesting() : await dispatch(session, request));
}

function inOrder(requests: (FhirRequest | Refusal)[]): number[] {
  return requests.map((_, i) => i).sort((a, b) => order(requests[a]) - order(requests[b]) || a - b);
}

/** In a Bundle there is no header for what the client should know: the entry's outcome says it. */
function warningsOf({ warnings }: FhirAnswer): OperationOutcome | undefined {
  if (warnings === undefined) return undefined;
  const issue = warnings.map((diagnostics) => ({
    severity: 'warning' as const,
    code: 'informational' as const,
    diagnostics,
  }));
  return { resourceType: 'OperationOutcome', issue };
}

function entryOf(session: Session, answer: FhirAnswer): TextEntry {
  const { status, text, etag, lastModified, location, outcome = warningsOf(answer) } = answer;
  return {
    ...(location === undefined ? {} : { fullUrl: `${session.base}/${location.replace(/\/_history\/.*$/, '')}` }),
    ...(text === undefined ? {} : { text }),
    response: {
      status: `${status} ${REASONS[status] ?? ''}`.trim(),
      ...(location === undefined ? {} : { location: `${session.base}/${location}` }),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}

const REASONS: Readonly<{ [status: number]: string }> = {
  ...{ 200: 'OK', 201: 'Created', 204: 'No Content', 304: 'Not Modified', 400: 'Bad Request', 404: 'Not Found' },
  ...{ 405: 'Method Not Allowed', 409: 'Conflict', 410: 'Gone', 412: 'Precondition Failed', 413: 'Content Too Large' },
  ...{ 415: 'Unsupported Media Type', 422: 'Unprocessable Content' },
};
