import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { OperationOutcome, Parameters, ParametersParameter } from 'fhir/r4';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

async function call(name: string, parameter: ParametersParameter[]): Promise<ParametersParameter[]> {
  const answer = await server.send('POST', `$${name}`, { body: { resourceType: 'Parameters', parameter } });
  assert.equal(answer.status, 200, answer.text);
  return answer.resource<Parameters>().parameter ?? [];
}

const twice = { repeat: { frequency: 2, period: 1, periodUnit: 'd' as const } };
const tablet = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' };

describe('$dose-to-text', () => {
  it('answers with the text, its parts and the algorithm', async () => {
    const dosage = { timing: twice, doseAndRate: [{ doseQuantity: tablet }] };
    const answer = await call('dose-to-text', [{ name: 'dosage', valueDosage: dosage }]);
    assert.equal(answer.find((each) => each.name === 'text')?.valueString, '1 tablet - twice a day');
    const parts = answer
      .filter((each) => each.name === 'part')
      .map(({ part }) => part?.map((each) => each.valueCode ?? each.valueString ?? each.valuePositiveInt));
    assert.deepEqual(parts, [
      [1, 'dose', '1 tablet'],
      [1, 'frequency', 'twice a day'],
    ]);
    assert.match(answer.find((each) => each.name === 'algorithm')?.valueString ?? '', /^concord-dosage-to-text \d/);
  });

  it('joins the dosages of one order in their sequence', async () => {
    const step = (sequence: number, value: number) => ({
      name: 'dosage',
      valueDosage: { sequence, timing: twice, doseAndRate: [{ doseQuantity: { ...tablet, value } }] },
    });
    const answer = await call('dose-to-text', [step(2, 1), step(1, 2)]);
    assert.equal(answer[0]?.valueString, '2 tablet - twice a day, then 1 tablet - twice a day');
  });

  it('takes a resource', async () => {
    const resource = {
      resourceType: 'MedicationRequest' as const,
      status: 'active' as const,
      intent: 'order' as const,
      subject: { reference: 'Patient/1' },
      dosageInstruction: [{ timing: twice, doseAndRate: [{ doseQuantity: tablet }] }],
    };
    const answer = await call('dose-to-text', [{ name: 'resource', resource }]);
    assert.equal(answer[0]?.valueString, '1 tablet - twice a day');
  });

  it('refuses what is unsafe, saying where and by which rule, and gives no text', async () => {
    const dosage = { timing: twice, doseAndRate: [{ doseRange: { low: tablet } }] };
    const answer = await call('dose-to-text', [{ name: 'dosage', valueDosage: dosage }]);
    assert.equal(
      answer.find((each) => each.name === 'text'),
      undefined,
    );
    const outcome = answer.find((each) => each.name === 'outcome')?.resource as OperationOutcome;
    assert.equal(outcome.issue[0]?.severity, 'error');
    assert.match(outcome.issue[0]?.expression?.[0] ?? '', /^Dosage\[0\]\.doseAndRate\[0\]\.dose/);
    assert.equal(outcome.issue[0]?.details?.coding?.[0]?.code, 'D-025');
  });

  it('refuses a call that it does not understand', async () => {
    const cases: [string, unknown][] = [
      ['no body', { resourceType: 'Patient' }],
      ['an unknown parameter', { resourceType: 'Parameters', parameter: [{ name: 'dose', valueString: 'x' }] }],
      ['no dosage', { resourceType: 'Parameters', parameter: [] }],
      ['a dosage that is text', { resourceType: 'Parameters', parameter: [{ name: 'dosage', valueString: 'x' }] }],
      ['a parameter list that is none', { resourceType: 'Parameters', parameter: 'x' }],
    ];
    for (const [name, body] of cases) {
      const answer = await server.send('POST', '$dose-to-text', { body });
      assert.equal(answer.status, 400, name);
      assert.equal(answer.outcome.issue[0]?.severity, 'error');
    }
  });
});

describe('$text-to-dose', () => {
  const part = (result: ParametersParameter | undefined, name: string) =>
    result?.part?.find((each) => each.name === name);

  it('reads each sentence into a dosage', async () => {
    const answer = await call('text-to-dose', [
      { name: 'text', valueString: 'Take ONE tablet twice a day' },
      { name: 'text', valueString: 'frobnicate the gloop' },
    ]);
    const [read, refused] = answer.filter((each) => each.name === 'result');
    assert.equal(part(read, 'complete')?.valueBoolean, true);
    assert.deepEqual(part(read, 'dosage')?.valueDosage?.timing?.repeat, twice.repeat);
    assert.equal(part(refused, 'complete')?.valueBoolean, false);
    assert.ok(part(refused, 'unread')?.valueString);
    assert.equal(part(refused, 'dosage'), undefined);
  });

  it('refuses a medication that is not in dm+d', async () => {
    const medication = {
      name: 'medication',
      valueCoding: { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1' },
    };
    const body = { resourceType: 'Parameters', parameter: [{ name: 'text', valueString: 'one daily' }, medication] };
    const answer = await server.send('POST', '$text-to-dose', { body });
    assert.equal(answer.status, 422);
  });
});
