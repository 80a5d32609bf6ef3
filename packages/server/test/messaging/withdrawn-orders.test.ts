import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MedicationRequest } from 'fhir/r4';
import { furnish, keyOf } from '../support/order-at.ts';
import { startSites } from '../support/sites.ts';

type Status = MedicationRequest['status'];

/** What the ward makes of an order after it was sent, and what the pharmacy must have in the end. */
const WITHDRAWN: readonly (readonly Status[])[] = [
  ['draft', 'cancelled'],
  ['draft', 'entered-in-error'],
  ['draft', 'on-hold'],
  ['on-hold', 'draft', 'cancelled'],
  ['on-hold', 'draft', 'active'],
  ['on-hold', 'stopped'],
];

test('an order that was sent ends at the pharmacy as on the ward, also from a draft; a draft that nobody saw stays at home', async () => {
  const { site, close } = await startSites(['ward', 'pharmacy'], ({ pharmacy }) => ({
    ward: { role: 'prescribing', neighbours: [{ name: 'pharmacy', base: pharmacy, deliver: {} }] },
    pharmacy: { role: 'dispensing' },
  }));
  try {
    const { ward, pharmacy } = site;
    const { number, order } = await furnish(ward);
    const arrived = (key: string, wanted: Status) =>
      pharmacy.until<MedicationRequest>('MedicationRequest', key, ({ status }) => status === wanted);
    const change = (key: string, status: Status) =>
      ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status }));
    for (const [i, life] of WITHDRAWN.entries()) {
      const key = keyOf(await order());
      await arrived(key, 'active');
      for (const status of life) await change(key, status);
      const { status } = await arrived(key, life.at(-1) as Status);
      assert.equal(status, life.at(-1), WITHDRAWN[i]?.join(', '));
    }
    const { id: _id, meta: _meta, ...signed } = await order();
    const unseen: MedicationRequest = {
      ...signed,
      status: 'draft',
      identifier: [{ system: 'https://ward.example/drafts', value: number }],
    };
    const key = keyOf(unseen);
    await ward.ask('PUT', `MedicationRequest?identifier=${key}`, unseen);
    await change(key, 'on-hold');
    await change(key, 'cancelled');
    await arrived(keyOf(await order()), 'active');
    assert.equal(await pharmacy.one('MedicationRequest', key), undefined);
  } finally {
    await close();
  }
});
