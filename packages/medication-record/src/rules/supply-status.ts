/** What a dispense is to the request that it was for. */
export type SupplyState = 'supplied' | 'under way' | 'not supplied' | 'not known';

/** A row that says what a dispense counts as; the first row that fits decides. */
export interface SupplyStatusRow {
  readonly status: readonly string[];
  /** Whether there is a time of handing over; left out where that does not matter. */
  readonly handedOver?: boolean;
  readonly countsAs: SupplyState;
  /** Why, for people, where a reader might wonder. */
  readonly because?: string;
}

/** Which dispenses count. What is no status at all counts as not known. */
export const SUPPLY_STATUS_RULES: readonly SupplyStatusRow[] = [
  { status: ['completed'], countsAs: 'supplied' },
  {
    status: ['in-progress'],
    handedOver: true,
    countsAs: 'supplied',
    because: 'Its status is in-progress, but it has a time of handing over.',
  },
  { status: ['preparation', 'in-progress', 'on-hold'], countsAs: 'under way' },
  {
    status: ['stopped'],
    countsAs: 'not supplied',
    because: 'It was stopped: if part of it was handed over before, record that part as a dispense of its own.',
  },
  { status: ['declined', 'cancelled', 'entered-in-error'], countsAs: 'not supplied' },
  { status: [], countsAs: 'not known', because: 'Nobody can say whether it was handed over: its status is not known.' },
];
