import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEFAULTS } from '../src/config.ts';
import { loadDemo } from '../src/demo/load-demo.ts';
import { openSample } from './support/dmd.ts';
import { curlExamples, guide } from './support/guide-examples.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

/** Pages whose requests have no test of their own, with how many there are. */
const PAGES: readonly [path: string, count: number][] = [
  ['README.md', 3],
  ['docs/fhir-api.md', 2],
  ['docs/messaging.md', 2],
  ['docs/translation.md', 1],
];

describe('the examples of the guides, as printed, on a server after its first start', () => {
  let server: TestServer;
  before(async () => {
    server = await openTestServer({ conformance: DEFAULTS.conformance }, await openSample());
    await loadDemo(server.store, DEFAULTS);
  });
  after(() => server.close());

  for (const [page, count] of PAGES) {
    const examples = curlExamples(guide(page));
    test(`${page}: are all there`, () => assert.equal(examples.length, count));

    for (const { method, address, headers, body } of examples) {
      const path = `${address.pathname}${address.search}`;
      test(`${page}: ${method} ${path}`, async () => {
        assert.equal(address.port, '8080');
        const answer = await server.send(method, path, { headers, body });
        const isCreated = method === 'POST' && !address.pathname.includes('$');
        assert.equal(answer.status, isCreated ? 201 : 200, answer.text);
        // A search that finds nothing, or an operation that refuses, would be no example.
        if (method === 'GET') assert.ok((answer.bundle.entry ?? []).length > 0, answer.text);
        else assert.doesNotMatch(answer.text, /"refusal"|"severity":"error"|fatal-error/);
      });
    }
  }
});
