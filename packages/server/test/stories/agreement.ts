import assert from 'node:assert/strict';
import type { Bundle, MedicationDispense, MedicationRequest } from 'fhir/r4';
import type { Ecosystem } from '../../demo/supply/ecosystem.ts';
import { type Site, until } from '../../demo/supply/site.ts';

type Ordered = (MedicationRequest | MedicationDispense) & { id: string };

/** What one side has: of each order and dispense, by its number, the status. */
async function statuses(site: Site): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const type of ['MedicationRequest', 'MedicationDispense']) {
    let next: string | undefined = `${type}?_count=500`;
    while (next !== undefined) {
      const page: Bundle = await site.ask<Bundle>('GET', next);
      for (const { resource } of page.entry ?? []) {
        const { identifier, status } = resource as Ordered;
        const number = `${type} ${identifier?.[0]?.value}`;
        assert.ok(!found.has(number), `${site.name} has ${number} twice`);
        found.set(number, status);
      }
      next = page.link?.find(({ relation }) => relation === 'next')?.url.replace(/^.*\/fhir\//, '');
    }
  }
  return found;
}

/** What the sides differ in: what only one has that both should, and what has two statuses. */
function differences(ward: Map<string, string>, pharmacy: Map<string, string>): string[] {
  const told = (number: string, status: string) =>
    number.startsWith('MedicationRequest') ? true : ['completed', 'stopped', 'declined'].includes(status);
  const lacking = (from: Map<string, string>, at: Map<string, string>, name: string) =>
    [...from].flatMap(([number, status]) =>
      told(number, status) && !at.has(number) ? [`${name} lacks ${number}`] : [],
    );
  const differing = [...ward].flatMap(([number, status]) => {
    const theirs = pharmacy.get(number);
    if (theirs === undefined || theirs === status || !told(number, theirs)) return [];
    return [`${number} is ${status} on the ward and ${theirs} at the pharmacy`];
  });
  return [...lacking(ward, pharmacy, 'the pharmacy'), ...lacking(pharmacy, ward, 'the ward'), ...differing];
}

/**
 * Waits until ward and pharmacy agree on every order and every dispense: nothing lost, nothing twice, the same statuses.
 * @returns what both have
 */
export async function agree({ ward, pharmacy }: Ecosystem): Promise<Map<string, string>> {
  let last: string[] = [];
  const look = async () => {
    const [ours, theirs] = [await statuses(ward), await statuses(pharmacy)];
    last = differences(ours, theirs);
    return last.length === 0 ? ours : undefined;
  };
  return until(look, () => `agreement, but ${last.join('; ')}`);
}
