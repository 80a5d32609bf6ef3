import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { JsonFault, parseExact } from '../../fhir/exact-json.ts';
import type { Messaging } from '../../messaging/messaging.ts';
import { renamed } from '../../messaging/neighbours/compose.ts';
import {
  type DeadLetter,
  deadLetters,
  discard,
  letterChange,
  replay,
  setPaused,
  standings,
} from '../../messaging/operate.ts';
import type { Store } from '../../store/store.ts';
import { shortDateTime } from '../dates.ts';
import { refuseForeignForm } from '../foreign-form.ts';
import { type Page, PageFault, type Redirect } from '../page.ts';
import { partiesOf } from './ways.ts';

/** The longest message that a form sends back. */
const LONGEST_EDIT = 4_000_000;
const DEEPEST = 64;
const LIST = '/deliveries';

/** What the operator's pages work with. */
export interface OperatorSite {
  store: Store;
  config: Config;
  messaging: Messaging;
  send(reply: FastifyReply, page: Page): FastifyReply;
}

/** Serves `/deliveries`: who is told of what is written, how that goes, and what was refused. */
export function deliveriesPages(app: FastifyInstance, site: OperatorSite): void {
  const answer = (reply: FastifyReply, made: Page | Redirect) => {
    reply.header('Cache-Control', 'no-store');
    return 'redirect' in made ? reply.redirect(made.redirect, 303) : site.send(reply, made);
  };
  app.get(LIST, async (_request, reply) => answer(reply, await listPage(site)));
  app.get(`${LIST}.json`, async (_request, reply) => {
    const parties = partiesOf(site.config, await standings(site.store.db), Date.now());
    const refused = await deadLetters(site.store.db);
    return reply.header('Cache-Control', 'no-store').send({ parties, refused });
  });
  app.get(`${LIST}/message`, async (request, reply) =>
    answer(reply, await messagePage(site, await letterOf(site, request))),
  );
  app.post(`${LIST}/pause`, async (request, reply) => answer(reply, await pause(site, request)));
  app.post(`${LIST}/message`, { bodyLimit: LONGEST_EDIT }, async (request, reply) =>
    answer(reply, await settle(site, request)),
  );
}

async function listPage({ store, config }: OperatorSite): Promise<Page> {
  const parties = partiesOf(config, await standings(store.db), Date.now()).map((party) => ({
    ...party,
    ways: party.ways.map((way) => ({ ...way, last: shortDateTime(way.lastSuccess) })),
  }));
  const letters = (await deadLetters(store.db)).map((each) => ({
    ...each,
    ...inWords(each),
    when: shortDateTime(each.at),
    href: `${LIST}/message?${new URLSearchParams({ to: each.to, which: each.which })}`,
  }));
  const refused = letters.filter(({ state }) => state === 'refused');
  const discarded = letters.filter(({ state }) => state === 'discarded');
  return { view: 'deliveries', title: 'Deliveries', model: { parties, refused, discarded } };
}

/** Whom a dead letter is for, and what it is about, without what only programs read. */
function inWords({ to, about }: DeadLetter): { whom: string; what: string } {
  const [, name, kind] = /^neighbour\/([^/]+)\/(\w+)$/.exec(to) ?? [];
  const [, type, id = '', version] = /^([A-Za-z]+)\/(.+)\/_history\/(\d+)$/.exec(about) ?? [];
  return {
    whom: kind === undefined ? to : kind === 'fetch' ? `here, from ${name}` : `${name}`,
    what: type === undefined ? about : `${type} …${id.slice(-5)}, version ${version}`,
  };
}

async function pause({ store, messaging }: OperatorSite, request: FastifyRequest): Promise<Redirect> {
  refuseForeignForm(request);
  const form = request.body as FormData;
  const names = form
    .getAll('name')
    .map(String)
    .filter((each) => /^[\w./-]{1,200}$/.test(each));
  const what = form.get('do');
  if (names.length === 0 || (what !== 'pause' && what !== 'resume')) throw unreadable();
  await setPaused(store.db, names, what === 'pause');
  messaging.attend();
  return { redirect: LIST };
}

async function letterOf({ store }: OperatorSite, request: FastifyRequest): Promise<DeadLetter> {
  const { to, which } = request.query as { to?: unknown; which?: unknown };
  const isText = (text: unknown): text is string =>
    typeof text === 'string' && !text.includes('\0') && text.length < 2000;
  const [letter] = isText(to) && isText(which) ? await deadLetters(store.db, to, which) : [];
  if (letter !== undefined) return letter;
  throw new PageFault(
    404,
    'No such message here',
    'It was sent again or is not there any more. See the list of deliveries.',
  );
}

interface Edit {
  text: string;
  fault: { field: string; text: string } | undefined;
}

async function messagePage({ store, messaging }: OperatorSite, letter: DeadLetter, edit?: Edit): Promise<Page> {
  const change = await letterChange(store.db, letter.to, letter.which);
  const composed = change && (await messaging.neighbours.message(letter.to, change));
  const model = {
    ...{
      letter,
      ...inWords(letter),
      when: shortDateTime(letter.at),
      fault: edit?.fault,
      isOld: change?.isOld ?? false,
    },
    message: edit?.text ?? change?.edited ?? composed,
    isEdited: change !== undefined && change.edited !== null,
    resource: change && `/resources/${change.type}/${change.id}/versions/${change.version}`,
    action: `${LIST}/message?${new URLSearchParams({ to: letter.to, which: letter.which })}`,
  };
  const title = `${edit?.fault ? 'Error: ' : ''}Refused: ${model.what}`;
  return { view: 'delivery', title, model, ...(edit?.fault ? { status: 400 } : {}) };
}

/** Sends a dead letter again, as it was or as it was edited, or gives it up. */
async function settle(site: OperatorSite, request: FastifyRequest): Promise<Page | Redirect> {
  refuseForeignForm(request);
  const { store, messaging } = site;
  const letter = await letterOf(site, request);
  const form = request.body as FormData;
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' && !value.includes('\0') ? value.replace(/\r\n/g, '\n').trim() : '';
  };
  const again = (text: string, at: string, fault: string) =>
    messagePage(site, letter, { text, fault: { field: at, text: fault } });
  const message = field('message');
  if (form.get('do') === 'discard') {
    const reason = field('reason').slice(0, 500);
    if (reason === '') return again(message, 'reason', 'Say why it is given up');
    await discard(store.db, letter, reason);
    return { redirect: LIST };
  }
  if (form.get('do') !== 'replay') throw unreadable();
  const change = await letterChange(store.db, letter.to, letter.which);
  const before = change && (change.edited ?? (await messaging.neighbours.message(letter.to, change)));
  const isEdited = message !== '' && before !== undefined && message !== before.trim();
  if (isEdited) {
    const fault = faultIn(message);
    if (fault !== undefined) return again(message, 'message', fault);
  }
  await replay(store.db, letter, isEdited ? renamed(message) : undefined);
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

function unreadable(): PageFault {
  return new PageFault(400, 'The form cannot be read', 'Go back and try again.');
}
