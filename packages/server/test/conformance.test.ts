import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Layer, layers } from '@concord/conformance';
import type { Bundle, FhirResource, OperationOutcome, Parameters } from 'fhir/r4';
import { readConfig } from '../src/config.ts';
import { DEFAULT_CONFORMANCE } from '../src/fhir/conformance.ts';
import { FHIR_REFUSES, openTestServer } from './support/test-server.ts';

const request = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Paracetamol 500mg tablets' },
  subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990008087' } },
  authoredOn: '2026-03-01T09:30:00Z',
  dosageInstruction: [{ text: 'as directed' }],
};

const codes = (outcome: OperationOutcome) =>
  outcome.issue.map(({ severity, details }) =>
    [severity, ...(details?.coding ?? []).map(({ code }) => code)].join(' '),
  );

test('$validate says everything that every layer finds, with its layer', async () => {
  const server = await openTestServer();
  try {
    const answer = await server.send('POST', 'MedicationRequest/$validate', { body: request });
    assert.equal(answer.status, 200);
    const found = codes(answer.resource<OperationOutcome>());
    for (const each of ['error UKC-min uk-core', 'warning R-010 guide', 'error R-190 identity', 'warning R-020 guide'])
      assert.ok(found.includes(each), `${each} in ${found.join(', ')}`);

    const resource = { name: 'resource', resource: request };
    const ask = (...parameter: object[]) =>
      server.send('POST', 'MedicationRequest/$validate', { body: { resourceType: 'Parameters', parameter } });
    const inHospital = await ask(resource, { name: 'setting', valueCode: 'hospital' });
    assert.ok(codes(inHospital.resource<OperationOutcome>()).includes('error R-010 guide'));
    const draft = { ...resource, resource: { ...request, status: 'draft' } };
    const created = await ask(draft, { name: 'mode', valueCode: 'create' }, { name: 'layer', valueCode: 'guide' });
    const asCreated = codes(created.resource<OperationOutcome>());
    assert.ok(asCreated.includes('error R-006 guide'));
    assert.ok(asCreated.every((each) => each.endsWith(' guide')));
    for (const wrong of [
      { name: 'mode', valueCode: 'delete' },
      { name: 'mode', valueCode: 'profile' },
      { name: 'layer' },
    ])
      assert.equal((await ask(resource, wrong)).status, 400);
    const become = { ...resource, resource: { ...request, status: 'entered-in-error' } };
    const updated = await ask(become, { name: 'mode', valueCode: 'update' });
    assert.ok(!codes(updated.resource<OperationOutcome>()).includes('error R-006 guide'), 'an update may say so');
    const elsewhere = await server.send('POST', 'Patient/$validate', { body: request });
    assert.deepEqual([elsewhere.status, elsewhere.outcome?.issue[0]?.expression], [400, ['resourceType']]);
    assert.equal((await ask()).status, 400);
  } finally {
    await server.close();
  }
});

test('$validate by a profile that is named, where the server has it', async () => {
  const server = await openTestServer();
  try {
    const ask = (profile: string, more = '') =>
      server.send('POST', `MedicationRequest/$validate?profile=${profile}${more}`, { body: request });
    const ukCore = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-';
    const right = await ask(`${ukCore}MedicationRequest`, '&mode=profile');
    assert.equal(right.status, 200);
    assert.ok(codes(right.resource<OperationOutcome>()).includes('error UKC-min uk-core'));
    const other = await ask(`${ukCore}Patient`);
    assert.ok(codes(other.resource<OperationOutcome>()).includes('error UKC-claim uk-core'));
    for (const unknown of [
      `${ukCore}MedicationRequests`,
      `${ukCore}MedicationRequest|0.1.0`,
      'https://example.org/own',
    ])
      assert.equal((await ask(unknown)).status, 400, unknown);
  } finally {
    await server.close();
  }
});

test('$validate of what is stored', async () => {
  const server = await openTestServer();
  try {
    const { id } = await server.create(request as unknown as FhirResource);
    const answer = await server.get(`MedicationRequest/${id}/$validate?layer=identity`);
    assert.deepEqual(codes(answer.resource<OperationOutcome>()), ['error R-190 identity']);
    assert.equal((await server.get('MedicationRequest/none/$validate')).status, 404);
    assert.equal((await server.get(`MedicationRequest/${id}/$validate?mode=delete`)).status, 200);
    assert.equal((await server.get('MedicationRequest/none/$validate?mode=delete')).status, 404);
    assert.equal((await server.get(`MedicationRequest/${id}/$validate?layer=none`)).status, 400);
  } finally {
    await server.close();
  }
});

test('where only FHIR R4 refuses, who asks is told the rest', async () => {
  const server = await openTestServer();
  try {
    const headers = { prefer: 'return=OperationOutcome' };
    const told = await server.send('POST', 'MedicationRequest', { body: request, headers });
    assert.equal(told.status, 201);
    const found = codes(told.resource<OperationOutcome>());
    assert.match(found[0] ?? '', /^information/);
    assert.ok(found.includes('warning UKC-min uk-core'), 'what would be an error is a warning: it was accepted');
    assert.ok(!found.some((each) => each.startsWith('error')));
    const refused = await server.send('POST', 'MedicationRequest', { body: { ...request, status: 'odd' }, headers });
    assert.equal(refused.status, 422);
  } finally {
    await server.close();
  }
});

test('the entries of a batch and a transaction are told too', async () => {
  const server = await openTestServer();
  try {
    for (const type of ['batch', 'transaction']) {
      const entry = [{ resource: request, request: { method: 'POST', url: 'MedicationRequest' } }];
      const body = { resourceType: 'Bundle', type, entry };
      const answer = await server.send('POST', '', { body, headers: { prefer: 'return=OperationOutcome' } });
      assert.equal(answer.status, 200, answer.text);
      const outcome = answer.resource<Bundle>().entry?.[0]?.response?.outcome as OperationOutcome;
      assert.ok(codes(outcome).includes('warning UKC-min uk-core'), type);
    }
  } finally {
    await server.close();
  }
});

test('a site may let other layers refuse, or switch them off', async () => {
  const only = Object.fromEntries(layers.map((layer) => [layer, 'off'])) as Record<Layer, 'off'>;
  const server = await openTestServer({ conformance: { ...only, fhir: 'refuse', identity: 'refuse', sources: {} } });
  try {
    const answer = await server.send('POST', 'MedicationRequest', { body: request });
    assert.equal(answer.status, 422);
    assert.deepEqual(
      answer.resource<OperationOutcome>().issue.map(({ expression }) => expression),
      [['MedicationRequest.subject.identifier.value']],
    );
    const right = { ...request, subject: { reference: 'Patient/1' } };
    const headers = { prefer: 'return=OperationOutcome' };
    const told = await server.send('POST', 'MedicationRequest', { body: right, headers });
    assert.equal(told.status, 201);
    assert.equal(told.resource<OperationOutcome>().issue.length, 1);
  } finally {
    await server.close();
  }
});

test('unless told otherwise, errors of every layer refuse, and everything found is told', async () => {
  const server = await openTestServer({ conformance: DEFAULT_CONFORMANCE });
  try {
    const answer = await server.send('POST', 'MedicationRequest', { body: request });
    assert.equal(answer.status, 422);
    const found = codes(answer.outcome);
    for (const each of ['error UKC-min uk-core', 'error R-190 identity', 'warning R-010 guide'])
      assert.ok(found.includes(each), `${each} in ${found.join(', ')}`);
    const errors = found.filter((each) => each.startsWith('error'));
    assert.deepEqual(found.slice(0, errors.length), errors, 'what refuses comes first');
    assert.equal((await server.rows()).resource, 0);
  } finally {
    await server.close();
  }
});

test('what has not the shape of FHIR, or text that cannot be kept, is refused whatever a site has set', async () => {
  const shapeless: [object, string][] = [
    [{ identifier: { system: 'https://example.org/', value: '1' } }, 'MedicationRequest.identifier'],
    [{ medicationCodeableConcept: 'Paracetamol' }, 'MedicationRequest.medication'],
    [{ dosageInstruction: [null] }, 'MedicationRequest.dosageInstruction[0]'],
    [{ status: 5 }, 'MedicationRequest.status'],
    [{ dosageInstruction: [{ text: 'a\u0000b' }] }, 'MedicationRequest.dosageInstruction[0].text'],
    [{ ours: { text: '\ud800' } }, 'MedicationRequest.ours.text'],
  ];
  for (const fhir of ['warn', 'off'] as const) {
    const all = Object.fromEntries(layers.map((layer) => [layer, fhir])) as Record<Layer, 'warn' | 'off'>;
    const server = await openTestServer({ conformance: { ...all, sources: {} } });
    try {
      for (const [wrong, place] of shapeless) {
        const answer = await server.send('POST', 'MedicationRequest', { body: { ...request, ...wrong } });
        assert.equal(answer.status, 422, `${fhir} ${place} ${answer.text}`);
        assert.equal(answer.outcome.issue[0]?.expression?.[0], place);
      }
      assert.equal((await server.rows()).resource, 0);
      const body = { ...request, priority: 'odd', authoredOn: 'yesterday', ours: { text: 'kept' } };
      const taken = await server.send('POST', 'MedicationRequest', { body });
      assert.equal(taken.status, 201, taken.text);
      const { id } = taken.resource();
      assert.equal((await server.get(`/resources/MedicationRequest/${id}`)).status, 200);
      const asXml = await server.get(`MedicationRequest/${id}?_format=xml`);
      assert.equal(asXml.status, 406, 'an element that R4 does not have cannot be XML');
      assert.match(asXml.text, /Ask for application\/fhir\+json/);
    } finally {
      await server.close();
    }
  }
});

const from = (code: string) => ({
  ...request,
  requester: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: code } },
});

test('one sender may be held to more, or to less, than the rest', async () => {
  const sources = {
    A12345: { identity: 'refuse' },
    'https://old.example/': { fhir: 'warn', 'uk-core': 'off' },
  } as const;
  const server = await openTestServer({ conformance: { ...FHIR_REFUSES, sources } });
  try {
    const post = (body: object) => server.send('POST', 'MedicationRequest', { body });
    const held = await post(from('a12345'));
    assert.equal(held.status, 422);
    assert.deepEqual(
      codes(held.outcome).filter((each) => each.startsWith('error')),
      ['error R-190 identity'],
      'the rest still warns for that sender',
    );
    assert.equal((await post(from('B12345'))).status, 201);
    const odd = { ...request, priority: 'odd' };
    assert.equal((await post(odd)).status, 422);
    const old = await post({ ...odd, meta: { source: 'https://old.example/#42' } });
    assert.equal(old.status, 201);
    const found = codes((await server.get(`MedicationRequest/${old.resource().id}/$findings`)).outcome);
    assert.ok(found.includes('error FHIR-binding fhir'), found.join());
    assert.ok(!found.some((each) => each.endsWith(' uk-core')));
  } finally {
    await server.close();
  }
});

test('in a Bundle, the organisation of the role that prescribed is the sender', async () => {
  const server = await openTestServer({
    conformance: { ...FHIR_REFUSES, sources: { A12345: { identity: 'refuse' } } },
  });
  try {
    const identifier = [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'A12345' }];
    const put = (fullUrl: string, resource: object) => {
      const { resourceType } = resource as FhirResource;
      return { fullUrl, resource, request: { method: 'POST', url: resourceType } };
    };
    const entry = [
      put('urn:uuid:00000000-0000-4000-8000-000000000001', {
        ...request,
        requester: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000002' },
      }),
      put('urn:uuid:00000000-0000-4000-8000-000000000002', {
        resourceType: 'PractitionerRole',
        organization: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000003' },
      }),
      put('urn:uuid:00000000-0000-4000-8000-000000000003', {
        resourceType: 'Organization',
        identifier,
        name: 'The practice',
      }),
    ];
    const transaction = await server.send('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
    assert.equal(transaction.status, 422, transaction.text);
    assert.equal((await server.rows()).resource, 0);
    const batch = await server.send('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry } });
    assert.match(batch.bundle.entry?.[0]?.response?.status ?? '', /^422/);
  } finally {
    await server.close();
  }
});

test('what was found is kept with the version that it was found in', async () => {
  const server = await openTestServer();
  try {
    const { id } = await server.create(from('A12345') as unknown as FhirResource);
    const right = {
      ...from('A12345'),
      id,
      subject: { identifier: { ...request.subject.identifier, value: '9990012024' } },
    };
    await server.put(right as unknown as FhirResource);
    const findings = async (query: string) =>
      codes((await server.get(`MedicationRequest/${id}/$findings${query}`)).outcome);
    const first = await findings('?version=1');
    assert.ok(first.includes('error R-190 identity'), 'as severe as it was found');
    const second = await findings('');
    assert.ok(second.includes('error UKC-min uk-core') && !second.includes('error R-190 identity'), second.join());
    assert.deepEqual(await findings('?version=2'), second);
    assert.ok(!first.some((each) => each.startsWith('information')), 'notes are not kept');
    for (const [path, status] of [
      [`MedicationRequest/${id}/$findings?version=9`, 404],
      ['MedicationRequest/none/$findings', 404],
      [`MedicationRequest/${id}/$findings?version=x`, 400],
      [`MedicationRequest/${id}/$findings?colour=blue`, 400],
      ['$findings?since=yesterday', 400],
    ] as const)
      assert.equal((await server.get(path)).status, status, path);
    const page = await server.get(`/resources/MedicationRequest/${id}/versions/1`);
    assert.match(page.text, /Found when it was written/);
    assert.match(page.text, /identity R-190/);
    assert.match(page.text, /it came from A12345/);
  } finally {
    await server.close();
  }
});

test('a clean resource has no row of findings, and says so', async () => {
  const server = await openTestServer();
  try {
    const organisation = await server.create({
      resourceType: 'Organization',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'A12345' }],
      name: 'The practice',
    });
    assert.deepEqual(await server.store.db.query('select * from finding'), []);
    const answer = await server.get(`Organization/${organisation.id}/$findings`);
    assert.match(answer.outcome.issue[0]?.diagnostics ?? '', /Nothing was found about version 1/);
  } finally {
    await server.close();
  }
});

test('findings are counted by sender and rule', async () => {
  const server = await openTestServer();
  try {
    for (const body of [from('A12345'), from('A12345'), from('B12345')])
      await server.create(body as unknown as FhirResource);
    const { parameter = [] } = (await server.get('$findings')).resource<Parameters>();
    const counts = parameter.flatMap(({ name, part = [] }) => {
      const sender = part.find((each) => each.name === 'sender')?.valueString;
      return part.flatMap((each) => {
        const value = (of: string) => each.part?.find((one) => one.name === of);
        return name === 'source' && value('rule')?.valueCode === 'R-190'
          ? [[sender, value('severity')?.valueCode, value('versions')?.valueInteger]]
          : [];
      });
    });
    assert.deepEqual(counts, [
      ['A12345', 'error', 2],
      ['B12345', 'error', 1],
    ]);
    const later = await server.get('$findings?since=2999-01-01');
    assert.equal(later.resource<Parameters>().parameter?.length, 1);
    for (const since of [{ valueDate: '2999-01-01' }, { valueInstant: '2999-01-01T00:00:00Z' }]) {
      const body = { resourceType: 'Parameters', parameter: [{ name: 'since', ...since }] };
      const asked = await server.send('POST', '$findings', { body });
      assert.equal(asked.resource<Parameters>().parameter?.length, 1, JSON.stringify(since));
    }
    const page = await server.get('/conformance');
    assert.match(page.text, /<h2[^>]*>A12345<\/h2>/);
  } finally {
    await server.close();
  }
});

test('many writes in one batch keep each its own findings', async () => {
  const server = await openTestServer();
  try {
    const bodies = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? from(`A${10_000 + i}`) : organisation(i)));
    const ids = await Promise.all(
      bodies.map(async (body) => (await server.create(body as unknown as FhirResource)).id),
    );
    const rows = await server.store.db.query<{ id: string; source: string }>('select id, source from finding');
    const expected = bodies.flatMap((body, i) => ('requester' in body ? [[ids[i], `A${10_000 + i}`]] : []));
    assert.deepEqual(new Map(rows.map(({ id, source }) => [id, source])), new Map(expected as [string, string][]));
  } finally {
    await server.close();
  }
});

const organisation = (i: number) => ({
  resourceType: 'Organization',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: `B${10_000 + i}` }],
  name: 'A practice',
});

test('CONCORD_CONFORMANCE names layers and what they do', () => {
  const read = (text: string) => readConfig({ CONCORD_CONFORMANCE: text }, {}).conformance;
  assert.deepEqual(read(''), DEFAULT_CONFORMANCE);
  assert.deepEqual(read('uk-core=warn, guide=off'), { ...DEFAULT_CONFORMANCE, 'uk-core': 'warn', guide: 'off' });
  for (const wrong of ['uk-core', 'ukcore=warn', 'guide=on', 'guide=warn;dmd=off'])
    assert.throws(() => read(wrong), /CONCORD_CONFORMANCE: ".*" is not a layer/);
});

test('a site names senders by ODS code, in either case, or by the URI of their system', () => {
  const sources = { a12345: { dmd: 'off' }, 'https://gp.example/': { guide: 'warn' } };
  const read = (value: object) => readConfig({ CONCORD_CONFORMANCE: JSON.stringify(value) }, {}).conformance;
  assert.deepEqual(read({ identity: 'warn', sources }), {
    ...DEFAULT_CONFORMANCE,
    identity: 'warn',
    sources: { A12345: { dmd: 'off' }, 'https://gp.example/': { guide: 'warn' } },
  });
  assert.throws(() => read({ sources: { A1: { dmdd: 'off' } } }), /has no key "dmdd"/);
  assert.throws(() => read({ sources: { A1: { dmd: 'no' } } }), /must be refuse, warn or off; "no" is not/);
});
