import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openSample } from './support/dmd.ts';
import {
  about,
  boxes,
  formOf,
  goingHome,
  INPATIENT,
  METFORMIN,
  PARACETAMOL,
  sendTicked as send,
  states as statesAt,
  ticked,
} from './support/going-home.ts';
import { openTestServer } from './support/test-server.ts';
import { AtWork, drafted, requestAt, under, type WorkPage } from './support/work-pages.ts';

const server = await openTestServer({}, await openSample());
after(() => server.close());
const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
const other = await new AtWork(server).is('Dr Frances Lowe', 'GMC', '9900004');

const homeOf = (orders: readonly { [field: string]: string }[], by = doctor) => goingHome(orders, { by, at: server });
const states = (ids: readonly string[]) => statesAt(ids, server);

describe('the drafts that one patient takes home, on one page', () => {
  test('each with its dose, how much, and what it has in common with the ward’s order; none is ticked', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const page = await doctor.get(home.address);
    assert.equal(page.status, 200);
    assert.match(page.title, /^Sign together: /);
    assert.deepEqual([boxes(page), ticked(page)], [2, []]);
    const [amoxicillin = '', metformin = ''] = home.drafts;
    assert.match(
      about(page, amoxicillin),
      /Sign Amoxicillin .*500 milligram - 3 times a day - Oral .*Supply for 14 days Discharge .*Inpatient order : the same medicine and dose \(active\)/i,
    );
    assert.match(
      about(page, amoxicillin),
      /Otherwise than there: for Inpatient → Discharge; supply not said → for 14 days/,
    );
    assert.match(about(page, metformin), /The dose needs 28 tablets/);
    assert.match(page.text, /Who signs is the requester: Dr Anil Sethi , GMC 9900003/);
  });

  test('is led to from the ward’s lists for as long as there is a draft', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const link = home.address.replaceAll('&', '&amp;');
    for (const path of ['/ward', `/ward?patient=${home.patient}`]) {
      const { html } = await doctor.get(path);
      assert.ok(html.includes(`href="${link}"`), path);
      assert.match(under(html, 'drafts') ?? '', /Discharge: review and sign 2 drafts together/);
    }
    await send(doctor, await doctor.get(home.address), home.drafts);
    assert.ok(!(await doctor.get(`/ward?patient=${home.patient}`)).html.includes(link));
    assert.match((await doctor.get(home.address)).text, /Nothing of this group is left to sign\..*No drafts any more/);
  });

  test('asks who is there before it is shown, and before anything is signed', async () => {
    const home = await homeOf([{ ...INPATIENT }]);
    const nobody = new AtWork(server);
    assert.match((await nobody.get(home.address)).title, /Who are you/);
    const unsaid = await send(nobody, await doctor.get(home.address), home.drafts);
    assert.equal(unsaid.status, 400);
    assert.match(unsaid.text, /Say who you are first/);
    assert.deepEqual(await states(home.drafts), ['draft']);
  });
});

describe('signing', () => {
  test('all that is ticked becomes active at one moment, by who signs; the rest stays a draft', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN, PARACETAMOL], other);
    const [one = '', two = '', three = ''] = home.drafts;
    const done = await send(doctor, await doctor.get(home.address), [one, three]);
    assert.equal(done.location, `${home.address}&signed=2`);
    const page = await doctor.get(done.location);
    assert.match(page.text, /Signed: 2 orders\. The pharmacy is told\./);
    assert.equal(boxes(page), 1);
    assert.deepEqual(await states([one, two, three]), ['active', 'draft', 'active']);
    const [first, , third] = await Promise.all(home.drafts.map((id) => requestAt(server, id)));
    for (const each of [first, third]) {
      assert.equal(each?.requester?.identifier?.value, '9900003');
      assert.equal(each?.recorder?.display, 'Dr Frances Lowe');
      assert.equal(each?.meta?.versionId, '2');
      assert.ok(each?.groupIdentifier?.value);
    }
    assert.equal(first?.authoredOn, third?.authoredOn);
    assert.match((await doctor.get('/pharmacy')).html, new RegExp(one));
  });

  test('one that was changed meanwhile: nothing is signed, it says what changed, and the other ticks stay', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN, PARACETAMOL]);
    const page = await doctor.get(home.address);
    const [one = '', two = '', three = ''] = home.drafts;
    const sentence = { code: '774586009', sentence: '250 mg three times a day', category: 'discharge', days: '14' };
    assert.equal((await other.send(`/ward/orders/${one}/edit`, { ...sentence, version: '1' })).status, 303);
    // Whether that one is ticked or not: what is signed was read together with it.
    for (const chosen of [
      [one, two, three],
      [two, three],
    ]) {
      const lost = await send(doctor, page, chosen);
      assert.equal(lost.status, 409);
      assert.match(lost.title, /^Error: /);
      assert.match(
        lost.text,
        /There is a problem Amoxicillin was changed meanwhile: read it again .*Nothing was signed/,
      );
      assert.match(
        about(lost, one),
        /Changed meanwhile This is what it says otherwise .* Dose 500 milligram - 3 times a day - Oral → 250 milligram - 3 times a day .*All that changed .*dosageInstruction\[0\]\.text : 500 milligram .* → 250 milligram/,
      );
      assert.match(lost.html, new RegExp(`href="#sign-${one}"`));
      assert.deepEqual(ticked(lost).sort(), [two, three].sort());
      assert.deepEqual(await states(home.drafts), ['draft', 'draft', 'draft']);
      // The page that came back has the versions of now: once that is read, it is signed.
      if (chosen.length === 2) assert.equal((await send(doctor, lost, [one, two, three])).status, 303);
    }
    assert.deepEqual(await states(home.drafts), ['active', 'active', 'active']);
  });

  test('one that was signed or cancelled meanwhile: nothing is signed, and it says so', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const page = await doctor.get(home.address);
    const [one = '', two = ''] = home.drafts;
    await other.send(`/ward/orders/${one}/do/cancel`, { version: '1', reason: 'Not needed' });
    const lost = await send(doctor, page, [one, two]);
    assert.equal(lost.status, 409);
    assert.match(lost.text, /Amoxicillin is no draft any more: it is cancelled/);
    assert.deepEqual(await states(home.drafts), ['cancelled', 'draft']);
    // Nor is it ticked for somebody who saw another version.
    const again = await send(doctor, page, [], 'tick');
    assert.equal(again.status, 409);
    assert.deepEqual(ticked(again), [two]);
  });

  test('two who sign the same at once: one signs all of it, the other is told', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN, PARACETAMOL]);
    const pages = [await doctor.get(home.address), await other.get(home.address)];
    const both = await Promise.all(
      [doctor, other].map((each, i) =>
        send(each, pages[i] as WorkPage, i === 0 ? home.drafts : [...home.drafts].reverse()),
      ),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
    const orders = await Promise.all(home.drafts.map((id) => requestAt(server, id)));
    assert.deepEqual(new Set(orders.map(({ meta }) => meta?.versionId)), new Set(['2']));
    assert.equal(new Set(orders.map(({ requester }) => requester?.display)).size, 1);
  });

  test('nothing ticked is told at the list; what no page of this server sends is not taken', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const elsewhere = await homeOf([{ ...INPATIENT }]);
    const page = await doctor.get(home.address);
    const none = await send(doctor, page, []);
    assert.equal(none.status, 400);
    assert.match(none.html, /href="#orders">Tick the orders that you sign/);
    const [one = ''] = home.drafts;
    const [stranger = ''] = elsewhere.drafts;
    const single = await drafted(doctor, home.patient);
    const sent = formOf(page, home.drafts);
    for (const [name, fields, status] of [
      ['one that was not shown', { ...sent, sign: [stranger] }, 400],
      ['one of another group', { ...sent, shown: [`${stranger}:1`], sign: [stranger] }, 400],
      ['one of no group', { ...sent, shown: [`${single}:1`], sign: [single] }, 400],
      ['one shown twice', { ...sent, shown: [`${one}:1`, `${one}:2`], sign: [one] }, 400],
      ['a version that is none', { ...sent, shown: [`${one}:x`], sign: [one] }, 400],
      ['a version that never was', { ...sent, shown: [`${one}:7`], sign: [one] }, 409],
      ['a group that is none', { ...sent, group: 'urn:x|y' }, 404],
      ['a patient who is none', { ...sent, patient: 'nobody' }, 404],
    ] as const) {
      const refused = await doctor.send('/ward/together', { ...fields, do: 'sign' });
      assert.equal(refused.status, status, `${name}: ${refused.text}`);
    }
    const fields = { ...sent, do: 'sign' };
    assert.equal((await doctor.send('/ward/together', fields, { origin: 'https://evil.example' })).status, 403);
    for (const path of [`/ward/together?patient=${home.patient}`, '/ward/together?group=x', '/ward/together']) {
      assert.equal((await doctor.get(path)).status, 404, path);
    }
    assert.deepEqual(await states([...home.drafts, stranger, single]), ['draft', 'draft', 'draft', 'draft']);
  });

  test('shows what others wrote as text, whatever it is', async () => {
    const note = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}`;
    const home = await homeOf([{ ...INPATIENT, note }]);
    const { html } = await doctor.get(`${home.address}&signed=%3Cscript%3E`);
    assert.doesNotMatch(html, /<script>alert|<img src=x/);
  });
});
