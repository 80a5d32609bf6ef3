import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exportJWK, exportPKCS8, importSPKI, jwtVerify } from 'jose';
import type { Neighbour, NeighbourAuth } from '../../src/messaging/neighbour.ts';
import { addressDoubts } from '../../src/messaging/neighbours/addresses.ts';
import { NeighbourClient } from '../../src/messaging/neighbours/client.ts';
import { selectionFor } from '../../src/messaging/neighbours/deliver.ts';
import { neighbourOutcome, outcomeOf } from '../../src/messaging/neighbours/outcome-of.ts';

const PATIENCE = () => AbortSignal.timeout(10_000);
const REQUEST = { method: 'POST', path: 'MedicationRequest', body: '{}' } as const;

let folder: string;
const open: { close(): unknown }[] = [];
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-client-'));
});
after(async () => {
  for (const each of open) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = async (handler: RequestListener) => `http://${await listen(createServer(handler))}`;

function clientOf(base: string, more: Partial<ConstructorParameters<typeof NeighbourClient>[0]> = {}) {
  const client = new NeighbourClient({ name: 'pharmacy', base, auth: undefined, tls: undefined, ...more });
  open.push(client);
  return client;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}

const OUTCOME = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [
    { severity: 'warning', code: 'value', diagnostics: 'Never mind.' },
    { severity: 'error', code: 'value', diagnostics: 'No dose.', expression: ['MedicationRequest.dosageInstruction'] },
  ],
});
const RESPONSE = (code: string) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'message',
    entry: [
      { resource: { resourceType: 'MessageHeader', response: { identifier: '1', code } } },
      ...(code === 'ok' ? [] : [{ resource: JSON.parse(OUTCOME) }]),
    ],
  });

const MEANINGS: readonly {
  says: string;
  status: number;
  body?: string;
  headers?: { [name: string]: string };
  means: object;
}[] = [
  { says: 'a success', status: 201, means: { outcome: 'delivered' } },
  { says: 'a response that is ok', status: 200, body: RESPONSE('ok'), means: { outcome: 'delivered' } },
  {
    ...{ says: 'a response that is a fatal error', status: 200, body: RESPONSE('fatal-error') },
    means: { outcome: 'refused', reason: 'MedicationRequest.dosageInstruction: No dose.' },
  },
  {
    ...{ says: 'a response that is a transient error', status: 200, body: RESPONSE('transient-error') },
    means: { outcome: 'later', reason: 'MedicationRequest.dosageInstruction: No dose.' },
  },
  {
    ...{ says: 'a refusal, with its errors in words', status: 422, body: OUTCOME },
    means: { outcome: 'refused', reason: '422 MedicationRequest.dosageInstruction: No dose.' },
  },
  { says: 'a refusal without words', status: 404, means: { outcome: 'refused', reason: '404' } },
  {
    says: 'a page of a proxy',
    status: 502,
    body: '<h1>Bad   gateway</h1>',
    means: { outcome: 'later', reason: '502 Bad gateway' },
  },
  {
    ...{ says: 'too many requests', status: 429, headers: { 'retry-after': '7' } },
    means: { outcome: 'later', reason: '429', retryAfterSeconds: 7 },
  },
  { says: 'a redirection', status: 302, means: { outcome: 'later', reason: '302' } },
  ...[401, 403, 408, 503].map((status) => ({
    ...{ says: `${status}`, status, means: { outcome: 'later', reason: `${status}` } },
  })),
  { says: '500, of this one alone,', status: 500, means: { outcome: 'later', reason: '500', onlyThis: true } },
];

for (const { says, status, body, headers, means } of MEANINGS) {
  test(`${says} means ${(means as { outcome: string }).outcome}`, async () => {
    const base = await serve((request, reply) => {
      request.resume().on('end', () => reply.writeHead(status, headers ?? {}).end(body));
    });
    assert.deepEqual(outcomeOf(await clientOf(base).ask(REQUEST, PATIENCE())), means);
  });
}

test('a neighbour whose door is not where it should be is tried again, with the address to look at', async () => {
  for (const status of [404, 405]) {
    const base = await serve((request, reply) =>
      request.resume().on('end', () => reply.writeHead(status).end('Not here')),
    );
    const answer = await clientOf(base).ask(REQUEST, PATIENCE());
    assert.deepEqual(neighbourOutcome(answer, { base }), {
      ...{ outcome: 'later', reason: `Is ${base} its FHIR base? ${status} Not here` },
    });
  }
  const answer = { status: 422, headers: {}, text: '', resource: undefined };
  assert.deepEqual(neighbourOutcome(answer, { base: '' }), { outcome: 'refused', reason: '422' });
});

test('a server that does not answer in time, or is not there, is an error that the dispatcher tries again', async () => {
  const base = await serve(() => undefined);
  await assert.rejects(clientOf(base).ask(REQUEST, AbortSignal.timeout(50)), /time/i);
  const gone = createServer();
  const address = await listen(gone);
  gone.close();
  await once(gone, 'close');
  await assert.rejects(clientOf(`http://${address}`).ask(REQUEST, PATIENCE()), /ECONNREFUSED/);
});

test('a fixed token is shown, and to the neighbour alone', async () => {
  let shown: string | undefined;
  const base = await serve((request, reply) => {
    shown = request.headers.authorization;
    reply.end();
  });
  const client = clientOf(base, { auth: { bearer: 'secret', smart: undefined } });
  await client.ask(REQUEST, PATIENCE());
  assert.equal(shown, 'Bearer secret');
  await assert.rejects(
    client.ask({ method: 'GET', path: 'http://elsewhere.test/fhir/Patient/1' }, PATIENCE()),
    /not at/,
  );
  const sibling = { method: 'GET', path: `${base}0/Patient/1` } as const;
  await assert.rejects(client.ask(sibling, PATIENCE()), /not at/);
});

test('connections are kept', async () => {
  const ports = new Set<number>();
  const base = await serve((request, reply) => {
    ports.add(request.socket.remotePort as number);
    request.resume().on('end', () => reply.end('{}'));
  });
  const client = clientOf(base);
  for (let i = 0; i < 5; i++) await client.ask(REQUEST, PATIENCE());
  assert.ok(ports.size < 5, `${ports.size} connections for 5 requests`);
});

/** An authorisation server that knows one client's public key, and a FHIR server that takes its newest token. */
async function smartServers(publicPem: string, alg: string) {
  const given: string[] = [];
  const claims: { jti?: string | undefined; kid?: string | undefined }[] = [];
  const state = { expiresIn: 300, revoked: false };
  let tokenUrl = '';
  const authority = await serve(async (request, reply) => {
    const form = new URLSearchParams(await textOf(request));
    assert.equal(form.get('grant_type'), 'client_credentials');
    assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    try {
      const key = await importSPKI(publicPem, alg);
      const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion') ?? '', key, {
        ...{ issuer: 'concord', subject: 'concord', audience: tokenUrl, algorithms: [alg] },
      });
      claims.push({ jti: payload.jti, kid: protectedHeader.kid });
      assert.ok((payload.exp as number) - (payload.iat as number) <= 300);
    } catch {
      reply.writeHead(400).end(JSON.stringify({ error: 'invalid_client', error_description: 'unknown key' }));
      return;
    }
    given.push(`token-${given.length + 1}`);
    state.revoked = false;
    const token = {
      access_token: given.at(-1),
      token_type: 'bearer',
      expires_in: state.expiresIn,
      scope: form.get('scope'),
    };
    reply.end(JSON.stringify(token));
  });
  tokenUrl = `${authority}/token`;
  const shown: (string | undefined)[] = [];
  const base = await serve((request, reply) => {
    shown.push(request.headers.authorization);
    const isGood = !state.revoked && request.headers.authorization === `Bearer ${given.at(-1)}`;
    request.resume().on('end', () => reply.writeHead(isGood ? 200 : 401).end());
  });
  return { base, tokenUrl, given, claims, shown, state };
}

const smart = (tokenUrl: string, keyFile: string): NeighbourAuth => ({
  bearer: undefined,
  smart: { tokenUrl, clientId: 'concord', keyFile, scope: 'system/*.cruds' },
});

for (const [kind, alg] of [
  ['an RSA key', 'RS384'],
  ['a P-384 key', 'ES384'],
] as const) {
  for (const form of ['PEM', 'JWK'] as const) {
    test(`SMART backend services: ${kind} as ${form}; one token while it lasts, a new one when it ends or is refused`, async () => {
      const { privateKey } =
        alg === 'RS384'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-384' });
      const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
      const keyFile = join(folder, `${alg}.${form}`);
      const jwk = { ...(await exportJWK(privateKey)), kid: 'our-key', alg };
      writeFileSync(keyFile, form === 'PEM' ? await exportPKCS8(privateKey) : JSON.stringify({ keys: [jwk] }));
      const { base, tokenUrl, given, claims, state } = await smartServers(publicPem, alg);
      const client = clientOf(base, { auth: smart(tokenUrl, keyFile) });
      const answers = await Promise.all([1, 2, 3].map(() => client.ask(REQUEST, PATIENCE())));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200],
      );
      assert.deepEqual(given, ['token-1']);
      if (form === 'JWK') assert.equal(claims[0]?.kid, 'our-key');
      else assert.match(claims[0]?.kid ?? '', /^[\w-]{43}$/, 'the thumbprint names the key');
      state.revoked = true;
      assert.equal((await client.ask(REQUEST, PATIENCE())).status, 200, 'renewed within the request');
      assert.deepEqual(given, ['token-1', 'token-2']);
      state.revoked = true;
      state.expiresIn = 0.001;
      assert.equal((await client.ask(REQUEST, PATIENCE())).status, 200);
      assert.notEqual(claims[0]?.jti, claims[1]?.jti, 'each assertion is used once');
    });
  }
}

test('a token that is refused is asked for again once, and no more', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
  const keyFile = join(folder, 'refused.pem');
  writeFileSync(keyFile, await exportPKCS8(privateKey));
  const { tokenUrl, given } = await smartServers(publicPem, 'ES384');
  let asked = 0;
  const base = await serve((request, reply) => {
    asked++;
    request.resume().on('end', () => reply.writeHead(401).end());
  });
  const answer = await clientOf(base, { auth: smart(tokenUrl, keyFile) }).ask(REQUEST, PATIENCE());
  assert.equal(answer.status, 401);
  assert.deepEqual([asked, given.length], [2, 2]);
});

test('a key that the authority does not know, or that SMART cannot sign with, says so', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const keyFile = join(folder, 'unknown.pem');
  writeFileSync(keyFile, await exportPKCS8(privateKey));
  const { base, tokenUrl } = await smartServers(
    other.publicKey.export({ type: 'spki', format: 'pem' }) as string,
    'ES384',
  );
  const client = clientOf(base, { auth: smart(tokenUrl, keyFile) });
  await assert.rejects(client.ask(REQUEST, PATIENCE()), /400 invalid_client: unknown key/);
  const small = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  writeFileSync(join(folder, 'small.pem'), await exportPKCS8(small));
  writeFileSync(join(folder, 'no.pem'), 'no key');
  const usedAt = (file: string) => () => clientOf(base, { auth: smart(tokenUrl, join(folder, file)) });
  assert.throws(usedAt('small.pem'), /small\.pem cannot be used: .*P-384/);
  assert.throws(usedAt('no.pem'), /no\.pem cannot be used/);
  assert.throws(usedAt('none.pem'), /none\.pem cannot be used: ENOENT/);
});

test('files that hold no certificate, or no key, are said when the server starts', () => {
  const file = join(folder, 'garbage.crt');
  writeFileSync(file, 'no certificate');
  const tls = { certFile: file, keyFile: file, caFile: undefined };
  assert.throws(
    () => clientOf('https://127.0.0.1:1/fhir', { tls }),
    /tls of the neighbour pharmacy cannot be used \(.*garbage/,
  );
});

test('what would never be sent is said when the server starts', () => {
  const deliver = { ...{ as: 'message', format: 'json', types: undefined, progress: false } } as const;
  const to = (more: object) => ({ name: 'pharmacy', deliver: undefined, notify: false, ...more }) as Neighbour;
  const filter = 'MedicationDispense?status=completed';
  assert.throws(
    () => selectionFor('prescribing', to({ deliver: { ...deliver, filter } })),
    /lets nothing through: pharmacy is sent MedicationRequest/,
  );
  assert.ok(selectionFor('dispensing', to({ deliver: { ...deliver, filter } })));
  for (const more of [{ deliver }, { notify: true }]) {
    assert.throws(() => selectionFor('broker', to(more)), /role is broker has nothing of its own to tell/);
    assert.ok(selectionFor('prescribing', to(more)));
  }
  assert.ok(selectionFor('broker', to({ deliver: { ...deliver, types: ['MedicationRequest'] } })));
});

test('a server that others cannot reach as they are told is said when it starts', () => {
  const to = (base: string, more: object = { deliver: {} }) => ({ name: 'pharmacy', base, ...more }) as Neighbour;
  const here = 'http://127.0.0.1:9001/fhir';
  const far = 'https://pharmacy.example.nhs.uk/fhir';
  assert.match(addressDoubts([to(far)], here).join(), /publicUrl is not set: pharmacy will be told .* at http:\/\/127/);
  assert.match(addressDoubts([to(here)], here).join(), /that of this server itself/);
  assert.deepEqual(addressDoubts([to(far)], 'https://ward.example.nhs.uk/fhir'), []);
  assert.deepEqual(addressDoubts([to('http://localhost:9002/fhir')], here), []);
  assert.deepEqual(addressDoubts([to(far, { poll: { every: 1 } })], here), [], 'who is only asked need not know');
});

const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl to make certificates';

test('mutual TLS: each side shows a certificate that the other knows', { skip: withoutOpenssl }, async () => {
  const make = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    return { key, cert };
  };
  const [theirs, ours, strange] = [make('pharmacy'), make('ward'), make('stranger')];
  let seen: string | undefined;
  const options = {
    ...{ key: readFileSync(theirs.key), cert: readFileSync(theirs.cert), ca: readFileSync(ours.cert) },
    ...{ requestCert: true, rejectUnauthorized: true },
  };
  const server = createTlsServer(options, (request, reply) => {
    seen = (request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate()
      .subject.CN;
    reply.end();
  });
  const base = `https://${await listen(server as unknown as Server)}`;
  const tls = { certFile: ours.cert, keyFile: ours.key, caFile: theirs.cert };
  assert.equal((await clientOf(base, { tls }).ask(REQUEST, PATIENCE())).status, 200);
  assert.equal(seen, 'ward');
  const stranger = { certFile: strange.cert, keyFile: strange.key, caFile: theirs.cert };
  await assert.rejects(clientOf(base, { tls: stranger }).ask(REQUEST, PATIENCE()));
  await assert.rejects(clientOf(base).ask(REQUEST, PATIENCE()), /self-signed|certificate/);
  assert.throws(
    () => clientOf(base, { tls: { ...tls, keyFile: join(folder, 'none') } }),
    /tls of the neighbour pharmacy/,
  );
});
