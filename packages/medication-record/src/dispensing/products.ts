import { fraction, type Rational } from '@concord/dmd';
import type { Medication, MedicationDispense } from 'fhir/r4';
import type { ReferenceIndex } from '../references.ts';
import { SUPPLY_STATUS_RULES, type SupplyStatusRow } from '../rules/supply-status.ts';
import { medicineNames } from '../same-medicine.ts';
import { codings, object, text, type Unchecked } from '../tolerant-reading.ts';
import { daysOf, type ReadAmount, readAmount, ZERO } from './amounts.ts';
import type { Reason } from './supplied.ts';

/** What one dispense gave. */
interface Given {
  readonly amount: ReadAmount | undefined;
  readonly days: Rational | undefined;
}

/** One product, of however many dispenses. */
export interface GivenProduct {
  readonly names: readonly string[];
  readonly display: string | undefined;
  readonly supplied: readonly Given[];
  readonly underWay: readonly Given[];
  readonly notKnown: number;
  /** Days that all that was handed over lasts; undefined where one of the dispenses does not say. */
  readonly days: Rational | undefined;
  readonly reasons: readonly Reason[];
}

/** What a dispense counts as. */
export function supplyState(dispense: MedicationDispense): SupplyStatusRow {
  const status = text(dispense.status) ?? '';
  const handedOver = text(dispense.whenHandedOver) !== undefined;
  const row = SUPPLY_STATUS_RULES.find(
    (r) => r.status.includes(status) && (r.handedOver === undefined || r.handedOver === handedOver),
  );
  return row ?? (SUPPLY_STATUS_RULES.at(-1) as SupplyStatusRow);
}

/** The products of the dispenses: those that share a name are one. In an order that depends on the names alone. */
export function givenProducts(
  dispenses: readonly MedicationDispense[],
  medications: ReferenceIndex<Medication>,
): readonly GivenProduct[] {
  const groups: { names: Set<string>; dispenses: MedicationDispense[] }[] = [];
  const byName = new Map<string, (typeof groups)[number]>();
  for (const dispense of dispenses) {
    const names = medicineNames(dispense, medications);
    const met = new Set(names.flatMap((name) => byName.get(name) ?? []));
    // A dispense that goes by the names of two groups shows that they are one.
    const [group = { names: new Set<string>(), dispenses: [] }, ...others] = met;
    if (met.size === 0) groups.push(group);
    group.dispenses.push(dispense);
    for (const other of others) {
      groups.splice(groups.indexOf(other), 1);
      group.dispenses.push(...other.dispenses);
    }
    for (const name of [...names, ...others.flatMap((o) => [...o.names])]) {
      group.names.add(name);
      byName.set(name, group);
    }
  }
  const products = groups.map((group) => productOf([...group.names].sort(), group.dispenses));
  const key = (p: GivenProduct) => p.names.join(' ');
  return products.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function productOf(names: readonly string[], dispenses: readonly MedicationDispense[]): GivenProduct {
  const supplied: Given[] = [];
  const underWay: Given[] = [];
  const said = new Map<string, Reason>();
  let notKnown = 0;
  for (const dispense of dispenses) {
    const { countsAs, because } = supplyState(dispense);
    if (because !== undefined) said.set(because, { rule: 'R-107', message: because });
    if (countsAs === 'not known') notKnown++;
    if (countsAs !== 'supplied' && countsAs !== 'under way') continue;
    const read = readAmount(dispense.quantity);
    const amount = typeof read === 'string' ? undefined : read;
    if (dispense.quantity !== undefined && typeof read === 'string') {
      const message = `The quantity of a dispense ${read}.`;
      said.set(message, { rule: 'R-109', message });
    }
    const given = { amount, days: daysOf(dispense.daysSupply, true) };
    (countsAs === 'supplied' ? supplied : underWay).push(given);
  }
  const displays = dispenses.flatMap((d) => displayOf(d) ?? []).sort();
  const days = supplied.map((given) => given.days);
  return {
    names,
    display: displays[0],
    supplied,
    underWay,
    notKnown,
    days:
      days.length > 0 && days.every((d) => d !== undefined)
        ? days.reduce<Rational>((sum, d) => fraction.add(sum, d), ZERO)
        : undefined,
    reasons: [...said.values()].sort((a, b) => (a.message < b.message ? -1 : 1)),
  };
}

function displayOf(dispense: MedicationDispense): string | undefined {
  const { medicationCodeableConcept: concept, medicationReference } = dispense as unknown as Unchecked;
  const coded = codings(concept).flatMap((c) => text(c.display) ?? []);
  return text(object(concept).text) ?? coded[0] ?? text(object(medicationReference).display);
}
