import type { Definition } from './definition.ts';
import { type EndpointSettings, endpointRefusal } from './endpoints.ts';

/**
 * Why a receiver may not be told (any more); undefined where it may. Asked at every delivery: what was right when the
 * Subscription was made may not be by now.
 */
export function mayNotReceive({ channel, end }: Definition, settings: EndpointSettings): string | undefined {
  if (end !== undefined && end <= Date.now()) return 'The Subscription has ended.';
  if (channel.endpoint === undefined) return undefined;
  return endpointRefusal(channel.endpoint, settings);
}
