/** The names that the Subscriptions R5 Backport guide (1.1.0) gives to what it adds to R4. */
const GUIDE = 'http://hl7.org/fhir/uv/subscriptions-backport';
const structure = (name: string) => `${GUIDE}/StructureDefinition/${name}`;

/** @see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ */
export const BACKPORT = {
  server: `${GUIDE}/CapabilityStatement/backport-subscription-server-r4`,
  profile: structure('backport-subscription'),
  notification: structure('backport-subscription-notification-r4'),
  status: structure('backport-subscription-status-r4'),
  /** On the type Subscription of a CapabilityStatement: a topic that there is. */
  topic: structure('capabilitystatement-subscriptiontopic-canonical'),
  filter: structure('backport-filter-criteria'),
  content: structure('backport-payload-content'),
  heartbeat: structure('backport-heartbeat-period'),
  timeout: structure('backport-timeout'),
  maxCount: structure('backport-max-count'),
  operation: (name: string) => `${GUIDE}/OperationDefinition/backport-subscription-${name}`,
} as const;

/** Where a CapabilityStatement says what address websockets bind to. */
export const WEBSOCKET_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket';

/** The address of websockets, after the FHIR base. */
export const WEBSOCKET_PATH = '/ws';

/** The address of websockets under a FHIR base. */
export function websocketAddress(base: string): string {
  return `${base.replace(/^http/, 'ws')}${WEBSOCKET_PATH}`;
}

/** What a Subscription's subscriber is called in the database. */
export function subscriberName(id: string): string {
  return `Subscription/${id}`;
}
