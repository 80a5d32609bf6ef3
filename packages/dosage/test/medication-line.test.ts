import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { medicationLine } from '../src/index.ts';

describe('a medicine and its dosage on one line (D-002)', () => {
  it('shows the form of a VTM, whose name implies none', () => {
    const line = medicationLine({ name: 'Aspirin', level: 'VTM', form: 'Suppository' }, '600 milligram - Rectal');
    assert.equal(line.text, 'Aspirin - Suppository - 600 milligram - Rectal');
    assert.deepEqual(line.runs, [
      { text: 'Aspirin', bold: true },
      { text: ' - Suppository - 600 milligram - Rectal', bold: false },
    ]);
  });

  it('leaves out the form of a VMP or AMP, whose name implies it', () => {
    const line = medicationLine(
      { name: 'Aspirin 300mg suppositories', level: 'VMP', form: 'Suppository' },
      '1 suppository',
    );
    assert.equal(line.text, 'Aspirin 300mg suppositories - 1 suppository');
  });

  it('shows a trade family in capitals where the name does not hold it', () => {
    const amp = {
      name: 'Insulin aspart 100units/ml solution for injection',
      level: 'AMP',
      tradeFamily: 'NovoRapid',
    } as const;
    assert.equal(medicationLine(amp, '').text, `${amp.name} - NOVORAPID`);
    const named = { ...amp, name: 'NovoRapid 100units/ml solution for injection' };
    assert.equal(medicationLine(named, '').text, named.name);
  });
});
