import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
let statement: CapabilityStatement;
let kept: CapabilityStatementRestResource[];
before(async () => {
  server = await openTestServer();
  statement = (await server.get('metadata')).resource<CapabilityStatement>();
  kept = (statement.rest?.[0]?.resource ?? []).filter(({ interaction }) =>
    interaction?.some(({ code }) => code === 'create'),
  );
});
after(() => server.close());

const does = (resource: CapabilityStatementRestResource, code: string) =>
  resource.interaction?.some((each) => each.code === code) ?? false;

/** How each interaction is asked for, of nothing in particular; one that is not there answers 405, or 404 of the type. */
const ASK: { [interaction: string]: (type: string) => [method: string, path: string] } = {
  read: (type) => ['GET', `${type}/none`],
  vread: (type) => ['GET', `${type}/none/_history/1`],
  update: (type) => ['PUT', `${type}/none`],
  patch: (type) => ['PATCH', `${type}/none`],
  delete: (type) => ['DELETE', `${type}/none`],
  create: (type) => ['POST', type],
  'history-instance': (type) => ['GET', `${type}/none/_history`],
  'history-type': (type) => ['GET', `${type}/_history`],
  'search-type': (type) => ['GET', type],
};

test('the statement describes this server', () => {
  assert.equal(statement.fhirVersion, '4.0.1');
  assert.equal(statement.implementation?.url, 'http://concord.test/fhir');
  for (const format of ['json', 'xml']) assert.ok(statement.format?.includes(format));
  assert.deepEqual(statement.patchFormat, ['application/json-patch+json']);
  assert.ok(kept.length > 30);
});

test('every declared interaction of every type is there, and no other', async () => {
  for (const resource of kept) {
    const { type } = resource;
    for (const [interaction, ask] of Object.entries(ASK)) {
      const [method, path] = ask(type);
      const headers = { 'content-type': method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json' };
      const answer = await server.send(method, path, method.startsWith('P') ? { body: [], headers } : {});
      const isThere = answer.status !== 405 && !answer.text.includes('is not a type of resource');
      assert.equal(isThere, does(resource, interaction), `${interaction} of ${type}: ${answer.status}`);
    }
  }
  for (const type of ['Immunization', 'Appointment', 'Questionnaire', 'Foo'])
    assert.equal((await server.get(type)).status, 404);
});

test('the system’s interactions are those declared', async () => {
  const codes = statement.rest?.[0]?.interaction?.map(({ code }) => code).sort();
  assert.deepEqual(codes, ['batch', 'history-system', 'transaction']);
  for (const type of ['batch', 'transaction'])
    assert.equal((await server.send('POST', '', { body: { resourceType: 'Bundle', type } })).status, 200);
  assert.equal((await server.get('_history')).status, 200);
  assert.equal((await server.get('?name=x')).status, 405, 'search-system is not declared');
});

test('every declared parameter is understood, sorts where it can, and no other is', async () => {
  for (const { type, searchParam } of kept) {
    const names = (searchParam ?? []).map(({ name }) => name);
    const query = names.map((name) => `${name}:missing=false`).join('&');
    const answer = await server.get(`${type}?${query}`);
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    const sortable = (searchParam ?? []).filter((each) => each.type !== 'composite').map(({ name }) => name);
    assert.equal((await server.get(`${type}?_sort=${sortable.join(',')}`)).status, 200, type);
    assert.equal((await server.get(`${type}?undeclared=x`)).status, 400);
  }
});

test('every declared include and revinclude is understood', async () => {
  for (const { type, searchInclude, searchRevInclude } of kept) {
    const includes = (searchInclude ?? []).map((each) => `_include=${encodeURIComponent(each)}`);
    const revincludes = (searchRevInclude ?? []).map((each) => `_revinclude=${encodeURIComponent(each)}`);
    const answer = await server.get(`${type}?${[...includes, ...revincludes].join('&')}&_count=1`);
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
  }
});

test('every declared operation is where it is declared', async () => {
  const isThere = async (path: string) => {
    const answers = [await server.get(path), await server.send('POST', path, { body: { resourceType: 'Parameters' } })];
    return answers.some(({ status, text }) => status !== 405 && !text.includes('There is no operation'));
  };
  for (const { name } of statement.rest?.[0]?.operation ?? []) assert.ok(await isThere(`$${name}`), `$${name}`);
  for (const { type, operation } of statement.rest?.[0]?.resource ?? [])
    for (const { name } of operation ?? [])
      assert.ok((await isThere(`${type}/$${name}`)) || (await isThere(`${type}/none/$${name}`)), `${type}/$${name}`);
  assert.ok(
    kept.every(({ operation }) => operation?.some(({ name }) => name === 'validate')),
    '$validate is of every type',
  );
});
