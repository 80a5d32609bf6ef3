import { type MessageKind, ROLES, type Role } from '../../roles.ts';

const TYPES: Readonly<Record<MessageKind, string>> = {
  order: 'MedicationRequest',
  dispense: 'MedicationDispense',
  administration: 'MedicationAdministration',
  statement: 'MedicationStatement',
};

/** The types of resource that a role takes from others. */
export function typesTaken(role: Role): ReadonlySet<string> {
  return new Set(ROLES[role].takes.map((kind) => TYPES[kind]));
}
