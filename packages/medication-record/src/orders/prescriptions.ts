import type { MedicationRequest } from 'fhir/r4';
import { object, text, type Unchecked } from '../tolerant-reading.ts';

/** Orders that were written together. */
export interface Prescription {
  /** `groupIdentifier`; undefined for an order that has none, which is a prescription by itself. */
  readonly group: { readonly system: string | undefined; readonly value: string } | undefined;
  readonly requests: readonly MedicationRequest[];
}

/** Orders by the prescription that they are part of, in the order in which each is first met. */
export function prescriptions(requests: readonly MedicationRequest[]): readonly Prescription[] {
  const found: { group: Prescription['group']; requests: MedicationRequest[] }[] = [];
  const byKey = new Map<string, (typeof found)[number]>();
  for (const request of requests) {
    const { system, value } = object((request as unknown as Unchecked).groupIdentifier);
    const number = text(value);
    const key = number === undefined ? undefined : JSON.stringify([text(system), number]);
    const known = key === undefined ? undefined : byKey.get(key);
    if (known) {
      known.requests.push(request);
      continue;
    }
    const group = number === undefined ? undefined : { system: text(system), value: number };
    const prescription = { group, requests: [request] };
    found.push(prescription);
    if (key !== undefined) byKey.set(key, prescription);
  }
  return found;
}
