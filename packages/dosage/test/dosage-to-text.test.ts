import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Dosage, type DosageTextOptions, dosagesToText, dosageToText } from '../src/index.ts';

/** A case as it stands in test/cases/dosage-to-text: one Dosage or several, and its text or its refusal. */
interface Case {
  id: string;
  rule: string;
  about: string;
  dosage?: Dosage;
  dosages?: Dosage[];
  options?: DosageTextOptions;
  text?: string;
  refused?: { rule: string; path: string };
  parts?: Record<string, string>;
  warnings?: string[];
  notRendered?: { path: string; reason: string }[];
}

const folder = new URL('./cases/dosage-to-text/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const cases = files.flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Case[]);

/** Rules that state no text of one Dosage or several: they are covered elsewhere, as told. */
const coveredElsewhere: Record<string, string> = {
  'D-002': 'the medicine name, in medication-name.test.ts',
};

const ruleIds = [
  ...['D-001', 'D-002', 'D-003', 'D-004', 'D-005', 'D-006', 'D-007'],
  ...['D-010', 'D-011', 'D-012', 'D-013', 'D-013a', 'D-013b', 'D-014', 'D-015', 'D-016', 'D-017', 'D-018', 'D-019'],
  ...['D-020', 'D-021', 'D-022', 'D-023', 'D-024', 'D-025', 'D-026', 'D-026a', 'D-027', 'D-027a', 'D-028', 'D-029'],
  ...['D-029a', 'D-029b', 'D-029c', 'D-030', 'D-030a', 'D-031', 'D-032', 'D-033', 'D-034', 'D-035', 'D-036'],
  ...['D-037', 'D-038', 'D-039', 'D-040', 'D-041', 'D-042', 'D-043', 'D-044', 'D-050', 'D-051', 'D-052', 'D-053'],
  ...['D-054', 'D-055', 'D-056', 'D-057', 'D-058', 'D-060', 'D-061', 'D-062', 'D-063', 'D-064', 'D-065', 'D-066'],
  ...['D-067', 'D-068', 'D-069', 'D-070', 'D-071', 'D-072', 'D-073', 'D-080', 'D-081', 'D-082', 'D-083', 'D-084'],
  'D-085',
];

describe('dosage to text', () => {
  for (const one of cases) {
    it(`${one.id} ${one.about}`, () => {
      const result = one.dosages
        ? dosagesToText(one.dosages, one.options)
        : dosageToText(one.dosage as Dosage, one.options);
      if (one.refused) {
        assert.equal(result.outcome, 'refused', result.outcome === 'text' ? result.text : '');
        assert.deepEqual(
          result.refusals.map(({ rule, path }) => ({ rule, path })),
          [one.refused],
        );
        assert.ok(result.refusals.every(({ message }) => message.length > 10));
      } else {
        assert.equal(result.outcome, 'text', JSON.stringify(result));
        assert.equal(result.text, one.text);
      }
      assert.deepEqual(
        result.warnings.map(({ rule }) => rule),
        one.warnings ?? [],
      );
      assert.deepEqual(
        result.notRendered.map(({ path, reason }) => ({ path, reason })),
        one.notRendered ?? [],
      );
      if (one.parts) {
        assert.ok('parts' in result);
        assert.deepEqual(JSON.parse(JSON.stringify(result.parts)), one.parts);
      }
    });
  }

  it('has a case for every rule', () => {
    const covered = new Set(cases.map(({ rule }) => rule));
    const missing = ruleIds.filter((id) => !covered.has(id) && !(id in coveredElsewhere));
    assert.deepEqual(missing, []);
  });

  it('names each case once', () => {
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  });
});
