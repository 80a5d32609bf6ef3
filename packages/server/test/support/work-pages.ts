import assert from 'node:assert/strict';
import type { MedicationDispense, MedicationRequest, Patient } from 'fhir/r4';
import { textOf, titleOf } from './page-text.ts';
import { aPatient, newNhsNumber } from './people.ts';
import type { TestServer } from './test-server.ts';

/** What a page said. */
export interface WorkPage {
  readonly status: number;
  readonly html: string;
  readonly text: string;
  readonly title: string;
  /** Where it sends on to. */
  readonly location: string;
}

type Fields = { readonly [name: string]: string | readonly string[] };

/** Somebody at a screen: follows links, sends forms, and is who they said they are. */
export class AtWork {
  readonly #server: TestServer;
  #cookie = '';

  constructor(server: TestServer) {
    this.#server = server;
  }

  async is(name: string, register: string, number: string): Promise<this> {
    const fields = { 'you-name': name, 'you-register': register, 'you-number': number, back: '/' };
    const said = await this.send('/you', fields);
    assert.equal(said.status, 303, said.text);
    return this;
  }

  get(path: string): Promise<WorkPage> {
    return this.#ask('GET', path);
  }

  /** Sends a form, as a browser does. */
  send(path: string, fields: Fields, headers: { [name: string]: string } = {}): Promise<WorkPage> {
    const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    const body = new URLSearchParams(pairs as [string, string][]).toString();
    const isElsewhere = 'origin' in headers;
    return this.#ask('POST', path, body, { ...(isElsewhere ? {} : { 'sec-fetch-site': 'same-origin' }), ...headers });
  }

  async #ask(method: string, path: string, body?: string, more: { [name: string]: string } = {}): Promise<WorkPage> {
    const headers = {
      ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...more,
    };
    const answer = await this.#server.send(method, path, { body, headers });
    const cookie = answer.headers['set-cookie'];
    if (typeof cookie === 'string') this.#cookie = cookie.split(';')[0] ?? '';
    return {
      ...{ status: answer.status, html: answer.text, text: textOf(answer.text), title: titleOf(answer.text) },
      location: String(answer.headers.location ?? ''),
    };
  }
}

/** A patient of whom nobody has heard. */
export function newPatient(server: TestServer, family: string): Promise<Patient & { id: string }> {
  return server.create(aPatient(newNhsNumber(), { name: [{ family, given: ['Test'] }], birthDate: '1980-02-03' }));
}

/** A dose of amoxicillin to take home for a week, as the form of the ward sends it. */
export const AMOXICILLIN: { readonly [field: string]: string } = {
  ...{ code: '774586009', amount: '500', unit: 'mg', timing: '3d', route: '26643006' },
  ...{ category: 'discharge', days: '7', course: 'acute', do: 'save' },
};

/** Writes a draft on the ward. @returns the order's id */
export async function drafted(ward: AtWork, patient: string, more: Fields = {}): Promise<string> {
  const saved = await ward.send('/ward/new', { ...AMOXICILLIN, patient, ...more });
  assert.equal(saved.status, 303, saved.text);
  return /^\/ward\/orders\/([^?]+)/.exec(saved.location)?.[1] ?? assert.fail(saved.location);
}

/** Writes an order and signs it. @returns the order's id */
export async function signed(ward: AtWork, patient: string, more: Fields = {}): Promise<string> {
  const id = await drafted(ward, patient, more);
  const done = await ward.send(`/ward/orders/${id}/do/sign`, { version: '1' });
  assert.equal(done.status, 303, done.text);
  return id;
}

export async function requestAt(server: TestServer, id: string): Promise<MedicationRequest> {
  return (await server.get(`MedicationRequest/${id}`)).resource<MedicationRequest>();
}

/** The dispenses for an order, the first made first. */
export async function dispensesFor(server: TestServer, id: string): Promise<MedicationDispense[]> {
  const { bundle } = await server.get(`MedicationDispense?prescription=MedicationRequest/${id}&_sort=_lastUpdated`);
  return (bundle.entry ?? []).map(({ resource }) => resource as MedicationDispense);
}

/** The text under a heading of a list, to the next heading; undefined where there is none. */
export function under(html: string, id: string): string | undefined {
  const at = html.indexOf(`id="${id}"`);
  return at < 0 ? undefined : textOf(html.slice(at + id.length + 5, html.indexOf('</section>', at)));
}
