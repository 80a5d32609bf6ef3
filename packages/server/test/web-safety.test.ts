import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textOf } from './support/page-text.ts';
import { newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

/** What would become markup if any of it were written out as it is. */
const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}`;

describe('hostile words', () => {
  test('are only ever words, on every page', async () => {
    const number = newNhsNumber();
    const organisation = await server.create({ resourceType: 'Organization', name: `Org ${HOSTILE}` });
    const patient = await server.create({
      resourceType: 'Patient',
      identifier: [nhs(number), { system: 'https://x.example/"onload="', value: HOSTILE }],
      name: [{ family: HOSTILE, given: [HOSTILE], prefix: [HOSTILE] }],
    });
    const subject = { reference: `Patient/${patient.id}`, display: HOSTILE };
    const statement = await server.create({
      resourceType: 'MedicationStatement',
      meta: { source: 'javascript:alert(1)' },
      identifier: [{ system: 'https://x.example/', value: HOSTILE }],
      status: 'on-hold',
      statusReason: [{ text: HOSTILE }],
      medicationCodeableConcept: {
        coding: [{ system: 'https://dmd.nhs.uk', code: '1', display: HOSTILE }],
        text: HOSTILE,
      },
      subject,
      effectivePeriod: { start: '2026-01-01' },
      informationSource: { reference: `Organization/${organisation.id}`, display: HOSTILE },
      dosage: [{ text: HOSTILE, patientInstruction: HOSTILE }],
      note: [{ text: HOSTILE }],
    });
    await server.put({ ...statement, note: [{ text: `again ${HOSTILE}` }] });
    const allergy = await server.create({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
      },
      patient: subject,
      code: { text: HOSTILE },
      reaction: [{ manifestation: [{ text: HOSTILE }] }],
    });
    const q = encodeURIComponent(HOSTILE);
    const addresses = [
      '/',
      `/patients?q=${q}`,
      `/patients?q=${encodeURIComponent(HOSTILE.slice(0, 30))}`,
      `/patients/${patient.id}`,
      `/patients/${patient.id}/timeline`,
      `/patients/${patient.id}/medicine?line=MedicationStatement/${statement.id}`,
      `/patients/${patient.id}/medicine?line=${q}`,
      `/patients/by-identifier?system=${q}&value=${q}`,
      `/resources/MedicationStatement/${statement.id}`,
      `/resources/AllergyIntolerance/${allergy.id}`,
      `/resources/Patient/${patient.id}`,
      `/resources/Organization/${organisation.id}`,
      `/${q}`,
    ];
    for (const address of addresses) {
      const { status, text } = await server.send('GET', address);
      assert.ok(status < 500, `${address}: ${status}`);
      assert.doesNotMatch(text, /<script>|<img/, address);
      assert.ok(!/href="javascript:/i.test(text), address);
      for (const [tag] of text.replace(/="[^"]*"/g, '').matchAll(/<[a-z][^>]*>/g))
        assert.doesNotMatch(tag, /\son[a-z]+/, address);
    }
    const shown = textOf((await server.send('GET', `/patients/${patient.id}`)).text);
    assert.ok(shown.includes(`Dose ${HOSTILE}`), shown);
    assert.ok(shown.includes(`Org ${HOSTILE}`));
  });
});

describe('what cannot be answered', () => {
  const cases: [path: string, status: number][] = [
    ['/nope', 404],
    ['/patients/none', 404],
    ['/patients/none/timeline', 404],
    ['/patients/%00', 400],
    ['/patients/a%20b', 404],
    [`/patients/${'a'.repeat(65)}`, 404],
    ['/patients?q=%00', 400],
    ['/patients?q=a&q=b', 200],
    ['/patients/by-identifier', 400],
    ['/patients/by-identifier?system=a', 400],
    ['/patients/by-identifier?system=a&value=b', 404],
    ['/patients/by-identifier?system=https://fhir.nhs.uk/Id/nhs-number&value=%F0%9F', 404],
    ['/resources/Patient/%00', 400],
    ['/assets/none/styles.css', 404],
  ];
  for (const [path, expected] of cases) {
    test(`${path} is answered with a page and ${expected}`, async () => {
      const { status, headers, text } = await server.send('GET', path);
      assert.equal(status, expected);
      assert.match(headers['content-type'] as string, /^text\/html/);
      assert.match(text, /<h1/);
    });
  }

  test('a method that no page takes is not found either', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await server.send(method, '/patients/none');
      assert.equal(status, 404, method);
      assert.match(headers['content-type'] as string, /^text\/html/);
    }
  });

  test('a failure of ours is a page that says no more than that', async () => {
    const broken = await openTestServer();
    const query = () => Promise.reject(new Error('secret detail'));
    Object.assign(broken.store.record.q, { query });
    const { status, text } = await broken.send('GET', '/patients/any');
    assert.equal(status, 500);
    assert.match(textOf(text), /Sorry, there is a problem/);
    assert.doesNotMatch(text, /secret detail/);
    await broken.close();
  });

  test('pages do not touch the FHIR API’s own answers', async () => {
    const { status, headers } = await server.get('Patient/none');
    assert.equal(status, 404);
    assert.match(headers['content-type'] as string, /fhir\+json/);
    assert.equal(headers['content-security-policy'], undefined);
  });
});

describe('headers', () => {
  for (const path of ['/', '/patients?q=smith', '/patients/none', '/nope']) {
    test(`${path} is not kept, not framed, and takes nothing from elsewhere`, async () => {
      const { headers } = await server.send('GET', path);
      assert.equal(headers['cache-control'], 'no-store');
      const policy = headers['content-security-policy'] as string;
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'same-origin');
    });
  }

  test('pages hold no script and no style of their own', async () => {
    for (const path of ['/', '/nope', '/patients?q=1']) {
      const { text } = await server.send('GET', path);
      assert.doesNotMatch(text, /<style|\sstyle=|<script(?![^>]*\ssrc=)/);
    }
  });

  test('styles, script and icon may be kept for ever, and ask nothing of another host', async () => {
    const { text } = await server.send('GET', '/');
    const addresses = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]*)"/g)].map((each) => each[1] as string);
    assert.equal(addresses.length, 3);
    for (const address of addresses) {
      const asset = await server.send('GET', address);
      assert.equal(asset.status, 200, address);
      assert.match(asset.headers['cache-control'] as string, /max-age=31536000, immutable/);
      if (address.endsWith('.css')) assert.doesNotMatch(asset.text, /https?:\/\/|@font-face|Frutiger/);
    }
    const folder = addresses[0]?.replace(/[^/]*$/, '');
    for (const name of [
      'nhsuk-frontend.min.css',
      'concord.css',
      '../views/home.njk',
      '..%2fviews%2fhome.njk',
      'package.json',
    ]) {
      assert.equal((await server.send('GET', `${folder}${name}`)).status, 404, name);
    }
  });
});
