import type { Config } from '../../config.ts';

/** What of the configuration says where notifications may go. */
export type EndpointSettings = Pick<Config, 'host' | 'neighbours' | 'subscriptions'>;

/**
 * Why notifications may not go to an address; undefined where they may: to the beginnings that `subscriptions.endpoints`
 * names, to neighbours, and to this machine where the server itself listens on it alone.
 */
export function endpointRefusal(text: string, settings: EndpointSettings): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'endpoint must be an http or https address.';
  if (url.username !== '' || url.password !== '') {
    return 'endpoint must not hold a user or password, which everyone could read: send them in a header.';
  }
  const { subscriptions, neighbours, host } = settings;
  const permitted =
    subscriptions.endpoints.some((beginning) => begins(url, beginning)) ||
    neighbours.some(({ base }) => new URL(base).origin === url.origin) ||
    (isLoopback(host) && isLoopback(url.hostname));
  if (permitted) return undefined;
  return `Notifications to ${url.origin}${url.pathname} are not permitted here. The site permits an address in subscriptions.endpoints.`;
}

/** Is an address at or below another? */
function begins(url: URL, beginning: string): boolean {
  const { origin, pathname } = new URL(beginning);
  if (url.origin !== origin) return false;
  const folder = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return url.pathname === pathname || url.pathname.startsWith(folder);
}

/** Does a host name lead to the machine that asks? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
