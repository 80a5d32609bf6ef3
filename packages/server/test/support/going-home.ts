import assert from 'node:assert/strict';
import type { MedicationRequest } from 'fhir/r4';
import { aPerson } from './orders.ts';
import type { TestServer } from './test-server.ts';
import { type AtWork, requestAt, signed, type WorkPage } from './work-pages.ts';

/** Orders of the ward, as its form sends them. */
export const INPATIENT = { category: 'inpatient', days: '' };
export const PARACETAMOL = { ...INPATIENT, code: '777067000', amount: '1', unit: 'g', timing: '4d' };
export const METFORMIN = {
  ...{ ...INPATIENT, code: '42084911000001109', amount: '', timing: '', route: '', unit: '' },
  ...{ course: 'continuous', sentence: 'One twice a day' },
};
export const PARACETAMOL_TABLETS = {
  ...METFORMIN,
  code: '42109611000001109',
  course: '',
  sentence: 'Two four times a day',
};

/** A group of drafts to take home. */
export interface Home {
  readonly patient: string;
  readonly address: string;
  /** The orders of the ward, in the order given. */
  readonly ward: readonly string[];
  /** The drafts that were made of them, in the same order. */
  readonly drafts: readonly string[];
}

/** Has a patient's orders signed on the ward, and drafts made of them to take home. */
export async function goingHome(
  orders: readonly { [field: string]: string }[],
  { by, at }: { by: AtWork; at: TestServer },
): Promise<Home> {
  const { id: patient } = await at.create(aPerson());
  const ward: string[] = [];
  for (const each of orders) ward.push(await signed(by, patient, each));
  const made = await by.send('/ward/going-home', { patient, category: 'discharge', days: '14', order: ward });
  assert.match(made.location, /^\/ward\/together\?/, made.text);
  const { bundle } = await at.get(`MedicationRequest?patient=${patient}&status=draft`);
  const all = (bundle.entry ?? []).map(({ resource }) => resource as MedicationRequest);
  const drafts = ward.map(
    (id) => all.find((each) => each.priorPrescription?.reference === `MedicationRequest/${id}`)?.id ?? assert.fail(id),
  );
  return { patient, address: made.location, ward, drafts };
}

/** The form of a page, with some of its boxes ticked. */
export function formOf({ html }: WorkPage, ticked: readonly string[]): { [field: string]: string | string[] } {
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const one = (name: string) => hidden.find((each) => each[1] === name)?.[2] ?? assert.fail(name);
  const shown = hidden.filter((each) => each[1] === 'shown').map((each) => each[2] as string);
  return { patient: one('patient'), group: one('group'), shown, sign: [...ticked] };
}
/** Sends the form of a page with some of its boxes ticked. */
export const sendTicked = (by: AtWork, page: WorkPage, ticked: readonly string[], action = 'sign') =>
  by.send('/ward/together', { ...formOf(page, ticked), do: action });
/** The ids of the drafts that are ticked. */
export const ticked = ({ html }: WorkPage) =>
  [...html.matchAll(/name="sign" type="checkbox" value="([^"]+)"[^>]* checked/g)].map(([, id]) => id);
/** How many can be ticked. */
export const boxes = ({ html }: WorkPage) => [...html.matchAll(/name="sign" type="checkbox"/g)].length;
/** The status of each. */
export const states = async (ids: readonly string[], at: TestServer) =>
  Promise.all(ids.map(async (id) => (await requestAt(at, id)).status));

/** What the page says of one draft. */
export function about({ html }: WorkPage, id: string): string {
  const items = html.split('<li class="concord-review').slice(1);
  const item = items.find((each) => each.includes(`dose-${id}`)) ?? assert.fail(id);
  return item.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}
