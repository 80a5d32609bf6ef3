import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Config } from '../../src/config.ts';
import { DEFAULTS } from '../../src/config.ts';
import { saidOf } from '../support/messages.ts';
import { type Answer, FHIR_REFUSES, openTestServer } from '../support/test-server.ts';

const FOLDER = new URL('../../../../../shared/data/guide-examples/', import.meta.url);
const skip = existsSync(FOLDER) ? false : 'the published examples are not on this machine';

/**
 * What becomes of each published message: where errors of every layer refuse, and where only those of FHIR do. A refusal
 * is its status and the rules that refuse; what is filed is what became of each resource.
 */
type Verdicts = { [file: string]: { strict: string; lenient: string } };
const PINNED = new URL('guide-message-verdicts.json', import.meta.url);

function messages(): { file: string; body: string; type: string }[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => ({ file, body: readFileSync(new URL(file, FOLDER), 'utf8').replace(/^\uFEFF/, '') }))
    .filter(({ body }) => /"type"\s*:\s*"message"|<type value="message"/.test(body))
    .map(({ file, body }) => ({
      ...{ file, body },
      // Many that are called XML are JSON.
      type: body.trimStart().startsWith('{') ? 'application/fhir+json' : 'application/fhir+xml',
    }));
}

function verdictOf(answer: Answer): string {
  if (answer.status === 200) {
    const dids = saidOf(answer.bundle).map(({ said }) => (/^[A-Za-z]+/.exec(said)?.[0] ?? '').toLowerCase());
    const counts = [...new Set(dids)].sort().map((did) => `${dids.filter((each) => each === did).length} ${did}`);
    return `200: ${counts.join(', ')}`;
  }
  const rules = answer.outcome.issue
    .filter(({ severity }) => severity === 'error')
    .map(({ details, code }) => details?.coding?.find(({ system }) => system === 'urn:concord:rule')?.code ?? code);
  return `${answer.status}: ${[...new Set(rules)].sort().join(' ')}`;
}

async function verdicts(conformance: Config['conformance']): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const server = await openTestServer({ conformance });
  try {
    for (const { file, body, type } of messages()) {
      const headers = { 'content-type': type };
      const first = await server.send('POST', '$process-message', { body, headers });
      found.set(file, verdictOf(first));
    }
    return found;
  } finally {
    await server.close();
  }
}

test('each published message has the verdict that it should have', { skip, timeout: 300_000 }, async () => {
  const [strict, lenient] = [await verdicts(DEFAULTS.conformance), await verdicts(FHIR_REFUSES)];
  const found: Verdicts = Object.fromEntries(
    [...strict].map(([file, verdict]) => [file, { strict: verdict, lenient: lenient.get(file) ?? '' }]),
  );
  if (process.env.CONCORD_PRINT_VERDICTS) console.log(JSON.stringify(found, null, 2));
  assert.deepEqual(found, JSON.parse(readFileSync(PINNED, 'utf8')));
});
