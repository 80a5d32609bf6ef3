import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textOf, titleOf } from './support/page-text.ts';
import { aPatient, aStatement, newNhsNumber } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

describe('the page of a resource', () => {
  test('shows its facts, its dosage, its patient and the whole of it', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const statement = await server.create(
      aStatement(
        { reference: `Patient/${patient.id}` },
        { dosage: [{ text: 'One daily', patientInstruction: 'With food' }] },
      ),
    );
    const answer = await server.send('GET', `/resources/MedicationStatement/${statement.id}`);
    assert.equal(answer.status, 200);
    assert.equal(titleOf(answer.text), 'Statement of Ramipril 5mg capsules: Test Concordia – Concord');
    const text = textOf(answer.text);
    assert.match(text, /CONCORDIA, Test Born/);
    assert.match(text, /Dose One daily Told to the patient: With food/);
    assert.match(text, /Code Ramipril 5mg capsules Ramipril — 386872004 \(http:\/\/snomed.info\/sct\)/);
    assert.ok(text.includes('"system": "http://snomed.info/sct"'));
    assert.match(answer.text, new RegExp(`href="/patients/${patient.id}"`));
  });

  test('keeps the digits of a number as they were sent', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const body = JSON.stringify(aStatement({ reference: `Patient/${patient.id}` }, {})).replace(
      /}$/,
      ',"dosage":[{"doseAndRate":[{"doseQuantity":{"value":1.10,"unit":"mg"}}]}]}',
    );
    const { id } = (await server.send('POST', 'MedicationStatement', { body })).resource();
    const html = (await server.send('GET', `/resources/MedicationStatement/${id}`)).text;
    assert.match(textOf(html), /"value": 1\.10,/);
  });

  test('says what changed from version to version, and shows each of them', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const first = await server.create(
      aStatement({ reference: `Patient/${patient.id}` }, { note: [{ text: 'First' }] }),
    );
    const { note: _, ...rest } = first;
    await server.put({ ...rest, status: 'stopped', statusReason: [{ text: 'Cough' }] });
    const path = `/resources/MedicationStatement/${first.id}`;
    const text = textOf((await server.send('GET', path)).text);
    assert.match(text, /Versions 2/);
    assert.match(text, /status was active , is now stopped/);
    assert.match(text, /statusReason\[0\]\.text added: Cough/);
    assert.match(text, /note\[0\]\.text removed: First/);
    assert.doesNotMatch(text, /lastUpdated (was|added|removed)/);
    const old = await server.send('GET', `${path}/versions/1`);
    assert.equal(old.status, 200);
    assert.match(textOf(old.text), /This is version 1, an earlier one/);
    assert.equal((await server.send('GET', `${path}/versions/7`)).status, 404);
  });

  test('says that a resource was deleted, and shows it as it was', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const statement = await server.create(aStatement({ reference: `Patient/${patient.id}` }));
    await server.send('DELETE', `MedicationStatement/${statement.id}`);
    const answer = await server.send('GET', `/resources/MedicationStatement/${statement.id}`);
    assert.equal(answer.status, 410);
    assert.match(textOf(answer.text), /This record was deleted\. It is shown as it last was\..*Deleted/);
  });

  test('leads to what it refers to and to what refers to it', async () => {
    const patient = await server.create(aPatient(newNhsNumber()));
    const subject = { reference: `Patient/${patient.id}` };
    const statement = await server.create(aStatement(subject));
    const other = await server.create(
      aStatement(subject, { partOf: [{ reference: `MedicationStatement/${statement.id}` }] }),
    );
    const to = textOf((await server.send('GET', `/resources/MedicationStatement/${other.id}`)).text);
    assert.ok(to.includes('partOf: Statement, 5 Jan 2026'));
    const from = textOf((await server.send('GET', `/resources/MedicationStatement/${statement.id}`)).text);
    assert.ok(from.includes('named as partOf by Statement, 5 Jan 2026'));
  });

  for (const path of [
    '/resources/Nonsense/1',
    '/resources/Patient/none',
    '/resources/Patient/%2e%2e%2f',
    '/resources/Patient/1/versions/x',
  ]) {
    test(`${path} is not found`, async () => {
      assert.equal((await server.send('GET', path)).status, 404);
    });
  }
});
