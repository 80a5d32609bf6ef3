import type { FastifyRequest } from 'fastify';
import { JsonFault, parseExact } from '../../fhir/exact-json.ts';
import {
  discard,
  type Letter,
  type LetterState,
  letterAt,
  letterChange,
  lettersOf,
  replay,
  replayRefused,
} from '../../messaging/letters.ts';
import { renamed } from '../../messaging/neighbours/compose.ts';
import type { Problem } from '../orders/work-visit.ts';
import { type Page, PageFault, type Redirect } from '../page.ts';
import {
  LETTER_LISTS,
  letterRow,
  lettersAddress,
  subscriptionAddress,
  subscriptionOf,
  whomWords,
} from './letter-words.ts';
import {
  LIST,
  missingIn,
  type OperatorForm,
  type OperatorSite,
  queryText,
  readOperatorForm,
  unreadable,
} from './operator-form.ts';

const DEEPEST = 64;
/** Letters on a page. */
const SHOWN = 50;

/** Which letters an address asks for. @throws PageFault 404 for a state that there is not */
export function askedLetters(request: FastifyRequest): {
  state: LetterState;
  to: string | undefined;
  after: string | undefined;
} {
  const state = queryText(request, 'state') ?? '';
  if (!Object.hasOwn(LETTER_LISTS, state)) {
    throw new PageFault(404, 'There is no such list', 'Go to the page of deliveries, and choose there.');
  }
  return { state: state as LetterState, to: queryText(request, 'to'), after: queryText(request, 'after') };
}

/** All letters of a state, a page at a time. */
export async function lettersPage(
  { store }: OperatorSite,
  request: FastifyRequest,
  problems: readonly Problem[] = [],
): Promise<Page> {
  const { state, to, after } = askedLetters(request);
  const { letters, next } = await lettersOf(store.db, state, { to, after, limit: SHOWN });
  const { heading, says } = LETTER_LISTS[state];
  const title = to === undefined ? heading : `${heading}: ${whomWords(to)}`;
  return {
    view: 'delivery-letters',
    title: `${problems.length > 0 ? 'Error: ' : ''}${title}`,
    model: {
      ...{ heading: title, says, state, to, problems, rows: letters.map(letterRow) },
      newest: after === undefined ? undefined : lettersAddress(state, { to }),
      older: next === undefined ? undefined : lettersAddress(state, { to, after: next }),
      action: lettersAddress(state, { to }),
      maySendAll: state === 'refused' && to !== undefined && letters.length > 0,
    },
    ...(problems.length > 0 ? { status: 400 } : {}),
  };
}

/** Sends again all that one receiver refused. */
export async function sendAllAgain(site: OperatorSite, request: FastifyRequest): Promise<Page | Redirect> {
  const form = readOperatorForm(request);
  const { state, to } = askedLetters(request);
  if (state !== 'refused' || to === undefined || form.field('do') !== 'replay-all') throw unreadable();
  const missing = missingIn(form);
  if (missing.length > 0) return lettersPage(site, request, missing);
  await replayRefused(site.store.db, to, { by: form.by, why: form.why || undefined });
  site.messaging.attend();
  return { redirect: LIST };
}

/** The letter that an address names. @throws PageFault 404 */
export async function letterAsked({ store }: OperatorSite, request: FastifyRequest): Promise<Letter> {
  const [to, which] = [queryText(request, 'to'), queryText(request, 'which')];
  const letter = to === undefined || which === undefined ? undefined : await letterAt(store.db, to, which);
  if (letter !== undefined) return letter;
  throw new PageFault(
    404,
    'No such message here',
    'It was sent again or is not there any more. See the list of deliveries.',
  );
}

/** One letter, and what may be done about it. */
export async function letterPage(
  { store, messaging }: OperatorSite,
  letter: Letter,
  problems: readonly Problem[] = [],
  form?: OperatorForm,
): Promise<Page> {
  const change = await letterChange(store.db, letter);
  const composed = change && (await messaging.neighbours.message(letter.to, change));
  const subscription = subscriptionOf(letter.to);
  const row = letterRow(letter);
  const model = {
    ...{ row, problems, by: form?.by, why: form?.why, heading: LETTER_LISTS[letter.state].one },
    isOld: change?.isOld ?? false,
    message: composed && (form?.field('message') || (change?.edited ?? composed)),
    isEdited: change !== undefined && change.edited !== null,
    resource: change && `/resources/${change.type}/${change.id}/versions/${change.version}`,
    subscription: subscription && subscriptionAddress(subscription),
  };
  const title = `${problems.length > 0 ? 'Error: ' : ''}${model.heading}: ${row.what}`;
  return { view: 'delivery', title, model, ...(problems.length > 0 ? { status: 400 } : {}) };
}

/** Sends a letter again, as it was or as it was edited, or gives it up. */
export async function settleLetter(site: OperatorSite, request: FastifyRequest): Promise<Page | Redirect> {
  const form = readOperatorForm(request);
  const { store, messaging } = site;
  const letter = await letterAsked(site, request);
  const { by, why } = form;
  const again = (problems: readonly Problem[]) => letterPage(site, letter, problems, form);
  if (form.field('do') === 'discard') {
    const missing = missingIn(form, 'Say why it is given up');
    if (missing.length > 0) return again(missing);
    await discard(store.db, letter, { by, why });
  } else if (form.field('do') === 'replay') {
    const message = form.field('message');
    const change = await letterChange(store.db, letter);
    const composed = change && (await messaging.neighbours.message(letter.to, change));
    const before = composed && (change?.edited ?? composed);
    const isEdited = message !== '' && before !== undefined && message !== before.trim();
    const fault = isEdited ? faultIn(message) : undefined;
    const problems = missingIn(form, isEdited ? 'Say why it is sent otherwise than it was' : undefined);
    if (fault !== undefined) problems.unshift({ field: 'message', text: fault });
    if (problems.length > 0) return again(problems);
    await replay(store.db, letter, { by, why: why || undefined }, isEdited ? renamed(message) : undefined);
  } else throw unreadable();
  messaging.attend();
  return { redirect: LIST };
}

function faultIn(text: string): string | undefined {
  try {
    const value = parseExact(text, DEEPEST) as { resourceType?: unknown } | null;
    return typeof value?.resourceType === 'string'
      ? undefined
      : 'The message must be a FHIR resource, with a resourceType';
  } catch (error) {
    if (error instanceof JsonFault) return `The message must be JSON: ${error.message}`;
    throw error;
  }
}
