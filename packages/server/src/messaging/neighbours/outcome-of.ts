import type { Bundle, FhirResource, MessageHeader, OperationOutcome } from 'fhir/r4';
import type { Outcome } from '../subscriber.ts';
import type { NeighbourAnswer } from './client.ts';

/** Statuses that say "not now", or that an administrator has to put right without the message changing. */
const LATER: ReadonlySet<number> = new Set([401, 403, 407, 408, 421, 423, 425, 429]);
/** The door is not there: an address is wrong, or a proxy does not know the server yet. No message is to blame. */
const NO_DOOR: ReadonlySet<number> = new Set([404, 405]);
const LONGEST_REASON = 2000;

/** The same of a neighbour, whose base the site can put right: nothing is given up because of that. */
export function neighbourOutcome(answer: NeighbourAnswer, { base }: { base: string }): Outcome {
  if (!NO_DOOR.has(answer.status)) return outcomeOf(answer);
  return { outcome: 'later', reason: `Is ${base} its FHIR base? ${reasonIn(answer)}` };
}

/** What an answer to something sent means: taken, never to be taken as it is, or to be tried again. */
export function outcomeOf(answer: NeighbourAnswer): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return responseOutcome(answer);
  const reason = reasonIn(answer);
  if (status >= 400 && status < 500 && !LATER.has(status)) return { outcome: 'refused', reason };
  const seconds = retryAfter(answer.headers['retry-after']);
  // A server that answers so is there, and stumbles over this one.
  const onlyThis = status === 500 ? { onlyThis: true } : {};
  return { outcome: 'later', reason, ...onlyThis, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) };
}

/** A message's response may say in a good envelope that the message was not taken. */
function responseOutcome({ resource }: NeighbourAnswer): Outcome {
  if (resource?.resourceType !== 'Bundle' || resource.type !== 'message') return { outcome: 'delivered' };
  const resources = (resource.entry ?? []).flatMap((each) =>
    each.resource === undefined ? [] : [each.resource as FhirResource],
  );
  const header = resources[0] as MessageHeader | undefined;
  const code = header?.resourceType === 'MessageHeader' ? header.response?.code : undefined;
  if (code === undefined || code === 'ok') return { outcome: 'delivered' };
  const outcomes = resources.filter((each) => each.resourceType === 'OperationOutcome');
  const reason = outcomes.map(sentences).join(' ').slice(0, LONGEST_REASON) || `The message's response is ${code}.`;
  return { outcome: code === 'transient-error' ? 'later' : 'refused', reason };
}

/** The status, and what the answer says in words. */
export function reasonIn({ status, resource, text }: NeighbourAnswer): string {
  const said = resource === undefined ? '' : saidIn(resource);
  const words =
    said ||
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 200);
  return `${status}${words === '' ? '' : ` ${words}`}`.slice(0, LONGEST_REASON);
}

function saidIn(resource: FhirResource): string {
  if (resource.resourceType === 'OperationOutcome') return sentences(resource);
  if (resource.resourceType !== 'Bundle') return '';
  const entries = (resource as Bundle).entry ?? [];
  const outcomes = entries.flatMap(({ resource: each, response }) => [each, response?.outcome]) as FhirResource[];
  return outcomes.flatMap((each) => (each?.resourceType === 'OperationOutcome' ? [sentences(each)] : [])).join(' ');
}

function sentences({ issue }: OperationOutcome): string {
  const errors = issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal') ?? [];
  return (errors.length > 0 ? errors : (issue ?? []))
    .map(({ diagnostics, details, code, expression }) => {
      const where = expression?.[0] === undefined ? '' : `${expression[0]}: `;
      return `${where}${diagnostics ?? details?.text ?? details?.coding?.[0]?.display ?? code}`;
    })
    .join(' ');
}

/** @returns seconds; undefined where the header says nothing that can be read */
function retryAfter(value: string | string[] | undefined): number | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) : undefined;
}
