import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openSample } from './support/dmd.ts';
import { aRequest, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer } from './support/test-server.ts';
import { AMOXICILLIN, AtWork, drafted, newPatient, requestAt, signed, under } from './support/work-pages.ts';

const HL7_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}`;

const server = await openTestServer({}, await openSample());
after(() => server.close());
const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
const other = await new AtWork(server).is('Dr Frances Lowe', 'GMC', '9900004');

describe('who is at the screen', () => {
  test('is remembered, shown, and not taken for sign-in', async () => {
    const { text } = await doctor.get('/ward');
    assert.match(text, /You are Dr Anil Sethi , GMC 9900003\. .* This is not sign-in: nothing checks it\./);
  });

  for (const [register, number, why] of [
    ['GMC', '12', /Enter your GMC number: 7 digits/],
    ['GPhC', '1234567', /Enter your GPhC number: 7 digits, the first a 2/],
    ['BMA', '1234567', /Choose where you are registered/],
  ] as const) {
    test(`${register} ${number} is refused at its field`, async () => {
      const fields = { 'you-name': 'A', 'you-register': register, 'you-number': number, back: '/ward' };
      const { status, text, title } = await new AtWork(server).send('/you', fields);
      assert.equal(status, 400);
      assert.match(title, /^Error: /);
      assert.match(text, why);
    });
  }

  test('goes back to pages of this server only', async () => {
    for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/ward\r\nX: y']) {
      const fields = { 'you-name': 'A', 'you-register': 'GMC', 'you-number': '1234567', back };
      assert.equal((await new AtWork(server).send('/you', fields)).location, '/', back);
    }
  });

  test('a cookie that says something else is nobody', async () => {
    for (const cookie of ['concord-you=%', 'concord-you=[1]', 'concord-you=["a","GMC","x"]', 'concord-you=null']) {
      const { status, text } = await server.send('GET', '/ward', { headers: { cookie } });
      assert.equal(status, 200, cookie);
      assert.match(text, /You have not said who you are/);
    }
  });

  test('must be said before an order is written, signed or stopped', async () => {
    const nobody = new AtWork(server);
    const patient = await newPatient(server, 'Nobody');
    assert.match((await nobody.get(`/ward/new?patient=${patient.id}`)).title, /Who are you/);
    const saved = await nobody.send('/ward/new', { ...AMOXICILLIN, patient: patient.id });
    assert.equal(saved.status, 400);
    const id = await drafted(doctor, patient.id);
    const sign = await nobody.send(`/ward/orders/${id}/do/sign`, { version: '1' });
    assert.equal(sign.status, 400);
    assert.match(sign.text, /Say who you are first/);
    assert.equal((await requestAt(server, id)).status, 'draft');
  });
});

describe('a new order', () => {
  test('is for a patient who is found by number or name, of a medicine found in dm+d', async () => {
    const patient = await newPatient(server, 'Zephyrine');
    assert.equal((await doctor.get('/ward/new?q=zephyrine')).location, `/ward/new?patient=${patient.id}`);
    const number = patient.identifier?.[0]?.value ?? '';
    assert.equal((await doctor.get(`/ward?q=${number}`)).location, `/ward?patient=${patient.id}`);
    assert.match((await doctor.get('/ward/new?q=nobodyatall')).text, /Nobody kept here has a name or number like/);
    const found = await doctor.get(`/ward/new?patient=${patient.id}&medicine=amoxicillin`);
    assert.match(found.text, /Which medicine\? Amoxicillin VTM .*Amoxicillin 500mg capsules VMP/);
    const form = await doctor.get(`/ward/new?patient=${patient.id}&code=774586009`);
    assert.match(form.text, /ZEPHYRINE, Test Born 3 Feb 1980/);
    assert.match(form.html, /<option value="26643006" selected>Oral</);
  });

  test('by a dose: a draft with coded dose and its text, nobody acts on it', async () => {
    const patient = await newPatient(server, 'Draft');
    const id = await drafted(doctor, patient.id);
    const order = await requestAt(server, id);
    assert.equal(order.status, 'draft');
    assert.equal(order.intent, 'order');
    assert.equal(order.category?.[0]?.coding?.[0]?.code, 'discharge');
    assert.equal(order.medicationCodeableConcept?.coding?.[0]?.display, 'Amoxicillin');
    assert.equal(order.dosageInstruction?.[0]?.text, '500 milligram - 3 times a day - Oral');
    assert.deepEqual(order.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity, {
      ...{ value: 500, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' },
    });
    assert.deepEqual(order.dispenseRequest?.expectedSupplyDuration?.value, 7);
    assert.deepEqual(order.substitution, { allowedBoolean: false });
    assert.equal(order.requester?.identifier?.value, '9900003');
    assert.equal(order.recorder?.identifier?.system, 'https://fhir.hl7.org.uk/Id/gmc-number');
    assert.match(order.identifier?.[0]?.value ?? '', /^urn:uuid:/);
    const page = await doctor.get(`/ward/orders/${id}?done=drafted`);
    assert.match(page.text, /Draft saved\. .*500 milligram - 3 times a day - Oral .*Sign this order/);
    const list = await doctor.get('/ward');
    assert.match(under(list.html, 'drafts') ?? '', /Nobody acts on a draft.*DRAFT, Test/);
    const pharmacy = await doctor.get('/pharmacy');
    assert.doesNotMatch(pharmacy.text, /DRAFT, Test/);
  });

  test('keeps the digits of a dose', async () => {
    const patient = await newPatient(server, 'Digits');
    const id = await drafted(doctor, patient.id, { amount: '2.50' });
    assert.match((await server.get(`MedicationRequest/${id}`)).text, /"value":2\.50[,}]/);
  });

  test('by a sentence, read with what dm+d says of the product', async () => {
    const patient = await newPatient(server, 'Sentence');
    const fields = {
      code: '42109611000001109',
      sentence: 'Two four times a day when required for pain',
      quantity: '32',
    };
    const shown = await doctor.send('/ward/new', { ...fields, patient: patient.id, do: 'show' });
    assert.match(shown.text, /Dose as understood 2 tablet - 4 times a day - Oral - as required for pain/i);
    const cleared = { amount: '', timing: '', route: '', unit: '', days: '', category: 'inpatient' };
    const id = await drafted(doctor, patient.id, { ...cleared, ...fields });
    const order = await requestAt(server, id);
    assert.equal(order.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity?.code, '428673006');
    assert.deepEqual(order.dispenseRequest?.quantity, {
      ...{ value: 32, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' },
    });
  });

  for (const [name, fields, field, why] of [
    ['no dose', { amount: '' }, 'amount', /Enter the dose, or write it as a sentence/],
    ['a dose with a comma', { amount: '2,5' }, 'amount', /without commas/],
    ['no timing', { timing: '' }, 'timing', /Choose how often/],
    ['no route', { route: '' }, 'route', /Choose the route/],
    ['a dose given twice', { sentence: '500 mg once a day' }, 'sentence', /not by both/],
    ['a sentence with two readings', { amount: '', timing: '', sentence: '1-2 daily' }, 'sentence', /Not understood/],
    ['no category', { category: '' }, 'category', /Choose what the order is for/],
    ['discharge without supply', { days: '' }, 'days', /discharge orders need it/],
    ['days that are none', { days: 'some' }, 'days', /whole days/],
    ['a quantity of a substance', { quantity: '5' }, 'days', /A substance has no quantity/],
    ['no medicine', { code: '123' }, 'medicine', /Choose a medicine of dm\+d/],
    ['a course of a single dose', { timing: 'once', courseDays: '3' }, 'courseDays', /no length of course/],
  ] as const) {
    test(`${name} is told at its field, and what was typed stays`, async () => {
      const patient = await newPatient(server, 'Fault');
      const { status, text, html, title } = await doctor.send('/ward/new', {
        ...{ ...AMOXICILLIN, note: `Careful ${HOSTILE}`, patient: patient.id },
        ...fields,
      });
      assert.equal(status, 400);
      assert.match(title, /^Error: /);
      assert.match(text, why);
      assert.match(html, new RegExp(`href="#${field}"`));
      assert.ok(field === 'medicine' || html.includes(`id="${field}-error"`), html);
      assert.doesNotMatch(html, /<script>alert/);
      const { bundle } = await server.get(`MedicationRequest?patient=${patient.id}`);
      assert.equal(bundle.total, 0);
    });
  }

  test('what was sent otherwise than by its own form is not taken', async () => {
    const patient = await newPatient(server, 'Foreign');
    const fields = { ...AMOXICILLIN, patient: patient.id };
    const foreign: { [name: string]: string }[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': '' },
    ];
    for (const headers of foreign) {
      assert.equal((await doctor.send('/ward/new', fields, headers)).status, 403);
    }
    assert.equal((await server.send('POST', '/ward/new', { body: {} })).status, 415);
    assert.equal((await doctor.send('/ward/new', { ...fields, patient: 'nobody' })).status, 404);
  });
});

describe('signing and what follows', () => {
  test('who signs is the requester from then on; who wrote it stays the recorder', async () => {
    const patient = await newPatient(server, 'Signed');
    const id = await drafted(other, patient.id);
    await doctor.send(`/ward/orders/${id}/do/sign`, { version: '1' });
    const order = await requestAt(server, id);
    assert.equal(order.status, 'active');
    assert.equal(order.requester?.display, 'Dr Anil Sethi');
    assert.equal(order.recorder?.display, 'Dr Frances Lowe');
    const { html } = await doctor.get('/ward');
    assert.match(
      under(html, 'waiting') ?? '',
      /SIGNED, Test .* Amoxicillin Dose 500 milligram .*Discharge · for 7 days/,
    );
  });

  test('holding and stopping ask for a reason, which is kept; a stopped order is offered nothing more', async () => {
    const patient = await newPatient(server, 'Stopped');
    const id = await signed(doctor, patient.id);
    const unsaid = await doctor.send(`/ward/orders/${id}/do/hold`, { version: '2' });
    assert.equal(unsaid.status, 400);
    assert.match(unsaid.html, /id="hold-reason-error"/);
    await doctor.send(`/ward/orders/${id}/do/hold`, { version: '2', reason: 'Nil by mouth' });
    assert.match(under((await doctor.get('/ward')).html, 'on-hold') ?? '', /STOPPED, Test .*On hold “Nil by mouth”/);
    await doctor.send(`/ward/orders/${id}/do/release`, { version: '3' });
    assert.equal((await requestAt(server, id)).statusReason, undefined);
    await doctor.send(`/ward/orders/${id}/do/stop`, { version: '4', reason: 'Rash' });
    const order = await requestAt(server, id);
    assert.deepEqual([order.status, order.statusReason?.text], ['stopped', 'Rash']);
    const page = await doctor.get(`/ward/orders/${id}`);
    assert.doesNotMatch(page.text, /Sign this order|Put on hold|Order the same again|Change this draft/);
  });

  test('a change that the life cycle does not have is refused, and says what is allowed', async () => {
    const patient = await newPatient(server, 'Cycle');
    const id = await drafted(doctor, patient.id);
    const stop = await doctor.send(`/ward/orders/${id}/do/stop`, { version: '1', reason: 'No' });
    assert.equal(stop.status, 422);
    assert.match(stop.text, /There is a problem .*draft, not to be changed to stopped.* Rule R-008/);
    assert.equal((await requestAt(server, id)).status, 'draft');
  });

  test('nothing is written over what somebody else changed: it is shown', async () => {
    const patient = await newPatient(server, 'Conflict');
    const id = await drafted(doctor, patient.id);
    await other.send(`/ward/orders/${id}/edit`, { ...AMOXICILLIN, amount: '250', version: '1' });
    const sign = await doctor.send(`/ward/orders/${id}/do/sign`, { version: '1' });
    assert.equal(sign.status, 409);
    assert.match(sign.text, /Changed meanwhile: nothing was saved/);
    assert.match(sign.text, /dosageInstruction\[0\]\.text : 500 milligram .* → 250 milligram/);
    assert.equal((await requestAt(server, id)).status, 'draft');
  });

  test('two who sign at once: one signs, the other is told', async () => {
    const patient = await newPatient(server, 'Twice');
    const id = await drafted(doctor, patient.id);
    const both = await Promise.all(
      [doctor, other].map((each) => each.send(`/ward/orders/${id}/do/sign`, { version: '1' })),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
    assert.equal((await requestAt(server, id)).meta?.versionId, '2');
  });

  test('a draft is written further from its own words', async () => {
    const patient = await newPatient(server, 'Edited');
    const id = await drafted(doctor, patient.id);
    const form = await doctor.get(`/ward/orders/${id}/edit`);
    assert.match(form.html, /name="sentence"[^>]*value="500 milligram - 3 times a day - Oral"/);
    const same = { code: '774586009', sentence: '500 milligram - 3 times a day - Oral', category: 'leave', days: '2' };
    const saved = await other.send(`/ward/orders/${id}/edit`, { ...same, version: '1' });
    assert.equal(saved.status, 303, saved.text);
    const order = await requestAt(server, id);
    assert.equal(order.category?.[0]?.coding?.[0]?.system?.includes('UKCore'), true);
    assert.equal(order.dosageInstruction?.[0]?.timing?.repeat?.frequency, 3);
    assert.equal(order.courseOfTherapyType, undefined);
  });
});

describe('the same again', () => {
  test('is a draft for the same medicine and dose, that names the order before', async () => {
    const patient = await newPatient(server, 'Again');
    const id = await signed(doctor, patient.id);
    const again = await other.send(`/ward/orders/${id}/again`, { version: '2' });
    const next = await requestAt(server, /orders\/([^?]+)/.exec(again.location)?.[1] ?? '');
    const prior = await requestAt(server, id);
    assert.equal(next.status, 'draft');
    assert.deepEqual(next.medicationCodeableConcept, prior.medicationCodeableConcept);
    assert.deepEqual(next.dosageInstruction, prior.dosageInstruction);
    assert.deepEqual(next.priorPrescription, {
      reference: `MedicationRequest/${id}`,
      identifier: prior.identifier?.[0],
    });
    assert.equal(next.requester?.display, 'Dr Frances Lowe');
  });

  test('is not to be had of a stopped order or a draft', async () => {
    const patient = await newPatient(server, 'Never');
    const id = await drafted(doctor, patient.id);
    const again = await doctor.send(`/ward/orders/${id}/again`, { version: '1' });
    assert.equal(again.status, 409);
    assert.match(again.text, /Only an order in force, or completed, is supplied again: this one is draft/);
  });

  test('going home: a draft of each order chosen, for so many days, as one group', async () => {
    const patient = await newPatient(server, 'Home');
    const inpatient = { category: 'inpatient', days: '' };
    const one = await signed(doctor, patient.id, inpatient);
    const two = await signed(doctor, patient.id, { ...inpatient, code: '777067000', amount: '1', unit: 'g' });
    await signed(doctor, patient.id, { category: 'leave', days: '2' });
    const page = await doctor.get(`/ward/going-home?patient=${patient.id}`);
    assert.match(page.text, /Amoxicillin .*Paracetamol 1 gram|Paracetamol .*Amoxicillin/);
    const none = await doctor.send('/ward/going-home', { patient: patient.id, category: 'discharge', days: '' });
    assert.match(none.text, /Enter how many days’ supply, such as 14 .*Choose what is taken home/);
    const made = { patient: patient.id, category: 'discharge', days: '14', order: [one, two] };
    assert.match(
      (await doctor.send('/ward/going-home', made)).location,
      new RegExp(`^/ward/together\\?patient=${patient.id}&group=`),
    );
    const { bundle } = await server.get(`MedicationRequest?patient=${patient.id}&status=draft`);
    const drafts = (bundle.entry ?? []).map(({ resource }) => resource as Awaited<ReturnType<typeof requestAt>>);
    assert.equal(drafts.length, 2);
    assert.equal(new Set(drafts.map(({ groupIdentifier }) => groupIdentifier?.value)).size, 1);
    for (const each of drafts) {
      assert.equal(each.dispenseRequest?.expectedSupplyDuration?.value, 14);
      assert.equal(each.category?.[0]?.coding?.[0]?.code, 'discharge');
      assert.ok(each.priorPrescription?.reference);
    }
  });
});

describe('the list', () => {
  test('shows orders of a patient known by number only, and no repeat of a practice', async () => {
    const number = newNhsNumber();
    const subject = { identifier: nhs(number), display: 'Number Only' };
    const category = (code: string) => [{ coding: [{ system: HL7_CATEGORY, code }] }];
    const more = { substitution: { allowedBoolean: false }, dosageInstruction: [{ text: 'as directed' }] };
    const stay = await server.create(aRequest(subject, { ...more, category: category('inpatient') }));
    const repeat = await server.create(aRequest(subject, { ...more, category: category('community') }));
    for (const path of ['/ward', `/ward?system=https://fhir.nhs.uk/Id/nhs-number&value=${number}`]) {
      const { html } = await doctor.get(path);
      assert.ok(html.includes(`/ward/orders/${stay.id}`), path);
      assert.ok(!html.includes(`/ward/orders/${repeat.id}`), path);
      assert.match(html, /Number Only/);
    }
  });

  test('shows what others sent as text, whatever it is', async () => {
    const patient = await newPatient(server, 'Hostile');
    const id = await drafted(doctor, patient.id, { note: HOSTILE });
    for (const path of ['/ward', `/ward/orders/${id}`, `/ward?q=${encodeURIComponent(HOSTILE)}`]) {
      assert.doesNotMatch((await doctor.get(path)).html, /<script>alert|<img src=x/);
    }
  });

  test('what does not exist is a page that says so', async () => {
    for (const path of [
      '/ward/orders/nothing',
      '/ward/orders/nothing/live',
      '/ward?patient=nobody',
      '/ward/orders/a%00b',
    ]) {
      const { status } = await doctor.get(path);
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    }
    assert.equal((await doctor.send('/ward/orders/x/do/sign', { version: 'one' })).status, 400);
    assert.equal((await doctor.send('/ward/orders/x/do/explode', { version: '1' })).status, 404);
  });
});

test('a list that is longer than anybody reads says so', async () => {
  const site = await openTestServer();
  try {
    const category = { coding: [{ system: HL7_CATEGORY, code: 'inpatient' }] };
    const subject = { identifier: nhs(newNhsNumber()), display: 'Many Orders' };
    const dose = { dosageInstruction: [{ text: 'as directed' }], substitution: { allowedBoolean: false } };
    const resource = aRequest(subject, { ...dose, category: [category] });
    const entry = Array.from({ length: 201 }, () => ({
      resource,
      request: { method: 'POST', url: resource.resourceType },
    }));
    const sent = await site.send('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
    assert.equal(sent.status, 200, sent.text.slice(0, 300));
    for (const [path, what] of [
      ['/ward', 'open orders'],
      ['/pharmacy', 'orders in force'],
    ]) {
      const { text } = await new AtWork(site).get(path ?? '');
      assert.match(text, new RegExp(`Only the first 200 ${what} are shown`));
    }
  } finally {
    await site.close();
  }
});

describe('roles', () => {
  test('a pharmacy has no ward, a ward no pharmacy, a broker neither; the header says who it is', async () => {
    for (const [role, ward, pharmacy] of [
      ['prescribing', 200, 404],
      ['dispensing', 404, 200],
      ['broker', 404, 404],
    ] as const) {
      const site = await openTestServer({ role, name: 'Ward 7' });
      try {
        assert.equal((await site.send('GET', '/ward')).status, ward, role);
        assert.equal((await site.send('GET', '/pharmacy')).status, pharmacy, role);
        const { text } = await site.send('GET', '/');
        assert.match(text, /concord-service" href="\/">Ward 7</);
        assert.equal(text.includes('href="/ward"'), ward === 200);
        assert.equal(text.includes('href="/pharmacy"'), pharmacy === 200);
      } finally {
        await site.close();
      }
    }
  });
});
