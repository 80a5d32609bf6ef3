import type { MedicationRequest } from 'fhir/r4';
import { newIdentifier } from '../../messaging/neighbours/business-identifier.ts';
import type { Stored } from '../../store/stored.ts';
import { choiceOf as patientChoice, patientOf } from '../orders/choose-patient.ts';
import { CATEGORIES, choiceOf, conceptOf, wordsOf } from '../orders/order-choices.ts';
import { type OrderRow, orderRow } from '../orders/order-row.ts';
import { search, withSupplies } from '../orders/read-orders.ts';
import { standingOf } from '../orders/standing.ts';
import type { Problem, WorkVisit } from '../orders/work-visit.ts';
import { create, parsed } from '../orders/write-order.ts';
import type { Page, Redirect } from '../page.ts';
import { days } from './draft-dose.ts';
import { again } from './draft-order.ts';
import { addressFor } from './together.ts';

/** What is taken home, and on what occasion. */
const GOING = ['discharge', 'leave'] as const;

/** The orders in force of a patient, to choose what is taken home. */
export async function goingHomePage(visit: WorkVisit, problems: readonly Problem[] = []): Promise<Page> {
  const id = visit.query('patient') ?? visit.field('patient');
  const patient = patientChoice(await patientOf(visit, id));
  const rows = (await current(visit, patient.id)).rows;
  const chosen = new Set(visit.fields('order'));
  return {
    view: 'ward-going-home',
    title: `${problems.length > 0 ? 'Error: ' : ''}Going home: ${patient.spoken}`,
    status: problems.length > 0 ? 400 : 200,
    model: {
      ...{ you: visit.you, here: `/ward/going-home?patient=${patient.id}`, patient, problems },
      rows: rows.map((row) => ({ ...row, isChosen: chosen.has(row.id) })),
      occasions: CATEGORIES.filter(({ code }) => (GOING as readonly string[]).includes(code)),
      asked: { days: visit.field('days'), category: visit.field('category') ?? 'discharge' },
    },
  };
}

/** Makes a draft to take home of each order chosen. */
export async function goHome(visit: WorkVisit): Promise<Page | Redirect> {
  const problems: Problem[] = [];
  const patient = patientChoice(await patientOf(visit, visit.field('patient')));
  const { you } = visit;
  if (you === undefined) problems.push({ field: 'you-name', text: 'Say who you are first' });
  const supply = visit.field('days') ?? '';
  if (!/^[1-9]\d{0,3}$/.test(supply)) problems.push({ field: 'days', text: 'Enter how many days’ supply, such as 14' });
  const category = GOING.some((each) => each === visit.field('category'))
    ? choiceOf(CATEGORIES, visit.field('category'))
    : undefined;
  if (category === undefined) problems.push({ field: 'category', text: 'Choose discharge or leave' });
  const { stored } = await current(visit, patient.id);
  const chosen = stored.filter(({ id }) => visit.fields('order').includes(id));
  if (chosen.length === 0) problems.push({ field: 'orders', text: 'Choose what is taken home' });
  if (problems.length > 0 || you === undefined || category === undefined) return goingHomePage(visit, problems);
  const group = newIdentifier();
  const drafts = chosen.map((each) =>
    again(parsed<MedicationRequest>(visit, { content: each.text }), you, visit.now, {
      category: [conceptOf(category)],
      dispenseRequest: { expectedSupplyDuration: days(supply) },
      groupIdentifier: group,
    }),
  );
  const saved = await create(visit, drafts);
  if (saved.outcome === 'refused') return goingHomePage(visit, saved.problems);
  return { redirect: addressFor(patient.id, { groupIdentifier: group }) };
}

async function current(
  visit: WorkVisit,
  patient: string,
): Promise<{ readonly stored: readonly Stored[]; readonly rows: readonly OrderRow[] }> {
  const { matches } = await search(visit, 'MedicationRequest', [
    ['patient', `Patient/${patient}`],
    ['status', 'active'],
    ['intent', 'order'],
  ]);
  // What is taken home already is not taken home of.
  const stored = matches.filter((each) => {
    const words = wordsOf(CATEGORIES, (each.resource as MedicationRequest).category);
    return !CATEGORIES.some((known) => known.isTaken && known.words === words);
  });
  const orders = await withSupplies(visit, stored);
  const dictionary = (await visit.dmd?.find())?.dictionary;
  const rows = orders.orders.map((each) => orderRow(each, orders, standingOf(each, orders, dictionary)));
  return { stored, rows };
}
