import type { DeliverSettings, Neighbour, NeighbourAuth, NeighbourTls } from '../messaging/neighbour.ts';
import { httpAddress, type Kind, listOf, object, oneOf, optional, path, seconds, text, whole, yesNo } from './kinds.ts';

const name = text('a name of letters, digits and -', /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/);
const file = { ...path, takes: 'the path of a file' };
const secret = (takes: string) => text(takes, /^\S+$/, { secret: true });

const deliver = object<DeliverSettings>({
  as: optional(oneOf('message', 'transaction', 'resource'), 'message'),
  format: optional(oneOf('json', 'xml'), 'json'),
  filter: optional(text('search criteria: MedicationRequest?category=discharge', /^[A-Z][A-Za-z]+\?\S+$/)),
  types: optional(
    listOf(oneOf('MedicationRequest', 'MedicationDispense', 'MedicationAdministration', 'MedicationStatement')),
  ),
  progress: optional(yesNo, false),
});

const smart = object<NonNullable<NeighbourAuth['smart']>>({
  tokenUrl: httpAddress,
  clientId: text('the client id that they gave us', /^\S+$/),
  keyFile: file,
  scope: optional(text('scopes with blanks between', /^\S.*$/), 'system/*.cruds'),
});

const neighbour = object<Neighbour>({
  name,
  base: httpAddress,
  deliver: optional(deliver),
  notify: optional(yesNo, false),
  poll: optional(object({ every: seconds(0.05, 86_400) })),
  subscribe: optional(yesNo, false),
  fetchFrom: optional(name),
  auth: optional(object<NeighbourAuth>({ bearer: optional(secret('the token')), smart: optional(smart) })),
  tls: optional(object<NeighbourTls>({ certFile: optional(file), keyFile: optional(file), caFile: optional(file) })),
  paused: optional(yesNo, false),
});

/** `neighbours`: each in itself, and all together. */
export const neighbours: Kind<Neighbour[]> = whole(listOf(whole(neighbour, faultOfOne)), faultOfAll);

/** What would be set aside without a word, if it were let in. */
function faultOfOne({ base, auth, tls }: Neighbour): string | undefined {
  const { username, password, protocol } = new URL(base);
  if (username !== '' || password !== '') {
    return 'base must not hold a user or password, which would be shown: say who we are by auth.';
  }
  if (auth !== undefined && (auth.bearer === undefined) === (auth.smart === undefined)) {
    return 'auth takes bearer or smart, one of them.';
  }
  if (tls === undefined) return undefined;
  if (protocol !== 'https:') return 'tls is for a base that begins with https://.';
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    return 'tls.certFile and tls.keyFile go together: a certificate is shown with the key that it is for.';
  }
  return undefined;
}

/** Names stand for neighbours on pages, in addresses and in the database; no two may be taken for one another. */
function faultOfAll(all: readonly Neighbour[]): string | undefined {
  const names = all.map(({ name: own }) => own.toLowerCase());
  const again = all.find((_, i) => names.indexOf(names[i] as string) < i);
  if (again !== undefined) return `two are called ${again.name}: each has a name of its own.`;
  const lost = all.find(({ fetchFrom }) => fetchFrom !== undefined && !all.some((each) => each.name === fetchFrom));
  return lost && `${lost.name} has fetchFrom ${lost.fetchFrom}, which is none of them.`;
}
