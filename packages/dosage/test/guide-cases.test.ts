import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Dosage, dosagesToText } from '../src/index.ts';

/** Dosages of the implementation guide and other sources, with an independent reading of the rules. */
interface GuideCase {
  name?: string;
  file: string;
  dosage: Dosage[];
  /** The guide's own text. */
  expectedText?: string;
  /** What the rules give, read independently of this package. */
  ruleText: string;
  /** Whether the guide's own text follows its rules. */
  agrees?: boolean;
}

const folder = new URL('../../../../shared/data/dosage-cases/', import.meta.url);
const files = ['dosage-cases.json', 'dosage-cases-no-text.json', 'dosage-cases-other-sources.json'];
const skip = existsSync(folder) ? false : 'the dosage cases are not beside this repository';

/** Where this package and the independent reading differ, and why this package is right. */
const disagreements: Record<string, string> = {
  'example-dosage-complex12.xml':
    'It holds words for the patient and nothing else, and D-003 does not render those: refused, not an empty text.',
};

function textOf(one: GuideCase): string {
  const result = dosagesToText(one.dosage);
  return result.outcome === 'text' ? result.text : `refused: ${result.refusals.map(({ rule }) => rule).join(', ')}`;
}

describe('the guide’s own Dosages', { skip }, () => {
  for (const file of skip ? [] : files) {
    const cases = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GuideCase[];

    it(`read as the rules say: ${file}`, () => {
      const differing = cases
        .filter((one) => textOf(one) !== one.ruleText)
        .filter((one) => !((one.name ?? one.file) in disagreements))
        .map((one) => ({ name: one.name ?? one.file, ours: textOf(one), rules: one.ruleText }));
      assert.deepEqual(differing, []);
      assert.ok(cases.length > 30);
    });

    it(`read as the guide’s own text where that follows its rules: ${file}`, () => {
      for (const one of cases.filter(({ agrees }) => agrees === true)) assert.equal(textOf(one), one.expectedText);
    });
  }

  it('disagree with the independent reading only where told', () => {
    const all = files.flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GuideCase[]);
    const differing = all.filter((one) => textOf(one) !== one.ruleText).map((one) => one.name ?? one.file);
    assert.deepEqual(differing, Object.keys(disagreements));
  });
});
