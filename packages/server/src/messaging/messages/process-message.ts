import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';
import { examine, withRemarks } from '../../fhir/conformance.ts';
import { Refusal, refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { organisationsIn, sendersOf } from '../../fhir/sender.ts';
import { businessKeys, holdersOf } from '../../store/claims.ts';
import type { Findings } from '../../store/findings.ts';
import { type Received, receive } from '../receiving/receive.ts';
import { rememberMistakes } from '../receiving/seen.ts';
import { type FirstAnswer, firstAnswer, keepAnswer } from './answers.ts';
import type { Message } from './read-message.ts';
import { responseTo } from './response.ts';

/**
 * Takes a message: files what it brings and answers, in one transaction; or notes what it tells of. The same message
 * again gets the first answer, word for word, for as long as that is kept; while the first is under way it waits for it.
 * @returns the JSON of the message that answers it
 * @throws Refusal where it is not taken: nothing of it is kept then
 */
export async function processMessage(session: Session, message: Message): Promise<string> {
  session.beside = organisationsIn(message.bundle.entry ?? []);
  session.sender = sendersOf(message.header, session.beside)[0];
  if (message.incoming.length === 0) return notified(session, message);
  try {
    return await session.atomically((inside) => filed(inside, message));
  } catch (error) {
    if (error instanceof Refusal) {
      const resources = message.incoming.map(({ resource }) => resource);
      await rememberMistakes(session.record.q, resources, message.from, session.now);
    }
    throw error;
  }
}

async function filed(session: Session, message: Message): Promise<string> {
  const { identifier, incoming, from, bundle } = message;
  if (identifier !== undefined) await session.record.lock(`message ${from.source}|${identifier}`);
  const before = await answeredBefore(session, message);
  if (before !== undefined) return before;
  const findings = await examine(session, bundle);
  const received = await receive(session, incoming, { ...from, examined: true });
  return answered(session, message, outcomeOf(message, received, findings));
}

/** What there is news of is to be fetched; that is remembered by whoever fetches it. */
async function notified(session: Session, message: Message): Promise<string> {
  const before = await answeredBefore(session, message);
  if (before !== undefined) return before;
  const findings = await examine(session, message.bundle);
  const { source } = message.header;
  if (!(await session.messaging?.notified(source, message.told))) {
    const who = [source.endpoint, source.name].filter((each) => each !== undefined).join(', ');
    throw refuse(
      422,
      'not-supported',
      `The message tells that there is something, and its source (${who.slice(0, 300)}) is no neighbour of this server, by base or by name, from whom it could be fetched. Send what it is about, or ask the site to add the source to its neighbours.`,
      { expression: 'Bundle.entry[0].resource.source' },
    );
  }
  return answered(session, message, outcomeOf(message, [], findings));
}

/** @throws Refusal 409 where the name is that of a message that told something else */
async function answeredBefore(session: Session, message: Message): Promise<string | undefined> {
  const { identifier, from, content } = message;
  if (identifier === undefined) return undefined;
  const first = await firstAnswer(session.record.q, from.source, identifier);
  if (first === undefined) return undefined;
  if (first.content === content) return first.answer ?? takenLongAgo(session, message, first);
  throw refuse(
    409,
    'duplicate',
    'A message with this Bundle.identifier was taken before, and told something else. A message that is sent again says the same; another has an identifier of its own.',
    { expression: 'Bundle.identifier', rule: 'R-253' },
  );
}

async function answered(session: Session, message: Message, details: OperationOutcome): Promise<string> {
  const { identifier, from, content } = message;
  const answer = JSON.stringify(responseTo(session, message, 'ok', details));
  if (identifier === undefined) return answer;
  const { q } = session.record;
  if (await keepAnswer(q, from.source, identifier, { content, answer })) return answer;
  return (await firstAnswer(q, from.source, identifier))?.answer ?? answer;
}

/**
 * The answer to a message that was taken when the words of the first answer are not kept any more. It is not filed anew:
 * what it brought may have been changed, completed or withdrawn since, and a message that says no time, or a resource
 * without a business key, would be taken for news.
 */
async function takenLongAgo(session: Session, message: Message, { at }: FirstAnswer): Promise<string> {
  const issue: OperationOutcomeIssue[] = [
    {
      ...{ severity: 'information', code: 'informational' },
      diagnostics: `The message was taken at ${at}, and is the same. Nothing was done now. The words of the first answer are not kept any more.`,
    },
  ];
  for (const { resource, at: place = 'Bundle' } of message.incoming) {
    const holders = await holdersOf(session.record.q, resource.resourceType, businessKeys(resource));
    for (const id of new Set(holders.map((each) => each.id))) {
      const diagnostics = `It is here as ${resource.resourceType}/${id}.`;
      issue.push({ severity: 'information', code: 'informational', diagnostics, expression: [place] });
    }
  }
  return JSON.stringify(responseTo(session, message, 'ok', { resourceType: 'OperationOutcome', issue }));
}

const DID: Readonly<Record<Received['did'], string>> = {
  created: 'Created',
  updated: 'Updated',
  same: 'Nothing new: it is here already',
  older: 'Not changed: a newer version came before',
  known: 'Not changed: it went along, and is known here',
};

/** What became of each resource, and what there is to say of them. */
function outcomeOf({ warnings, told }: Message, received: readonly Received[], findings: Findings | undefined) {
  const issue: OperationOutcomeIssue[] = received.flatMap(({ at, reference, did, warnings: own }) => [
    {
      severity: 'information',
      code: 'informational',
      diagnostics: `${DID[did]}${reference === undefined ? '' : ` as ${reference}`}.`,
      expression: [at],
    },
    ...own.map((diagnostics) => warning(diagnostics, at)),
  ]);
  for (const { type } of told) {
    issue.push({ severity: 'information', code: 'informational', diagnostics: `Noted: the ${type} will be fetched.` });
  }
  issue.push(...warnings.map((each) => warning(each)));
  issue.push(...(withRemarks({ status: 200, ...(findings === undefined ? {} : { findings }) })?.issue ?? []));
  return { resourceType: 'OperationOutcome' as const, issue };
}

function warning(diagnostics: string, at?: string): OperationOutcomeIssue {
  const [, rule] = /^([A-Z]+-\d+[a-z]?): /.exec(diagnostics) ?? [];
  return {
    severity: 'warning',
    code: 'business-rule',
    ...(rule === undefined ? {} : { details: { coding: [{ system: 'urn:concord:rule', code: rule }] } }),
    diagnostics: rule === undefined ? diagnostics : diagnostics.slice(rule.length + 2),
    ...(at === undefined ? {} : { expression: [at] }),
  };
}
