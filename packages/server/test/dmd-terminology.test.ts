import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { checkStructure } from '@concord/conformance';
import type {
  Bundle,
  CapabilityStatement,
  CodeSystem,
  FhirResource,
  Parameters,
  ParametersParameter,
  TerminologyCapabilities,
  ValueSet,
} from 'fhir/r4';
import { parseFhirXml } from '../src/fhir/xml/index.ts';
import { openSample } from './support/dmd.ts';
import { type Answer, BASE, openTestServer } from './support/test-server.ts';

const SYSTEM = 'https://dmd.nhs.uk';
const PARACETAMOL = '42109611000001109';
/** What paracetamol 500mg tablets were until 2023. */
const FORMER = '322236009';
const PARACETAMOL_VTM = '777067000';

const server = await openTestServer({}, await openSample());
after(() => server.close());

function value(answer: Answer, name: string): unknown {
  const found = answer.resource<Parameters>().parameter?.find((each) => each.name === name);
  return Object.entries(found ?? {}).find(([key]) => key.startsWith('value'))?.[1];
}

function post(path: string, parameter: ParametersParameter[]) {
  return server.send('POST', path, { body: { resourceType: 'Parameters', parameter } });
}

function contained(answer: Answer): string[] {
  return (answer.resource<ValueSet>().expansion?.contains ?? []).map(({ display }) => display ?? '');
}

describe('CodeSystem/$lookup', () => {
  test('answers GET, POST of Parameters, and a POST form alike', async () => {
    const got = await server.get(`CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}`);
    assert.equal(got.status, 200);
    assert.equal(value(got, 'display'), 'Paracetamol 500mg tablets');
    assert.deepEqual(checkStructure(got.resource()), []);
    const posted = await post('CodeSystem/$lookup', [
      { name: 'system', valueUri: SYSTEM },
      { name: 'code', valueCode: PARACETAMOL },
    ]);
    assert.equal(posted.text, got.text);
    const form = await server.send('POST', 'CodeSystem/$lookup', {
      body: `system=${encodeURIComponent(SYSTEM)}&code=${PARACETAMOL}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(form.text, got.text);
    const coding = await post('CodeSystem/$lookup', [
      { name: 'coding', valueCoding: { system: 'http://snomed.info/sct', code: PARACETAMOL } },
    ]);
    assert.equal(coding.text, got.text);
  });

  test('answers XML that says what the JSON says', async () => {
    const path = `CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}&property=*`;
    const json = await server.get(path);
    const xml = await server.get(path, { accept: 'application/fhir+xml' });
    assert.match(String(xml.headers['content-type']), /^application\/fhir\+xml/);
    const { resource } = parseFhirXml(xml.text, { maxDepth: 100 });
    assert.deepEqual(JSON.parse(JSON.stringify(resource)), json.resource());
  });

  test('takes Parameters as XML', async () => {
    const answer = await server.send('POST', 'CodeSystem/$lookup', {
      headers: { 'content-type': 'application/fhir+xml' },
      body: `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="coding"/><valueCoding><system value="${SYSTEM}"/><code value="${PARACETAMOL}"/></valueCoding></parameter></Parameters>`,
    });
    assert.equal(value(answer, 'display'), 'Paracetamol 500mg tablets');
  });

  test('leads a former code to what it is now', async () => {
    const answer = await server.get(`CodeSystem/$lookup?system=${SYSTEM}&code=${FORMER}`);
    assert.match(String(value(answer, 'message')), new RegExp(`superseded by ${PARACETAMOL}`));
  });

  test('reports a parameter that changes nothing', async () => {
    const answer = await server.get(`CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}&displayLanguage=cy`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.headers.warning, [
      '299 concord "displayLanguage changes nothing: dm+d is in English only"',
    ]);
    const plain = await server.get(`CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}&_format=json`);
    assert.equal(plain.headers.warning, undefined);
  });
});

describe('the other operations', () => {
  test('ValueSet/$validate-code, by type and by instance', async () => {
    const byUrl = await server.get(
      `ValueSet/$validate-code?url=${SYSTEM}/ValueSet/VMP&system=${SYSTEM}&code=${PARACETAMOL}`,
    );
    assert.equal(value(byUrl, 'result'), true);
    const byId = await server.get(`ValueSet/dmd-VTM/$validate-code?system=${SYSTEM}&code=${PARACETAMOL}`);
    assert.equal(value(byId, 'result'), false);
  });

  test('CodeSystem/$validate-code, by type and by instance', async () => {
    const byUrl = await server.get(`CodeSystem/$validate-code?url=${SYSTEM}&code=${PARACETAMOL}`);
    assert.equal(value(byUrl, 'result'), true);
    const byId = await server.get('CodeSystem/dmd/$validate-code?code=1');
    assert.equal(value(byId, 'result'), false);
  });

  test('CodeSystem/$subsumes', async () => {
    const answer = await server.get(
      `CodeSystem/$subsumes?system=${SYSTEM}&codeA=${PARACETAMOL_VTM}&codeB=${PARACETAMOL}`,
    );
    assert.equal(value(answer, 'outcome'), 'subsumes');
    const byId = await server.get(`CodeSystem/dmd/$subsumes?codeA=${PARACETAMOL}&codeB=${PARACETAMOL_VTM}`);
    assert.equal(value(byId, 'outcome'), 'subsumed-by');
  });

  test('ValueSet/$expand of a value set by URL, by id, sent along, or sent as the body', async () => {
    const query = 'filter=parac%20tab%20500&count=5';
    const byUrl = await server.get(`ValueSet/$expand?url=${SYSTEM}/ValueSet/VMP&${query}`);
    assert.ok(contained(byUrl).includes('Paracetamol 500mg tablets'), byUrl.text);
    assert.deepEqual(checkStructure(byUrl.resource()), []);
    const byId = await server.get(`ValueSet/dmd-VMP/$expand?${query}`);
    assert.deepEqual(contained(byId), contained(byUrl));
    const valueSet: ValueSet = {
      resourceType: 'ValueSet',
      status: 'active',
      compose: { include: [{ system: SYSTEM, filter: [{ property: 'parent', op: '=', value: 'VMP' }] }] },
    };
    const along = await post('ValueSet/$expand', [
      { name: 'valueSet', resource: valueSet },
      { name: 'filter', valueString: 'parac tab 500' },
      { name: 'count', valueInteger: 5 },
    ]);
    assert.deepEqual(contained(along), contained(byUrl));
    const body = await server.send('POST', `ValueSet/$expand?${query}`, { body: valueSet });
    assert.deepEqual(contained(body), contained(byUrl));
  });

  test('ConceptMap/$translate, by type and by instance', async () => {
    const answer = await server.get(`ConceptMap/$translate?system=${SYSTEM}&code=${FORMER}&targetsystem=${SYSTEM}`);
    assert.equal(value(answer, 'result'), true);
    assert.match(answer.text, new RegExp(PARACETAMOL));
    const units = await server.get(`ConceptMap/dmd-ucum/$translate?system=${SYSTEM}&code=258684004`);
    assert.match(units.text, /"code":"mg"/);
  });

  test('in a batch each answers for itself, with what it should know', async () => {
    const get = (url: string) => ({ request: { method: 'GET' as const, url } });
    const body: Bundle<FhirResource> = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        get(`CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}&displayLanguage=cy`),
        get(`CodeSystem/$lookup?system=${SYSTEM}&code=1`),
        get('CodeSystem/dmd'),
        {
          request: { method: 'POST', url: 'CodeSystem/$subsumes' },
          resource: {
            resourceType: 'Parameters',
            parameter: [
              { name: 'codingA', valueCoding: { system: SYSTEM, code: PARACETAMOL_VTM } },
              { name: 'codingB', valueCoding: { system: SYSTEM, code: PARACETAMOL } },
            ],
          },
        },
      ],
    };
    const { bundle } = await server.send('POST', '', { body });
    const entries = bundle.entry ?? [];
    assert.deepEqual(
      entries.map(({ response }) => response?.status),
      ['200 OK', '404 Not Found', '200 OK', '200 OK'],
    );
    assert.match(JSON.stringify(entries[0]?.response?.outcome), /displayLanguage changes nothing/);
    assert.match(JSON.stringify(entries[1]?.response?.outcome), /terminology-unknown-code/);
    assert.equal(entries[2]?.resource?.resourceType, 'CodeSystem');
    assert.match(JSON.stringify(entries[3]?.resource), /"subsumes"/);
  });
});

describe('the resources of the terminology', () => {
  test('are read, in JSON, XML and part', async () => {
    const answer = await server.get('CodeSystem/dmd');
    const system = answer.resource<CodeSystem>();
    assert.equal(system.url, SYSTEM);
    assert.deepEqual(checkStructure(system), []);
    const etag = String(answer.headers.etag);
    assert.equal((await server.get('CodeSystem/dmd', { 'if-none-match': etag })).status, 304);
    const xml = await server.get('ValueSet/dmd-VMP?_format=xml');
    assert.match(xml.text, /^<\?xml.*\n<ValueSet /);
    const part = await server.get('CodeSystem/dmd?_elements=url');
    assert.equal(part.resource<CodeSystem>().property, undefined);
    assert.equal((await server.get('CodeSystem/none')).status, 404);
    assert.equal((await server.get('ConceptMap/dmd-history')).status, 200);
  });

  test('are each well formed', async () => {
    for (const type of ['CodeSystem', 'ValueSet', 'ConceptMap']) {
      const { bundle } = await server.get(`${type}?_count=1000`);
      assert.ok((bundle.entry ?? []).length > 3);
      for (const { resource } of bundle.entry ?? []) {
        assert.deepEqual(checkStructure(resource), [], `${type}/${resource?.id}`);
      }
    }
  });

  test('are found by url, version, name, title, status and id', async () => {
    assert.deepEqual((await server.get(`CodeSystem?url=${SYSTEM}`)).found, ['CodeSystem/dmd']);
    assert.deepEqual((await server.get(`CodeSystem?system=${SYSTEM}`)).found, ['CodeSystem/dmd']);
    assert.deepEqual((await server.get(`ValueSet?url=${SYSTEM}/ValueSet/VMP`)).found, ['ValueSet/dmd-VMP']);
    assert.deepEqual((await server.get(`ValueSet?url=${SYSTEM}/ValueSet/VMP|2025-10-09`)).found, ['ValueSet/dmd-VMP']);
    assert.deepEqual((await server.get(`ValueSet?url=${SYSTEM}/ValueSet/VMP|1`)).found, []);
    assert.deepEqual((await server.get('CodeSystem?name=dictionary&version=2025-10-09&status=active')).found, [
      'CodeSystem/dmd',
    ]);
    assert.deepEqual((await server.get('CodeSystem?name:exact=dictionary')).found, []);
    assert.deepEqual((await server.get('ValueSet?_id=dmd-VMP,dmd-VTM')).found, [
      'ValueSet/dmd-VTM',
      'ValueSet/dmd-VMP',
    ]);
    const posted = await server.send('POST', 'ValueSet/_search', {
      body: 'title:contains=moiety',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.deepEqual(posted.found, ['ValueSet/dmd-VTM']);
  });

  test('come in pages that add up', async () => {
    const all = (await server.get('ValueSet?_count=1000')).found;
    const seen: string[] = [];
    let path: string | undefined = 'ValueSet?_count=7';
    while (path !== undefined) {
      const answer: Answer = await server.get(path);
      assert.equal(answer.bundle.total, all.length);
      seen.push(...answer.found);
      path = answer.bundle.link?.find(({ relation }) => relation === 'next')?.url.replace(`${BASE}/`, '');
    }
    assert.deepEqual(seen, all);
    const count = (await server.get('ValueSet?_summary=count')).bundle;
    assert.equal(count.total, all.length);
    assert.equal(count.entry, undefined);
  });

  test('an unknown parameter is refused by name, or left out and said so', async () => {
    const refused = await server.get('CodeSystem?publisher=x');
    assert.equal(refused.status, 400);
    assert.match(refused.text, /no search parameter \\"publisher\\"/);
    const { bundle } = await server.get(`CodeSystem?publisher=x&url=${SYSTEM}`, { prefer: 'handling=lenient' });
    assert.equal(bundle.total, 1);
    assert.match(JSON.stringify(bundle.entry), /"mode":"outcome"/);
  });

  test('cannot be written', async () => {
    const body = { resourceType: 'CodeSystem', status: 'active', content: 'complete' };
    for (const [method, path] of [
      ['POST', 'CodeSystem'],
      ['PUT', 'CodeSystem/dmd'],
      ['DELETE', 'ValueSet/dmd'],
    ] as const) {
      assert.equal((await server.send(method, path, method === 'DELETE' ? {} : { body })).status, 405, method);
    }
  });
});

describe('what the server says of its terminology', () => {
  test('the CapabilityStatement declares the types and their operations', async () => {
    const statement = (await server.get('metadata')).resource<CapabilityStatement>();
    assert.deepEqual(checkStructure(statement), []);
    const resources = statement.rest?.[0]?.resource ?? [];
    const operations = (type: string) =>
      resources
        .find((each) => each.type === type)
        ?.operation?.map(({ name }) => name)
        .sort();
    assert.deepEqual(operations('CodeSystem'), ['lookup', 'subsumes', 'validate-code']);
    assert.deepEqual(operations('ValueSet'), ['expand', 'validate-code']);
    assert.deepEqual(operations('ConceptMap'), ['translate']);
    const names = statement.rest?.[0]?.operation?.map(({ name }) => name) ?? [];
    assert.equal(new Set(names).size, names.length);
  });

  test('every search parameter that it declares is taken', async () => {
    const statement = (await server.get('metadata')).resource<CapabilityStatement>();
    for (const { type, searchParam } of statement.rest?.[0]?.resource ?? []) {
      if (!['CodeSystem', 'ValueSet', 'ConceptMap'].includes(type)) continue;
      for (const { name } of searchParam ?? []) {
        assert.equal((await server.get(`${type}?${name}=x`)).status, 200, `${type} ${name}`);
      }
    }
  });

  test('TerminologyCapabilities names each code system with its version', async () => {
    const answer = await server.get('metadata?mode=terminology');
    const capabilities = answer.resource<TerminologyCapabilities>();
    assert.deepEqual(checkStructure(capabilities), []);
    const dmd = capabilities.codeSystem?.find(({ uri }) => uri === SYSTEM);
    assert.equal(dmd?.version?.[0]?.code, '2025-10-09');
    assert.equal(capabilities.codeSystem?.length, (await server.get('CodeSystem')).bundle.total);
    assert.equal((await server.get('metadata?mode=full')).resource().resourceType, 'CapabilityStatement');
    assert.equal((await server.get('metadata?mode=other')).status, 400);
    assert.equal((await server.get('metadata?other=1')).status, 400);
  });
});

describe('without a release', () => {
  test('what needs one says so, and the rest works', async () => {
    const bare = await openTestServer();
    try {
      const answer = await bare.get(`CodeSystem/$lookup?system=${SYSTEM}&code=${PARACETAMOL}`);
      assert.equal(answer.status, 503);
      assert.match(answer.outcome.issue[0]?.diagnostics ?? '', /concord dmd load/);
      assert.equal((await bare.get('metadata')).status, 200);
    } finally {
      await bare.close();
    }
  });
});
