/** What is sent to a neighbour, and how. */
export interface DeliverSettings {
  as: 'message' | 'transaction' | 'resource';
  format: 'json' | 'xml';
  /** Only what meets these search criteria: `MedicationRequest?category=discharge`. */
  filter: string | undefined;
  /** The types that are sent; undefined for the role's own. */
  types: string[] | undefined;
  /** Dispenses that are being prepared too. */
  progress: boolean;
}

/** Another system that this one works with, as configured. */
export interface Neighbour {
  name: string;
  /** Its FHIR base. */
  base: string;
  deliver: DeliverSettings | undefined;
  /** Tell it the identifiers of what is ours; it fetches the rest. */
  notify: boolean;
  /** Ask it for the dispenses of our active orders, every so many seconds. */
  poll: { every: number } | undefined;
  /** Make a Subscription there, and fetch what it tells of. */
  subscribe: boolean;
  /** The neighbour where what this one tells of is fetched; undefined: from itself. */
  fetchFrom: string | undefined;
  auth: NeighbourAuth | undefined;
  tls: NeighbourTls | undefined;
  paused: boolean;
}

/** How this server shows a neighbour who it is: a fixed token, or SMART backend services with a key. */
export interface NeighbourAuth {
  bearer: string | undefined;
  smart: { tokenUrl: string; clientId: string; keyFile: string; scope: string } | undefined;
}

/** The certificate that is shown to a neighbour, and whose it may show (PEM files). */
export interface NeighbourTls {
  certFile: string | undefined;
  keyFile: string | undefined;
  caFile: string | undefined;
}
