import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bundle, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { aDispense, DISPENSE_NUMBER, furnish, keyOf } from '../support/order-at.ts';
import { startSites } from '../support/sites.ts';

for (const deliver of [
  { as: 'message', format: 'json' },
  { as: 'message', format: 'xml' },
  { as: 'transaction', format: 'json' },
  { as: 'transaction', format: 'xml' },
  { as: 'resource', format: 'json' },
  { as: 'resource', format: 'xml' },
]) {
  test(`P1 by ${deliver.as} in ${deliver.format}: an order goes to the pharmacy, its changes follow, the dispense comes back`, async () => {
    const { site, close } = await startSites(['ward', 'pharmacy'], ({ ward, pharmacy }) => ({
      ward: { role: 'prescribing', name: 'Ward 7', neighbours: [{ name: 'pharmacy', base: pharmacy, deliver }] },
      pharmacy: { role: 'dispensing', name: 'Pharmacy', neighbours: [{ name: 'ward', base: ward, deliver }] },
    }));
    try {
      const { ward, pharmacy } = site;
      const { number, order } = await furnish(ward);
      const first = await order();
      const key = keyOf(first);
      const there = await pharmacy.until<MedicationRequest>('MedicationRequest', key);
      const text = await fetch(`${pharmacy.address}/fhir/MedicationRequest/${there.id}`).then((answer) =>
        answer.text(),
      );
      assert.match(text, /"value":1\.50[,}]/, 'the dose is exact');
      const found = await pharmacy.ask<Bundle>(
        'GET',
        `MedicationRequest?patient:identifier=${encodeURIComponent(`https://fhir.nhs.uk/Id/nhs-number|${number}`)}`,
      );
      assert.equal(found.entry?.length, 1, 'it is found by its patient');
      await ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status: 'on-hold' }));
      await pharmacy.until<MedicationRequest>('MedicationRequest', key, ({ status }) => status === 'on-hold');
      await ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status: 'active' }));
      await pharmacy.until<MedicationRequest>('MedicationRequest', key, ({ status }) => status === 'active');
      await pharmacy.create(aDispense(first, number, number));
      const back = await ward.until<MedicationDispense>('MedicationDispense', `${DISPENSE_NUMBER}|${number}`);
      assert.equal(back.authorizingPrescription?.[0]?.identifier?.value, first.identifier?.[0]?.value);
    } finally {
      await close();
    }
  });
}

test('P2: the ward asks the pharmacy what became of its orders, in whatever status', async () => {
  const { site, close } = await startSites(['ward', 'pharmacy'], ({ pharmacy }) => ({
    ward: {
      ...{ role: 'prescribing', orders: { complete: 'never' } },
      neighbours: [{ name: 'pharmacy', base: pharmacy, deliver: {}, poll: { every: 0.1 } }],
    },
    pharmacy: { role: 'dispensing' },
  }));
  try {
    const { ward, pharmacy } = site;
    const { number, order } = await furnish(ward);
    const orders: MedicationRequest[] = [];
    // More than are asked about in one request.
    for (let i = 0; i < 55; i++) orders.push(await order());
    const last = orders.at(-1) as MedicationRequest;
    await pharmacy.until<MedicationRequest>('MedicationRequest', keyOf(last));
    for (const [i, each] of [orders[0], last].entries()) {
      const { whenHandedOver: _, ...begun } = aDispense(each as MedicationRequest, `${number}-${i}`, number);
      await pharmacy.create<MedicationDispense>({ ...begun, status: 'in-progress' });
      const key = `${DISPENSE_NUMBER}|${number}-${i}`;
      await ward.until<MedicationDispense>('MedicationDispense', key, ({ status }) => status === 'in-progress');
      await pharmacy.change<MedicationDispense>('MedicationDispense', key, () => ({
        ...{ status: 'completed', whenHandedOver: '2026-02-01T10:00:00Z' },
      }));
      const back = await ward.until<MedicationDispense>(
        'MedicationDispense',
        key,
        ({ status }) => status === 'completed',
      );
      assert.equal(back.meta?.versionId, '2', 'each version is received once');
    }
  } finally {
    await close();
  }
});

test('P2: what crosses the end of an order, and what is corrected after it, comes to the ward too', async () => {
  const { site, close } = await startSites(['ward', 'pharmacy'], ({ pharmacy }) => ({
    ward: {
      role: 'prescribing',
      neighbours: [{ name: 'pharmacy', base: pharmacy, deliver: {}, poll: { every: 0.1 } }],
    },
    pharmacy: { role: 'dispensing' },
  }));
  try {
    const { ward, pharmacy } = site;
    const { number, order } = await furnish(ward);
    for (const status of ['stopped', 'on-hold'] as const) {
      const sent = await order();
      const key = keyOf(sent);
      await ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status }));
      await pharmacy.until<MedicationRequest>('MedicationRequest', key, (there) => there.status === status);
      await pharmacy.create(aDispense(sent, `${number}-${status}`, number));
      await ward.until<MedicationDispense>('MedicationDispense', `${DISPENSE_NUMBER}|${number}-${status}`);
    }
    const done = await order();
    await pharmacy.until<MedicationRequest>('MedicationRequest', keyOf(done));
    await pharmacy.create(aDispense(done, number, number));
    await ward.until<MedicationRequest>('MedicationRequest', keyOf(done), ({ status }) => status === 'completed');
    const given = `${DISPENSE_NUMBER}|${number}`;
    await pharmacy.change<MedicationDispense>('MedicationDispense', given, () => ({ status: 'entered-in-error' }));
    await ward.until<MedicationDispense>('MedicationDispense', given, ({ status }) => status === 'entered-in-error');
  } finally {
    await close();
  }
});

test('P3: the pharmacy subscribes when the ward is there at last, fetches what it tells of, and asks for what it missed', async () => {
  const { site, close } = await startSites(['ward', 'pharmacy'], ({ ward, pharmacy }) => ({
    ward: { role: 'prescribing', neighbours: [{ name: 'pharmacy', base: pharmacy }] },
    pharmacy: { role: 'dispensing', neighbours: [{ name: 'ward', base: ward, subscribe: true, deliver: {} }] },
  }));
  try {
    const { ward, pharmacy } = site;
    await pharmacy.stop();
    const { number, order } = await furnish(ward);
    const early = await order();
    await ward.stop();
    await pharmacy.start();
    await ward.start();
    await pharmacy.until('MedicationRequest', keyOf(early));
    const first = await order();
    const there = await pharmacy.until<MedicationRequest>('MedicationRequest', keyOf(first));
    assert.equal(there.requester?.reference?.startsWith('Practitioner/'), true, 'who asked for it came along');

    await pharmacy.stop('SIGKILL');
    const missed = [await order(), await order()];
    await ward.change<MedicationRequest>('MedicationRequest', keyOf(first), () => ({ status: 'on-hold' }));
    await pharmacy.start();
    for (const each of missed) await pharmacy.until('MedicationRequest', keyOf(each));
    await pharmacy.until<MedicationRequest>('MedicationRequest', keyOf(first), ({ status }) => status === 'on-hold');

    const subscriptions = await ward.ask<Bundle>('GET', 'Subscription');
    assert.equal(subscriptions.entry?.length, 1, 'one Subscription, however often it started');
    assert.doesNotMatch(JSON.stringify(subscriptions), /Bearer [\w-]{20}/, 'its token is not for reading');

    await ward.ask('DELETE', `Subscription/${subscriptions.entry?.[0]?.resource?.id}`);
    const unseen = await order();
    await pharmacy.until('MedicationRequest', keyOf(unseen));
    const anew = await order();
    await pharmacy.until('MedicationRequest', keyOf(anew));

    await pharmacy.create(aDispense(first, number, number));
    await ward.until('MedicationDispense', `${DISPENSE_NUMBER}|${number}`);
  } finally {
    await close();
  }
});

test('a notification without the token of the Subscription, or for none, is not taken', async () => {
  const { site, close } = await startSites(['ward', 'pharmacy'], ({ ward, pharmacy }) => ({
    ward: { role: 'prescribing', neighbours: [{ name: 'pharmacy', base: pharmacy }] },
    pharmacy: { role: 'dispensing', neighbours: [{ name: 'ward', base: ward, subscribe: true }] },
  }));
  try {
    const { pharmacy } = site;
    const post = (name: string, headers: { [name: string]: string }) =>
      fetch(`${pharmacy.address}/notifications/${name}`, { method: 'POST', body: '{}', headers }).then(
        ({ status }) => status,
      );
    assert.equal(await post('ward', {}), 401);
    assert.equal(await post('ward', { authorization: 'Bearer guess' }), 401);
    assert.equal(await post('nobody', { authorization: 'Bearer guess' }), 404);
  } finally {
    await close();
  }
});

test('B1: each side tells the other only an identifier; what is told while fetching fails is fetched in the end', async () => {
  const { site, close } = await startSites(['broker', 'ward', 'pharmacy'], ({ broker, ward, pharmacy }) => ({
    broker: { role: 'broker' },
    ward: {
      role: 'prescribing',
      neighbours: [
        { name: 'broker', base: broker, deliver: {} },
        { name: 'pharmacy', base: pharmacy, notify: true, fetchFrom: 'broker' },
      ],
    },
    pharmacy: {
      role: 'dispensing',
      neighbours: [
        { name: 'broker', base: broker, deliver: {} },
        { name: 'ward', base: ward, notify: true, fetchFrom: 'broker' },
      ],
    },
  }));
  try {
    const { broker, ward, pharmacy } = site;
    const { number, order } = await furnish(ward);
    const first = await order();
    await pharmacy.until('MedicationRequest', keyOf(first));
    await broker.until('MedicationRequest', keyOf(first));

    // The broker is gone: the ward tells nobody of what is not there to be fetched.
    await broker.stop('SIGKILL');
    const later = await order();
    await ward.change<MedicationRequest>('MedicationRequest', keyOf(first), () => ({ status: 'on-hold' }));
    await broker.start();
    await pharmacy.until('MedicationRequest', keyOf(later));
    await pharmacy.until<MedicationRequest>('MedicationRequest', keyOf(first), ({ status }) => status === 'on-hold');

    await pharmacy.create(aDispense(later, number, number));
    await ward.until('MedicationDispense', `${DISPENSE_NUMBER}|${number}`);
  } finally {
    await close();
  }
});

test('B2: the broker tells both sides, and neither hears its own words again', async () => {
  const { site, close } = await startSites(['broker', 'ward', 'pharmacy'], ({ broker, ward, pharmacy }) => ({
    broker: {
      role: 'broker',
      neighbours: [
        { name: 'ward', base: ward },
        { name: 'pharmacy', base: pharmacy },
      ],
    },
    ward: { role: 'prescribing', neighbours: [{ name: 'broker', base: broker, deliver: {}, subscribe: true }] },
    pharmacy: { role: 'dispensing', neighbours: [{ name: 'broker', base: broker, deliver: {}, subscribe: true }] },
  }));
  try {
    const { broker, ward, pharmacy } = site;
    const { number, order } = await furnish(ward);
    const first = await order();
    await pharmacy.until('MedicationRequest', keyOf(first));
    await pharmacy.create(aDispense(first, number, number));
    await ward.until('MedicationDispense', `${DISPENSE_NUMBER}|${number}`);
    const dispense = await pharmacy.one<MedicationDispense>('MedicationDispense', `${DISPENSE_NUMBER}|${number}`);
    assert.equal(dispense?.meta?.versionId, '1');
    const kept = await broker.one<MedicationRequest>('MedicationRequest', keyOf(first));
    assert.ok(kept);
  } finally {
    await close();
  }
});
