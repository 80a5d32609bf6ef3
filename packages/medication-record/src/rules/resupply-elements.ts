/** A row that says what it means that an element of an order differs from that of the order before it. */
export interface ResupplyElement {
  /** Names of the element, which may be a choice. */
  readonly elements: readonly string[];
  /** `same`: an order that differs in it is no re-supply. `may differ`: it is told, and that is all. */
  readonly must: 'same' | 'may differ';
}

/** What a re-supply has in common with the order before it. Elements not named here are not compared. */
export const RESUPPLY_ELEMENTS: readonly ResupplyElement[] = [
  { elements: ['subject'], must: 'same' },
  { elements: ['medicationCodeableConcept', 'medicationReference'], must: 'same' },
  { elements: ['dosageInstruction'], must: 'same' },
  { elements: ['requester'], must: 'may differ' },
  { elements: ['recorder'], must: 'may differ' },
  { elements: ['dispenseRequest'], must: 'may differ' },
  { elements: ['category'], must: 'may differ' },
  { elements: ['courseOfTherapyType'], must: 'may differ' },
  { elements: ['substitution'], must: 'may differ' },
  { elements: ['reasonCode', 'reasonReference'], must: 'may differ' },
  { elements: ['note'], must: 'may differ' },
];
