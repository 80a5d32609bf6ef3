import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { openSample } from './support/dmd.ts';
import { faultyOrder } from './support/order-message.ts';
import { textOf, titleOf } from './support/page-text.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}</textarea>`;

let server: TestServer;
before(async () => {
  server = await openTestServer({}, await openSample());
});
after(() => server.close());

/** Sends the form as a browser does. */
async function checked(fields: { [name: string]: string | File }, to: TestServer = server) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const sent = new Response(form);
  const { status, text, headers } = await to.send('POST', '/check', {
    body: Buffer.from(await sent.arrayBuffer()),
    headers: { 'content-type': sent.headers.get('content-type') ?? '' },
  });
  return { status, headers, html: text, text: textOf(text), title: titleOf(text) };
}

const order = JSON.stringify(faultyOrder(), null, 2);

/** What stands on a page at the line that holds some text: the line, and the findings on it. */
function lineWith(html: string, words: string): string {
  const lines = html.split('<li class="concord-source__line').slice(1);
  return textOf(lines.map((line) => `<li ${line}`).find((line) => textOf(line).includes(words)) ?? '');
}

describe('the page that checks a message', () => {
  test('asks for a message, and says that nothing is kept', async () => {
    const { status, text } = await server.send('GET', '/check');
    assert.equal(status, 200);
    assert.match(textOf(text), /Nothing of it is kept/);
    assert.doesNotMatch(text, /concord-verdict/);
  });

  test('each finding stands on the line of its place, with a link to the list and back, and its rule', async () => {
    const { status, html, text, title } = await checked({ message: order });
    assert.equal(status, 200);
    assert.match(title, /^\d+ errors, \d+ warnings?/);
    assert.match(lineWith(html, '"periodUnit": "day"'), /Error "day" is not in the required value set/);
    assert.match(lineWith(html, '"value": "9990008087"'), /Error Not an NHS number.*R-190/);
    assert.match(lineWith(html, '"text": "2 tablets four times a day"'), /contradict each other.*R-060a/);
    const numbers = [...html.matchAll(/id="F(\d+)"/g)].map(([, number]) => number);
    assert.ok(numbers.length > 3);
    for (const number of numbers) {
      assert.ok(html.includes(`href="#P${number}"`) && html.includes(`id="P${number}"`));
      assert.ok(html.includes(`href="#F${number}"`));
    }
    const rules = new Set([...html.matchAll(/href="(\/rules\/[^"]+)"/g)].map(([, address]) => address as string));
    for (const address of rules) assert.equal((await server.send('GET', address)).status, 200, address);
    assert.match(text, /FHIR R4 1 error/);
    assert.match(text, /dm\+d codes (Passed|\d)/);
  });

  test('a dose stands beside its text, and says whether they agree', async () => {
    const { text } = await checked({ message: order });
    assert.match(
      text,
      /The sender’s text 2 tablets four times a day From the structure 1 tablet - 4 times a day Do they agree\? They differ “2 tablets” in the text is “1 tablet” in the structure/,
    );
  });

  test('the relationships are drawn, and said in words', async () => {
    const { html, text } = await checked({ message: order });
    assert.equal([...html.matchAll(/class="concord-drawing__box"/g)].length, 3);
    assert.equal([...html.matchAll(/class="concord-drawing__curve"/g)].length, 2);
    assert.match(text, /MedicationRequest Paracetamol 500mg tablets Line \d+ subject: Patient Ahmed Rahman/);
  });

  test('XML is checked too, and shown as JSON', async () => {
    const message = '<Patient xmlns="http://hl7.org/fhir"><gender value="odd"/></Patient>';
    const { html, text } = await checked({ message });
    assert.match(text, /sent as XML/);
    assert.match(lineWith(html, '"gender": "odd"'), /Error "odd" is not in the required value set/);
  });

  test('a file is checked in place of what was pasted', async () => {
    const file = new File([order], 'order.json', { type: 'application/json' });
    const { text } = await checked({ message: '', file });
    assert.match(text, /contradict each other/);
    const without = await checked({ message: order, file: new File([], '') });
    assert.match(without.text, /contradict each other/);
  });

  test('more is asked of what is about to be sent, and setting counts', async () => {
    const draft = order.replace('"status": "active"', '"status": "draft"');
    assert.match((await checked({ message: draft, direction: 'send' })).text, /rule R-006/);
    assert.doesNotMatch((await checked({ message: draft, direction: 'receive' })).text, /rule R-006/);
    const hospital = await checked({ message: order, mode: 'hospital' });
    const any = await checked({ message: order });
    assert.notEqual(hospital.title, any.title);
    const { status, text } = await checked({ message: order, mode: 'ward' });
    assert.equal(status, 400);
    assert.match(text, /Choose a setting/);
  });

  for (const [name, message, says] of [
    ['JSON', '{\n  "resourceType": "Patient",\n}', /Line 3, column 1: Not JSON/],
    ['JSON with a name twice', '{"a": 1,\n "a": 2}', /Line 2, column 2: The property "a" is given twice/],
    ['XML', '<Patient xmlns="http://hl7.org/fhir">\n<gender></Patient>', /Line 2, column \d+: /],
    ['XML below empty lines', '\n\n<Patient xmlns="http://hl7.org/fhir">\n<gender></Patient>', /Line 4, column \d+: /],
    ['HL7 v2', 'MSH|^~\\&|A', /Line 1, column 1: This is neither JSON nor XML/],
    ['nothing', '   ', /Paste a message, or choose a file/],
  ] as const) {
    test(`${name} that cannot be read has its line and column`, async () => {
      const { status, text, html } = await checked({ message });
      assert.equal(status, 400);
      assert.match(text, says);
      assert.match(html, /<li><a href="#message">/);
    });
  }

  test('what is too large is refused kindly, at either limit', async () => {
    for (const length of [2_000_001, 7_000_000]) {
      const { status, text, html } = await checked({ message: 'x'.repeat(length) });
      assert.equal(status, 413);
      assert.match(text, /larger than 2 MB: check its file with the command concord check/);
      assert.ok(html.length < 100_000, 'it is not sent back');
    }
  });

  test('what is hostile is shown as the text that it is', async () => {
    const bundle = faultyOrder();
    const request = bundle.entry?.[1]?.resource as unknown as { [name: string]: unknown };
    request.medicationCodeableConcept = { text: HOSTILE };
    request.dosageInstruction = [{ text: HOSTILE, patientInstruction: HOSTILE }];
    request.subject = { reference: HOSTILE, display: HOSTILE };
    request[HOSTILE] = HOSTILE;
    for (const message of [JSON.stringify(bundle), HOSTILE, `{"a": ${HOSTILE}`]) {
      const { html, status } = await checked({ message, mode: 'any' });
      assert.ok(status < 500);
      assert.doesNotMatch(html, /<script>|<img/);
      assert.equal([...html.matchAll(/<\/textarea>/g)].length, 1);
      assert.doesNotMatch(html.replace(/="[^"]*"/g, ''), /<[a-z][^>]*\son[a-z]+/);
      assert.doesNotMatch(html, /\sstyle=|<style|javascript:/);
    }
    const { html } = await checked({ message: order, mode: HOSTILE });
    assert.doesNotMatch(html, /<script>|<img/);
  });

  test('answers are not kept, and nothing is written', async () => {
    const before = await server.rows();
    const { headers } = await checked({ message: order });
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
    assert.deepEqual(await server.rows(), before);
  });

  test('without packages, profiles are said not to be checked, and not to have passed', async () => {
    const claimed = { resourceType: 'Patient', meta: { profile: ['https://example.org/Ours'] } };
    assert.match((await checked({ message: order })).text, /Profiles of packages Not checked: no packages are loaded/);
    const { text } = await checked({ message: JSON.stringify(claimed) });
    assert.match(text, /Profiles of packages Not checked: a profile claimed and not loaded; 1 note/);
  });

  test('an order not to give a medicine is judged as $validate does: this server acts on it', async () => {
    const message = JSON.stringify({ resourceType: 'MedicationRequest', doNotPerform: true });
    const found = async (direction: string) =>
      (await checked({ message, direction })).html.match(
        /F\d+">\s*<p[^>]*><strong[^>]*>(\w+)<\/strong> An order not to give/,
      )?.[1];
    assert.equal(await found('receive'), undefined);
    assert.equal(await found('send'), 'Warning');
    const { outcome } = await server.send('POST', 'MedicationRequest/$validate?mode=create', { body: message });
    const issue = outcome.issue.find(({ diagnostics }) => diagnostics?.startsWith('An order not to give'));
    assert.equal(issue?.severity, 'warning');
  });

  test('without a release, dm+d codes are said not to be looked up', async () => {
    const without = await openTestServer();
    const { text } = await checked({ message: order }, without);
    assert.match(text, /dm\+d codes Codes not looked up/);
    await without.close();
  });
});

describe('whatever is sent to it', () => {
  const bodies: [type: string, body: string, status: number][] = [
    ['application/json', '{}', 415],
    ['text/plain', 'x', 415],
    ['application/xml', '<a/>', 415],
    ['multipart/form-data', 'x', 400],
    ['multipart/form-data; boundary=a', '--a\r\nContent-Disposition: form-data; name="message"\r\n\r\n{}', 400],
    ['multipart/form-data; boundary=a', '--a--', 400],
    ['application/x-www-form-urlencoded', 'message=%7B%7D', 200],
    ['application/x-www-form-urlencoded', 'message=%00%FF%', 400],
    ['application/x-www-form-urlencoded', '', 400],
  ];
  for (const [type, body, expected] of bodies) {
    test(`${type} ${JSON.stringify(body)} is a page with ${expected}`, async () => {
      const { status, headers, text } = await server.send('POST', '/check', {
        body,
        headers: { 'content-type': type },
      });
      assert.equal(status, expected, textOf(text));
      assert.match(headers['content-type'] as string, /^text\/html/);
    });
  }

  test('the answer is a page, and never a failure', async () => {
    const odd = fc.constantFrom<unknown>(
      null,
      '',
      0,
      1e308,
      true,
      [],
      {},
      [null],
      '\u0000',
      '\ud800',
      '__proto__',
      HOSTILE,
    );
    const keys = fc.constantFrom(
      'resourceType',
      'entry',
      'resource',
      'subject',
      'dosageInstruction',
      'timing',
      'contained',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        odd,
        fc.constantFrom('Bundle', 'MedicationRequest', 'Patient', 'message'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const changed = fc
      .tuple(fc.nat(order.length), fc.nat(6), fc.string({ unit: 'binary', maxLength: 4 }))
      .map(([at, length, put]) => order.slice(0, at) + put + order.slice(at + length));
    const texts = fc.oneof(
      value.map((each) => JSON.stringify(each)),
      changed,
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('send', 'receive', 'x'), async (message, direction) => {
        const { status, headers } = await checked({ message, direction });
        assert.ok(status === 200 || status === 400, String(status));
        assert.match(headers['content-type'] as string, /^text\/html/);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('very deep, very wide and very long messages are answered', async () => {
    const messages = [
      '['.repeat(100_000),
      `{"resourceType":"Bundle","entry":[${'{"resource":{"resourceType":"MedicationRequest","dosageInstruction":[{}]}},'.repeat(5000)}{}]}`,
      `[${'1,'.repeat(200_000)}1]`,
      `{"resourceType":"Patient","x":"${'y'.repeat(1_000_000)}"}`,
      `{"resourceType":"Patient",${[...new Array(20_000).keys()].map((i) => `"k${i}":1`).join()}}`,
    ];
    for (const message of messages) {
      const { status, html } = await checked({ message });
      assert.ok(status < 500);
      assert.ok(html.length < 8_000_000, `${html.length}`);
    }
  });
});

describe('the rules', () => {
  test('are listed with an anchor each, and explained on a page each', async () => {
    const { text } = await server.send('GET', '/rules');
    const ids = [...text.matchAll(/<a class="nhsuk-link" href="\/rules\/([^"]+)"/g)].map(([, id]) => id as string);
    assert.ok(ids.length > 200);
    for (const id of ids) assert.ok(text.includes(`id="${id}"`), id);
    const one = await server.send('GET', '/rules/R-060');
    assert.match(
      textOf(one.text),
      /Rule R-060 Dosages \(dosage\) R-060a Text and structure contradict each other.* R-060d/,
    );
    const elsewhere = await server.send('GET', '/rules/R-114');
    assert.match(textOf(elsewhere.text), /Checked elsewhere/);
    const also = await server.send('GET', '/rules/R-241');
    assert.match(textOf(also.text), /Checked also FHIR R4: FHIR-lst-1 on a list/);
    const partly = await server.send('GET', '/rules/R-155');
    assert.match(
      textOf(partly.text),
      /R-155a.*R-155b.*Whether it was given within the time of its request is not checked/,
    );
  });

  test('one that there is not is said kindly', async () => {
    for (const id of ['R-999', '__proto__', encodeURIComponent(HOSTILE), 'constructor']) {
      const { status, text } = await server.send('GET', `/rules/${id}`);
      assert.equal(status, 404, id);
      assert.match(textOf(text), /no such rule/);
    }
  });
});
