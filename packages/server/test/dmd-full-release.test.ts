import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Parameters, ParametersParameter, ValueSet } from 'fhir/r4';
import { Dmd } from '../src/dmd/dmd.ts';
import { fullReleaseFolder, listener, withoutFullRelease } from './support/dmd.ts';
import { openTestServer } from './support/test-server.ts';

const SYSTEM = 'https://dmd.nhs.uk';
const PROPERTY = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';

/**
 * The two steps by which the NHS guide finds what an order for a moiety may be given as: the VMPs of a VTM with a form
 * and a route and actual products, then the AMPs of a VMP that can be had.
 */
function candidates(
  include: { property: string; value: string }[],
  exclude: { property: string; op: '=' | 'in'; value: string },
  properties: string[],
): Parameters {
  const compose = {
    include: [{ system: SYSTEM, filter: include.map((each) => ({ ...each, op: '=' })) }],
    exclude: [
      { system: SYSTEM, filter: [exclude] },
      { system: SYSTEM, filter: [{ property: 'INVALID', op: '=', value: '1' }] },
    ],
  };
  const parameter = [
    { name: 'valueSet', resource: { resourceType: 'ValueSet', status: 'active', compose } as ValueSet },
    ...properties.map((valueString) => ({ name: 'property', valueString })),
  ];
  return { resourceType: 'Parameters', parameter: parameter as ParametersParameter[] };
}

describe('the full-size release over HTTP', { skip: withoutFullRelease, timeout: 300_000 }, async () => {
  if (withoutFullRelease) return;
  const dmd = new Dmd(await fullReleaseFolder(), listener());
  await dmd.begin();
  const server = await openTestServer({}, dmd);
  after(() => server.close());
  const expand = async (body: Parameters) => {
    const answer = await server.send('POST', 'ValueSet/$expand', { body });
    assert.equal(answer.status, 200, answer.text);
    return answer.resource<ValueSet>().expansion;
  };

  test('answers $lookup as the NHS Terminology Server does', async () => {
    const path = `CodeSystem/$lookup?system=${SYSTEM}&code=42109611000001109&property=*`;
    const { parameter = [] } = (await server.get(path)).resource<Parameters>();
    const head = Object.fromEntries(parameter.slice(0, 5).map((each) => [each.name, Object.values(each)[1]]));
    assert.deepEqual(head, {
      code: '42109611000001109',
      display: 'Paracetamol 500mg tablets',
      name: 'Dictionary of medicines and devices (dm+d)',
      system: SYSTEM,
      version: '202510.1.0',
    });
    const property = (code: string) =>
      parameter.filter((each) => each.name === 'property' && each.part?.[0]?.valueCode === code);
    const values = (code: string) => property(code).map((each) => each.part?.[1]);
    assert.deepEqual(values('parent'), [
      { name: 'value', valueCode: 'VMP' },
      { name: 'value', valueCode: '777067000' },
    ]);
    assert.deepEqual(values('inactive'), [{ name: 'value', valueBoolean: false }]);
    assert.deepEqual(values('FORMCD')[0]?.valueCoding, {
      system: SYSTEM,
      code: '421026006',
      display: 'Oral tablet',
    });
    assert.deepEqual(values('PRES_STATCD')[0]?.valueCoding?.system, `${SYSTEM}/VIRTUAL_PRODUCT_PRES_STATUS`);
    assert.equal(values('PRES_STATCD')[0]?.valueCoding?.code, '1');
    const [strength] = property('VPI');
    const parts = strength?.part?.filter(({ name }) => name === 'subproperty') ?? [];
    assert.deepEqual(
      parts.map(({ part }) => part?.[0]?.valueCode),
      ['ISID', 'BASIS_STRNTCD', 'STRNT_NMRTR_VAL', 'STRNT_NMRTR_UOMCD'],
    );
    assert.ok(parts[2]?.part?.some(({ valueDecimal }) => valueDecimal === 500));
  });

  test('finds candidate VMPs, then the AMPs of one, by the two queries of the NHS guide', async () => {
    const vmps = await expand(
      candidates(
        [
          { property: 'parent', value: '777067000' },
          { property: 'FORMCD', value: '421026006' },
          { property: 'ROUTECD', value: '26643006' },
        ],
        { property: 'NON_AVAILCD', op: '=', value: '1' },
        ['VPI', 'UDFS', 'UDFS_UOMCD', 'UNIT_DOSE_UOMCD', 'PRES_STATCD'],
      ),
    );
    const contains = vmps?.contains ?? [];
    assert.equal(vmps?.total, contains.length);
    const paracetamol = contains.find(({ code }) => code === '42109611000001109');
    assert.equal(paracetamol?.display, 'Paracetamol 500mg tablets');
    const properties = (paracetamol?.extension ?? []).filter(({ url }) => url === PROPERTY);
    const codes = properties.map(({ extension }) => extension?.find(({ url }) => url === 'code')?.valueCode);
    assert.deepEqual([...new Set(codes)].sort(), ['PRES_STATCD', 'UDFS', 'UDFS_UOMCD', 'UNIT_DOSE_UOMCD', 'VPI']);
    for (const { display } of contains) assert.match(display ?? '', /paracetamol/i);
    const amps = await expand(
      candidates(
        [
          { property: 'parent', value: '42109611000001109' },
          { property: 'parent', value: 'AMP' },
        ],
        { property: 'AVAIL_RESTRICTCD', op: 'in', value: '9' },
        ['AVAIL_RESTRICTCD'],
      ),
    );
    const all = dmd.release?.dictionary.ampsOfVmp('42109611000001109') ?? [];
    const wanted = all.filter((amp) => amp.available && !amp.invalid).map(({ id }) => id);
    assert.ok(wanted.length > 0 && wanted.length < all.length);
    assert.deepEqual((amps?.contains ?? []).map(({ code }) => code).sort(), wanted.sort());
  });

  test('follows superseded ids of published examples', async () => {
    const old = await server.get(
      `ConceptMap/$translate?url=${SYSTEM}/conceptmap/history&system=${SYSTEM}&code=322236009`,
    );
    assert.match(old.text, /"code":"42109611000001109"/);
    const subsumed = await server.get(`CodeSystem/$subsumes?system=${SYSTEM}&codeA=777067000&codeB=322236009`);
    assert.equal(subsumed.status, 200);
  });

  test('an expansion that is too long is asked for in pages, which add up', async () => {
    const whole = await server.get(`ValueSet/$expand?url=${SYSTEM}/ValueSet/AMP`);
    assert.equal(whole.status, 422);
    assert.match(whole.outcome.issue[0]?.diagnostics ?? '', /pages with count and offset/);
    const seen = new Set<string | undefined>();
    let total = 0;
    for (let offset = 0; offset === 0 || offset < total; offset += 10_000) {
      const page = await server.get(`ValueSet/$expand?url=${SYSTEM}/ValueSet/VMP&count=10000&offset=${offset}`);
      const expansion = page.resource<ValueSet>().expansion;
      total = expansion?.total ?? 0;
      for (const { code } of expansion?.contains ?? []) seen.add(code);
    }
    assert.equal(seen.size, total);
    assert.equal(total, dmd.release?.dictionary.count('VMP'));
  });
});
