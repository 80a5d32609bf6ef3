import type { Record } from '../store/record.ts';
import { firstPatients } from './find-page.ts';
import type { Page, Visit } from './page.ts';

/** Patients shown on the home page of a demonstration. */
const LISTED = 20;
/** Beyond so many patients this is no demonstration, and sorting them all by name would cost too much. */
const DEMONSTRATION = 1000;

const large = new WeakSet<Record>();

/** What Concord is, and the way to a patient. */
export async function homePage(visit: Visit): Promise<Page> {
  const patients = visit.config.demo && (await isSmall(visit)) ? await firstPatients(visit, LISTED) : [];
  return { view: 'home', title: '', model: { patients } };
}

/** A record that was once large is not counted again. */
async function isSmall({ record }: Visit): Promise<boolean> {
  if (large.has(record)) return false;
  const count = await record.count({ type: 'Patient', all: [], anyOf: [], noneOf: [] });
  if (count > DEMONSTRATION) large.add(record);
  return count <= DEMONSTRATION;
}
