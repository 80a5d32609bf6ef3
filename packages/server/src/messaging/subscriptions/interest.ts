import type { Change } from '../subscriber.ts';
import { type Criteria, readCriteria } from './criteria.ts';
import { type EventCriteria, readEventCriteria } from './event-criteria.ts';
import { evidenceOf } from './evidence.ts';
import type { Fault } from './fault.ts';
import type { People } from './people.ts';
import { isEventOf, TOPICS, type Topic, topicNamed, topicOf } from './topics.ts';

/** What a Subscription wants to be told of, in one of three ways of saying so. */
export type Interest = {
  types: ReadonlySet<string>;
  /** Must it be known who the patients are? */
  usesPeople: boolean;
  /** Is a change one that it asks for? */
  wants(change: Change, people: People): boolean;
} & (
  | { style: 'search' }
  | { style: 'topic'; topic: Topic }
  /** Signals as the Multicast Notification Service sends them. */
  | { style: 'event'; event: EventCriteria }
);

/** Notifying of what tells of notifying would never end, and an audit is not for subscribers. */
const NEVER = new Set(['Subscription', 'AuditEvent']);
const CRITERIA = 'Subscription.criteria';

const isFaults = <T>(read: T | Fault[]): read is Fault[] => Array.isArray(read);

/** Is this the canonical URL of a topic, rather than a search? */
export function isTopicUrl(criteria: string): boolean {
  return /^(https?:|urn:)/.test(criteria);
}

/** R4: the criteria are a search, and every version that meets them is told of. */
export function searchInterest(text: string, base: string, kept: ReadonlySet<string>): Interest | Fault[] {
  const [type = '', query = ''] = splitAt(text, '?');
  if (!/^[A-Z][A-Za-z]*$/.test(type)) {
    const diagnostics = `criteria must be a search such as MedicationRequest?status=active, or one of the topics ${topicList()}.`;
    return [{ code: 'invalid', expression: CRITERIA, diagnostics }];
  }
  if (!kept.has(type) || NEVER.has(type)) {
    const diagnostics = `There are no notifications of ${type.slice(0, 64)} here. See [base]/metadata for the types that there are.`;
    return [{ code: 'not-supported', expression: CRITERIA, diagnostics }];
  }
  const criteria = readCriteria(type, query, base, CRITERIA);
  if (isFaults(criteria)) return criteria;
  return {
    ...{ style: 'search', types: new Set([type]), usesPeople: criteria.usesPeople },
    wants(change, people) {
      const { now } = evidenceOf(change);
      return now !== undefined && change.type === type && criteria.passes(now, people);
    },
  };
}

/** R5 backport: the criteria are a topic, narrowed by filters, all of which must hold. */
export function topicInterest(url: string, filters: readonly string[], base: string): Interest | Fault[] {
  const topic = topicOf(url);
  if (topic === undefined) {
    const diagnostics = `There is no topic ${url.slice(0, 200)} here. There are ${topicList()}.`;
    return [{ code: 'not-found', expression: CRITERIA, diagnostics }];
  }
  const read = filters.map((filter, i) => readFilter(topic, filter, base, `${CRITERIA}.extension[${i}].value`));
  const faults = read.filter(isFaults).flat();
  if (faults.length > 0) return faults;
  const criteria = read.filter((each): each is Criteria => !isFaults(each));
  return {
    ...{ style: 'topic', topic, types: topic.types, usesPeople: criteria.some(({ usesPeople }) => usesPeople) },
    wants(change, people) {
      if (!isEventOf(topic, change)) return false;
      if (criteria.length === 0) return true;
      const { now, before } = evidenceOf(change);
      const looked = topic.looksBack || now === undefined ? [now, before] : [now];
      return criteria.every((each) => looked.some((entry) => entry !== undefined && each.passes(entry, people)));
    },
  };
}

/** One filter: `MedicationRequest?category=discharge`, or without the type where any of the topic's will do. */
function readFilter(topic: Topic, filter: string, base: string, expression: string): Criteria | Fault[] {
  const [named, query] = filter.includes('?') ? splitAt(filter, '?') : ['', filter];
  if (named !== '' && !topic.types.has(named)) {
    const diagnostics = `The topic ${topic.name} is about ${[...topic.types].join(', ')}; the filter is for "${named.slice(0, 64)}".`;
    return [{ code: 'invalid', expression, diagnostics }];
  }
  if (query === '') {
    const diagnostics = `A filter is written ${[...topic.types][0]}?parameter=value. It may use ${topic.filters.join(', ')}.`;
    return [{ code: 'invalid', expression, diagnostics }];
  }
  const types = named === '' ? [...topic.types] : [named];
  const byType = new Map<string, Criteria>();
  for (const type of types) {
    const read = readCriteria(type, query, base, expression, topic.filters);
    if (isFaults(read)) return read;
    byType.set(type, read);
  }
  const passes: Criteria['passes'] = (entry, people) => byType.get(entry.type)?.passes(entry, people) ?? false;
  return { type: types[0] as string, passes, usesPeople: [...byType.values()].some(({ usesPeople }) => usesPeople) };
}

const RECORD = topicNamed('record-changed');

/** Signals of changes to the record of a patient whose NHS number is known; of one patient, or of all. */
export function eventInterest(text: string): Interest | Fault[] {
  const event = readEventCriteria(text);
  if (isFaults(event)) return event;
  return {
    ...{ style: 'event', event, types: RECORD.types, usesPeople: true },
    wants(change, people) {
      if (!isEventOf(RECORD, change)) return false;
      const resource = change.resource ?? change.before;
      const number = resource && people.nhsNumberOf(resource);
      return number !== undefined && (event.subject === undefined || event.subject === number);
    },
  };
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function topicList(): string {
  return TOPICS.map(({ url }) => url).join(', ');
}
