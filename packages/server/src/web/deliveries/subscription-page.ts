import type { FastifyRequest } from 'fastify';
import type { Provenance, Subscription } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { Refusal } from '../../fhir/refusal.ts';
import { NO_ADDRESS, openSession } from '../../fhir/session.ts';
import { type Amender, amend, type Telling, tellingOf } from '../../messaging/subscriptions/amend.ts';
import { BACKPORT } from '../../messaging/subscriptions/canonicals.ts';
import { CONTENT_LEVELS, extensionsOf } from '../../messaging/subscriptions/channel.ts';
import { isTopicUrl } from '../../messaging/subscriptions/interest.ts';
import { isMasked } from '../../messaging/subscriptions/secrets.ts';
import { parseSearch } from '../../search/parse.ts';
import { find } from '../../search/search.ts';
import type { Row } from '../../store/stored.ts';
import { RaceLost } from '../../store/write.ts';
import { shortDateTime } from '../dates.ts';
import { conflictPage } from '../orders/conflict-page.ts';
import type { Problem } from '../orders/work-visit.ts';
import { type Page, PageFault, type Redirect } from '../page.ts';
import { changesBetween } from '../version-changes.ts';
import { lettersAddress, subscriptionAddress } from './letter-words.ts';
import {
  missingIn,
  type OperatorForm,
  type OperatorSite,
  queryText,
  readOperatorForm,
  unreadable,
} from './operator-form.ts';
import { STATUS_TAGS } from './subscriptions-here.ts';

/** Changes by operators that are shown. */
const SHOWN = 20;
/** What the server sets by itself: no operator's change is lost to it. */
const OF_THE_SERVER = /^(status|error|meta\..*)$/;

const PAYLOADS = {
  topic: [
    { code: 'application/fhir+json', words: 'FHIR JSON' },
    { code: 'application/fhir+xml', words: 'FHIR XML' },
  ],
  search: [
    { code: '', words: 'Nothing: an empty POST' },
    { code: 'application/fhir+json', words: 'The resource, as FHIR JSON' },
    { code: 'application/fhir+xml', words: 'The resource, as FHIR XML' },
  ],
  event: [
    { code: 'application/json', words: 'A CloudEvent' },
    { code: 'application/fhir+json', words: 'A FHIR signal' },
  ],
} as const;

const CONTENT_WORDS: { readonly [level: string]: string } = {
  empty: 'That there was something',
  'id-only': 'What it is about',
  'full-resource': 'The version itself',
};

/** How a Subscription is told, to be looked at and changed. */
export async function subscriptionPage(
  site: OperatorSite,
  request: FastifyRequest,
  form?: { telling: Telling; problems: readonly Problem[]; sent: OperatorForm; status?: number },
): Promise<Page> {
  const { row, resource } = await subscriptionAt(site, request);
  const { status, error, reason, criteria } = resource;
  const telling = form?.telling ?? tellingOf(resource);
  const filters = extensionsOf(resource._criteria).filter(({ url }) => url === BACKPORT.filter);
  const problems = form?.problems ?? [];
  const name = `Subscription/${row.id}`;
  return {
    view: 'delivery-subscription',
    title: `${problems.length > 0 ? 'Error: ' : ''}${name}`,
    status: form?.status ?? (problems.length > 0 ? 400 : 200),
    model: {
      ...{ name, reason, criteria, error, problems, version: row.version, action: subscriptionAddress(row.id) },
      ...{ tag: STATUS_TAGS[status], isOff: status === 'off', isSocket: resource.channel.type === 'websocket' },
      ...{ by: form?.sent.by, why: form?.sent.why, endpoint: telling.endpoint, header: telling.header.join('\n') },
      ...{ payload: telling.payload ?? '', payloads: payloadsFor(resource), content: telling.content },
      contents: CONTENT_LEVELS.map((code) => ({ code, words: CONTENT_WORDS[code] })),
      isTopic: styleOf(resource) === 'topic',
      filters: filters.map(({ valueString }) => valueString),
      changes: await changesOf(site, row.id),
      history: `/resources/${name}`,
      failing: lettersAddress('failing', { to: name }),
      refused: lettersAddress('refused', { to: name }),
      isDone: form === undefined && queryText(request, 'done') !== undefined,
    },
  };
}

/** Writes what an operator set. */
export async function changeSubscription(site: OperatorSite, request: FastifyRequest): Promise<Page | Redirect> {
  const sent = readOperatorForm(request);
  const { row, resource } = await subscriptionAt(site, request);
  const telling = read(sent, resource);
  const problems = [...missingIn(sent, 'Say why it is changed'), ...maskedElsewhere(tellingOf(resource), telling)];
  if (problems.length > 0) return subscriptionPage(site, request, { telling, problems, sent });
  const changed = await changedMeanwhile(site, row, sent);
  if (changed !== undefined) return changed;
  try {
    await amend(sessionOf(site), row, telling, sent satisfies Amender);
  } catch (error) {
    if (error instanceof RaceLost) return changeSubscription(site, request);
    if (!(error instanceof Refusal)) throw error;
    return subscriptionPage(site, request, { telling, problems: problemsIn(error), sent, status: 422 });
  }
  return { redirect: `${subscriptionAddress(row.id)}&done=1` };
}

async function subscriptionAt(
  { store }: OperatorSite,
  request: FastifyRequest,
): Promise<{ row: Row; resource: Subscription }> {
  const row = await store.record.read('Subscription', queryText(request, 'id') ?? '');
  if (!row?.content) {
    throw new PageFault(
      404,
      'There is no such Subscription here',
      'It may have been deleted. See the list of deliveries.',
    );
  }
  return { row, resource: parseExact(row.content, Number.POSITIVE_INFINITY) as Subscription };
}

function styleOf({ criteria, channel }: Subscription): keyof typeof PAYLOADS {
  if (channel.type === 'message') return 'event';
  return isTopicUrl(criteria) ? 'topic' : 'search';
}

/** The choices, and what it has where that is written otherwise: nothing is changed that nobody chose. */
function payloadsFor(resource: Subscription): readonly { readonly code: string; readonly words: string }[] {
  const usual = PAYLOADS[styleOf(resource)];
  const { payload = '' } = tellingOf(resource);
  return usual.some(({ code }) => code === payload) ? usual : [{ code: payload, words: payload }, ...usual];
}

function read(sent: OperatorForm, resource: Subscription): Telling {
  const isSocket = resource.channel.type === 'websocket';
  const header = sent.field('header').split('\n');
  return {
    endpoint: isSocket ? undefined : sent.field('endpoint'),
    header: header.map((line) => line.trim()).filter((line) => line !== ''),
    payload: sent.field('payload') || undefined,
    content: styleOf(resource) === 'topic' ? sent.field('content') : tellingOf(resource).content,
  };
}

/** A secret that was given to one server is not sent to another because its value was left masked. */
function maskedElsewhere(before: Telling, now: Telling): Problem[] {
  const origin = ({ endpoint }: Telling) => (endpoint === undefined ? undefined : URL.parse(endpoint)?.origin);
  if (origin(before) === origin(now) || !now.header.some(isMasked)) return [];
  return [{ field: 'header', text: 'The address is of another server: type the values of the headers for it' }];
}

async function changedMeanwhile({ store }: OperatorSite, row: Row, sent: OperatorForm): Promise<Page | undefined> {
  const version = sent.field('version');
  if (!/^[1-9]\d{0,8}$/.test(version)) throw unreadable();
  const seen = await store.record.readVersion('Subscription', row.id, Number(version));
  if (seen?.content == null) throw unreadable();
  const [before, after] = [seen.content, row.content as string].map((text) => JSON.parse(text) as object);
  const changes = changesBetween(before as object, after as object).filter(({ path }) => !OF_THE_SERVER.test(path));
  return changes.length === 0 ? undefined : conflictPage({ you: undefined }, changes, subscriptionAddress(row.id));
}

function sessionOf({ store, config, messaging }: OperatorSite) {
  return openSession({ store, config }, messaging.subscriptions.site.base || NO_ADDRESS, { origin: 'own', messaging });
}

/** Where the elements of the form stand in a Subscription. */
const FIELDS: readonly [element: RegExp, field: string][] = [
  [/channel\.endpoint/, 'endpoint'],
  [/channel\.header/, 'header'],
  [/channel\.payload\.extension/, 'content'],
  [/channel\.payload/, 'payload'],
];

function problemsIn({ outcome }: Refusal): Problem[] {
  const wrong = outcome.issue.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  return wrong.map(({ diagnostics, expression }) => ({
    field: FIELDS.find(([element]) => element.test(expression?.[0] ?? ''))?.[1] ?? 'page',
    text: diagnostics ?? 'This was refused',
  }));
}

/** Who changed it here, when and why. */
async function changesOf({ store }: OperatorSite, id: string) {
  const pairs: [string, string][] = [
    ['target', `Subscription/${id}`],
    ['_sort', '-_lastUpdated'],
    ['_count', String(SHOWN)],
  ];
  const site = { base: NO_ADDRESS, now: Date.now() };
  const limits = { defaultCount: SHOWN, maxCount: SHOWN };
  const { matches } = await find(store.record, parseSearch('Provenance', pairs, site, limits, { lenient: false }));
  return matches.map((each) => {
    const { agent, reason, recorded } = each.resource as Provenance;
    const by = agent[0]?.who.display;
    return { by, why: reason?.map(({ text }) => text).join(' '), when: shortDateTime(recorded) };
  });
}
