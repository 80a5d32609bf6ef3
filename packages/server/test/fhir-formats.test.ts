import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bundle, OperationOutcome, Patient } from 'fhir/r4';
import { parseFhirXml, writeFhirXml } from '../src/fhir/xml/index.ts';
import { aPatient, newNhsNumber } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';
const PATCH = { 'content-type': 'application/json-patch+json' };
const NUMBERS = ['1.10', '0.10000000000000000000', '12345678901234567890.1', '100', '1e2', '-0.50'];

let server: TestServer;
before(async () => {
  server = await openTestServer();
});
after(() => server.close());

const ANSWERS: [name: string, query: string, accept: string | undefined, type: string | number][] = [
  ['no wish', '', undefined, JSON_TYPE],
  ['anything', '', '*/*', JSON_TYPE],
  ['FHIR JSON', '', 'application/fhir+json', JSON_TYPE],
  ['plain JSON', '', 'application/json;charset=utf-8', JSON_TYPE],
  ['FHIR XML', '', 'application/fhir+xml', XML_TYPE],
  ['plain XML', '', 'text/xml', XML_TYPE],
  ['XML rather than JSON', '', 'application/fhir+json;q=0.5, application/fhir+xml', XML_TYPE],
  ['JSON rather than XML', '', 'application/fhir+xml;q=0.2, application/fhir+json;q=0.3', JSON_TYPE],
  ['XML rather than anything', '', '*/*;q=0.1, application/fhir+xml', XML_TYPE],
  ['_format over Accept', '?_format=xml', 'application/fhir+json', XML_TYPE],
  ['_format in full', '?_format=application%2Ffhir%2Bxml', undefined, XML_TYPE],
  ['_format with a bare plus', '?_format=application/fhir+xml', undefined, XML_TYPE],
  ['another format', '', 'text/csv', 406],
  ['another _format', '?_format=csv', '*/*', 406],
  ['XML refused outright', '', 'application/fhir+xml;q=0', 406],
];

for (const [name, query, accept, expected] of ANSWERS) {
  test(`asked for ${name}, the answer is ${expected}`, async () => {
    const { id } = await server.create(aPatient(newNhsNumber()));
    const answer = await server.get(`Patient/${id}${query}`, accept === undefined ? {} : { accept });
    if (typeof expected === 'number') assert.equal(answer.status, expected);
    else assert.equal(answer.headers['content-type'], expected);
    if (expected === XML_TYPE) assert.equal((parseFhirXml(answer.text).resource as unknown as Patient).id, id);
  });
}

test('XML goes in and comes out, in every kind of answer', async () => {
  const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' };
  const body = writeFhirXml(aPatient(newNhsNumber(), { id: 'in-xml' }));
  const put = await server.send('PUT', 'Patient/in-xml', { body, headers });
  assert.equal(put.status, 201, put.text);
  assert.equal(put.headers['content-type'], XML_TYPE);
  assert.equal((await server.get('Patient/in-xml')).resource<Patient>().name?.[0]?.family, 'Concordia');
  const read = <T>(text: string) => parseFhirXml(text).resource as unknown as T;
  const found = read<Bundle>((await server.get('Patient?_id=in-xml', headers)).text);
  assert.equal(found.entry?.[0]?.resource?.id, 'in-xml');
  const refused = await server.get('Patient?colour=blue', headers);
  assert.equal(read<OperationOutcome>(refused.text).resourceType, 'OperationOutcome');
  assert.equal(read<Bundle>((await server.get('Patient/in-xml/_history', headers)).text).type, 'history');
  const batch: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: 'Patient/in-xml' } }],
  };
  const answer = read<Bundle>((await server.send('POST', '', { body: writeFhirXml(batch), headers })).text);
  assert.equal(answer.entry?.[0]?.response?.status, '200 OK');
  assert.equal(
    read<{ resourceType: string }>((await server.get('metadata', headers)).text).resourceType,
    'CapabilityStatement',
  );
});

/** An Observation with a number as its text. */
function weight(number: string, id: string): string {
  return `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"x"},"valueQuantity":{"value":${number},"unit":"mg"},"subject":{"display":"x"}}`;
}

for (const [i, number] of NUMBERS.entries()) {
  test(`the number ${number} keeps its text on every way through`, async () => {
    const id = `n-${i}`;
    const [inJson, inXml] = [`"value":${number},`, `<value value="${number}"/>`];
    const path = `Observation/${id}`;
    assert.ok((await server.send('PUT', path, { body: weight(number, id) })).text.includes(inJson));
    for (const query of [
      '',
      '?_elements=valueQuantity',
      '?_summary=data',
      '?_pretty=true',
      '/_history',
      '/_history/1',
    ]) {
      const { text } = await server.get(`${path}${query}`);
      assert.ok(text.replaceAll(/\s/g, '').includes(inJson), query);
    }
    for (const query of [`Observation?_id=${id}`, `Observation?_id=${id}&_summary=true`])
      assert.ok((await server.get(query)).text.includes(inJson), query);
    const xml = (await server.get(`${path}?_format=xml`)).text;
    assert.ok(xml.includes(inXml), xml);
    const sent = { body: xml.replaceAll(id, `${id}-x`), headers: { 'content-type': 'application/fhir+xml' } };
    assert.ok((await server.send('PUT', `${path}-x`, sent)).text.includes(inJson));
    const entry = `{"resource":${weight(number, `${id}-t`)},"request":{"method":"PUT","url":"${path}-t"}}`;
    await server.send('POST', '', { body: `{"resourceType":"Bundle","type":"transaction","entry":[${entry}]}` });
    assert.ok((await server.get(`${path}-t`)).text.includes(inJson));
    // A patch of something else, of the number itself, a test of it, a move and a copy.
    const patches = [
      '{"op":"add","path":"/language","value":"en"}',
      `{"op":"test","path":"/valueQuantity","value":{"unit":"mg","value":${number}}}`,
      `{"op":"test","path":"/valueQuantity/value","value":${number}}`,
      `{"op":"replace","path":"/valueQuantity/value","value":${number}}`,
      '{"op":"add","path":"/referenceRange","value":[{}]}',
      '{"op":"copy","from":"/valueQuantity","path":"/referenceRange/0/low"}',
      '{"op":"move","from":"/referenceRange/0/low","path":"/referenceRange/0/high"}',
    ];
    const patched = await server.send('PATCH', path, { body: `[${patches.join(',')}]`, headers: PATCH });
    assert.equal(patched.status, 200, patched.text);
    assert.equal(patched.text.split(inJson).length - 1, 2, patched.text);
    const wrong = `[{"op":"test","path":"/valueQuantity/value","value":7}]`;
    assert.equal((await server.send('PATCH', path, { body: wrong, headers: PATCH })).status, 422);
  });
}

test('a part of a resource is tagged as one, and keeps what must never be left out', async () => {
  const { id } = await server.create(
    aPatient(newNhsNumber(), { active: true, gender: 'male', birthDate: '1980-01-01' }),
  );
  for (const query of ['_elements=gender', '_elements=Patient.gender', '_elements=gender,id']) {
    for (const path of [`Patient/${id}?${query}`, `Patient?_id=${id}&${query}`]) {
      const answer = await server.get(path);
      const patient = path.includes('_id=')
        ? (answer.bundle.entry?.[0]?.resource as Patient)
        : answer.resource<Patient>();
      assert.deepEqual(
        Object.keys(patient).sort(),
        ['active', 'gender', 'id', 'meta', 'resourceType'],
        'active is a modifier',
      );
      assert.deepEqual(
        patient.meta?.tag?.map(({ code }) => code),
        ['SUBSETTED'],
      );
    }
  }
  const summary = (await server.get(`Patient/${id}?_summary=true`)).resource<Patient>();
  assert.ok(summary.identifier && summary.name && summary.meta?.tag);
  assert.equal((await server.get(`Patient/${id}?_summary=false`)).resource<Patient>().meta?.tag, undefined);
});
