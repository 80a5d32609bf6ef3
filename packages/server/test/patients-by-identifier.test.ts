import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reference } from 'fhir/r4';
import { aPatient, aRequest, aStatement, NHS_NUMBER, newNhsNumber, nhs } from './support/people.ts';
import { BASE, openTestServer, type TestServer } from './support/test-server.ts';

const CHI = 'https://fhir.nhs.uk/Id/chi-number';
const HCN = 'https://fhir.hscni.net/Id/hcn-number';
const LOCAL = 'https://hospital.example/patients';

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

/** The ids of the statements of a patient named by a system and value, by every way of asking; all must agree. */
async function statementsOf(system: string, value: string): Promise<string[]> {
  const ways = ['patient:identifier', 'subject:identifier', 'patient.identifier', 'subject:Patient.identifier'];
  const answers: string[][] = [];
  for (const way of ways)
    answers.push((await server.get(`MedicationStatement?${way}=${system}|${value}`)).found.sort());
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const door = await server.get(`$current-medication?patient:identifier=${system}|${value}`);
  assert.deepEqual(door.found.sort(), answers[0]);
  return answers[0] as string[];
}

async function statementAbout(subject: Reference): Promise<string> {
  return `MedicationStatement/${(await server.create(aStatement(subject))).id}`;
}

for (const system of [NHS_NUMBER, CHI, HCN, LOCAL]) {
  test(`a patient known only by ${system} is found by it`, async () => {
    const value = newNhsNumber();
    const statement = await statementAbout({ identifier: { system, value } });
    assert.deepEqual(await statementsOf(system, value), [statement]);
    assert.deepEqual(await statementsOf(system, `${value}0`), []);
    assert.deepEqual(await statementsOf('urn:other', value), []);
  });
}

test('a stored Patient, a reference to it and the bare number are one person, whichever came first', async () => {
  const orders: ('patient' | 'number' | 'reference')[][] = [
    ['patient', 'number', 'reference'],
    ['number', 'patient', 'reference'],
    ['reference', 'number', 'patient'],
    ['number', 'reference', 'patient'],
  ];
  for (const [i, order] of orders.entries()) {
    const number = newNhsNumber();
    const id = `whichever-${i}`;
    const made: string[] = [];
    for (const each of order) {
      if (each === 'patient') await server.put(aPatient(number, { id }));
      if (each === 'number') made.push(await statementAbout({ identifier: nhs(number) }));
      if (each === 'reference') made.push(await statementAbout({ reference: `Patient/${id}` }));
    }
    assert.deepEqual(await statementsOf(NHS_NUMBER, number), made.sort(), order.join());
    for (const query of [`patient=${id}`, `patient=Patient/${id}`, `subject=Patient/${id}`, `subject:Patient=${id}`])
      assert.deepEqual((await server.get(`MedicationStatement?${query}`)).found.sort(), made, `${order} ${query}`);
    assert.deepEqual((await server.get(`Patient?identifier=${NHS_NUMBER}|${number}`)).found, [`Patient/${id}`]);
  }
});

test('a reference that gives this server’s whole address is the same person', async () => {
  const number = newNhsNumber();
  const patient = await server.create(aPatient(number));
  const statement = await statementAbout({ reference: `${BASE}/Patient/${patient.id}` });
  assert.deepEqual(await statementsOf(NHS_NUMBER, number), [statement]);
  assert.deepEqual((await server.get(`MedicationStatement?patient=${patient.id}`)).found, [statement]);
  assert.deepEqual((await server.get(`MedicationStatement?patient=${BASE}/Patient/${patient.id}`)).found, [statement]);
});

test('a Patient who gains a number later brings what is under it', async () => {
  const number = newNhsNumber();
  const patient = await server.create(aPatient(undefined));
  const [one, two] = [
    await statementAbout({ reference: `Patient/${patient.id}` }),
    await statementAbout({ identifier: nhs(number) }),
  ];
  assert.deepEqual(await statementsOf(NHS_NUMBER, number), [two]);
  await server.put({ ...patient, identifier: [nhs(number)] });
  assert.deepEqual(await statementsOf(NHS_NUMBER, number), [one, two].sort());
});

test('a Patient’s second number leads to what is under the first', async () => {
  const [number, chi] = [newNhsNumber(), newNhsNumber()];
  const made = [
    await statementAbout({ identifier: nhs(number) }),
    await statementAbout({ identifier: { system: CHI, value: chi } }),
  ];
  assert.deepEqual(await statementsOf(CHI, chi), [made[1]]);
  const patient = aPatient(number);
  patient.identifier?.push({ system: CHI, value: chi });
  const { id } = await server.create(patient);
  made.push(await statementAbout({ reference: `Patient/${id}` }));
  assert.deepEqual(await statementsOf(CHI, chi), made.sort());
  assert.deepEqual(await statementsOf(NHS_NUMBER, number), made);
});

test('a number that a Patient no longer has does not lead to what is that Patient’s', async () => {
  const number = newNhsNumber();
  const patient = await server.create(aPatient(number));
  await statementAbout({ reference: `Patient/${patient.id}` });
  const other = await statementAbout({ identifier: nhs(number) });
  await server.put({ ...patient, identifier: [{ ...nhs(number), use: 'old' }] });
  assert.deepEqual(await statementsOf(NHS_NUMBER, number), [other]);
});

test('two people never share a record', async () => {
  const numbers = [newNhsNumber(), newNhsNumber()];
  const made: string[] = [];
  for (const number of numbers) made.push(await statementAbout({ identifier: nhs(number) }));
  for (const [i, number] of numbers.entries()) assert.deepEqual(await statementsOf(NHS_NUMBER, number), [made[i]]);
  const both = await server.get(
    `MedicationStatement?patient:identifier=${NHS_NUMBER}|${numbers[0]}&patient:identifier=${NHS_NUMBER}|${numbers[1]}`,
  );
  assert.deepEqual(both.found, [], 'about the one and about the other');
  const either = await server.get(
    `MedicationStatement?patient:identifier=${NHS_NUMBER}|${numbers[0]},${NHS_NUMBER}|${numbers[1]}`,
  );
  assert.deepEqual(either.found.sort(), made.sort());
});

test('a contained Patient, or one of another server, names the patient too', async () => {
  const number = newNhsNumber();
  const contained = await server.create({
    ...aRequest({ reference: '#p' }),
    contained: [aPatient(number, { id: 'p' })],
  });
  assert.deepEqual((await server.get(`MedicationRequest?patient:identifier=${NHS_NUMBER}|${number}`)).found, [
    `MedicationRequest/${contained.id}`,
  ]);
  const other = newNhsNumber();
  const elsewhere = { reference: 'https://elsewhere.example/fhir/Patient/7', identifier: nhs(other) };
  const statement = await statementAbout(elsewhere);
  assert.deepEqual(await statementsOf(NHS_NUMBER, other), [statement]);
  const query = `MedicationStatement?patient=${encodeURIComponent(elsewhere.reference)}`;
  assert.deepEqual((await server.get(query)).found, [statement]);
});

test('_revinclude from a Patient brings what names the patient by number only', async () => {
  const number = newNhsNumber();
  const statement = await statementAbout({ identifier: nhs(number) });
  const patient = await server.create(aPatient(number));
  const answer = await server.get(`Patient?_id=${patient.id}&_revinclude=MedicationStatement:patient`);
  assert.deepEqual([answer.found, answer.included], [[`Patient/${patient.id}`], [statement]]);
});
