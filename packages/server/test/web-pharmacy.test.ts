import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { londonDay } from '@concord/medication-record';
import fc from 'fast-check';
import { listen } from './support/browser.ts';
import { openSample } from './support/dmd.ts';
import { openTestServer } from './support/test-server.ts';
import { AtWork, dispensesFor, newPatient, requestAt, signed, under } from './support/work-pages.ts';

/** Amoxicillin 500mg capsules, and 250mg; a brand of the first; paracetamol tablets. */
const CAPSULES = '39732411000001106';
const PARACETAMOL_TABLETS = '42109611000001109';

const server = await openTestServer({ name: 'Northgate Pharmacy' }, await openSample());
after(() => server.close());
const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
const pharmacist = await new AtWork(server).is('Mr Ian Cole', 'GPhC', '2990001');

/** Begins a supply and returns its address. */
async function begun(id: string, fields: { product?: string; quantity?: string; version?: string } = {}) {
  const sent = { product: CAPSULES, quantity: '21', version: '2', ...fields };
  const answer = await pharmacist.send(`/pharmacy/orders/${id}/supply`, sent);
  assert.equal(answer.status, 303, answer.text);
  const last = (await dispensesFor(server, id)).at(-1);
  return `/pharmacy/orders/${id}/supplies/${last?.id}`;
}
const act = (supply: string, action: string, version: number, fields: { reason?: string } = {}) =>
  pharmacist.send(`${supply}/${action}`, { version: `${version}`, ...fields });
const list = async (id: string) => under((await pharmacist.get('/pharmacy')).html, id) ?? '';

describe('choosing a product', () => {
  test('an order by dose has the products that make it, with arithmetic and reasons', async () => {
    const patient = await newPatient(server, 'Choice');
    const id = await signed(doctor, patient.id);
    assert.match(await list('new'), /CHOICE, Test .*Amoxicillin Dose 500 milligram - 3 times a day - Oral/);
    const { text, html } = await pharmacist.get(`/pharmacy/orders/${id}`);
    assert.match(text, /1 capsule a dose Amoxicillin 500mg capsules 500 mg ÷ 500 mg per capsule = 1 capsule/);
    assert.match(text, /never a choice/);
    assert.ok(html.includes(`?product=${CAPSULES}#supply`));
  });

  test('the quantity is suggested from dose and days, with the arithmetic', async () => {
    const patient = await newPatient(server, 'Quantity');
    const id = await signed(doctor, patient.id);
    const { text, html } = await pharmacist.get(`/pharmacy/orders/${id}?product=${CAPSULES}`);
    assert.match(text, /The dose needs 21 capsules .*3 a day for 7 days/);
    assert.match(html, /id="quantity"[^>]*value="21"/);
  });

  test('an order of a product offers itself and its brands', async () => {
    const patient = await newPatient(server, 'Brands');
    const product = { code: PARACETAMOL_TABLETS, amount: '2', unit: '428673006', timing: '4d' };
    const id = await signed(doctor, patient.id, product);
    const { text } = await pharmacist.get(`/pharmacy/orders/${id}`);
    assert.match(text, /Paracetamol 500mg tablets as ordered Anadin Paracetamol 500mg tablets \(/);
  });

  for (const [name, fields, why] of [
    ['no product', { product: '' }, /Choose a product/],
    ['a substance', { product: '774586009' }, /Choose a product/],
    ['no quantity', { quantity: '' }, /Enter the quantity/],
    ['none', { quantity: '0' }, /more than zero/],
    ['words', { quantity: 'a box' }, /as a number/],
    ['another medicine', { product: PARACETAMOL_TABLETS }, /allows no substitution.* Rule R-105/],
  ] as const) {
    test(`${name} is refused, and nothing is begun`, async () => {
      const patient = await newPatient(server, 'Refused');
      const id = await signed(doctor, patient.id);
      const sent = { product: CAPSULES, quantity: '21', version: '2', ...fields };
      const answer = await pharmacist.send(`/pharmacy/orders/${id}/supply`, sent);
      assert.ok(answer.status === 400 || answer.status === 422, answer.text);
      assert.match(answer.text, why);
      assert.deepEqual(await dispensesFor(server, id), []);
    });
  }

  test('another product where the order allows one is flagged as substituted, on both sides', async () => {
    const patient = await newPatient(server, 'Substitute');
    const id = await signed(doctor, patient.id, { substitution: 'yes' });
    await begun(id, { product: PARACETAMOL_TABLETS, quantity: '28' });
    const [dispense] = await dispensesFor(server, id);
    assert.equal(dispense?.substitution?.wasSubstituted, true);
    assert.match((await doctor.get(`/ward/orders/${id}`)).text, /Paracetamol 500mg tablets.* Substituted/);
  });

  test('a brand for the generic is no substitution', async () => {
    const patient = await newPatient(server, 'Generic');
    const product = { code: PARACETAMOL_TABLETS, amount: '2', unit: '428673006', timing: '4d' };
    const id = await signed(doctor, patient.id, product);
    const { html } = await pharmacist.get(`/pharmacy/orders/${id}`);
    const brand = [...html.matchAll(/\?product=(\d+)#supply/g)].map(([, code]) => code).at(-1);
    assert.notEqual(brand, PARACETAMOL_TABLETS);
    await begun(id, { product: brand ?? '', quantity: '56' });
    assert.equal((await dispensesFor(server, id))[0]?.substitution, undefined);
  });
});

describe('supplying', () => {
  test('from begun to handed over: each step recorded, and seen on both lists', async () => {
    const patient = await newPatient(server, 'Supplied');
    const id = await signed(doctor, patient.id);
    const supply = await begun(id);
    assert.match(await list('preparing'), /SUPPLIED, Test .*Being prepared Amoxicillin 500mg capsules, 21 capsules/);
    await act(supply, 'ready', 1);
    assert.match(await list('ready'), /SUPPLIED, Test/);
    assert.match(under((await doctor.get('/ward')).html, 'ready') ?? '', /SUPPLIED, Test .*Ready Amoxicillin/);
    await act(supply, 'give', 2);
    const [dispense] = await dispensesFor(server, id);
    const order = await requestAt(server, id);
    assert.equal(dispense?.status, 'completed');
    assert.ok((dispense?.whenPrepared ?? '') <= (dispense?.whenHandedOver ?? ''));
    assert.equal(dispense?.performer?.[0]?.actor?.identifier?.value, '2990001');
    assert.deepEqual(dispense?.authorizingPrescription?.[0]?.identifier, order.identifier?.[0]);
    assert.equal(dispense?.dosageInstruction?.[0]?.text, '1 capsule - 3 times a day - Oral');
    assert.equal(dispense?.daysSupply?.value, 7);
    assert.match(await list('given'), /SUPPLIED, Test .*Handed over/);
  });

  test('in parts: what is missing is said, and the order stays on the list until it is there', async () => {
    const patient = await newPatient(server, 'Parts');
    const id = await signed(doctor, patient.id);
    const first = await begun(id, { quantity: '14' });
    await act(first, 'ready', 1);
    await act(first, 'give', 2);
    const order = await requestAt(server, id);
    assert.equal(order.status, 'active');
    assert.match(await list('new'), /PARTS, Test .*Partly supplied 14 capsules of /);
    const second = await begun(id, { quantity: '7', version: order.meta?.versionId ?? '' });
    await act(second, 'ready', 1);
    await act(second, 'give', 2);
    assert.doesNotMatch(await list('new'), /PARTS, Test/);
  });

  test('more than was ordered is flagged to both', async () => {
    const patient = await newPatient(server, 'Toomuch');
    const id = await signed(doctor, patient.id);
    const supply = await begun(id, { quantity: '28' });
    await act(supply, 'ready', 1);
    await act(supply, 'give', 2);
    for (const page of [await doctor.get(`/ward/orders/${id}`), await pharmacist.get(`/pharmacy/orders/${id}`)]) {
      assert.match(page.text, /More than ordered 28 capsules of /);
    }
  });

  test('a label says what is recorded', async () => {
    const patient = await newPatient(server, 'Label');
    const id = await signed(doctor, patient.id);
    await begun(id);
    const [dispense] = await dispensesFor(server, id);
    const { text } = await pharmacist.get(`/pharmacy/supplies/${dispense?.id}/label`);
    assert.match(
      text,
      /21 capsules Amoxicillin 500mg capsules 1 capsule - 3 times a day - Oral LABEL, Test \d+ \w+ \d{4} Keep out of the reach and sight of children Northgate Pharmacy/,
    );
  });

  test('what waits says why, and goes on', async () => {
    const patient = await newPatient(server, 'Waits');
    const id = await signed(doctor, patient.id);
    const supply = await begun(id);
    assert.match((await act(supply, 'wait', 1)).text, /Enter why/);
    await act(supply, 'wait', 1, { reason: 'Out of stock until Tuesday' });
    assert.match(await list('preparing'), /Supply waiting .*“Out of stock until Tuesday”/);
    assert.equal((await act(supply, 'resume', 2)).status, 303);
  });

  test('what is declined is for the ward to act on, with the reason', async () => {
    const patient = await newPatient(server, 'Declined');
    const id = await signed(doctor, patient.id);
    const decline = `/pharmacy/orders/${id}/decline`;
    assert.match((await pharmacist.send(decline, { version: '2' })).text, /Enter why it is not supplied/);
    await pharmacist.send(decline, { version: '2', reason: 'Not stocked' });
    assert.match(await list('declined'), /DECLINED, Test/);
    const ward = under((await doctor.get('/ward')).html, 'declined') ?? '';
    assert.match(ward, /nobody is supplying it.* DECLINED, Test .*Declined Amoxicillin “Not stocked”/);
  });

  test('nothing is written over what somebody else changed', async () => {
    const patient = await newPatient(server, 'Race');
    const id = await signed(doctor, patient.id);
    const supply = await begun(id);
    await act(supply, 'ready', 1);
    const late = await act(supply, 'stop', 1, { reason: 'No' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Changed meanwhile: nothing was saved .*status : preparation → in-progress/);
  });
});

describe('what the ward stops', () => {
  for (const [action, words] of [
    ['hold', 'on hold'],
    ['stop', 'stopped'],
  ] as const) {
    test(`an order that is ${words} stands first, and is not handed over`, async () => {
      const patient = await newPatient(server, `Halt${action}`);
      const id = await signed(doctor, patient.id);
      const supply = await begun(id);
      await act(supply, 'ready', 1);
      const { meta } = await requestAt(server, id);
      await doctor.send(`/ward/orders/${id}/do/${action}`, { version: meta?.versionId ?? '', reason: 'Rash' });
      const { html } = await pharmacist.get('/pharmacy');
      assert.match(under(html, 'interrupted') ?? '', new RegExp(`HALT${action}, Test .*“Rash”`, 'i'));
      assert.ok(html.indexOf('id="interrupted"') < html.indexOf('id="held"') || !html.includes('id="held"'));
      const page = await pharmacist.get(`/pharmacy/orders/${id}`);
      assert.match(page.text, /Nothing of it is handed over\. Reason: Rash/);
      assert.doesNotMatch(page.html, new RegExp(`action="${supply}/give"`));
      const give = await act(supply, 'give', 2);
      assert.equal(give.status, 409);
      assert.match(give.text, new RegExp(`The ward has the order ${words}: nothing of it is handed over`));
      const [dispense] = await dispensesFor(server, id);
      assert.equal(dispense?.status, 'in-progress');
      assert.equal((await act(supply, 'stop', 2, { reason: 'Stopped by the ward' })).status, 303);
    });
  }

  test('nothing is begun for an order that is over, or that changed since it was read', async () => {
    const patient = await newPatient(server, 'Over');
    const id = await signed(doctor, patient.id);
    await doctor.send(`/ward/orders/${id}/do/hold`, { version: '2', reason: 'Wait' });
    const sent = { product: CAPSULES, quantity: '21' };
    const held = await pharmacist.send(`/pharmacy/orders/${id}/supply`, { ...sent, version: '2' });
    assert.equal(held.status, 409);
    assert.match(held.text, /Nothing is supplied for an order that is on hold/);
    await doctor.send(`/ward/orders/${id}/do/release`, { version: '3' });
    const old = await pharmacist.send(`/pharmacy/orders/${id}/supply`, { ...sent, version: '2' });
    assert.equal(old.status, 409);
    assert.match(old.text, /The ward has changed this order meanwhile/);
    assert.deepEqual(await dispensesFor(server, id), []);
  });
});

for (const [family, identifier] of [
  ['Early', { system: 'https://hospital.example/orders', value: 'early-1' }],
  ['Unsystematic', { value: 'early-2' }],
] as const)
  test(`a dispense whose order has not come waits in sight, and is joined when it comes (${family})`, async () => {
    const patient = await newPatient(server, family);
    const name = new RegExp(`${family.toUpperCase()}, Test`);
    const subject = { reference: `Patient/${patient.id}` };
    await server.create({
      ...{ resourceType: 'MedicationDispense', status: 'in-progress', subject },
      medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: CAPSULES }] },
      authorizingPrescription: [{ identifier }],
    } as never);
    assert.match(await list('without'), new RegExp(`${name.source} .*For the order ${identifier.value}`));
    await server.create({
      ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject, identifier: [identifier] },
      medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '774586009' }] },
      ...{ authoredOn: '2026-01-05T09:00:00Z', dosageInstruction: [{ text: '500 mg three times a day' }] },
      substitution: { allowedBoolean: false },
    } as never);
    assert.doesNotMatch(await list('without'), name);
    assert.match(await list('ready'), name);
  });

test('an order not to give a medicine says so, and nothing is begun for it', async () => {
  const patient = await newPatient(server, 'Never');
  const order = await server.create({
    ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order', doNotPerform: true },
    subject: { reference: `Patient/${patient.id}` },
    medicationCodeableConcept: {
      coding: [{ system: 'https://dmd.nhs.uk', code: '774586009', display: 'Amoxicillin' }],
    },
  });
  assert.match(await list('new'), /NEVER, Test[\s\S]*Do not give[\s\S]*An instruction not to give this medicine/);
  const sent = { product: CAPSULES, quantity: '21', version: '1' };
  const refused = await pharmacist.send(`/pharmacy/orders/${order.id}/supply`, sent);
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.text, /not to give this medicine/);
  assert.deepEqual(await dispensesFor(server, order.id), []);
});

test('an issue that is dated ahead is work from its day on, by the calendar of London', async () => {
  const at = (days: number) => londonDay(Date.now() + days * 86_400_000);
  const dated = async (family: string, start: string) => {
    const patient = await newPatient(server, family);
    await server.create({
      ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order' },
      subject: { reference: `Patient/${patient.id}` },
      medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '774586009' }] },
      dispenseRequest: { validityPeriod: { start } },
    } as never);
  };
  await dated('Athens', `${at(1)}T00:30:00+02:00`);
  await dated('Boston', `${at(0)}T23:30:00-05:00`);
  await dated('Tomorrow', at(1));
  const work = (await list('new')) ?? '';
  assert.match(work, /ATHENS, Test/);
  assert.doesNotMatch(work, /BOSTON, Test|TOMORROW, Test/);
});

describe('kept up to date', () => {
  test('a window is told what changed, and only that; it ends when the server stops', async () => {
    const site = await openTestServer({}, await openSample());
    const ward = await new AtWork(site).is('Dr Anil Sethi', 'GMC', '9900003');
    const base = await listen(site);
    const page = await (await fetch(`${base}/pharmacy`)).text();
    const mark = /data-mark="([^"]+)"/.exec(page)?.[1] ?? '';
    const answer = await fetch(`${base}/pharmacy/live?seen=${mark}`);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    const events = eventsOf(answer);
    const patient = await newPatient(site, 'Live');
    await signed(ward, patient.id);
    const event = await events.next();
    assert.match(event.value?.data ?? '', /LIVE, Test/);
    assert.match(JSON.parse(event.value?.data ?? '{}').news, /1 new/);
    // A window that shows it already is told nothing of it: what comes first is the next change.
    const again = eventsOf(
      await fetch(`${base}/pharmacy/live`, { headers: { 'last-event-id': event.value?.id ?? '' } }),
    );
    const second = await newPatient(site, 'Second');
    await signed(ward, second.id);
    assert.match((await again.next()).value?.data ?? '', /SECOND, Test/);
    await site.close();
    for (const each of [events, again]) for await (const _rest of each);
  });
});

/** The events of a stream, until it ends. */
async function* eventsOf(answer: Response): AsyncGenerator<{ id: string; data: string }> {
  let text = '';
  for await (const bytes of answer.body ?? []) {
    text += new TextDecoder().decode(bytes);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const value = (name: string) => lines.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2);
      if (value('event') === 'part') yield { id: value('id') ?? '', data: value('data') ?? '' };
    }
  }
}

test('nothing that a form sends is more than the page can answer', async () => {
  const patient = await newPatient(server, 'Fuzz');
  const id = await signed(doctor, patient.id);
  const supply = (await begun(id)).split('/').at(-1) ?? '';
  const paths = [
    ...['/you', '/ward/new', '/ward/going-home', `/ward/orders/${id}/edit`, `/ward/orders/${id}/again`],
    ...['sign', 'hold', 'stop', 'release', 'cancel'].map((each) => `/ward/orders/${id}/do/${each}`),
    ...[`/pharmacy/orders/${id}/supply`, `/pharmacy/orders/${id}/decline`, '/pharmacy/orders/nobody/supply'],
    ...['ready', 'give', 'wait', 'stop', 'explode'].map((each) => `/pharmacy/orders/${id}/supplies/${supply}/${each}`),
  ];
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '1',
      '2',
      '99999999999999999999',
      '-1',
      '1e9',
      '0.1',
      'mg',
      '3d',
      CAPSULES,
      '774586009',
      patient.id,
      id,
    ),
    fc.constantFrom('\u0000', '\ud800', '{{7*7}}', 'a'.repeat(5000), '1-2 daily', '1 tablet', 'inpatient', 'leave'),
  );
  const names = [
    ...['version', 'patient', 'code', 'amount', 'unit', 'timing', 'route', 'sentence', 'days', 'quantity', 'category'],
    ...['course', 'note', 'product', 'reason', 'order', 'do', 'back', 'you-name', 'you-register', 'you-number'],
  ];
  const fields = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fields, async (path, sent) => {
      const { status } = await pharmacist.send(path, sent);
      assert.ok(status < 500, `${path}: ${status}`);
    }),
    { seed: 7, numRuns: 150 },
  );
});
