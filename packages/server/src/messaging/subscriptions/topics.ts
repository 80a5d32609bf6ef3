import type { FhirResource } from 'fhir/r4';
import type { Change } from '../subscriber.ts';
import { evidenceOf } from './evidence.ts';

/** Something that happens, and that can be subscribed to. */
export interface Topic {
  /** The last part of its canonical URL. */
  readonly name: string;
  readonly url: string;
  /** What happens, for a person. */
  readonly says: string;
  /** The types of resource whose versions it is about: the focus of its events. */
  readonly types: ReadonlySet<string>;
  /** The search parameters by which a Subscription may narrow it. */
  readonly filters: readonly string[];
  /** Is a change from one version to the next such an event? Either may be missing: a creation, a deletion. */
  readonly isEvent: (now: FhirResource | undefined, before: FhirResource | undefined) => boolean;
  /** Does what the resource was before count for filters too? */
  readonly looksBack: boolean;
}

/** What the canonical URLs of topics begin with. */
const TOPIC_BASE = 'https://concord.example/SubscriptionTopic/';

const ORDER_FILTERS = [
  ...['patient', 'subject', 'identifier', 'status', 'intent', 'category', 'priority', 'code', 'medication'],
  ...['requester', 'encounter', 'intended-dispenser', 'intended-performer', 'authoredon', '_id'],
];
const DISPENSE_FILTERS = [
  ...['patient', 'subject', 'identifier', 'status', 'code', 'medication', 'performer', 'prescription', 'type'],
  ...['context', 'destination', 'whenhandedover', '_id'],
];
const RECORD_FILTERS = ['patient', 'subject', 'identifier', 'status', 'code', 'medication', '_id'];

/** An authority to supply or give: not a proposal, a plan or one of several options. */
const ORDER_INTENTS: ReadonlySet<string> = new Set([
  ...['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order'],
]);

const statusOf = (resource: FhirResource | undefined) => (resource as { status?: string } | undefined)?.status;
const isOrder = (resource: FhirResource | undefined) =>
  ORDER_INTENTS.has((resource as { intent?: string } | undefined)?.intent ?? '');
const isDraft = (resource: FhirResource | undefined) =>
  resource?.resourceType === 'MedicationRequest' && statusOf(resource) === 'draft';

const DESCRIBED: readonly Omit<Topic, 'url'>[] = [
  {
    name: 'order-active',
    says: 'An order for a medicine became active: it was signed, or taken up again after a hold.',
    types: new Set(['MedicationRequest']),
    filters: ORDER_FILTERS,
    isEvent: (now, before) => isOrder(now) && statusOf(now) === 'active' && statusOf(before) !== 'active',
    looksBack: false,
  },
  {
    name: 'order-changed',
    says: 'An order that had left its draft was changed: held, taken up again, stopped, completed, corrected or deleted.',
    types: new Set(['MedicationRequest']),
    filters: ORDER_FILTERS,
    isEvent: (_now, before) => before !== undefined && isOrder(before) && !isDraft(before),
    looksBack: true,
  },
  {
    name: 'dispense-completed',
    says: 'A medicine was supplied: its dispense became completed.',
    types: new Set(['MedicationDispense']),
    filters: DISPENSE_FILTERS,
    isEvent: (now, before) => statusOf(now) === 'completed' && statusOf(before) !== 'completed',
    looksBack: false,
  },
  {
    name: 'record-changed',
    says: "Something in a patient's record of medicines was written, changed or deleted; drafts of orders do not count.",
    types: new Set(['MedicationRequest', 'MedicationDispense', 'MedicationAdministration', 'MedicationStatement']),
    filters: RECORD_FILTERS,
    isEvent: (now, before) => (now !== undefined && !isDraft(now)) || (before !== undefined && !isDraft(before)),
    looksBack: true,
  },
];

/** Every topic of this server. */
export const TOPICS: readonly Topic[] = DESCRIBED.map((topic) => ({ ...topic, url: `${TOPIC_BASE}${topic.name}` }));

/** The topic of a name. @throws where there is none */
export function topicNamed(name: string): Topic {
  const topic = TOPICS.find((each) => each.name === name);
  if (topic === undefined) throw new Error(`There is no topic ${name}.`);
  return topic;
}

const byUrl: ReadonlyMap<string, Topic> = new Map(TOPICS.map((topic) => [topic.url, topic]));

/** The topic of a canonical URL; a version (`|1.0`) makes no difference, since there is one of each. */
export function topicOf(canonical: string): Topic | undefined {
  return byUrl.get(canonical.replace(/\|.*$/, ''));
}

/** Is a change an event of a topic? */
export function isEventOf(topic: Topic, change: Change): boolean {
  if (!topic.types.has(change.type)) return false;
  const { topics } = evidenceOf(change);
  let verdict = topics.get(topic);
  if (verdict === undefined) {
    verdict = topic.isEvent(change.resource, change.before);
    topics.set(topic, verdict);
  }
  return verdict;
}
