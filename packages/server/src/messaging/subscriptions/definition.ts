import type { FhirResource } from 'fhir/r4';
import { RESOURCE_TYPES } from '../../fhir/resource-types.ts';
import { BACKPORT } from './canonicals.ts';
import { type Channel, extensionsOf, readChannel } from './channel.ts';
import type { EndpointSettings } from './endpoints.ts';
import type { Fault } from './fault.ts';
import { eventInterest, type Interest, isTopicUrl, searchInterest, topicInterest } from './interest.ts';

export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off';

/** A Subscription as the server works with it. */
export interface Definition {
  id: string;
  version: number;
  status: SubscriptionStatus;
  /** When it ends: milliseconds since 1970. */
  end: number | undefined;
  interest: Interest;
  channel: Channel;
}

/** Where a Subscription is read: the server's base, and where notifications may go. */
export interface Site {
  base: string;
  settings: EndpointSettings;
}

type Loose = { readonly [name: string]: unknown };

/** What a Subscription asks for, and everything that stands in its way. Elements of wrong types do, too. */
export function readDefinition(
  resource: FhirResource,
  at: { id: string; version: number },
  { base, settings }: Site,
): { definition: Definition | undefined; faults: Fault[] } {
  const given = resource as unknown as Loose;
  const faults: Fault[] = [];
  const channelGiven = isObject(given.channel) ? given.channel : {};
  const interest = readInterest(given, channelGiven, base, faults);
  const channel = readChannel(channelGiven, interest?.style ?? styleOf(given, channelGiven), settings, faults);
  const end = typeof given.end === 'string' ? Date.parse(given.end) : undefined;
  if (end !== undefined && Number.isNaN(end)) {
    faults.push({ code: 'value', expression: 'Subscription.end', diagnostics: 'end must be an instant.' });
  }
  const status = given.status as SubscriptionStatus;
  return { definition: interest && { ...at, status, end, interest, channel }, faults };
}

/** The way in which criteria are meant, where they cannot be read. */
function styleOf(given: Loose, channel: Loose): Interest['style'] {
  if (channel.type === 'message') return 'event';
  return isTopicUrl(String(given.criteria)) ? 'topic' : 'search';
}

function readInterest(given: Loose, channel: Loose, base: string, faults: Fault[]): Interest | undefined {
  const { criteria } = given;
  const expression = 'Subscription.criteria';
  if (typeof criteria !== 'string') {
    faults.push({ code: 'required', expression, diagnostics: 'criteria are missing: what is to be told?' });
    return undefined;
  }
  const filters = extensionsOf(given._criteria).filter(({ url }) => url === BACKPORT.filter);
  const style = styleOf(given, channel);
  if (style !== 'topic' && filters.length > 0) {
    const diagnostics = 'Filters go with a topic, and the criteria are none: put them into the criteria.';
    faults.push({ code: 'invalid', expression: `${expression}.extension`, diagnostics });
  }
  const read =
    style === 'event'
      ? eventInterest(criteria)
      : style === 'topic'
        ? topicInterest(
            criteria,
            filters.map(({ valueString }) => String(valueString ?? '')),
            base,
          )
        : searchInterest(criteria, base, RESOURCE_TYPES);
  if (!Array.isArray(read)) return read;
  faults.push(...read);
  return undefined;
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
