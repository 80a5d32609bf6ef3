import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MedicationRequest } from 'fhir/r4';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS } from '../../src/config.ts';
import { letterAt } from '../../src/messaging/letters.ts';
import type { Neighbour } from '../../src/messaging/neighbour.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { Receiver } from '../support/receiver.ts';
import { openTestServer } from '../support/test-server.ts';

const WAY = 'neighbour/pharmacy/deliver';
const receiver = await Receiver.open();
const pharmacy: Neighbour = {
  ...{ name: 'pharmacy', base: receiver.url, notify: false, poll: undefined, subscribe: false, fetchFrom: undefined },
  ...{ auth: undefined, tls: undefined, paused: false },
  deliver: { as: 'resource', format: 'json', filter: undefined, types: undefined, progress: false },
};
const ward = await openTestServer({
  ...{ role: 'prescribing', neighbours: [pharmacy], publicUrl: 'http://ward.test' },
  delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05 },
});
await ward.app.listen({ host: '127.0.0.1', port: 0 });
after(async () => {
  await ward.close();
  await receiver.close();
});

test('what was refused does not take the place of what followed it', async () => {
  const { db } = ward.store;
  const letter = () =>
    until(
      async () => {
        const found = await letterAt(db, WAY, '1');
        return found?.state === 'refused' ? found : undefined;
      },
      () => 'a dead letter',
    );
  receiver.answer = () => 422;
  const order = await ward.create<MedicationRequest>(aRequest({ identifier: nhs(newNhsNumber()) }));
  const first = await letter();
  receiver.answer = () => 200;
  await ward.put<MedicationRequest>({ ...order, status: 'stopped' });
  await receiver.until((got) => got.length === 1);
  await until(
    async () => (await db.query(`select 1 from delivery where number = 2 and state = 'delivered'`))[0],
    () => 'the note that it was delivered',
  );
  const sent = await ward.send(
    'POST',
    `/deliveries/message?${new URLSearchParams({ to: first.to, which: first.which })}`,
    {
      body: 'do=replay&by=Sam+Patel',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    },
  );
  assert.equal(sent.status, 303, sent.text);
  assert.match((await letter()).error ?? '', /A later version was delivered since/);
  assert.ok(receiver.got.every(({ body }) => body.includes('"status":"stopped"')));
});
