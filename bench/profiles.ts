import type { FhirResource, MedicationRequest } from 'fhir/r4';
import { CRUD_TYPES, changed, crudResource } from './crud-resources.ts';
import type { Answer, Request } from './http-connection.ts';
import { MEDICINES, type Medicine } from './medicines.ts';
import type { PatientRecord } from './records.ts';
import { dispense, NHS_NUMBER, order, statement } from './resources.ts';
import { ASKED_SIZES, type World } from './world.ts';
import { demand, demandResource, demandSame, demandSearchset } from './wrong-answer.ts';

/** How a profile asks: `timed` is counted and its time kept under the series' name; `untimed` is neither. */
export interface Asking {
  timed(series: string, request: Request): Promise<Answer>;
  untimed(request: Request): Promise<Answer>;
}

/** One thing that is measured. */
export interface Profile {
  name: string;
  /** What one request is, for the report. */
  title: string;
  /** How many connections ask at once: one (the time that an answer takes) or the run's number (how many there can be). */
  clients: 'one' | 'many';
  /** Timed requests of a full and a quick run. */
  requests: { full: number; quick: number };
  /** Is it measured again when the store has grown? */
  inEveryStore: boolean;
  /** Asks once (or a few times), and checks what is answered. */
  iterate(asking: Asking, world: World): Promise<void>;
}

const create: Profile = {
  name: 'create',
  title: 'create a request, dispense or statement',
  clients: 'many',
  requests: { full: 6000, quick: 1200 },
  inEveryStore: true,
  iterate: (asking, world) => createOne(asking, world, 'create'),
};

const read: Profile = {
  name: 'read',
  title: 'read by id',
  clients: 'many',
  requests: { full: 12000, quick: 3000 },
  inEveryStore: true,
  iterate: (asking, world) => readOne(asking, world, 'read'),
};

const update: Profile = {
  name: 'update',
  title: 'update an order',
  clients: 'many',
  requests: { full: 6000, quick: 1200 },
  inEveryStore: true,
  iterate: (asking, world) => updateOne(asking, world, 'update'),
};

const searches: Profile[] = ASKED_SIZES.map((size) => ({
  name: `search-${size}`,
  title: `search active orders by patient, ${size} resources`,
  clients: 'many',
  requests: { full: 3000, quick: 600 },
  inEveryStore: true,
  iterate: (asking, world) => searchOne(asking, world, world.askedPatient(size), 'search'),
}));

const currentMedications: Profile[] = (['one', 'many'] as const).flatMap((clients) =>
  ASKED_SIZES.map((size) => ({
    name: clients === 'one' ? `current-medication-${size}` : `current-medication-${size}-many`,
    title: `current medication, ${size} resources`,
    clients,
    requests: { full: size === 300 ? 2000 : 3000, quick: 500 },
    inEveryStore: true,
    iterate: (asking: Asking, world: World) =>
      currentMedication(asking, world, world.askedPatient(size), 'current medication'),
  })),
);

/** After a write nothing that a process kept of the patient holds: the whole record is read from the database again. */
const currentAfterWrite: Profile[] = ASKED_SIZES.map((size) => ({
  name: `current-medication-${size}-after-write`,
  title: `current medication after a write, ${size} resources (CPU of both)`,
  clients: 'one',
  requests: { full: 1000, quick: 200 },
  inEveryStore: true,
  async iterate(asking, world) {
    const record = world.askedPatient(size);
    const place = world
      .resourcesOf(record)
      .findLastIndex(({ resource }) => resource.resourceType === 'MedicationDispense');
    await writeVersion({ timed: (_, request) => asking.untimed(request) }, world, record, place, 'write');
    await currentMedication(asking, world, record, 'current medication');
  },
}));

/** Patients of the whole store, each asked for seldom: what is kept in memory helps little. */
const currentOfAnyone: Profile = {
  name: 'current-medication-anyone',
  title: 'current medication of any patient of the store, 6 resources',
  clients: 'one',
  requests: { full: 3000, quick: 500 },
  inEveryStore: true,
  iterate: (asking, world) => currentMedication(asking, world, world.readOnlyPatient(), 'current medication'),
};

/** Each of nine types created, read, updated and deleted, in the order of HealthSamurai's public benchmark. */
const crud: Profile = {
  name: 'crud',
  title: 'create, read, update, delete of nine types',
  clients: 'many',
  requests: { full: 12_000, quick: 2500 },
  inEveryStore: false,
  async iterate(asking, world) {
    const iteration = world.serial();
    const made: { type: string; id: string; sent: FhirResource }[] = [];
    for (const type of CRUD_TYPES) {
      const person = made[0] && `Patient/${made[0].id}`;
      const sent = crudResource(type, String(iteration), person);
      made.push({ type, id: await post(asking, 'create', sent), sent });
    }
    for (const { type, id, sent } of made) {
      const request: Request = { method: 'GET', path: `/fhir/${type}/${id}` };
      demandResource(request, await asking.timed('read', request), { status: 200, id, version: 1, sent });
    }
    for (const each of made) await put(asking, 'update', each.type, each.id, changed(each.sent), 2);
    for (const { type, id } of [...made].reverse()) {
      const request: Request = { method: 'DELETE', path: `/fhir/${type}/${id}` };
      const answer = await asking.timed('delete', request);
      demand(answer.status === 200 || answer.status === 204, request, answer, 'the status must be 200 or 204');
    }
  },
};

/** What a medicines record is asked all day, in parts of a hundred. */
const MIX: readonly (readonly [number, (asking: Asking, world: World) => Promise<void>])[] = [
  [45, (asking, world) => currentMedication(asking, world, world.readOnlyPatient(), 'current medication')],
  [5, (asking, world) => currentMedication(asking, world, world.askedPatient(50), 'current medication')],
  [15, (asking, world) => readOne(asking, world, 'read')],
  [15, (asking, world) => searchOne(asking, world, world.askedPatient(50), 'search')],
  [15, (asking, world) => createOne(asking, world, 'create')],
  [5, (asking, world) => updateOne(asking, world, 'update')],
];

const medicines: Profile = {
  name: 'medicines',
  title: 'a mix: 50% current medication, 15% read, 15% search, 15% create, 5% update',
  clients: 'many',
  requests: { full: 10_000, quick: 2000 },
  inEveryStore: true,
  iterate(asking, world) {
    let left = world.random.below(100);
    for (const [share, one] of MIX) {
      left -= share;
      if (left < 0) return one(asking, world);
    }
    throw new Error('The shares of the mix must be 100 in all.');
  },
};

/** In the order in which they are measured: what only reads comes before what writes. */
export const PROFILES: readonly Profile[] = [
  ...currentMedications,
  currentOfAnyone,
  ...searches,
  read,
  create,
  update,
  medicines,
  ...currentAfterWrite,
  crud,
];

async function createOne(asking: Asking, world: World, series: string): Promise<void> {
  const serial = world.serial();
  const { nhsNumber } = world.writablePatient();
  const said = {
    identifier: `made-${serial}`,
    // As a system says it that does not know this server's ids.
    subject: { type: 'Patient', identifier: { system: NHS_NUMBER, value: nhsNumber } },
    medicine: MEDICINES[serial % MEDICINES.length] as Medicine,
    on: world.day(serial % 28),
  };
  const make = [
    () => order(said),
    () => dispense(said, undefined),
    () => statement(said, undefined, said.on, undefined),
  ][serial % 3] as () => FhirResource;
  await post(asking, series, make());
  world.stored++;
}

async function readOne(asking: Asking, world: World, series: string): Promise<void> {
  const record = world.readOnlyPatient();
  const place = world.random.below(record.size);
  const reference = record.references[place] as string;
  const sent = world.resourcesOf(record)[place]?.resource as FhirResource;
  const request: Request = { method: 'GET', path: `/fhir/${reference}` };
  const id = reference.split('/')[1] as string;
  demandResource(request, await asking.timed(series, request), { status: 200, id, version: 1, sent });
}

/** Another version of the acute order (place 1) of a patient who is written to. */
async function updateOne(asking: Asking, world: World, series: string): Promise<void> {
  await writeVersion(asking, world, world.writablePatient(), 1, series);
}

/** Resources whose update is under way: another connection takes another patient, so that versions can be foretold. */
const underWay = new Set<string>();

async function writeVersion(
  asking: Pick<Asking, 'timed'>,
  world: World,
  record: PatientRecord,
  place: number,
  series: string,
): Promise<void> {
  const reference = record.references[place] as string;
  if (underWay.has(reference)) return;
  underWay.add(reference);
  const [type, id] = reference.split('/') as [string, string];
  const version = (world.versions.get(reference) ?? 1) + 1;
  const { resource } = world.resourcesOf(record)[place] as { resource: FhirResource };
  const next = { ...resource, note: [{ text: `Looked at again, ${version}` }] } as MedicationRequest;
  await put(asking, series, type, id, next, version);
  world.versions.set(reference, version);
  underWay.delete(reference);
}

/** Searches a patient's active requests: plans that run, and the acute order. */
async function searchOne(asking: Asking, world: World, record: PatientRecord, series: string): Promise<void> {
  const expected = world
    .resourcesOf(record)
    .flatMap(({ resource }, i) =>
      resource.resourceType === 'MedicationRequest' && resource.status === 'active'
        ? [record.references[i] as string]
        : [],
    );
  const query = `patient:identifier=${NHS_NUMBER}|${record.nhsNumber}&status=active`;
  const request: Request = { method: 'GET', path: `/fhir/MedicationRequest?${query}` };
  const answer = await asking.timed(series, request);
  const matches = demandSearchset(request, answer, expected.length);
  const got = matches.map((each) => `${each.resourceType}/${each.id}`);
  demandSame(request, answer, got, expected, 'the matches');
}

async function currentMedication(asking: Asking, world: World, record: PatientRecord, series: string): Promise<void> {
  const expected = world.resourcesOf(record).flatMap(({ currentLine }) => currentLine ?? []);
  const request: Request = {
    method: 'GET',
    path: `/fhir/$current-medication?patient:identifier=${NHS_NUMBER}|${record.nhsNumber}`,
  };
  const answer = await asking.timed(series, request);
  const matches = demandSearchset(request, answer, expected.length);
  const codes = matches.map((each) => {
    const isTheirs = each.resourceType === 'MedicationStatement' && each.subject.identifier?.value === record.nhsNumber;
    demand(isTheirs, request, answer, `every line must be a statement about ${record.nhsNumber}`);
    return each.resourceType === 'MedicationStatement' ? (each.medicationCodeableConcept?.coding?.[0]?.code ?? '') : '';
  });
  demandSame(request, answer, codes, expected, 'the medicines');
}

/** @returns the new id */
async function post(asking: Asking, series: string, sent: FhirResource): Promise<string> {
  const type = sent.resourceType;
  const request: Request = { method: 'POST', path: `/fhir/${type}`, body: JSON.stringify(sent) };
  const answer = await asking.timed(series, request);
  const id = new RegExp(`/fhir/${type}/([^/]+)/_history/1$`).exec(answer.headers.location ?? '')?.[1];
  demand(id !== undefined, request, answer, `Location must lead to the first version of a ${type}`);
  demandResource(request, answer, { status: 201, id: id as string, version: 1, sent });
  return id as string;
}

async function put(
  asking: Pick<Asking, 'timed'>,
  series: string,
  type: string,
  id: string,
  resource: FhirResource,
  version: number,
): Promise<void> {
  const sent = { ...resource, id } as FhirResource;
  const request: Request = { method: 'PUT', path: `/fhir/${type}/${id}`, body: JSON.stringify(sent) };
  demandResource(request, await asking.timed(series, request), { status: 200, id, version, sent });
}
