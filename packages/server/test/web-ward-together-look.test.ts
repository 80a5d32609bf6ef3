import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { MedicationRequest } from 'fhir/r4';
import { DEFAULTS } from '../src/config.ts';
import { openSample } from './support/dmd.ts';
import {
  about,
  boxes,
  goingHome,
  type Home,
  INPATIENT,
  METFORMIN,
  PARACETAMOL,
  PARACETAMOL_TABLETS,
  sendTicked as send,
  states as statesAt,
  ticked,
} from './support/going-home.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';
import { AtWork, requestAt } from './support/work-pages.ts';

const dmd = await openSample();
const server = await openTestServer({}, dmd);
/** Whose checks refuse what they find wrong. */
const strict = await openTestServer({ conformance: DEFAULTS.conformance }, dmd);
after(async () => {
  await server.close();
  await strict.close();
});
const doctor = await new AtWork(server).is('Dr Anil Sethi', 'GMC', '9900003');
const _other = await new AtWork(server).is('Dr Frances Lowe', 'GMC', '9900004');

const homeOf = (orders: readonly { [field: string]: string }[], by = doctor) => goingHome(orders, { by, at: server });

describe('what somebody must look at', () => {
  const cases: readonly [
    name: string,
    orders: readonly { [field: string]: string }[],
    before: (home: Home) => Promise<unknown>,
    says: RegExp,
  ][] = [
    [
      'an order of the ward that was stopped since',
      [{ ...INPATIENT }, METFORMIN],
      ({ ward }) => doctor.send(`/ward/orders/${ward[0]}/do/stop`, { version: '2', reason: 'Rash' }),
      /Stopped Inpatient order \. It is not in force any more “Rash”: is this still to be taken home\?/,
    ],
    [
      'one that is on hold',
      [{ ...INPATIENT }, METFORMIN],
      ({ ward }) => doctor.send(`/ward/orders/${ward[0]}/do/hold`, { version: '2', reason: 'Nil by mouth' }),
      /On hold Inpatient order \. It is not in force any more “Nil by mouth”/,
    ],
    [
      'another dose than the ward gives now',
      [{ ...INPATIENT }, METFORMIN],
      async ({ ward }) => {
        const order = await requestAt(server, ward[0] as string);
        const [dose] = order.dosageInstruction ?? [];
        const halved = {
          ...dose,
          text: '250 milligram - 3 times a day - Oral',
          doseAndRate: [{ doseQuantity: { ...dose?.doseAndRate?.[0]?.doseQuantity, value: 250 } }],
        };
        return server.put({ ...order, id: order.id as string, dosageInstruction: [halved] });
      },
      /Differs Inpatient order \. The medicine or its dose is not that of the order .* Dose 250 milligram - 3 times a day - Oral → 500 milligram - 3 times a day - Oral/,
    ],
    [
      'an order of the ward that is gone',
      [{ ...INPATIENT }, METFORMIN],
      ({ ward }) => server.send('DELETE', `MedicationRequest/${ward[0]}`),
      /Not here Order before\. The order that it was made from is not here any more/,
    ],
    [
      'the same substance twice',
      [PARACETAMOL, PARACETAMOL_TABLETS, METFORMIN],
      async () => undefined,
      /Same substance Paracetamol: also in Paracetamol 500mg tablets \(2 tablet - 4 times a day - Oral\)\. Are both meant\?/,
    ],
  ];
  for (const [name, orders, before, says] of cases) {
    test(`${name} is said, and is not ticked with the rest`, async () => {
      const home = await homeOf(orders);
      await before(home);
      const page = await doctor.get(home.address);
      assert.match(about(page, home.drafts[0] as string), says);
      const all = await send(doctor, page, [], 'tick');
      assert.equal(all.status, 200);
      assert.match(page.text, /Tick the one of \d that needs no second look/);
      assert.deepEqual(ticked(all), [home.drafts.at(-1)]);
      // Who has looked may tick it.
      const [first] = home.drafts as [string];
      assert.equal((await send(doctor, page, [first])).status, 303);
      assert.equal((await requestAt(server, first)).status, 'active');
    });
  }

  test('where there is nothing of that, all are ticked by one button; what was ticked by hand stays', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const page = await doctor.get(home.address);
    assert.match(page.text, /Tick all 2/);
    assert.deepEqual(ticked(await send(doctor, page, [], 'tick')).sort(), [...home.drafts].sort());
    assert.deepEqual(await statesAt(home.drafts, server), ['draft', 'draft']);
    await doctor.send(`/ward/orders/${home.ward[0]}/do/stop`, { version: '2', reason: 'Rash' });
    const hand = await send(doctor, await doctor.get(home.address), [home.drafts[0] as string], 'tick');
    assert.equal(ticked(hand).length, 2);
  });
});

describe('what the checks find', () => {
  /** Writes a draft past all checks, as another release or another configuration would have taken it. */
  async function spoil(at: TestServer, id: string) {
    const row = await at.store.record.read('MedicationRequest', id);
    const draft = JSON.parse(row?.content as string) as MedicationRequest;
    const coding = [{ system: 'https://dmd.nhs.uk', code: '774586009', display: 'Simvastatin 40mg tablets' }];
    await at.store.record.write({
      ...{ key: row?.key as number, type: 'MedicationRequest', id, interaction: 'update', expected: 1 },
      ...{ resource: { ...draft, medicationCodeableConcept: { coding } }, tokens: [], identities: [] },
    });
  }
  const CODE = /Error The code means Amoxicillin \(VTM\), which the display does not: .* Rule R-173/;

  test('an error is shown at its draft and never ticked by the button; a site that lets it through leaves it to who signs', async () => {
    const home = await homeOf([{ ...INPATIENT }, METFORMIN]);
    const [one = '', two = ''] = home.drafts;
    await spoil(server, one);
    const page = await doctor.get(home.address);
    assert.match(about(page, one), CODE);
    assert.deepEqual([boxes(page), ticked(await send(doctor, page, [], 'tick'))], [2, [two]]);
    assert.equal((await send(doctor, page, [one, two])).status, 303);
  });

  test('where it refuses, there is no box to tick; sent all the same, nothing is signed and the refusal is told at its draft', async () => {
    const anybody = await new AtWork(strict).is('Dr Anil Sethi', 'GMC', '9900003');
    const home = await goingHome([{ ...INPATIENT }, METFORMIN, PARACETAMOL], { by: anybody, at: strict });
    const [one = '', two = '', three = ''] = home.drafts;
    const before = await anybody.get(home.address);
    assert.equal(boxes(before), 3);
    await spoil(strict, two);
    const page = await anybody.get(home.address);
    assert.match(about(page, two), /Cannot be signed as it is/);
    assert.match(about(page, two), CODE);
    assert.equal(boxes(page), 2);
    const refused = await send(anybody, page, [one, two, three]);
    assert.equal(refused.status, 422);
    assert.match(refused.html, new RegExp(`<a href="#sign-${two}">The code means Amoxicillin`));
    assert.doesNotMatch(refused.html, new RegExp(`href="#sign-(${one}|${three})"`));
    assert.deepEqual(ticked(refused).sort(), [one, three].sort());
    assert.deepEqual(await statesAt(home.drafts, strict), ['draft', 'draft', 'draft']);
    const versions = await Promise.all(home.drafts.map(async (id) => (await requestAt(strict, id)).meta?.versionId));
    assert.deepEqual(versions, ['1', '2', '1']);
    assert.equal((await send(anybody, refused, [one, three])).status, 303);
  });
});
