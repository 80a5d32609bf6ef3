import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Parameters } from 'fhir/r4';
import { conceptMaps } from '../../src/terminology/concept-maps.ts';
import { answer, dictionary, part, refused } from './asking.ts';

const DMD = 'https://dmd.nhs.uk';
const UCUM = 'http://unitsofmeasure.org';
const TABLETS = '42109611000001109';

/** Each match as `equivalence system|code`. */
function matches(of: Parameters): string[] {
  return (of.parameter ?? [])
    .filter(({ name }) => name === 'match')
    .map(({ part: parts = [] }) => {
      const concept = parts.find(({ name }) => name === 'concept')?.valueCoding;
      return `${parts.find(({ name }) => name === 'equivalence')?.valueCode} ${concept?.system}|${concept?.code}`;
    });
}

describe('$translate', () => {
  const UNITS: readonly (readonly [dmd: string, ucum: string])[] = [
    ['258683005', 'kg'],
    ['258682000', 'g'],
    ['258684004', 'mg'],
    ['258685003', 'ug'],
    ['258686002', 'ng'],
    ['258773002', 'mL'],
    ['258770004', 'L'],
  ];
  for (const [dmd, ucum] of UNITS) {
    test(`${ucum} and ${dmd}, both ways`, () => {
      const there = answer('ConceptMap/$translate', { system: UCUM, code: ucum, targetsystem: DMD });
      assert.deepEqual(matches(there), [`equivalent ${DMD}|${dmd}`]);
      const back = answer('ConceptMap/$translate', { system: DMD, code: dmd, targetsystem: UCUM });
      assert.deepEqual(matches(back), [`equivalent ${UCUM}|${ucum}`]);
    });
  }

  test('a unit that UCUM has not, and one that dm+d has not', () => {
    const tablet = answer('ConceptMap/$translate', { system: DMD, code: '428673006', targetsystem: UCUM });
    assert.equal(part(tablet, 'result'), false);
    assert.match(String(part(tablet, 'message')), /No translation/);
    assert.equal(part(answer('ConceptMap/$translate', { system: UCUM, code: 'furlong' }), 'result'), false);
  });

  test('products to BNF and ATC, at every level', () => {
    const amp = dictionary.ampsOfVmp(TABLETS)[0];
    assert.ok(amp);
    for (const code of [TABLETS, amp.id]) {
      const bnf = answer('ConceptMap/$translate', { system: DMD, code, targetsystem: 'urn:concord:bnf' });
      assert.deepEqual(matches(bnf), ['wider urn:concord:bnf|04070100']);
      const atc = answer('ConceptMap/$translate', { system: DMD, code, targetsystem: 'http://www.whocc.no/atc' });
      assert.deepEqual(matches(atc), ['wider http://www.whocc.no/atc|N02BE01']);
    }
    const back = answer('ConceptMap/$translate', { system: 'http://www.whocc.no/atc', code: 'N02BE01' });
    assert.ok(matches(back).includes(`narrower ${DMD}|${TABLETS}`));
  });

  test('a former code to the current one, and back', () => {
    const url = `${DMD}/conceptmap/history`;
    const now = answer('ConceptMap/$translate', { url, system: DMD, code: '322236009' });
    assert.deepEqual(matches(now), [`relatedto ${DMD}|${TABLETS}`]);
    const before = answer('ConceptMap/$translate', { url, system: DMD, code: TABLETS, reverse: true });
    assert.deepEqual(matches(before), [`relatedto ${DMD}|322236009`]);
    assert.deepEqual(
      matches(answer('ConceptMap/dmd-history/$translate', { system: DMD, code: '322236009' })),
      matches(now),
    );
  });

  test('packs to GTINs with the days they are in force, and back', () => {
    const pack = [...dictionary.all('AMPP')].find(({ gtins }) => gtins.length > 1);
    assert.ok(pack);
    const gtins = answer('ConceptMap/$translate', {
      system: DMD,
      code: pack.id,
      targetsystem: 'https://www.gs1.org/gtin',
    });
    assert.deepEqual(
      new Set(matches(gtins)),
      new Set(pack.gtins.map(({ gtin }) => `relatedto https://www.gs1.org/gtin|${gtin}`)),
    );
    const product = JSON.stringify(gtins);
    assert.match(product, /mapping_status/);
    assert.match(product, /retired/);
    const back = answer('ConceptMap/$translate', {
      system: 'https://www.gs1.org/gtin',
      code: pack.gtins[0]?.gtin ?? '',
    });
    assert.ok(matches(back).includes(`relatedto ${DMD}|${pack.id}`));
  });

  test('maps and directions that are not held are refused', () => {
    assert.equal(
      refused('ConceptMap/$translate', { system: 'http://loinc.org', code: '1' }).rule,
      'terminology-unknown-map',
    );
    assert.equal(refused('ConceptMap/$translate', { url: 'http://x.example', system: DMD, code: '1' }).status, 404);
    assert.equal(refused('ConceptMap/$translate', { code: '1' }).rule, 'terminology-missing-parameter');
    assert.equal(
      refused('ConceptMap/$translate', { system: DMD, code: '1', target: 'http://x.example' }).rule,
      'terminology-unsupported-parameter',
    );
  });

  test('the unit map lists what $translate answers', () => {
    const map = conceptMaps(dictionary).find(({ id }) => id === 'dmd-ucum');
    const elements = map?.group?.[0]?.element ?? [];
    assert.ok(elements.length > 10);
    for (const { code = '', target = [] } of elements) {
      const found = answer('ConceptMap/$translate', { system: DMD, code, targetsystem: UCUM });
      assert.deepEqual(
        matches(found),
        target.map((one) => `${one.equivalence} ${UCUM}|${one.code}`),
      );
    }
  });
});
