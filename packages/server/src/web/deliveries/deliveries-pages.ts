import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type LetterState, lettersOf } from '../../messaging/letters.ts';
import { setPaused, standings } from '../../messaging/operate.ts';
import { shortDateTime } from '../dates.ts';
import type { Page, Redirect } from '../page.ts';
import type { Tag } from '../words.ts';
import { LETTER_LISTS, letterRow, lettersAddress, subscriptionOf } from './letter-words.ts';
import { askedLetters, letterAsked, letterPage, lettersPage, sendAllAgain, settleLetter } from './letters-pages.ts';
import { LIST, type OperatorSite, readOperatorForm, unreadable } from './operator-form.ts';
import { changeSubscription, subscriptionPage } from './subscription-page.ts';
import { subscriptionsHere, withSubscriptions } from './subscriptions-here.ts';
import { partiesOf } from './ways.ts';

/** The longest message that a form sends back. */
const LONGEST_EDIT = 4_000_000;
/** Letters of a state on the first page; the rest have pages of their own. */
const SHOWN = 20;
/** Letters that a program is given at a time. */
const SENT = 200;

/** Serves `/deliveries`: who is told of what is written, how that goes, and what was refused. */
export function deliveriesPages(app: FastifyInstance, site: OperatorSite): void {
  const answer = (reply: FastifyReply, made: Page | Redirect) => {
    reply.header('Cache-Control', 'no-store');
    return 'redirect' in made ? reply.redirect(made.redirect, 303) : site.send(reply, made);
  };
  const tell = (reply: FastifyReply, made: object) => reply.header('Cache-Control', 'no-store').send(made);
  const get = (path: string, make: (request: FastifyRequest) => Promise<Page>) =>
    app.get(`${LIST}${path}`, async (request, reply) => answer(reply, await make(request)));
  const post = (path: string, make: (request: FastifyRequest) => Promise<Page | Redirect>, options: object = {}) =>
    app.post(`${LIST}${path}`, options, async (request, reply) => answer(reply, await make(request)));

  get('', () => listPage(site));
  get('/letters', (request) => lettersPage(site, request));
  get('/message', async (request) => letterPage(site, await letterAsked(site, request)));
  get('/subscription', (request) => subscriptionPage(site, request));
  post('/pause', (request) => pause(site, request));
  post('/letters', (request) => sendAllAgain(site, request));
  post('/message', (request) => settleLetter(site, request), { bodyLimit: LONGEST_EDIT });
  post('/subscription', (request) => changeSubscription(site, request));
  app.get(`${LIST}.json`, async (_request, reply) => tell(reply, await deliveries(site)));
  app.get(`${LIST}/letters.json`, async (request, reply) => {
    const { state, to, after } = askedLetters(request);
    return tell(reply, await lettersFor(site, state, to, after));
  });
}

/** Everything, for programs: of letters the first page of each state, with the address of the next. */
async function deliveries(site: OperatorSite): Promise<object> {
  const parties = partiesOf(site.config, await standings(site.store.db), Date.now());
  const states = ['failing', 'refused', 'discarded'] as const;
  const [failing, refused, discarded] = await Promise.all(states.map((state) => lettersFor(site, state)));
  const next = { failing: failing?.next, refused: refused?.next, discarded: discarded?.next };
  return {
    ...{ parties, failing: failing?.letters, refused: refused?.letters, discarded: discarded?.letters, next },
  };
}

async function lettersFor({ store }: OperatorSite, state: LetterState, to?: string, after?: string) {
  const { letters, next } = await lettersOf(store.db, state, { to, after, limit: SENT });
  const address = next && lettersAddress(state, { to, after: next }).replace('/letters?', '/letters.json?');
  return { letters, ...(address === undefined ? {} : { next: address }) };
}

async function listPage({ store, config }: OperatorSite): Promise<Page> {
  const here = await subscriptionsHere(store);
  const known = withSubscriptions(await standings(store.db), here);
  const parties = partiesOf(config, known, Date.now()).map((party) => ({
    ...party,
    ways: party.ways.map((way) => ({
      ...way,
      state: isGone(way.name, here) ? GONE : way.state,
      last: shortDateTime(way.lastSuccess),
      failingAt: way.failing > 0 ? lettersAddress('failing', { to: way.name }) : undefined,
      refusedAt: way.refused > 0 ? lettersAddress('refused', { to: way.name }) : undefined,
      subscription: here.get(way.name),
    })),
  }));
  const lists = await Promise.all(
    (['refused', 'discarded'] as const).map(async (state) => {
      const { letters, next } = await lettersOf(store.db, state, { limit: SHOWN });
      const all = next === undefined ? undefined : lettersAddress(state);
      return { state, ...LETTER_LISTS[state], rows: letters.map(letterRow), all };
    }),
  );
  const [refused, discarded] = lists;
  return { view: 'deliveries', title: 'Deliveries', model: { parties, refused, discarded } };
}

const GONE: Tag = { text: 'Deleted', colour: 'grey' };

/** What was for a Subscription that was deleted was given up then. */
function isGone(name: string, here: ReadonlyMap<string, unknown>): boolean {
  return subscriptionOf(name) !== undefined && !here.has(name);
}

async function pause({ store, messaging }: OperatorSite, request: FastifyRequest): Promise<Redirect> {
  const form = readOperatorForm(request);
  const names = form.all('name').filter((each) => /^[\w./-]{1,200}$/.test(each));
  const what = form.field('do');
  if (names.length === 0 || (what !== 'pause' && what !== 'resume')) throw unreadable();
  await setPaused(store.db, names, what === 'pause');
  messaging.attend();
  return { redirect: LIST };
}
