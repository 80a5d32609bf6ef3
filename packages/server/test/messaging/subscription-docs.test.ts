import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { TOPICS } from '../../src/messaging/subscriptions/topics.ts';
import { openTestServer } from '../support/test-server.ts';

const GUIDE = readFileSync(new URL('../../../../docs/subscriptions.md', import.meta.url), 'utf8');

const server = await openTestServer();
after(() => server.close());

/** What each example asks: how, where, and the body where it sends one. `'"'"'` is how a shell writes an apostrophe. */
const examples = [
  ...GUIDE.replaceAll(`'"'"'`, '\u2019').matchAll(
    /^curl (?:-g |-X PUT )?'?http:\/\/127\.0\.0\.1:8080\/fhir\/([^' ]*)'?(?: -H '[^']*' -d '([^']*)')?$/gm,
  ),
];

describe('the examples of docs/subscriptions.md', () => {
  test('are all there', () => {
    assert.equal(examples.length, GUIDE.split('\n').filter((line) => line.startsWith('curl ')).length);
    assert.equal(examples.length, 8);
  });

  for (const [, path = '', body] of examples) {
    test(`${body === undefined ? 'GET' : 'PUT'} ${path}`, async () => {
      const sent = body === undefined ? {} : { body: body.replaceAll('\u2019', "'") };
      const answer = await server.send(body === undefined ? 'GET' : 'PUT', path, sent);
      assert.equal(answer.status, body === undefined ? 200 : 201, answer.text);
    });
  }
});

test('the guide has every topic, with its filters', () => {
  for (const { name, filters } of TOPICS) {
    const row = GUIDE.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
    if (row.endsWith('| the same |')) continue;
    assert.deepEqual(
      [...(row.split('|')[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, filter]) => filter),
      filters,
      name,
    );
  }
});
