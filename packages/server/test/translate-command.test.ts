import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SAMPLE, temporaryFolder } from './support/dmd.ts';

const CONCORD = fileURLToPath(new URL('../bin/concord.js', import.meta.url));

describe('concord translate', async () => {
  const folder = await temporaryFolder();
  const concord = (words: string[], input = '') =>
    spawnSync(process.execPath, [CONCORD, ...words, '--dmd', folder], { encoding: 'utf8', input });

  it('says that there is no release, then lists products with reasons, and translates a resource', () => {
    const none = concord(['translate', 'dose', '776003008', '20', 'mg']);
    assert.equal(none.status, 1);
    assert.match(none.stderr, /concord dmd load/);
    assert.equal(concord(['dmd', 'load', SAMPLE]).status, 0);

    const listed = concord(['translate', 'dose', '776003008', '20', 'mg']);
    assert.equal(listed.status, 0, listed.stderr);
    assert.match(listed.stdout, /^1 {2}Fluoxetine 20mg capsules: 1 capsule/);
    assert.match(listed.stdout, /20 mg \/ 10 mg per tablet = 2 tablet/);

    const refused = concord(['translate', 'dose', '774586009', '20', 'mg/kg']);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /refused by T2: .*weight/);

    const said = concord(['translate', 'product', '42271611000001102', '2', '428673006']);
    assert.match(
      said.stdout,
      /^Fluoxetine: 20 milligram - Oral {2}\[776003008\]\n {5}2 tablet x 10 mg per tablet = 20 mg/,
    );
    const rate = concord(['translate', 'product', '36124911000001107', '2', 'mL/h']);
    assert.match(rate.stdout, /^Midazolam: at a rate of 10 milligram\/hour/);
    const long = concord(['translate', 'product', '42271611000001102', '123456789012.123456789012', '428673006']);
    assert.match(long.stderr, /1234567890\.12123456789012 gram, which has more digits than a number holds/);
    const heavy = concord(['translate', 'dose', '774586009', '20', 'mg/kg', '--weight', '70kg']);
    assert.equal(heavy.status, 2);
    assert.match(heavy.stderr, /--weight takes a number, in kg/);
    const applied = concord(['translate', 'dose', '776287003', '400', 'mg']);
    assert.match(applied.stderr, /1 not offered: --json says which, and why/);
    const steps = concord(['translate', 'dose', '776003008', '20', 'mg', '40', 'mg']);
    assert.match(steps.stdout, /Fluoxetine 20mg capsules: 1 capsule, then 2 capsule/);
    const range = concord(['translate', 'dose', '776003008', '20', 'mg', '--to', '40']);
    assert.match(range.stdout, /Fluoxetine 20mg capsules: 1 to 2 capsule/);
    const preferring = concord(['translate', 'dose', '776003008', '20', 'mg', '--preferred', '42271611000001102']);
    assert.match(preferring.stdout, /^1 {2}Fluoxetine 10mg tablets: 2 tablet/);
    writeFileSync(join(folder, 'translation.json'), JSON.stringify({ formulary: { blocked: ['42271711000001106'] } }));
    assert.doesNotMatch(concord(['translate', 'dose', '776003008', '20', 'mg']).stdout, /20mg capsules/);
    writeFileSync(join(folder, 'translation.json'), '{ "formlary": {} }');
    const mistaken = concord(['translate', 'dose', '776003008', '20', 'mg']);
    assert.equal(mistaken.status, 1);
    assert.match(mistaken.stderr, /translation\.json cannot be used.*formlary/);
    rmSync(join(folder, 'translation.json'));

    const quantity = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' };
    const statement = {
      resourceType: 'MedicationStatement',
      id: 'a',
      status: 'active',
      medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '42271611000001102' }] },
      dosage: [{ doseAndRate: [{ doseQuantity: quantity }] }],
    };
    const translated = concord(['translate', 'resource', '-'], JSON.stringify(statement));
    assert.equal(translated.status, 0, translated.stderr);
    const made = JSON.parse(translated.stdout) as { derivedFrom: unknown; dosage: { text: string }[] };
    assert.deepEqual(made.derivedFrom, [{ reference: 'MedicationStatement/a' }]);
    assert.equal(made.dosage[0]?.text, '10 milligram - Oral');

    const { medicationCodeableConcept: code, ...others } = statement;
    const referring = JSON.stringify({ ...others, medicationReference: { reference: 'Medication/m' } });
    const missing = concord(['translate', 'resource', '-'], referring);
    assert.match(missing.stderr, /refused by U1: The medication is not in the resource/);
    const medication = join(folder, 'medication.json');
    writeFileSync(medication, JSON.stringify({ resourceType: 'Medication', id: 'm', code }));
    const given = concord(['translate', 'resource', '-', '--medication', medication], referring);
    assert.equal(given.status, 0, given.stderr);
    assert.match(given.stderr, /because 1 tablet x 10 mg per tablet = 10 mg/);
  });

  it('says how it is used', () => {
    for (const words of [
      ['translate'],
      ['translate', 'dose', '1'],
      ['translate', 'product', 'x'],
      ['translate', 'dose', '1', '2', 'mg', '3'],
    ]) {
      assert.equal(concord(words).status, 2);
    }
  });
});
