import type { MessageKind } from '../../roles.ts';

/** What a message's event says. */
export interface MessageEvent {
  kind: MessageKind;
  /** It tells of a change of what was sent before. */
  changes?: true;
}

/** The events of messages about medicines, by their codes: those that the implementation guide and UK Core use. */
export const EVENTS: { readonly [code: string]: MessageEvent | undefined } = {
  __proto__: null as never,
  'prescription-order': { kind: 'order' },
  'prescription-order-update': { kind: 'order', changes: true },
  'dispense-notification': { kind: 'dispense' },
  'medication-dispense': { kind: 'dispense' },
  'medication-administration': { kind: 'administration' },
  'medication-statement': { kind: 'statement' },
  'current-medication': { kind: 'statement' },
  'individual-requirements-1': { kind: 'statement' },
};

/** What a message tells of, by the type of its focus. */
export const KINDS: { readonly [type: string]: MessageKind | undefined } = {
  __proto__: null as never,
  MedicationRequest: 'order',
  MedicationDispense: 'dispense',
  MedicationAdministration: 'administration',
  MedicationStatement: 'statement',
};
