import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
  });

  it('says how it is used', () => {
    for (const words of [['translate'], ['translate', 'dose', '1'], ['translate', 'product', 'x']]) {
      assert.equal(concord(words).status, 2);
    }
  });
});
