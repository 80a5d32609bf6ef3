/** What part a server plays between prescriber and dispenser. */
export type Role = 'prescribing' | 'dispensing' | 'broker' | 'shared-record';

/** What a role means: the one table of it. */
export interface RoleOf {
  /** What the role is, for a person. */
  readonly says: string;
  /** The resources that are its own to tell neighbours of, unless the configuration says otherwise. */
  readonly delivers: readonly string[];
  /** The messages that it takes, by what they tell of. */
  readonly takes: readonly MessageKind[];
  /** The work pages that it has, beside the record's. */
  readonly pages: readonly ('ward' | 'pharmacy')[];
  /** Who it is where an order's or a dispense's status is changed; undefined where it is whoever asks. */
  readonly party: 'prescriber' | 'dispenser' | undefined;
}

/** What a message tells of. */
export type MessageKind = 'order' | 'dispense' | 'administration' | 'statement';

const ALL: readonly MessageKind[] = ['order', 'dispense', 'administration', 'statement'];

export const ROLES: Readonly<Record<Role, RoleOf>> = {
  prescribing: {
    says: 'Orders medicines: a ward, a clinic, a practice.',
    delivers: ['MedicationRequest'],
    takes: ['dispense', 'administration', 'statement'],
    pages: ['ward'],
    party: 'prescriber',
  },
  dispensing: {
    says: 'Supplies medicines: a pharmacy.',
    delivers: ['MedicationDispense'],
    takes: ['order', 'administration', 'statement'],
    pages: ['pharmacy'],
    party: 'dispenser',
  },
  broker: {
    says: 'Stands between others: keeps what they send and tells who is to know.',
    delivers: [],
    takes: ALL,
    pages: [],
    party: undefined,
  },
  'shared-record': {
    says: 'Keeps the record that all share.',
    delivers: [],
    takes: ALL,
    pages: ['ward', 'pharmacy'],
    party: undefined,
  },
};
