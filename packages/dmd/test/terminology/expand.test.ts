import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Extension, ValueSet } from 'fhir/r4';
import type { Vmp } from '../../src/dictionary/dictionary.ts';
import { createProductSearch } from '../../src/search/search.ts';
import { createTerminology } from '../../src/terminology/terminology.ts';
import { rehearsalDictionary, withoutData } from '../releases.ts';
import { answer, ask, codesOf, dictionary, filtered, NOW, refused, type Value } from './asking.ts';

const DMD = 'https://dmd.nhs.uk';
const TABLETS = '42109611000001109';
const expand = (asked: Record<string, Value | Value[]>): ValueSet => answer<ValueSet>('ValueSet/$expand', asked);

describe('$expand of the value sets', () => {
  for (const level of ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as const) {
    test(`${level}: every one, once`, () => {
      const codes = codesOf(expand({ url: `${DMD}/ValueSet/${level}` }));
      assert.deepEqual(new Set(codes), new Set([...dictionary.all(level)].map(({ id }) => id)));
      assert.equal(codes.length, dictionary.count(level));
      assert.deepEqual(codesOf(answer<ValueSet>(`ValueSet/dmd-${level}/$expand`, {})), codes);
      assert.deepEqual(codesOf(expand({ url: `http://dmd.nhs.uk/ValueSet/${level}` })), codes);
    });
  }

  test('a lookup', () => {
    const expanded = expand({ url: `${DMD}/CONTROL_DRUG_CATEGORY/vs` });
    assert.equal(expanded.expansion?.total, 11);
    assert.deepEqual(expanded.expansion?.contains?.[2], {
      system: `${DMD}/CONTROL_DRUG_CATEGORY`,
      code: '2',
      display: 'Schedule 2 (CD)',
    });
    const filteredByText = expand({ url: `${DMD}/CONTROL_DRUG_CATEGORY/vs`, filter: 'sched 3' });
    assert.ok((filteredByText.expansion?.total ?? 0) >= 4);
  });

  test('says when, from which version and with which parameters', () => {
    const { expansion } = expand({ url: `${DMD}/ValueSet/VMP`, count: 2, offset: 1, filter: 'paracet' });
    assert.equal(expansion?.timestamp, NOW);
    assert.equal(expansion?.offset, 1);
    const used = expansion?.parameter?.map(({ name, ...value }) => `${name} ${Object.values(value)[0]}`);
    assert.deepEqual(used, [`version ${DMD}|2025-10-09`, 'filter paracet', 'count 2', 'offset 1']);
  });

  test('pages put together are the whole', () => {
    const whole = codesOf(expand({ url: `${DMD}/vs` }));
    const paged: string[] = [];
    for (let offset = 0; offset < whole.length; offset += 500) {
      paged.push(...codesOf(expand({ url: `${DMD}/vs`, count: 500, offset })));
    }
    assert.deepEqual(paged, whole);
    assert.equal(expand({ url: `${DMD}/vs`, count: 0 }).expansion?.total, whole.length);
    assert.equal(expand({ url: `${DMD}/vs`, count: 5, offset: 1_000_000 }).expansion?.contains, undefined);
  });
});

describe('$expand with a text filter', () => {
  test('the beginnings of words in any order', () => {
    const [first] =
      expand({ url: `${DMD}/ValueSet/VMP`, filter: 'paracet tab 500', count: 1 }).expansion?.contains ?? [];
    assert.deepEqual(first, { system: DMD, code: TABLETS, display: 'Paracetamol 500mg tablets' });
  });

  test('a code, current or former', () => {
    for (const filter of ['777067000', '90332006']) {
      assert.deepEqual(codesOf(expand({ url: `${DMD}/ValueSet/VTM`, filter })), ['777067000']);
    }
    assert.equal(expand({ url: `${DMD}/ValueSet/AMP`, filter: '777067000' }).expansion?.total, 0);
  });

  test('everything of dm+d has its text searched: ingredients, units, forms, routes and suppliers too', () => {
    for (const [filter, code] of [
      ['millilitre', ''],
      ['oral', '26643006'],
      ['glaxo', ''],
    ] as const) {
      const codes = codesOf(expand({ url: `${DMD}/vs`, filter, count: 2000 }));
      if (code !== '') assert.ok(codes.includes(code), filter);
      for (const found of codes) assert.ok(dictionary.displayOf(found)?.toLowerCase().includes(filter), found);
    }
  });

  test('a filter without any word finds nothing rather than everything', () => {
    assert.equal(expand({ url: `${DMD}/ValueSet/VMP`, filter: '%%%' }).expansion?.total, 0);
    assert.equal(expand({ url: `${DMD}/ValueSet/VMP`, filter: ' ' }).expansion?.total, dictionary.count('VMP'));
  });
});

describe('$expand with properties', () => {
  /** A property extension in short: code and value, or the members of a group. */
  const short = ({ extension = [] }: Extension): unknown => {
    const [code, ...rest] = extension;
    const value = (one: Extension | undefined): unknown => {
      const raw = Object.entries(one ?? {}).find(([key]) => key.startsWith('value'))?.[1];
      return typeof raw === 'object' ? raw.code : raw;
    };
    if (rest[0]?.url === 'value') return [value(code), value(rest[0])];
    return [value(code), ...rest.map(({ extension: parts }) => [value(parts?.[0]), value(parts?.[1])])];
  };

  test('in the extension that R4 has for them; a wanted member brings its group', () => {
    const { expansion } = expand({
      url: `${DMD}/ValueSet/VMP`,
      filter: TABLETS,
      property: ['ROUTECD', 'FORMCD', 'BASIS_STRNTCD', 'STRNT_NMRTR_VAL', 'parent', 'inactive'],
    });
    const [entry] = expansion?.contains ?? [];
    assert.ok(entry?.extension);
    for (const { url } of entry.extension) {
      assert.equal(url, 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property');
    }
    assert.deepEqual(entry.extension.map(short), [
      ['inactive', false],
      ['parent', 'VMP'],
      ['parent', '777067000'],
      ['FORMCD', '421026006'],
      ['ROUTECD', '26643006'],
      ['VPI', ['BASIS_STRNTCD', '1'], ['STRNT_NMRTR_VAL', 500]],
    ]);
  });

  test('none without being asked, all with *, refused when unknown', () => {
    const one = { url: `${DMD}/ValueSet/VMP`, filter: TABLETS };
    assert.equal(expand(one).expansion?.contains?.[0]?.extension, undefined);
    const all = expand({ ...one, property: '*' }).expansion?.contains?.[0]?.extension ?? [];
    assert.ok(all.length > 15);
    assert.equal(refused('ValueSet/$expand', { ...one, property: 'COST' }).rule, 'terminology-unknown-property');
  });

  test('other wordings when asked for', () => {
    const amp = dictionary.at('AMP', 0);
    assert.ok(amp);
    const asked = { url: `${DMD}/ValueSet/AMP`, filter: amp.id };
    assert.equal(expand(asked).expansion?.contains?.[0]?.designation, undefined);
    const designations = expand({ ...asked, includeDesignations: true }).expansion?.contains?.[0]?.designation;
    assert.ok(designations?.some(({ value }) => value === amp.name));
  });
});

describe('the two steps from a moiety to products, as the NHS guide writes them', () => {
  const forms = ['421026006', '385055001'];
  const vmps = filtered(
    [
      ['parent', '=', '777067000'],
      ['parent', '=', 'VMP'],
      ['INVALID', 'exists', 'false'],
      ['FORMCD', 'in', forms.join(',')],
      ['ROUTECD', '=', '26643006'],
    ],
    [['NON_AVAILCD', '=', '1']],
  );

  test('first the VMPs of the moiety with form and route', () => {
    const expected = dictionary
      .vmpsOfVtm('777067000')
      .filter((vmp) => !vmp.invalid && vmp.available)
      .filter((vmp) => vmp.forms.some(({ code }) => forms.includes(code)))
      .filter((vmp) => vmp.routes.some(({ code }) => code === '26643006'));
    assert.ok(expected.length > 0);
    assert.deepEqual(new Set(codesOf(expand({ valueSet: vmps }))), new Set(expected.map(({ id }) => id)));
  });

  test('then the AMPs of VMPs, without those not available', () => {
    const list = ['39113611000001102', '38897011000001107'];
    const amps = filtered(
      [
        ['parent', 'in', list.join(',')],
        ['parent', '=', 'AMP'],
        ['INVALID', 'exists', 'false'],
      ],
      [['AVAIL_RESTRICTCD', 'in', '9']],
    );
    const expected = list.flatMap((id) => dictionary.ampsOfVmp(id)).filter((amp) => !amp.invalid && amp.available);
    assert.ok(expected.length > 1);
    assert.deepEqual(new Set(codesOf(expand({ valueSet: amps }))), new Set(expected.map(({ id }) => id)));
  });

  test('a former moiety is followed, and that is said', () => {
    const former = JSON.parse(JSON.stringify(vmps).replace('777067000', '90332006')) as ValueSet;
    const expanded = expand({ valueSet: former });
    assert.deepEqual(codesOf(expanded), codesOf(expand({ valueSet: vmps })));
    const warning = expanded.expansion?.parameter?.find(({ name }) => name === 'warning');
    assert.equal(warning?.valueString, '90332006 is a former code; 777067000 was used');
  });
});

describe('filters', () => {
  /** Filters with the same said of a VMP in the dictionary. */
  const FILTERS: readonly (readonly [filter: readonly [string, string, unknown], holds: (vmp: Vmp) => boolean])[] = [
    [['CATCD', '=', '2'], (vmp) => Number(vmp.controlledDrug?.category.code) === 2],
    [['CATCD', '=', '0002'], (vmp) => Number(vmp.controlledDrug?.category.code) === 2],
    [['CATCD', 'not-in', '0,2'], (vmp) => ![0, 2].includes(Number(vmp.controlledDrug?.category.code))],
    [
      ['FORMCD', 'in', '421026006, 420692007'],
      (vmp) => vmp.forms.some(({ code }) => ['421026006', '420692007'].includes(code)),
    ],
    [['ROUTECD', '=', '26643006'], (vmp) => vmp.routes.some(({ code }) => code === '26643006')],
    [['PRES_STATCD', 'in', '9'], (vmp) => vmp.prescribingStatus.code === '0009'],
    [['INVALID', 'exists', 'false'], (vmp) => !vmp.invalid],
    [['INVALID', 'exists', true], (vmp) => vmp.invalid],
    [['UDFS', 'exists', 'true'], (vmp) => vmp.udfs !== undefined],
    [['VPI', 'exists', 'true'], (vmp) => vmp.ingredients.length > 0],
    [
      ['STRNT_NMRTR_UOMCD', '=', '258685003'],
      (vmp) => vmp.ingredients.some((one) => one.numeratorUnit?.code === '258685003'),
    ],
    [['BNF', 'regex', '04.*'], (vmp) => vmp.bnf?.startsWith('04') === true],
    [['ATC', 'regex', '[AB]\\d\\d.*'], (vmp) => /^[AB]\d\d/.test(vmp.atc ?? '')],
    [['display', 'regex', '.*(tablet|capsule)s.*'], (vmp) => /(tablet|capsule)s/.test(vmp.name)],
    [['parent', '=', '777067000'], (vmp) => vmp.vtmId === '777067000'],
    [['concept', 'is-a', '777067000'], (vmp) => vmp.vtmId === '777067000'],
    [['inactive', '=', 'false'], (vmp) => !vmp.invalid],
  ];

  test('any of them together, included and excluded, hold what the dictionary says', () => {
    const some = fc.uniqueArray(fc.constantFrom(...FILTERS.keys()), { maxLength: 3 });
    fc.assert(
      fc.property(some, some, fc.boolean(), (include, exclude, active) => {
        const at = (index: number) => FILTERS[index] as (typeof FILTERS)[number];
        const included = include.map(at);
        const excluded = exclude.map(at);
        const valueSet = filtered(
          [['parent', '=', 'VMP'], ...included.map(([filter]) => filter)],
          exclude.length === 0 ? undefined : excluded.map(([filter]) => filter),
        );
        const expected = [...dictionary.all('VMP')].filter(
          (vmp) =>
            included.every(([, holds]) => holds(vmp)) &&
            (excluded.length === 0 || !excluded.every(([, holds]) => holds(vmp))) &&
            !(active && vmp.invalid),
        );
        const codes = codesOf(expand({ valueSet, activeOnly: active }));
        assert.deepEqual(new Set(codes), new Set(expected.map(({ id }) => id)));
        assert.equal(codes.length, expected.length);
        // The text filter takes from the same set.
        const tablets = codesOf(expand({ valueSet, activeOnly: active, filter: 'tab', count: 1000 }));
        assert.deepEqual(
          new Set(tablets),
          new Set(expected.filter(({ name }) => /\btab/i.test(name)).map(({ id }) => id)),
        );
      }),
      { seed: 31, numRuns: 150 },
    );
  });

  test('several includes are put together, each concept once', () => {
    const valueSet: ValueSet = {
      resourceType: 'ValueSet',
      status: 'draft',
      compose: {
        include: [
          { system: DMD, concept: [{ code: TABLETS }, { code: '777067000' }, { code: 'nonsense' }] },
          { system: DMD, filter: [{ property: 'parent', op: '=', value: '777067000' }] },
          { valueSet: [`${DMD}/CONTROL_DRUG_CATEGORY/vs`] },
          { system: `${DMD}/BASIS_OF_STRNTH`, concept: [{ code: '1' }] },
        ],
      },
    };
    const codes = codesOf(expand({ valueSet }));
    assert.deepEqual(codes.slice(0, 2), [TABLETS, '777067000']);
    assert.equal(codes.filter((code) => code === TABLETS).length, 1);
    assert.equal(codes.length, 2 + dictionary.vmpsOfVtm('777067000').length - 1 + 11 + 1);
  });

  test('a clause may be narrowed to a value set', () => {
    const valueSet: ValueSet = {
      resourceType: 'ValueSet',
      status: 'draft',
      compose: {
        include: [
          {
            system: DMD,
            valueSet: [`${DMD}/ValueSet/VTM`],
            filter: [{ property: 'display', op: 'regex', value: 'P.*' }],
          },
        ],
      },
    };
    const expected = [...dictionary.all('VTM')].filter(({ name }) => name.startsWith('P')).map(({ id }) => id);
    assert.deepEqual(new Set(codesOf(expand({ valueSet }))), new Set(expected));
  });
});

describe('refusals name what is wrong', () => {
  const CASES: readonly (readonly [what: string, valueSet: unknown, rule: string, expression?: string])[] = [
    [
      'an unknown property',
      filtered([['COLOUR', '=', '1']]),
      'terminology-unknown-property',
      'ValueSet.compose.include[0].filter[0].property',
    ],
    ['a property that is a parent', filtered([['VTMID', '=', '1']]), 'terminology-unknown-property'],
    [
      'an operator that is not supported',
      filtered([['FORMCD', 'child-of', '1']]),
      'terminology-unsupported-filter',
      'ValueSet.compose.include[0].filter[0].op',
    ],
    [
      'a pattern that is none',
      filtered([['NMPREV', 'regex', '(']]),
      'terminology-pattern',
      'ValueSet.compose.include[0].filter[0].value',
    ],
    ['a look-behind', filtered([['NMPREV', 'regex', '(?<=a)b']]), 'terminology-pattern'],
    [
      'another code system',
      { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ system: 'http://loinc.org' }] } },
      'terminology-unknown-system',
    ],
    ['no compose', { resourceType: 'ValueSet', status: 'draft' }, 'terminology-unsupported-filter'],
    [
      'another version',
      { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ system: DMD, version: '1' }] } },
      'terminology-unknown-version',
    ],
    [
      'an unknown value set',
      { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ valueSet: ['http://x.example'] }] } },
      'terminology-unknown-value-set',
    ],
    [
      'too many clauses',
      { resourceType: 'ValueSet', status: 'draft', compose: { include: new Array(60).fill({ system: DMD }) } },
      'terminology-too-costly',
    ],
  ];
  for (const [what, valueSet, rule, expression] of CASES) {
    test(what, () => {
      const refusal = refused('ValueSet/$expand', { valueSet: valueSet as object });
      assert.equal(refusal.rule, rule, refusal.text);
      if (expression !== undefined) assert.deepEqual(refusal.outcome.issue[0]?.expression, [expression]);
    });
  }

  test('a version that is not held; the one that is, is taken', () => {
    const url = `${DMD}/ValueSet/VTM`;
    const other = refused('ValueSet/$expand', { url, 'system-version': `${DMD}|202111.0.0` });
    assert.equal(other.rule, 'terminology-unknown-version');
    assert.match(other.text, /2025-10-09 is/);
    assert.equal(refused('ValueSet/$expand', { url: `${url}|1` }).status, 404);
    assert.ok(ask('ValueSet/$expand', { url: `${url}|2025-10-09`, 'system-version': `${DMD}|2025-10-09` }).ok);
    assert.ok(ask('ValueSet/$expand', { url, 'system-version': 'http://loinc.org|2' }).ok);
  });

  test('parameters: unknown, unsupported, malformed, none', () => {
    const url = `${DMD}/ValueSet/VTM`;
    assert.equal(refused('ValueSet/$expand', { url, fliter: 'x' }).rule, 'terminology-unknown-parameter');
    assert.equal(refused('ValueSet/$expand', { url, context: 'x' }).rule, 'terminology-unsupported-parameter');
    for (const count of ['-1', 'many', '1.5', '99999999999']) {
      assert.equal(refused('ValueSet/$expand', { url, count }).rule, 'terminology-wrong-parameter', count);
    }
    assert.equal(refused('ValueSet/$expand', { url, count: 1_000_000 }).rule, 'terminology-too-costly');
    assert.equal(refused('ValueSet/$expand', {}).rule, 'terminology-missing-parameter');
    assert.equal(refused('ValueSet/$expand', { url, valueSet: filtered([]) }).rule, 'terminology-wrong-parameter');
  });
});

describe('over a full release', { skip: withoutData }, () => {
  test('an expansion too long for one answer is refused, its pages are not', async () => {
    const full = await rehearsalDictionary();
    const terminology = createTerminology(full, createProductSearch(full));
    const asked = { url: `${DMD}/ValueSet/AMP` };
    const whole = ask('ValueSet/$expand', asked, terminology);
    assert.equal(whole.ok, false);
    assert.equal(whole.status, 422);
    const page = answer<ValueSet>('ValueSet/$expand', { ...asked, count: 10, offset: 100_000 }, terminology);
    assert.equal(page.expansion?.contains?.length, 10);
    assert.equal(page.expansion?.total, full.count('AMP'));
  });

  test('a value set that takes too much work is refused, not worked at for ever', async () => {
    const full = await rehearsalDictionary();
    const terminology = createTerminology(full, createProductSearch(full));
    const clause = { system: DMD, filter: [{ property: 'display', op: 'regex', value: '(.*a){20}.*' }] };
    const valueSet = { resourceType: 'ValueSet', status: 'draft', compose: { include: new Array(40).fill(clause) } };
    const result = ask('ValueSet/$expand', { valueSet: valueSet as object }, terminology);
    assert.ok(!result.ok);
    assert.equal(result.refusal.rule, 'terminology-too-costly');
  });
});
