import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openSample } from './support/dmd.ts';
import { textOf, titleOf } from './support/page-text.ts';
import { aPatient, aStatement, newNhsNumber } from './support/people.ts';
import { openTestServer } from './support/test-server.ts';

const PARACETAMOL = '777067000';
const TABLETS = '42109611000001109';
const PEN = 'Insulin glargine 100units/ml solution for injection 3ml pre-filled disposable devices';
const TABLET = '428673006';
const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}`;

const dmd = await openSample();
const server = await openTestServer({}, dmd);
after(() => server.close());

async function page(path: string, asked: { [name: string]: string } = {}) {
  const { status, text } = await server.send('GET', `${path}?${new URLSearchParams(asked)}`);
  return { status, html: text, text: textOf(text), title: titleOf(text) };
}
const products = (asked: { [name: string]: string }) => page('/translate', asked);
const dose = (asked: { [name: string]: string }) => page('/translate/dose', asked);

describe('products for a dose', () => {
  test('nothing typed is a form and no answer', async () => {
    const { status, html, text } = await products({});
    assert.equal(status, 200);
    assert.match(html, /id="translate-summary"[^>]*><\/p>/);
    assert.doesNotMatch(text, /short list/);
  });

  test('paracetamol 500 mg: quantity, product, arithmetic and reason, by rank, for a person to choose', async () => {
    const { status, html, text } = await products({ medicine: 'paracetamol', amount: '500', unit: 'mg' });
    assert.equal(status, 200);
    assert.match(text, /5 products make this dose of Paracetamol: 500 milligram/);
    assert.match(text, /A short list for a person to choose from, never a choice/);
    assert.match(text, /Whole, or measured exactly 3 /);
    assert.match(
      text,
      /1 tablet Paracetamol 500mg tablets 500 mg ÷ 500 mg per tablet = 1 tablet 1 tablet is a whole number/,
    );
    assert.match(
      text,
      /10 ml or 2 spoonfuls Paracetamol 250mg\/5ml oral suspension sugar free 500 mg ÷ 50 mg per ml = 10 ml/,
    );
    assert.match(text, /125\/6 ml \(about 20\.833\)/);
    assert.match(html, new RegExp(`href="/dmd/${TABLETS}">Paracetamol 500mg tablets</a>`));
  });

  test('the whole question is in the address, by name or by code', async () => {
    const byName = await products({ medicine: 'Paracetamol', amount: '500', unit: 'mg', route: '26643006' });
    const byCode = await products({ code: PARACETAMOL, amount: '500', unit: 'mg', route: '26643006' });
    assert.equal(byName.text, byCode.text);
    assert.match(byCode.html, /name="medicine"[^>]*value="Paracetamol"/);
    assert.match(byCode.html, /<option value="26643006" selected>Oral</);
    assert.doesNotMatch(byCode.text, /solution for infusion vials/);
  });

  test('what was picked before gives way to other words', async () => {
    const asked = { picked: PARACETAMOL, amount: '5', unit: 'mg' };
    assert.match((await products({ ...asked, medicine: 'Paracetamol' })).title, /Paracetamol/);
    assert.match((await products({ ...asked, medicine: 'amlodipine' })).title, /Amlodipine/);
    assert.doesNotMatch((await products({ ...asked, medicine: '' })).title, /Paracetamol/);
  });

  test('words of several substances are for a person to resolve, and keep the dose', async () => {
    const { html, text } = await products({ medicine: 'insulin', amount: '10', unit: '767525000' });
    assert.match(text, /2 substances found Which substance\? Insulin aspart Insulin glargine/);
    assert.match(html, /href="\/translate\?code=\d+&amp;amount=10&amp;unit=767525000">Insulin glargine</);
    assert.match((await products({ medicine: 'zzzz', amount: '1' })).text, /No substance found/);
  });

  test('a misspelling is never taken by itself', async () => {
    const { text } = await products({ medicine: 'amlodipin', amount: '5', unit: 'mg' });
    assert.match(text, /products? makes? this dose of Amlodipine|Which substance/);
    const wrong = await products({ medicine: 'amlodipyne', amount: '5', unit: 'mg' });
    assert.doesNotMatch(wrong.text, /make this dose/);
  });

  test('several units take their plural, also in the sentences of why', async () => {
    const { text } = await products({ medicine: 'levothyroxine', amount: '75', unit: 'ug' });
    assert.match(text, /3 tablets Levothyroxine sodium 25microgram tablets .* = 3 tablets 3 tablets is a whole number/);
    assert.match(text, /0\.75 tablet Levothyroxine sodium 100microgram tablets/);
    assert.match(text, /Together 1 .* 1 tablet of Levothyroxine sodium 50microgram tablets and 1 tablet of/);
  });

  test('numbers are written as NHS screens write them', async () => {
    const { text } = await products({ medicine: 'digoxin', amount: '125', unit: 'mg' });
    assert.match(text, /1,000 tablets Digoxin 125microgram tablets/);
    assert.match(text, /125 mg = 125,000 microgram; 125,000 microgram ÷ 125 microgram per tablet = 1,000 tablets/);
  });

  test('a dose by weight needs the weight', async () => {
    const asked = { medicine: 'paracetamol', amount: '15', unit: 'mg/kg' };
    const { text, html } = await products(asked);
    assert.match(text, /per kilogram: the weight is needed, more than zero, in a unit of mass such as kg\. Rule T2/);
    assert.match(html, /<details class="[^"]*concord-translate__narrow" open>/);
    assert.match((await products({ ...asked, weight: '7000' })).text, /7000 kg is the size of nobody/);
    assert.match((await products({ ...asked, weight: '20' })).text, /6 ml .*Paracetamol 250mg\/5ml oral suspension/);
  });

  test('a unit by its dm+d code is the same unit, in words', async () => {
    const byCode = await products({ medicine: 'paracetamol', amount: '500', unit: '258684004' });
    assert.match(byCode.text, /make this dose of Paracetamol: 500 milligram/);
    assert.match(byCode.html, /<option value="mg" selected>milligram/);
    const grams = await dose({ code: '7393611000001100', amount: '1', unit: '258682000' });
    assert.match(grams.text, /Paracetamol 1 gram Each time 1 gram of/);
  });

  test('a route that no product has is said, with those there are, and a way to any', async () => {
    const { text, html } = await products({ code: '775768002', amount: '40', unit: 'mg', route: '34206005' });
    assert.match(text, /Enoxaparin has no products of that route in this release\. Those that it has: Intravenous\./);
    assert.match(html, /href="\/translate\?code=775768002&amp;amount=40&amp;unit=mg">Products of any form and route</);
  });

  test('a dose by area needs the area', async () => {
    const asked = { medicine: 'methotrexate', amount: '10', unit: 'mg/m2' };
    assert.match((await products(asked)).text, /per square metre: the body surface area is needed/);
    assert.match((await products({ ...asked, area: '1.5' })).text, /6 tablets Methotrexate 2\.5mg tablets/);
    assert.equal((await products({ ...asked, area: 'large' })).status, 400);
  });

  test('so many that a decimal point may stand in the wrong place is cautioned of', async () => {
    const { text } = await products({ medicine: 'prednisolone', amount: '200', unit: 'mg' });
    assert.match(text, /40 tablets Prednisolone 5mg tablets .* Caution 40 tablets for one dose is much/);
  });

  test('heeds what the site says of translation', async () => {
    const asked = { medicine: 'paracetamol', amount: '500', unit: 'mg' };
    assert.match((await products(asked)).text, /or what is in stock/);
    const file = join(dmd.folder, 'translation.json');
    try {
      writeFileSync(file, JSON.stringify({ setting: 'secondary', formulary: { blocked: [TABLETS] } }));
      const { text, html } = await products(asked);
      assert.match(text, /in secondary care/);
      assert.match(text, /Order and stock are those of this site’s formulary/);
      assert.match(text, /Paracetamol 500mg tablets is blocked by the local formulary\. Rule T5/);
      assert.match(html, /<option value="" selected>Secondary care<\/option><option value="primary">Primary care</);
      assert.doesNotMatch((await products({ ...asked, setting: 'primary' })).text, /in secondary care/);
      writeFileSync(file, '{');
      const broken = await products(asked);
      assert.equal(broken.status, 503);
      assert.match(broken.text, /translation\.json cannot be used/);
      assert.equal((await dose({ code: TABLETS, amount: '2' })).status, 503);
    } finally {
      rmSync(file);
    }
  });

  test('a pen is dialled to its units: nothing is said of its volume, as if it were to be drawn from it', async () => {
    const { text } = await products({ medicine: 'insulin glargine', amount: '10', unit: '767525000' });
    assert.match(text, /10 units Insulin glargine 100units\/ml solution for injection 3ml pre-filled/);
    assert.match(text, /10 units: insulin pens are dialled in whole units/);
    assert.doesNotMatch(text, /0\.1 ml|0\.0333|1\/30/);
  });

  test('a patch is asked by the hour or by the time of its name, and an infusion in units', async () => {
    const { html } = await products({});
    for (const [code, words] of [
      ['ug/h', 'microgram per hour'],
      ['ug/(24.h)', 'microgram per 24 hours'],
      ['{unit}/h', 'unit per hour'],
    ]) {
      assert.ok(html.includes(`<option value="${code}">${words}</option>`), words);
    }
  });

  test('a range has both its ends', async () => {
    const { text } = await products({ medicine: 'paracetamol', amount: '0500', to: '1000', unit: 'mg' });
    assert.match(text, /1 to 2 tablets Paracetamol 500mg tablets/);
    assert.match(text, /: 500 to 1,000 milligram/);
  });

  test('a refusal says why, with its rule', async () => {
    const { status, text } = await products({ medicine: 'co-codamol', amount: '500', unit: 'mg' });
    assert.equal(status, 200);
    assert.match(text, /No product is offered for this dose of Co-codamol/);
    assert.match(text, /Co-codamol has several active ingredients: .* Rule T2/);
    const product = await products({ code: TABLETS, amount: '500' });
    assert.match(product.text, /what is needed is a VTM/);
    assert.match(product.html, new RegExp(`href="/translate/dose\\?code=${TABLETS}"`));
  });

  for (const [amount, why] of [
    ['-5', /Enter the dose as a number/],
    ['5e3', /Enter the dose as a number/],
    ['lots', /Enter the dose as a number/],
    ['1,000', /without commas/],
    ['.5', /Put a zero before the decimal point of the dose: 0\.5/],
    ['0', /more than zero/],
    ['0.0', /more than zero/],
    ['9'.repeat(60), /Enter the dose as a number/],
  ] as const) {
    test(`${amount.slice(0, 12)} is no dose, and the page says so at the field`, async () => {
      const { status, text, title, html } = await products({ medicine: 'paracetamol', amount });
      assert.equal(status, 400);
      assert.match(text, why);
      assert.match(title, /^Error: /);
      assert.match(html, /href="#amount"/);
      assert.match(html, /<input[^>]*id="amount"[^>]*aria-describedby="amount-error"/);
      assert.doesNotMatch(text, /make this dose/);
    });
  }

  test('other numbers and choices are checked too', async () => {
    const asked = { medicine: 'paracetamol', amount: '500' };
    for (const [name, wrong] of Object.entries({ weight: 'heavy', to: '-1', setting: 'home' })) {
      assert.equal((await products({ ...asked, [name]: wrong })).status, 400, name);
    }
    assert.match(
      (await products({ ...asked, unit: 'furlong' })).text,
      /"furlong" is not known: send its UCUM code .* Rule T3/,
    );
    assert.match(
      (await products({ ...asked, form: '123' })).text,
      /123 is no dm\+d code, which has 6 to 18 digits\. Rule T1/,
    );
  });
});

describe('a product as a dose', () => {
  test('two tablets of paracetamol 500 mg are 1 gram, by the product’s own unit', async () => {
    const { status, text, html } = await dose({ code: TABLETS, amount: '2' });
    assert.equal(status, 200);
    assert.match(text, /Paracetamol 1 gram Each time 2 tablets of Paracetamol 500mg tablets is given\. Route: Oral/);
    assert.match(text, /Route Oral was added, the product's only one\. Rule U4/);
    assert.match(html, new RegExp(`href="/translate\\?code=${PARACETAMOL}&amp;amount=1&amp;unit=g"`));
    assert.equal((await dose({ code: TABLETS, amount: '2', unit: TABLET })).status, 200);
    assert.match(text, /2 tablet × 500 mg per tablet = 1,000 mg, that is 1 gram/);
  });

  test('a rate is a rate', async () => {
    const { text, html } = await dose({ code: '36124911000001107', amount: '2', unit: 'mL/h' });
    assert.match(text, /Midazolam 10 milligram\/hour 2 millilitres per hour of Midazolam 10mg\/2ml/);
    assert.match(html, /href="\/translate\?code=776785007&amp;amount=10&amp;unit=mg%2Fh"/);
  });

  test('a liquid is asked in millilitres', async () => {
    const { text } = await dose({ medicine: 'Paracetamol 250mg/5ml oral suspension sugar free', amount: '10' });
    assert.match(text, /Paracetamol 500 milligram Each time 10 ml of/);
  });

  test('insulin is asked in units, not in pens', async () => {
    const { text } = await dose({ medicine: PEN, amount: '12' });
    assert.match(text, /Insulin glargine 12 unit Each time 12 units of/);
  });

  test('words are searched, and a refusal says why', async () => {
    assert.match((await dose({ medicine: 'amlod' })).text, /12 products found Which product\?/);
    const { text } = await dose({ medicine: 'Co-codamol 30mg/500mg tablets', amount: '1' });
    assert.match(text, /cannot be said as a dose .* Rule U6/);
    assert.equal((await dose({ code: TABLETS, amount: 'two' })).status, 400);
    assert.match((await dose({ code: TABLETS, amount: '5', unit: 'mL' })).text, /cannot be said as a dose/);
  });
});

describe('translation', () => {
  test('escapes whatever is typed, wherever it is typed', async () => {
    const names = ['medicine', 'code', 'picked', 'amount', 'to', 'unit', 'form', 'route', 'setting', 'weight', 'area'];
    for (const path of ['/translate', '/translate/dose']) {
      for (const name of names) {
        const { status, html } = await page(path, { medicine: 'Paracetamol', amount: '5', [name]: HOSTILE });
        assert.ok(status < 500, `${path} ${name}: ${status}`);
        assert.doesNotMatch(html, /<script>|<img/, name);
      }
      const { status } = await server.send('GET', `${path}?amount=1&amount=2&medicine=a&medicine=b`);
      assert.ok(status < 500);
    }
  });

  test('is in the navigation of every page, and runs no script of its own within', async () => {
    const { html } = await page('/');
    assert.match(html, /<a [^>]*href="\/translate">Translate<\/a>/);
    assert.doesNotMatch((await products({})).html, /<script(?![^>]*\ssrc=)|\sstyle=/);
  });

  test('is a step from the dictionary', async () => {
    assert.match((await page(`/dmd/${PARACETAMOL}`)).html, new RegExp(`href="/translate\\?code=${PARACETAMOL}"`));
    assert.match((await page(`/dmd/${TABLETS}`)).html, new RegExp(`href="/translate/dose\\?code=${TABLETS}"`));
  });

  test('without a release says what to do', async () => {
    const bare = await openTestServer();
    try {
      for (const path of ['/translate', '/translate/dose']) {
        const answer = await bare.send('GET', path);
        assert.equal(answer.status, 503);
        assert.match(textOf(answer.text), /No dm\+d release is in use/);
      }
    } finally {
      await bare.close();
    }
  });

  describe('from a line of a patient’s record', () => {
    async function patientWith(code: string, doseAndRate: object[], more: object = {}) {
      const patient = await server.create(aPatient(newNhsNumber()));
      const statement = await server.create(
        aStatement(
          { reference: `Patient/${patient.id}` },
          {
            medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code, display: 'Paracetamol' }] },
            dosage: [{ ...(doseAndRate.length > 0 ? { doseAndRate } : { text: 'As directed' }), ...more }],
          },
        ),
      );
      return { address: `/patients/${patient.id}`, line: `MedicationStatement/${statement.id}` };
    }
    async function lineOf(...taken: Parameters<typeof patientWith>): Promise<string> {
      const { address, line } = await patientWith(...taken);
      return (await page(`${address}/medicine`, { line })).html;
    }
    const milligrams = (value: number) => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' });

    test('a moiety with a dose leads to its products', async () => {
      const route = { route: { coding: [{ system: 'http://snomed.info/sct', code: '26643006' }] } };
      const html = await lineOf(PARACETAMOL, [{ doseQuantity: milligrams(500) }], route);
      const address = `/translate?code=${PARACETAMOL}&amount=500&unit=mg&route=26643006`;
      assert.ok(html.includes(`href="${address.replaceAll('&', '&amp;')}">Its products</a>`), html);
      assert.match(textOf((await server.send('GET', address)).text), /1 tablet Paracetamol 500mg tablets/);
      const range = await lineOf(PARACETAMOL, [{ doseRange: { low: milligrams(500), high: milligrams(1000) } }]);
      assert.match(range, /amount=500&amp;unit=mg&amp;to=1000"/);
    });

    test('the list of medicines leads there too, each line by its medicine', async () => {
      const { address } = await patientWith(PARACETAMOL, [{ doseQuantity: milligrams(500) }]);
      const { html } = await page(address);
      assert.match(html, /href="\/translate\?code=777067000&amp;amount=500&amp;unit=mg">Its products</);
    });

    test('an infusion leads there by its rate', async () => {
      const rate = { value: 5, unit: 'mg/hour', system: 'http://unitsofmeasure.org', code: 'mg/h' };
      assert.match(await lineOf('776785007', [{ rateQuantity: rate }]), /amount=5&amp;unit=mg%2Fh">Its products</);
    });

    test('a range without a high end is for a person to enter', async () => {
      assert.doesNotMatch(await lineOf(PARACETAMOL, [{ doseRange: { low: milligrams(500) } }]), /translate\?/);
      const tablets = { value: 2, unit: 'tablet', system: 'http://snomed.info/sct', code: TABLET };
      const html = await lineOf(TABLETS, [{ doseRange: { low: tablets } }]);
      assert.match(html, new RegExp(`href="/translate/dose\\?code=${TABLETS}(&amp;unit=\\d+)?">`));
    });

    test('a product leads to its dose', async () => {
      const tablets = { value: 2, unit: 'tablet', system: 'http://snomed.info/sct', code: TABLET };
      const html = await lineOf(TABLETS, [{ doseQuantity: tablets }]);
      const address = `/translate/dose?code=${TABLETS}&amount=2&unit=${TABLET}`;
      assert.ok(html.includes(`href="${address.replaceAll('&', '&amp;')}">As a dose of its substance</a>`), html);
    });

    test('a moiety without a dose, and a code that is none, lead nowhere', async () => {
      assert.doesNotMatch(await lineOf(PARACETAMOL, []), /translate\?/);
      assert.doesNotMatch(await lineOf('138875005', [{ doseQuantity: milligrams(5) }]), /translate[?/]/);
    });
  });
});
