import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { forgetDelivered, holdBack, settle } from '../../src/messaging/deliveries.ts';
import { discard, type Letter, letterAt, lettersOf, replay, replayRefused } from '../../src/messaging/letters.ts';
import { standings } from '../../src/messaging/operate.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore } from '../support/test-store.ts';

const FETCH = 'neighbour/ward/fetch';
const SAM = { by: 'Sam Patel', why: 'A trial' };

let store: Store;
let close: () => Promise<void>;
before(async () => ({ store, close } = await openTestStore()));
after(() => close());
beforeEach(async () => {
  for (const table of ['delivery', 'to_fetch', 'subscriber']) await store.db.query(`delete from ${table}`);
});

/** Deliveries to `to`, numbered from 1, in a state; a tenth of them share an instant. */
async function deliveries(to: string, count: number, state = 'refused', attempts = 1) {
  await store.db.query(
    `insert into delivery (subscriber, number, patient_key, type, id, version, at, state, attempts, error, done_at)
      select $1, i, 0, 'Basic', 'b' || i, 1, timestamptz '2026-01-01' + make_interval(mins => (i / 10)::int), $3, $4, 'no',
        case when $3 = 'refused' then timestamptz '2026-01-02' + make_interval(mins => (i / 10)::int) end
      from generate_series(1, $2) i`,
    [to, count, state, attempts],
  );
  await store.db.query('insert into subscriber (name) values ($1) on conflict do nothing', [to]);
}

const letterOf = async (to: string, which: string) => (await letterAt(store.db, to, which)) as Letter;
const row = async (to: string, number: number) => {
  const [found] = await store.db.query<{ state: string; error: string | null; acts: Letter['acts'] | null }>(
    'select state, error, acts from delivery where subscriber = $1 and number = $2',
    [to, number],
  );
  return found;
};

test('all letters are on some page, once, the newest first, whatever they are of', async () => {
  await deliveries('one', 95);
  await deliveries('two', 40);
  await store.db.query(`insert into to_fetch (neighbour, what, state, told_at, attempts)
    select 'ward', 'Basic/' || i, 'refused', timestamptz '2026-01-02' + make_interval(mins => i::int), 1
    from generate_series(1, 30) i`);
  const seen: Letter[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await lettersOf(store.db, 'refused', { after, limit: 20 });
    seen.push(...page.letters);
    after = page.next;
    pages++;
  } while (after !== undefined);
  assert.equal(pages, 9);
  assert.equal(new Set(seen.map(({ to, which }) => `${to} ${which}`)).size, 165);
  assert.equal(seen.length, 165);
  const times = seen.map(({ at }) => at);
  assert.deepEqual(times, [...times].sort().reverse());
  assert.equal((await lettersOf(store.db, 'refused', { to: 'two', limit: 50 })).letters.length, 40);
  assert.equal((await lettersOf(store.db, 'refused', { to: FETCH, limit: 50 })).letters.length, 30);
  const whole = await lettersOf(store.db, 'refused', { to: 'two', limit: 40 });
  assert.equal(whole.next, undefined, 'a page that is just full is the last');
});

test('a place that is none begins anew', async () => {
  await deliveries('one', 3);
  for (const after of [
    '',
    'x',
    Buffer.from('[1,2,3]').toString('base64url'),
    Buffer.from('["a","b"]').toString('base64'),
  ]) {
    assert.equal((await lettersOf(store.db, 'refused', { after, limit: 5 })).letters.length, 3, after);
  }
});

test('what fails is a letter too; what was not tried yet is none', async () => {
  await deliveries('one', 2, 'waiting', 3);
  await deliveries('new', 2, 'waiting', 0);
  const { letters } = await lettersOf(store.db, 'failing', { limit: 9 });
  assert.deepEqual(
    letters.map(({ to, which, state }) => [to, which, state]),
    [
      ['one', '2', 'failing'],
      ['one', '1', 'failing'],
    ],
  );
  assert.equal(await letterAt(store.db, 'new', '1'), undefined);
  assert.deepEqual(
    (await standings(store.db)).map(({ name, waiting, failing }) => [name, waiting, failing]),
    [
      ['new', 2, 0],
      ['one', 2, 2],
    ],
  );
});

test('who did what, when and why stays in the row, even when it arrives and others are forgotten', async () => {
  await deliveries('one', 2);
  await discard(store.db, await letterOf('one', '1'), SAM);
  await replay(store.db, await letterOf('one', '1'), { by: 'Jo Field', why: undefined }, '{"resourceType":"Basic"}');
  await settle(store.db, 'one', [1, 2], 'delivered');
  await store.db.query(`update delivery set done_at = now() - interval '9 days'`);
  await forgetDelivered(store.db, 5);
  assert.equal(await row('one', 2), undefined);
  const kept = await row('one', 1);
  assert.equal(kept?.state, 'delivered');
  assert.deepEqual(
    kept?.acts?.map(({ at, ...act }) => [/^20\d\d-.*Z$/.test(at), act]),
    [
      [true, { ...SAM, did: 'discarded' }],
      [true, { by: 'Jo Field', did: 'edited', why: null }],
    ],
  );
});

test('what is given up while it is on its way stays given up, unless it arrived', async () => {
  await deliveries('one', 3, 'waiting', 2);
  for (const which of ['1', '2', '3']) await discard(store.db, await letterOf('one', which), SAM);
  await holdBack(store.db, 'one', 1, 5, 'The receiver answered 503');
  await settle(store.db, 'one', [2], 'refused', 'The receiver answered 422');
  await settle(store.db, 'one', [3], 'delivered');
  const rows = await Promise.all([1, 2, 3].map((number) => row('one', number)));
  assert.deepEqual(
    rows.map((each) => each?.state),
    ['discarded', 'discarded', 'delivered'],
  );
  for (const each of rows.slice(0, 2)) assert.equal(each?.error, 'Discarded by Sam Patel: A trial – it failed: no');
  assert.equal(rows[2]?.acts?.length, 1);
});

test('whatever is done, its subscriber is tried at once', async () => {
  const doings: readonly ((letter: Letter) => Promise<unknown>)[] = [
    (letter) => discard(store.db, letter, SAM),
    (letter) => replay(store.db, letter, SAM),
    (letter) => replayRefused(store.db, letter.to, SAM),
  ];
  for (const [i, act] of doings.entries()) {
    await deliveries(`s${i}`, 1);
    await store.db.query(`update subscriber set retry_at = now() + interval '1 hour'`);
    await act(await letterOf(`s${i}`, '1'));
    const [found] = await store.db.query<{ retry_at: unknown }>('select retry_at from subscriber where name = $1', [
      `s${i}`,
    ]);
    assert.equal(found?.retry_at, null);
  }
});

test('all that one receiver refused is sent again: nobody else’s, and nothing that was given up', async () => {
  await deliveries('one', 30);
  await deliveries('two', 1);
  await discard(store.db, await letterOf('one', '7'), SAM);
  assert.equal(await replayRefused(store.db, 'one', SAM), 29);
  const states = await store.db.query(
    `select subscriber, state, count(*)::int as n from delivery group by 1, 2 order by 1, 2`,
  );
  assert.deepEqual(states, [
    { subscriber: 'one', state: 'discarded', n: 1 },
    { subscriber: 'one', state: 'waiting', n: 29 },
    { subscriber: 'two', state: 'refused', n: 1 },
  ]);
});

test('what was to be fetched is given up and tried again in the same way', async () => {
  await store.db.query(`insert into to_fetch (neighbour, what, state, attempts, error) values
    ('ward', 'Basic/1', 'refused', 1, 'no'), ('ward', 'Basic/2', 'waiting', 4, 'away'), ('ward', 'Basic/3', 'refused', 1, 'no')`);
  await discard(store.db, await letterOf(FETCH, 'Basic/2'), SAM);
  await replay(store.db, await letterOf(FETCH, 'Basic/1'), SAM);
  assert.equal(await replayRefused(store.db, FETCH, SAM), 1);
  const rows = await store.db.query<{ what: string; state: string; acts: Letter['acts'] }>(
    'select what, state, acts from to_fetch order by what',
  );
  assert.deepEqual(
    rows.map(({ what, state, acts }) => [what, state, acts.map(({ did, by }) => `${did} by ${by}`).join()]),
    [
      ['Basic/1', 'waiting', 'replayed by Sam Patel'],
      ['Basic/2', 'discarded', 'discarded by Sam Patel'],
      ['Basic/3', 'waiting', 'replayed by Sam Patel'],
    ],
  );
});
