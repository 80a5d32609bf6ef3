import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { checkStructure } from '@concord/conformance';
import type { CapabilityStatement, FhirResource } from 'fhir/r4';
import cases from './search-parameter-cases.json' with { type: 'json' };
import { type Definition, searchables } from './support/searchable.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

const definitions = JSON.parse(
  readFileSync(new URL('../src/search/generated/search-parameters.json', import.meta.url), 'utf8'),
) as Definition[];

let server: TestServer;
let declared: { type: string; names: string[] }[];
before(async () => {
  server = await openTestServer();
  const statement = (await server.get('metadata')).resource<CapabilityStatement>();
  declared = (statement.rest?.[0]?.resource ?? []).flatMap(({ type, interaction, searchParam }) =>
    interaction?.some(({ code }) => code === 'create')
      ? [{ type, names: (searchParam ?? []).map(({ name }) => name) }]
      : [],
  );
});
after(() => server.close());

/** The parameters whose cases are written out, by `Type.parameter` or for every type by `*.parameter`. */
const written = new Set(cases.map(({ type, parameter }) => `${type}.${parameter}`));

const finds = async (type: string, query: string, id: string) => {
  const answer = await server.get(`${type}?${query}&_id=${id}`);
  assert.equal(answer.status, 200, `${type}?${query}: ${answer.text.slice(0, 300)}`);
  return answer.found.includes(`${type}/${id}`);
};

test('every declared search parameter finds what has its value, and not what has another', async (t) => {
  assert.ok(declared.length > 30);
  for (const { type, names } of declared) {
    await t.test(type, async () => {
      const untested: string[] = [];
      for (const name of names) {
        const [definition, ...more] = definitions.filter(
          ({ code, base }) =>
            code === name && (base.includes(type) || base.includes('Resource') || base.includes('DomainResource')),
        );
        assert.ok(definition && more.length === 0, `${type}.${name} is defined once`);
        const ways = written.has(`${type}.${name}`) || written.has(`*.${name}`) ? [] : searchables(definition, type);
        if (ways.length === 0 && !written.has(`${type}.${name}`) && !written.has(`*.${name}`)) untested.push(name);
        for (const { resource, path, find, miss } of ways) {
          const faults = checkStructure(resource).filter(({ severity }) => severity === 'error');
          // A few elements cannot stand without others: those have cases of their own.
          if (faults.length > 0) assert.fail(`${path} for ${name}: ${JSON.stringify(faults)}`);
          const { id } = await server.create(resource as unknown as FhirResource);
          const [wanted, other] = [find, miss].map(encodeURIComponent);
          assert.ok(await finds(type, `${name}=${wanted}`, id), `${type}?${name}=${find} by ${path}`);
          assert.ok(!(await finds(type, `${name}=${other}`, id)), `${type}?${name}=${miss} by ${path}`);
          assert.ok(await finds(type, `${name}:missing=false`, id), `${type}?${name}:missing=false by ${path}`);
          assert.ok(!(await finds(type, `${name}:missing=true`, id)), `${type}?${name}:missing=true by ${path}`);
        }
      }
      assert.deepEqual(untested, [], `parameters of ${type} without a case`);
    });
  }
});

for (const { type, parameter, resource, find, miss } of cases) {
  test(`${type}.${parameter} finds by ${find.join(' and ')}`, async () => {
    const { id } = await server.create(resource as unknown as FhirResource);
    const on = resource.resourceType;
    for (const query of find)
      assert.ok(await finds(on, query.replace('{id}', id), id), `${on}?${query} finds ${JSON.stringify(resource)}`);
    for (const query of miss) assert.ok(!(await finds(on, query, id)), `${on}?${query} does not find it`);
  });
}
