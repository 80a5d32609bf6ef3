import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runConcord, startConcord } from './support/concord-process.ts';
import { createTestDatabase } from './support/test-store.ts';

const RUNS: [args: string[], code: number, says: RegExp][] = [
  [['--help'], 0, /Usage: concord <command>/],
  [['--version'], 0, /^\d+\.\d+\.\d+/],
  [[], 2, /Usage/],
  [['serve', '--help'], 0, /--config FILE.*--port NUMBER.*--database URL/s],
  [['fly'], 2, /no command "fly"/],
  [['serve', '--colour', 'blue'], 2, /--colour.*See concord serve --help/s],
  [['serve', 'now'], 2, /now/],
  [['serve', '--port', 'http'], 2, /--port must be a number from 0 to 65535; "http" is not/],
  [['serve', '--port', '65536'], 2, /--port must be a number/],
  [['serve', '--workers', '0'], 2, /--workers must be a number from 1/],
  [['serve', '--workers', '2'], 2, /--workers needs PostgreSQL/],
  [['serve', '--database', 'mysql://x'], 2, /must be an address that begins with postgres:\/\//],
  [['serve', '--database', 'postgres://nobody@127.0.0.1:1/none'], 1, /ECONNREFUSED/],
  [['serve', '--data', '/dev/null/here'], 1, /ENOTDIR/],
];

for (const [args, code, says] of RUNS) {
  test(`concord ${args.join(' ')} ends with ${code}`, { timeout: 60_000 }, async () => {
    const ran = await runConcord(args);
    assert.match(ran.printed, says);
    assert.equal(ran.code, code, ran.printed);
    assert.doesNotMatch(ran.printed, /^\s+at .*\.ts:/m, 'a stack trace is no message');
  });
}

test('a port in use is said plainly', async () => {
  const [one, two] = [await createTestDatabase(), await createTestDatabase()];
  const first = await startConcord(one);
  try {
    await assert.rejects(startConcord(two, ['--port', new URL(first.address).port]), /ended with 1: .*EADDRINUSE/s);
  } finally {
    await first.stop('SIGTERM');
    await one.drop();
    await two.drop();
  }
});

const ELSEWHERE = { name: 'pharmacy', base: 'https://pharmacy.example/fhir' };
const NEIGHBOURS: [neighbour: object, says: RegExp][] = [
  [{ ...ELSEWHERE, tls: { caFile: '/none.crt' } }, /tls of the neighbour pharmacy cannot be read: .*\/none\.crt/],
  [
    { ...ELSEWHERE, deliver: {} },
    /has deliver, but a server whose role is shared-record has nothing of its own to tell/,
  ],
];

test('a server that cannot work with a neighbour ends, and says why', { timeout: 120_000 }, async () => {
  const database = await createTestDatabase();
  try {
    const where = database.databaseUrl ? ['--database', database.databaseUrl] : ['--data', database.folder];
    // The second finds a database that is there already, and must let go of it too.
    for (const [neighbour, says] of NEIGHBOURS) {
      const env = { CONCORD_NEIGHBOURS: JSON.stringify([neighbour]) };
      const ran = await runConcord(['serve', '--port', '0', '--no-demo', ...where], env);
      assert.match(ran.printed, says);
      assert.equal(ran.code, 1, ran.printed);
    }
  } finally {
    await database.drop();
  }
});
