import type { Bundle, BundleEntry, FhirResource, OperationOutcome } from 'fhir/r4';
import { newId, newPatientKey } from '../../store/ids.ts';
import { identifiersOf, isPatientOwned } from '../../store/patients.ts';
import { bundleText, type TextEntry } from '../bundle.ts';
import { dispatch } from '../dispatch.ts';
import { withOwnReferences } from '../own-references.ts';
import { readPrefer } from '../prefer.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import { accept, check, placeFor } from './accept.ts';
import { answerWith, answerWritten } from './answers.ts';
import { entryRequest, splitOnce } from './bundle-entry.ts';
import { matchesOf } from './conditional.ts';
import { resourceOf } from './resource-of.ts';

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

/** Deletes first, then creates, then updates and patches, then reads: the order that FHIR gives. */
const ORDER: ReadonlyMap<string, number> = new Map(
  Object.entries({ DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 }),
);

async function runBatch(session: Session, requests: (FhirRequest | Refusal)[]): Promise<FhirAnswer[]> {
  const answers: FhirAnswer[] = [];
  for (const i of inOrder(requests)) {
    const request = requests[i] as FhirRequest | Refusal;
    answers[i] = await runAlone(session, request).catch((error) => {
      if (error instanceof Refusal) return { status: error.status, outcome: error.outcome };
      throw error;
    });
  }
  return answers;
}

async function runAlone(session: Session, request: FhirRequest | Refusal): Promise<FhirAnswer> {
  if (request instanceof Refusal) throw request;
  return preferred(request, isNested(request) ? await refusedNesting() : await dispatch(session, request));
}

/** What `Prefer: return=` asks of each entry: the resource, an OperationOutcome in the response, or neither. */
function preferred(request: FhirRequest, answer: FhirAnswer): FhirAnswer {
  const { text, outcome, ...rest } = answer;
  if (!answer.wrote) return text === undefined ? rest : { ...rest, text };
  const wanted = readPrefer(request.headers.prefer).return;
  if (wanted === 'representation') return text === undefined ? rest : { ...rest, text };
  return wanted === 'OperationOutcome' && outcome ? { ...rest, outcome } : rest;
}

function isNested({ path }: FhirRequest): boolean {
  return path.length === 0;
}

function refusedNesting(): Promise<FhirAnswer> {
  return Promise.reject(refuse(400, 'not-supported', 'A Bundle cannot hold another batch or transaction.'));
}

function inOrder(requests: (FhirRequest | Refusal)[]): number[] {
  return requests.map((_, i) => i).sort((a, b) => order(requests[a]) - order(requests[b]) || a - b);
}

function order(request: FhirRequest | Refusal | undefined): number {
  if (request instanceof Refusal) return 4;
  return ORDER.get(request?.method ?? '') ?? 4;
}

async function runTransaction(
  session: Session,
  requests: FhirRequest[],
  entries: BundleEntry[],
): Promise<FhirAnswer[]> {
  refuseRepeats(requests);
  const plan = await planCreates(session, requests, entries);
  const answers: FhirAnswer[] = [];
  const runOne = async (i: number) => {
    const request = requests[i] as FhirRequest;
    try {
      if (isNested(request)) await refusedNesting();
      answers[i] = preferred(request, plan.answers.get(i) ?? (await runEntry(session, request, plan, i)));
    } catch (error) {
      throw atEntry(error, i);
    }
  };
  // Entries of one kind are asked for together, so that their writes go to the database in one statement. All are
  // waited for, whatever fails: none may still be at work when the transaction is rolled back.
  for (const step of [0, 1, 2, 3, 4]) {
    const together = requests.map((_, i) => i).filter((i) => order(requests[i]) === step);
    const outcomes = await Promise.allSettled(together.map(runOne));
    const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (failures.length > 0) throw failures.find((each) => each instanceof Refusal) ?? failures[0];
  }
  return answers;
}

/** No two entries may change one resource: there would be no telling which comes last. */
function refuseRepeats(requests: FhirRequest[]) {
  const seen = new Map<string, number>();
  for (const [i, { method, path }] of requests.entries()) {
    if (!['PUT', 'PATCH', 'DELETE'].includes(method) || path.length !== 2) continue;
    const reference = path.join('/');
    const other = seen.get(reference);
    if (other !== undefined) {
      throw refuse(
        400,
        'invalid',
        `Bundle.entry[${other}] and Bundle.entry[${i}] both change ${reference}: a transaction changes a resource once.`,
        { expression: `Bundle.entry[${i}]` },
      );
    }
    seen.set(reference, i);
  }
}

interface Plan {
  /** What each fullUrl of the Bundle is called here. */
  names: Map<string, string>;
  /** Where each create goes. */
  places: Map<number, { key: number; id: string }>;
  /** The criteria of conditional creates so far, each with its entry. */
  criteria: Map<string, number>;
  /** Answers already known: conditional creates that found what they would make. */
  answers: Map<number, FhirAnswer>;
}

/**
 * Gives every resource that will be created its id before any is written, so that they can refer to each other in any
 * order. Patients come first: what is theirs gets an id in their compartment.
 */
async function planCreates(session: Session, requests: FhirRequest[], entries: BundleEntry[]): Promise<Plan> {
  const plan: Plan = { names: new Map(), places: new Map(), criteria: new Map(), answers: new Map() };
  const isCreate = (i: number) =>
    requests[i]?.method === 'POST' && requests[i]?.path.length === 1 && !requests[i]?.path[0]?.startsWith('$');
  for (const [i, entry] of entries.entries()) {
    const request = requests[i] as FhirRequest;
    if (request.method === 'PUT' && request.path.length === 2) name(plan, entry.fullUrl, request.path.join('/'));
  }
  const creates = entries.map((_, i) => i).filter(isCreate);
  const isPatient = (i: number) => requests[i]?.path[0] === 'Patient';
  for (const i of [...creates.filter(isPatient), ...creates.filter((i) => !isPatient(i))]) {
    const request = requests[i] as FhirRequest;
    try {
      await planCreate(session, plan, request, i, entries[i]?.fullUrl);
    } catch (error) {
      throw atEntry(error, i);
    }
  }
  return plan;
}

async function planCreate(
  session: Session,
  plan: Plan,
  request: FhirRequest,
  index: number,
  fullUrl: string | undefined,
) {
  const type = request.path[0] as string;
  if (!RESOURCE_TYPES.has(type)) throw refuse(404, 'not-found', 'This server does not keep that type of resource.');
  if (request.query.length > 0) throw refuse(400, 'invalid', 'A create takes no parameters.');
  const resource = resourceOf(request, type);
  const criteria = request.headers['if-none-exist'];
  if (criteria !== undefined) {
    const other = plan.criteria.get(`${type}?${criteria}`);
    if (other !== undefined) {
      throw refuse(
        400,
        'invalid',
        `Bundle.entry[${other}] has the same ifNoneExist: a transaction creates a thing once.`,
      );
    }
    plan.criteria.set(`${type}?${criteria}`, index);
    await session.record.lock(`${type}?${criteria}`);
    const matches = await matchesOf(session, type, criteria, 'ifNoneExist');
    if (matches.length > 1)
      throw refuse(412, 'multiple-matches', 'More than one resource meets the criteria of ifNoneExist.');
    const [existing] = matches;
    if (existing) {
      name(plan, fullUrl, existing.reference);
      plan.answers.set(index, {
        ...answerWith(existing),
        location: `${existing.reference}/_history/${existing.version}`,
        wrote: true,
      });
      return;
    }
  }
  const key = await placeOf(session, plan, resource);
  const id = newId(key, session.now);
  plan.places.set(index, { key, id });
  name(plan, fullUrl, `${type}/${id}`);
}

/** Its patient's compartment, which may be one that this Bundle is about to make. */
async function placeOf(session: Session, plan: Plan, resource: FhirResource): Promise<number> {
  const { resourceType: type } = resource;
  if (type === 'Patient') {
    const known = identifiersOf(resource.identifier);
    return known.length > 0 ? session.record.home(type, known) : newPatientKey();
  }
  if (!isPatientOwned(type) && type !== 'Provenance') return 0;
  const resolved = withOwnReferences(resolve(resource, plan, session) as FhirResource, session.base);
  const subject = resolved as {
    subject?: { reference?: string };
    patient?: { reference?: string };
    for?: { reference?: string };
  };
  const reference = (subject.subject ?? subject.patient ?? subject.for)?.reference;
  const inBundle = [...plan.places.values()].find(({ id }) => reference === `Patient/${id}`);
  return inBundle?.key ?? placeFor(session, resolved, undefined);
}

function name(plan: Plan, fullUrl: string | undefined, reference: string) {
  if (fullUrl) plan.names.set(fullUrl, reference);
}

async function runEntry(session: Session, request: FhirRequest, plan: Plan, index: number): Promise<FhirAnswer> {
  const body =
    request.body === undefined || request.method === 'PATCH'
      ? request.body
      : await resolveAll(session, request.body, plan);
  const place = plan.places.get(index);
  if (place === undefined) return dispatch(session, { ...request, ...(body === undefined ? {} : { body }) });
  const resource = resourceOf({ ...request, body }, request.path[0] as string);
  check(resource);
  return answerWritten(await accept(session, resource, { interaction: 'create', expected: 0, placed: place }));
}

/** References to entries of the Bundle, and conditional ones (`Patient?identifier=...`), become references here. */
async function resolveAll(session: Session, body: unknown, plan: Plan): Promise<unknown> {
  for (const reference of conditionalReferences(body)) {
    if (plan.names.has(reference)) continue;
    const [type = '', criteria = ''] = splitOnce(reference, '?');
    const matches = await matchesOf(session, type, criteria, reference);
    const [match] = matches;
    if (match === undefined || matches.length > 1) {
      throw refuse(
        412,
        match ? 'multiple-matches' : 'not-found',
        `The reference "${type}?..." leads to ${match ? 'more than one resource' : 'none'}: it must lead to one.`,
      );
    }
    plan.names.set(reference, match.reference);
  }
  return resolve(body, plan, session);
}

const CONDITIONAL = /^[A-Z][A-Za-z]+\?./;

function conditionalReferences(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const each of node) conditionalReferences(each, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'reference' && typeof value === 'string' && CONDITIONAL.test(value)) found.push(value);
      else conditionalReferences(value, found);
    }
  }
  return found;
}

/** The elements that may hold the address of another entry: `Reference.reference`, and uri and url values as FHIR says. */
const ADDRESSES: ReadonlySet<string> = new Set(['reference', 'uri', 'url', 'valueUri', 'valueUrl']);

/** A copy in which the Bundle's own names (urn:uuid and others) are replaced. */
function resolve(node: unknown, plan: Plan, session: Session): unknown {
  if (Array.isArray(node)) return node.map((each) => resolve(each, plan, session));
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (typeof value !== 'string') return [key, resolve(value, plan, session)];
      return [key, ADDRESSES.has(key) ? renamed(value, key, plan, session) : value];
    }),
  );
}

function renamed(value: string, key: string, plan: Plan, session: Session): string {
  const known = plan.names.get(value);
  if (known !== undefined) return known;
  if (key !== 'reference') return value;
  return plan.names.get(`${session.base}/${value}`) ?? value;
}

/** The same refusal, saying which entry it is about. */
function atEntry(error: unknown, index: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const prefix = `Bundle.entry[${index}]`;
  const issue = error.outcome.issue.map((each) => ({
    ...each,
    ...(each.diagnostics === undefined ? {} : { diagnostics: `${prefix}: ${each.diagnostics}` }),
    expression: (each.expression ?? ['']).map((path) =>
      path.startsWith('Bundle.') ? path : `${prefix}${path ? `.resource.${path}` : ''}`,
    ),
  }));
  const outcome: OperationOutcome = { ...error.outcome, issue };
  return new Refusal(error.status, outcome);
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
