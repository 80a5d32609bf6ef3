import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answer, dictionary, part, refused } from './asking.ts';

const DMD = 'https://dmd.nhs.uk';

function outcome(codeA: string, codeB: string): string {
  return String(part(answer('CodeSystem/$subsumes', { system: DMD, codeA, codeB }), 'outcome'));
}

const OPPOSITE: Readonly<Record<string, string>> = {
  equivalent: 'equivalent',
  subsumes: 'subsumed-by',
  'subsumed-by': 'subsumes',
  'not-subsumed': 'not-subsumed',
};

describe('$subsumes follows the ladder', () => {
  test('from moiety to pack', () => {
    const ampp = [...dictionary.all('AMPP')].find((pack) => dictionary.vtmOf(pack.id) !== undefined);
    assert.ok(ampp);
    const vmp = dictionary.vmpOf(ampp.id)?.id ?? '';
    const ladder = [dictionary.vtmOf(ampp.id)?.id ?? '', vmp, ampp.ampId, ampp.id];
    for (let upper = 0; upper < ladder.length; upper++) {
      for (let lower = 0; lower < ladder.length; lower++) {
        const expected = upper === lower ? 'equivalent' : upper < lower ? 'subsumes' : 'subsumed-by';
        assert.equal(outcome(ladder[upper] ?? '', ladder[lower] ?? ''), expected);
      }
    }
    assert.equal(outcome(ampp.vmppId, ampp.id), 'subsumes');
    assert.equal(outcome(ampp.vmppId, ampp.ampId), 'not-subsumed');
    assert.equal(outcome('AMPP', ampp.id), 'subsumes');
    assert.equal(outcome('dm+d', ampp.id), 'subsumes');
    assert.equal(outcome('ROUTE', ampp.id), 'not-subsumed');
  });

  test('turned round, the answer turns round; what subsumes is above in the dictionary', () => {
    const products = (['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as const).flatMap((level) => [...dictionary.all(level)]);
    const above = (upper: string, lower: string): boolean =>
      dictionary.parents(lower).some(({ id }) => id === upper || above(upper, id));
    const any = fc.constantFrom(...products);
    const related = any.chain((product) => {
      const near = [product, ...dictionary.parents(product.id), ...dictionary.children(product.id)];
      return fc.tuple(fc.constant(product), fc.oneof(any, fc.constantFrom(...near)));
    });
    fc.assert(
      fc.property(related, ([a, b]) => {
        const said = outcome(a.id, b.id);
        assert.equal(outcome(b.id, a.id), OPPOSITE[said]);
        assert.equal(said === 'subsumes', above(a.id, b.id));
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  test('a former code counts as what it is now, and is named', () => {
    const found = answer('CodeSystem/$subsumes', { system: DMD, codeA: '777067000', codeB: '322236009' });
    assert.equal(part(found, 'outcome'), 'subsumes');
    assert.match(String(part(found, 'message')), /322236009 was superseded/);
  });

  test('refuses what it cannot compare', () => {
    assert.equal(
      refused('CodeSystem/$subsumes', { system: DMD, codeA: '1', codeB: '2' }).rule,
      'terminology-unknown-code',
    );
    assert.equal(refused('CodeSystem/$subsumes', { system: DMD, codeA: 'VMP' }).rule, 'terminology-missing-parameter');
    assert.equal(refused('CodeSystem/$subsumes', { codeA: 'VMP', codeB: 'AMP' }).rule, 'terminology-missing-parameter');
  });
});
