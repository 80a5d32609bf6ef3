import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS } from '../src/config.ts';
import { loadDemo } from '../src/demo/load-demo.ts';
import { openTestStore } from './support/test-store.ts';

test('the demo patients are nobody’s news: no neighbour is sent them, and no policy completes their orders', async () => {
  const { store, close } = await openTestStore();
  try {
    assert.equal(await loadDemo(store, DEFAULTS), 11);
    const [count] = await store.db.query<{ kept: number; news: number }>(
      'select (select count(*)::int from resource) as kept, (select count(*)::int from outbox) as news',
    );
    assert.ok((count?.kept ?? 0) > 11);
    assert.equal(count?.news, 0);
  } finally {
    await close();
  }
});
