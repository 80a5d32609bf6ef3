import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { openSample } from './support/dmd.ts';
import { openTestServer } from './support/test-server.ts';

const GUIDE = readFileSync(new URL('../../../docs/dmd.md', import.meta.url), 'utf8');

const server = await openTestServer({}, await openSample());
after(() => server.close());

/** What each example asks: the address, and the body where it sends one. */
const examples = [
  ...GUIDE.matchAll(/^curl (?:-g )?'http:\/\/127\.0\.0\.1:8080(\/[^']*)'(?: -H '[^']*' -d '([^']*)')?$/gm),
];

describe('the examples of docs/dmd.md', () => {
  test('are all there', () => {
    assert.equal(examples.length, GUIDE.split('\n').filter((line) => line.startsWith('curl ')).length);
    assert.ok(examples.length >= 6);
  });

  for (const [, path = '', body] of examples) {
    test(`${body === undefined ? 'GET' : 'POST'} ${path.slice(0, 90)}`, async () => {
      const answer = await server.send(body === undefined ? 'GET' : 'POST', path, body === undefined ? {} : { body });
      assert.equal(answer.status, 200, answer.text);
      // An expansion that finds nothing would be no example.
      if (path.includes('$expand')) assert.match(answer.text, /"contains":\[/);
    });
  }
});
