import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Level } from '@concord/dmd';
import { openSample } from './support/dmd.ts';
import { textOf } from './support/page-text.ts';
import { aPatient, aStatement, newNhsNumber } from './support/people.ts';
import { openTestServer } from './support/test-server.ts';

const PARACETAMOL = '42109611000001109';
const FORMER = '322236009';

const dmd = await openSample();
const server = await openTestServer({}, dmd);
after(() => server.close());
const dictionary = dmd.release?.dictionary;

async function page(path: string): Promise<{ status: number; html: string; text: string; location: unknown }> {
  const { status, text, headers } = await server.send('GET', path);
  return { status, html: text, text: textOf(text), location: headers.location };
}

describe('the search of dm+d', () => {
  test('finds a medicine by the beginnings of words, without a script', async () => {
    const { status, html, text } = await page('/dmd?q=parac+tab+500');
    assert.equal(status, 200);
    assert.match(html, new RegExp(`<a [^>]*href="/dmd/${PARACETAMOL}">Paracetamol 500mg tablets</a>`));
    assert.match(html, /role="status"[^>]*>\d+ medicines found/);
    assert.match(text, /Open Government Licence/);
    assert.match(text, /a small sample/);
  });

  test('finds by code, former code and bar code', async () => {
    assert.match((await page(`/dmd?q=${PARACETAMOL}`)).text, /1 medicine found/);
    assert.match((await page(`/dmd?q=${FORMER}`)).text, /Found by a former code/);
  });

  test('narrows to a level, and keeps what was chosen', async () => {
    const { html } = await page('/dmd?q=paracetamol&level=VTM');
    assert.match(html, /<option value="VTM" selected>/);
    assert.match(html, /1 medicine found/);
  });

  test('says when nothing was found, and escapes what was typed', async () => {
    const { status, html, text } = await page(`/dmd?q=${encodeURIComponent('<b>zzzz')}`);
    assert.equal(status, 200);
    assert.match(text, /No medicines found/);
    assert.doesNotMatch(html, /<b>zzzz/);
  });

  test('asks for nothing without words, and takes any text', async () => {
    assert.equal((await page('/dmd')).status, 200);
    for (const q of ['%', '%00', '+', 'a'.repeat(5000), '%F0%9F%92%8A', '"><script>']) {
      const { status } = await page(`/dmd?q=${q}&level=${q}`);
      assert.ok(status < 500, `${q}: ${status}`);
    }
  });
});

describe('the page of a concept', () => {
  test('a VMP has its moiety above, products and packs below, and what it is', async () => {
    const { status, text, html } = await page(`/dmd/${PARACETAMOL}`);
    assert.equal(status, 200);
    assert.match(html, /<h1[^>]*>Paracetamol 500mg tablets<\/h1>/);
    assert.match(html, /href="\/dmd\/777067000">Paracetamol</);
    assert.match(text, /Prescribing status ?Valid as a prescribable product/);
    assert.match(text, /Strength ?Paracetamol 500 mg/);
    assert.match(text, /Form ?Oral tablet/);
    assert.match(text, /Route ?Oral/);
    assert.match(text, /BNF ?04070100: section 4\.7\.1, in chapter 4 Central nervous system/);
    assert.match(text, /ATC ?N02BE01/);
    assert.match(text, /Controlled drug ?No Controlled Drug Status/);
    assert.match(text, /Former codes ?322236009/);
    assert.match(text, /"system":"https:\/\/dmd\.nhs\.uk","code":"42109611000001109"/);
    for (const amp of dictionary?.ampsOfVmp(PARACETAMOL) ?? []) assert.match(html, new RegExp(`/dmd/${amp.id}"`));
    for (const vmpp of dictionary?.vmppsOfVmp(PARACETAMOL) ?? []) assert.match(html, new RegExp(`/dmd/${vmpp.id}"`));
  });

  test('a former code leads to the current one and says so', async () => {
    const { status, location } = await page(`/dmd/${FORMER}`);
    assert.equal(status, 303);
    assert.equal(location, `/dmd/${PARACETAMOL}?was=${FORMER}`);
    const { text } = await page(String(location));
    assert.match(text, /322236009 is a former code of this medicine, replaced on .* 2023\. Its code now is 42109611/);
    // Nobody can make the page say so of a code that was never one.
    assert.doesNotMatch((await page(`/dmd/${PARACETAMOL}?was=1234567`)).text, /is a former code/);
  });

  test('a code that is none is not found, with why', async () => {
    for (const [id, why] of [
      ['abc', /6 to 18 digits/],
      ['42109611000001108', /fails its check digit/],
      ['138875005', /neither a current nor a former code/],
    ] as const) {
      const { status, text } = await page(`/dmd/${id}`);
      assert.equal(status, 404, id);
      assert.match(text, why);
    }
  });

  test('a pack has its price, size and legal category', async () => {
    const packs = dictionary?.vmppsOfVmp(PARACETAMOL) ?? [];
    const priced = packs.find(({ drugTariff }) => drugTariff?.price !== undefined);
    assert.ok(priced);
    const vmpp = await page(`/dmd/${priced.id}`);
    assert.match(vmpp.text, /Drug Tariff price ?£\d+\.\d\d/);
    assert.match(vmpp.text, /Pack size ?\d+ tablet/);
    const ampp = dictionary?.amppsOfVmpp(priced.id)[0];
    assert.match((await page(`/dmd/${ampp?.id}`)).text, /Legal category/);
  });

  test('every concept of the release has a page, and every link of it leads to one', async () => {
    const ids = new Set<string>();
    for (const level of ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as Level[]) {
      for (const product of dictionary?.all(level) ?? []) ids.add(product.id);
    }
    for (const ingredient of dictionary?.ingredients() ?? []) ids.add(ingredient.id);
    // Every fifth: enough to meet every kind of row, in a second or two.
    for (const [at, id] of [...ids].entries()) {
      if (at % 5 !== 0) continue;
      const { status, html } = await page(`/dmd/${id}`);
      assert.equal(status, 200, id);
      assert.doesNotMatch(html, /undefined|\[object|NaN/, id);
      for (const [, link = ''] of html.matchAll(/href="\/dmd\/(\d+)"/g)) {
        assert.ok(dictionary?.kindOf(link) !== undefined, `${id} links to ${link}`);
      }
    }
  });

  test('a medicine on a patient’s page leads to it, by the code in the record', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const statement = await server.create(
      aStatement(
        { reference: `Patient/${patient.id}` },
        {
          medicationCodeableConcept: {
            coding: [{ system: 'https://dmd.nhs.uk', code: FORMER, display: 'Paracetamol' }],
          },
        },
      ),
    );
    const line = `MedicationStatement/${statement.id}`;
    const { status, html } = await page(`/patients/${patient.id}/medicine?line=${line}`);
    assert.equal(status, 200);
    assert.match(html, new RegExp(`href="/dmd/${FORMER}"`));
  });

  test('without a release the pages say what to do', async () => {
    const bare = await openTestServer();
    try {
      const answer = await bare.send('GET', '/dmd?q=a');
      assert.equal(answer.status, 503);
      assert.match(textOf(answer.text), /concord dmd load/);
    } finally {
      await bare.close();
    }
  });
});
