import type { DeliverSettings, Neighbour, NeighbourAuth, NeighbourTls } from '../messaging/neighbour.ts';
import { httpAddress, listOf, object, oneOf, optional, path, seconds, text, yesNo } from './kinds.ts';

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

/** An item of `neighbours`. */
export const neighbour = object<Neighbour>({
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
