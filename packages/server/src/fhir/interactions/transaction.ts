import type { BundleEntry, FhirResource, OperationOutcome } from 'fhir/r4';
import { newId, newPatientKey } from '../../store/ids.ts';
import { identifiersOf, isPatientOwned } from '../../store/patients.ts';
import { dispatch } from '../dispatch.ts';
import { withOwnReferences } from '../own-references.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import { accept, placeFor } from './accept.ts';
import { answerExisting, answerWritten } from './answers.ts';
import { isNested, order, preferred, refusedNesting } from './bundle-entry.ts';
import { type Names, resolve, resolveAll } from './bundle-references.ts';
import { soleMatch } from './conditional.ts';
import { resourceOf } from './resource-of.ts';
import { firstOf, holdersAmong } from './retry.ts';

/**
 * Runs a transaction's entries in one database transaction, which the session must be in.
 * @throws Refusal naming the entry at fault; nothing is kept then
 */
export async function runTransaction(
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
  names: Names;
  /** Where each create goes. */
  places: Map<number, { key: number; id: string }>;
  /** The compartments of the Patients that it makes, by `Patient/id`. */
  patients: Map<string, number>;
  /** The criteria of conditional creates so far, each with its entry. */
  criteria: Map<string, number>;
  /** What the Bundle deletes, before it creates. */
  deleted: Set<string>;
  /** Creates of what has a resource's business key: that resource, whose retry it may be. */
  holders: Map<number, string>;
  /** Answers already known: conditional creates that found what they would make. */
  answers: Map<number, FhirAnswer>;
}

/**
 * Gives every resource that will be created its id before any is written, so that they can refer to each other in any
 * order. Patients come first: what is theirs gets an id in their compartment.
 */
async function planCreates(session: Session, requests: FhirRequest[], entries: BundleEntry[]): Promise<Plan> {
  const plan: Plan = {
    names: new Map(),
    places: new Map(),
    patients: new Map(),
    criteria: new Map(),
    deleted: new Set(requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path.join('/'))),
    holders: new Map(),
    answers: new Map(),
  };
  const isCreate = (i: number) =>
    requests[i]?.method === 'POST' && requests[i]?.path.length === 1 && !requests[i]?.path[0]?.startsWith('$');
  for (const [i, entry] of entries.entries()) {
    const request = requests[i] as FhirRequest;
    if (request.method === 'PUT' && request.path.length === 2) name(plan, entry.fullUrl, request.path.join('/'));
  }
  const creates = entries.map((_, i) => i).filter(isCreate);
  const isPatient = (i: number) => requests[i]?.path[0] === 'Patient';
  const holders = await holdersAmong(session, creates.map((i) => requests[i]?.body).filter(isResource));
  for (const i of [...creates.filter(isPatient), ...creates.filter((i) => !isPatient(i))]) {
    const request = requests[i] as FhirRequest;
    try {
      await planCreate(session, plan, holders, request, i, entries[i]?.fullUrl);
    } catch (error) {
      throw atEntry(error, i);
    }
  }
  for (const [fullUrl, reference] of plan.names) {
    const organisation = session.beside?.get(fullUrl);
    if (organisation !== undefined) session.beside?.set(reference, organisation);
  }
  return plan;
}

async function planCreate(
  session: Session,
  plan: Plan,
  holders: ReadonlyMap<FhirResource, string>,
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
    const message = 'More than one resource meets the criteria of ifNoneExist.';
    const existing = await soleMatch(session, type, criteria, 'ifNoneExist', { message });
    if (existing) {
      name(plan, fullUrl, existing.reference);
      plan.answers.set(index, answerExisting(existing));
      return;
    }
  }
  const holder = holders.get(resource);
  if (holder !== undefined && !plan.deleted.has(holder)) {
    plan.holders.set(index, holder);
    name(plan, fullUrl, holder);
    return;
  }
  const key = await placeOf(session, plan, resource);
  const id = newId(key, session.now);
  plan.places.set(index, { key, id });
  if (type === 'Patient') plan.patients.set(`Patient/${id}`, key);
  name(plan, fullUrl, `${type}/${id}`);
}

/** A body that is none is refused later, at its entry. */
function isResource(body: unknown): body is FhirResource {
  return typeof (body as { resourceType?: unknown } | null | undefined)?.resourceType === 'string';
}

/** Its patient's compartment, which may be one that this Bundle is about to make. */
async function placeOf(session: Session, plan: Plan, resource: FhirResource): Promise<number> {
  const { resourceType: type } = resource;
  if (type === 'Patient') {
    const known = identifiersOf(resource.identifier);
    return known.length > 0 ? session.record.home(type, known) : newPatientKey();
  }
  if (!isPatientOwned(type) && type !== 'Provenance') return 0;
  const resolved = withOwnReferences(resolve(resource, plan.names, session) as FhirResource, session.base);
  const subject = resolved as {
    subject?: { reference?: string };
    patient?: { reference?: string };
    for?: { reference?: string };
  };
  const reference = (subject.subject ?? subject.patient ?? subject.for)?.reference;
  return plan.patients.get(reference ?? '') ?? placeFor(session, resolved, undefined);
}

function name(plan: Plan, fullUrl: string | undefined, reference: string) {
  if (fullUrl) plan.names.set(fullUrl, reference);
}

async function runEntry(session: Session, request: FhirRequest, plan: Plan, index: number): Promise<FhirAnswer> {
  const body =
    request.body === undefined || request.method === 'PATCH'
      ? request.body
      : await resolveAll(session, request.body, plan.names);
  const holder = plan.holders.get(index);
  if (holder !== undefined) return answerExisting(await firstOf(session, holder, body as FhirResource));
  const place = plan.places.get(index);
  if (place === undefined) return dispatch(session, { ...request, ...(body === undefined ? {} : { body }) });
  const resource = resourceOf({ ...request, body }, request.path[0] as string);
  return answerWritten(await accept(session, resource, { interaction: 'create', expected: 0, placed: place }));
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
