import type { Dictionary } from '@concord/dmd';
import type { MedicationRequest } from 'fhir/r4';
import { Stored } from '../../store/stored.ts';
import { type AmountCheck, amountCheck } from '../orders/amount-check.ts';
import { type CheckedAhead, checkedAhead } from '../orders/checked-ahead.ts';
import { choiceOf as patientChoice, patientOf } from '../orders/choose-patient.ts';
import { type OrderRow, orderRow } from '../orders/order-row.ts';
import { type Order, withSupplies } from '../orders/read-orders.ts';
import { standingOf } from '../orders/standing.ts';
import type { Problem, WorkVisit } from '../orders/work-visit.ts';
import { conflict, parsed } from '../orders/write-order.ts';
import { changeAll, type Seen } from '../orders/write-together.ts';
import { type Page, PageFault, type Redirect } from '../page.ts';
import type { Change } from '../version-changes.ts';
import { acted, ORDER_ACTIONS, type OrderAction } from './order-actions.ts';
import { type OrderBefore, ordersBefore } from './order-before.ts';
import { differences, IN_MEDICINE, IN_OTHER } from './order-differences.ts';
import { sharedSubstances } from './same-substance.ts';
import { type Group, groupAt, togetherAddress } from './together.ts';

const SIGN = ORDER_ACTIONS.find(({ name }) => name === 'sign') as OrderAction;
/** Changes shown of one draft; more than that, and the whole is to be read anew anyway. */
const SHOWN = 12;
/** Who a draft is checked ahead as signed by, before anybody said who they are. */
const NOBODY = { name: 'Nobody', register: 'GMC', number: '0000000' };

/** What a form said. */
interface Sent {
  /** The drafts that its page showed. */
  readonly shown: readonly Seen[];
  readonly ticked: ReadonlySet<string>;
  /** Those of which nothing must be looked at are to be ticked too. */
  readonly ticksClear: boolean;
}

const NOTHING: Sent = { shown: [], ticked: new Set(), ticksClear: false };

/** A draft with all that there is to know before it is signed. */
interface Review {
  readonly field: string;
  readonly row: OrderRow;
  readonly amount: AmountCheck | undefined;
  readonly checked: CheckedAhead;
  readonly before: OrderBefore | undefined;
  /** What of it is in others of the group too. */
  readonly shared: readonly string[];
  /** There is something that must be looked at: it is ticked by hand or not at all. */
  readonly isToBeLookedAt: boolean;
}

/** The drafts of a group, to be read and signed on one page. Nothing is ticked unless somebody ticked it. */
export async function togetherPage(
  visit: WorkVisit,
  sent: Sent = NOTHING,
  given: readonly Problem[] = [],
  status = 400,
): Promise<Page> {
  const patient = patientChoice(await patientOf(visit, visit.query('patient') ?? visit.field('patient')));
  const group = visit.query('group') ?? visit.field('group') ?? '';
  const { drafts, others, cut } = await groupAt(visit, patient.id, group);
  const changed = await changedSince(visit, sent.shown);
  const orders = await withSupplies(visit, [...drafts, ...others]);
  const dictionary = (await visit.dmd?.find())?.dictionary;
  const rowOf = (order: Order) => orderRow(order, orders, standingOf(order, orders, dictionary));
  const rowsOf = (list: readonly Stored[]) =>
    orders.orders
      .filter(({ stored }) => list.includes(stored))
      .map(rowOf)
      .sort((a, b) => a.medicine.name.localeCompare(b.medicine.name, 'en-GB'));
  const rowAt = (stored: Stored) => rowOf({ stored, request: stored.resource as MedicationRequest, supplies: [] });
  const rows = rowsOf(drafts);
  const rest = rowsOf(others);
  const reviews = (await reviewed(visit, drafts, { rows, rest, dictionary })).map((each) => {
    const { id } = each.row;
    const { changes, seen } = changed.get(id) ?? {};
    const inWords = seen && differences([...IN_MEDICINE, ...IN_OTHER], rowAt(seen), each.row);
    const isTicked =
      (sent.ticked.has(id) || (sent.ticksClear && !each.isToBeLookedAt)) &&
      changes === undefined &&
      !each.checked.isRefused;
    const more = Math.max(0, (changes?.length ?? 0) - SHOWN);
    return { ...each, isTicked, inWords, changes: changes?.slice(0, SHOWN), more };
  });
  const problems = [...changed.keys()].map((id) => changeProblem(id, rows, rest)).concat(given);
  return {
    view: 'ward-together',
    title: `${problems.length > 0 ? 'Error: ' : ''}Sign together: ${patient.spoken}`,
    status: problems.length === 0 ? 200 : changed.size > 0 ? 409 : status,
    model: {
      ...{ you: visit.you, here: togetherAddress(patient.id, group), patient, group, problems, cut, reviews },
      ...{ others: rest, isChanged: changed.size > 0, signed: signedWords(visit.query('signed')) },
      clear: reviews.filter((each) => !each.isToBeLookedAt).length,
    },
  };
}

/** All that there is to know of drafts before they are signed. */
async function reviewed(
  visit: WorkVisit,
  drafts: readonly Stored[],
  {
    rows,
    rest,
    dictionary,
  }: { rows: readonly OrderRow[]; rest: readonly OrderRow[]; dictionary: Dictionary | undefined },
): Promise<Review[]> {
  const requests = rows.map(({ id }) => {
    const { text } = drafts.find((each) => each.id === id) as Stored;
    return parsed<MedicationRequest>(visit, { content: text });
  });
  const asSigned = requests.map((each) => signed(visit, each));
  const [checks, before] = await Promise.all([checkedAhead(visit, asSigned), ordersBefore(visit, requests, rows)]);
  const inForce = rest.filter(({ status }) => status === 'active' || status === 'on-hold');
  const shared = sharedSubstances(dictionary, rows, inForce);
  return rows.map((row, i) => {
    const amount = amountCheck(dictionary, requests[i] as MedicationRequest, productCode(dictionary, row));
    const found = { checked: checks[i] as CheckedAhead, before: before[i], amount, shared: shared[i] ?? [] };
    return { field: `sign-${row.id}`, row, ...found, isToBeLookedAt: mustBeLookedAt(row, found) };
  });
}

/** As it would be signed now. */
function signed(visit: WorkVisit, order: MedicationRequest): MedicationRequest {
  return acted(order, SIGN, { you: visit.you ?? NOBODY, now: visit.now, reason: undefined });
}

function signedWords(count: string | undefined): string | undefined {
  if (count === undefined || !/^[1-9]\d{0,2}$/.test(count)) return undefined;
  return `Signed: ${count} ${count === '1' ? 'order' : 'orders'}. The pharmacy is told.`;
}

/** The code of a product; undefined for a substance, of which no amount is supplied. */
function productCode(dictionary: Dictionary | undefined, { medicine }: OrderRow): string | undefined {
  return medicine.code !== undefined && dictionary?.vmpOf(medicine.code) !== undefined ? medicine.code : undefined;
}

/** Is there anything about a draft that no one gesture over all of them may pass over? */
function mustBeLookedAt(
  { dosage }: OrderRow,
  { checked, before, amount, shared }: Pick<Review, 'checked' | 'before' | 'amount' | 'shared'>,
): boolean {
  const isPlain = dosage.doses.length > 0 && dosage.doses.every((each) => each.text !== undefined && !each.sendersText);
  const isOdd = checked.hasError || before?.alert !== undefined || amount?.differs === true || shared.length > 0;
  return isOdd || !isPlain || dosage.orderUnknown;
}

/** An order that is not any more what a page showed. */
interface Changed {
  readonly changes: readonly Change[];
  /** As the page showed it; undefined where it never showed that. */
  readonly seen: Stored | undefined;
}

/** What was changed of what a page showed, by id. */
async function changedSince(visit: WorkVisit, shown: readonly Seen[]): Promise<Map<string, Changed>> {
  const { record } = visit;
  const changes = shown.map(async ({ id, version }): Promise<[string, Changed][]> => {
    const current = await record.read('MedicationRequest', id);
    if (current === undefined || current.version === version) return [];
    const then = await record.readVersion('MedicationRequest', id, version);
    const seen = then?.content ? new Stored(then) : undefined;
    return [[id, { changes: (await conflict(visit, current, version)).changes, seen }]];
  });
  return new Map((await Promise.all(changes)).flat());
}

function changeProblem(id: string, drafts: readonly OrderRow[], others: readonly OrderRow[]): Problem {
  const draft = drafts.find((each) => each.id === id);
  if (draft !== undefined) {
    return { field: `sign-${id}`, text: `${draft.medicine.name} was changed meanwhile: read it again` };
  }
  const other = others.find((each) => each.id === id);
  if (other === undefined) return { field: 'page', text: 'An order of these is not here any more' };
  const now = other.tag?.text.toLowerCase() ?? 'of unknown status';
  return { field: `order-${id}`, text: `${other.medicine.name} is no draft any more: it is ${now}` };
}

/** Signs the drafts that are ticked, all or none; or ticks those of which nothing must be looked at. */
export async function signTogether(visit: WorkVisit): Promise<Page | Redirect> {
  const sent = sentBy(visit);
  const [patient, group] = [visit.field('patient') ?? '', visit.field('group') ?? ''];
  if (sent.ticksClear) return togetherPage(visit, sent);
  const { you } = visit;
  if (you === undefined) return togetherPage(visit, sent, [{ field: 'you-name', text: 'Say who you are first' }]);
  if (sent.ticked.size === 0) {
    return togetherPage(visit, sent, [{ field: 'orders', text: 'Tick the orders that you sign' }]);
  }
  await refuseStrangers(visit, await groupAt(visit, patient, group), sent);
  const asked = sent.shown.filter(({ id }) => sent.ticked.has(id));
  const beside = sent.shown.filter(({ id }) => !sent.ticked.has(id));
  const saved = await changeAll<MedicationRequest>(visit, 'MedicationRequest', { asked, beside }, (order) =>
    signed(visit, order),
  );
  if (saved.outcome === 'written') return { redirect: `${togetherAddress(patient, group)}&signed=${asked.length}` };
  const refused = [...saved.each].flatMap(([id, why]) =>
    why.outcome === 'refused' ? why.problems.map((each) => ({ ...each, field: `sign-${id}` })) : [],
  );
  return togetherPage(visit, sent, refused, 422);
}

const SHOWN_DRAFT = /^([A-Za-z0-9\-.]{1,64}):([1-9]\d{0,8})$/;

function sentBy(visit: WorkVisit): Sent {
  const shown = visit.fields('shown').map((each): Seen => {
    const [, id, version] = SHOWN_DRAFT.exec(each) ?? [];
    if (id === undefined) throw unreadable();
    return { id, version: Number(version) };
  });
  const ticked = new Set(visit.fields('sign'));
  const isSound = [...ticked].every((id) => shown.some((each) => each.id === id));
  if (!isSound || new Set(shown.map(({ id }) => id)).size !== shown.length) throw unreadable();
  return { shown, ticked, ticksClear: visit.field('do') === 'tick' };
}

/** Only what is of the group is signed with it. @throws PageFault 400 */
async function refuseStrangers({ record }: WorkVisit, { drafts, others }: Group, { shown }: Sent): Promise<void> {
  const known = new Set([...drafts, ...others].map(({ id }) => id));
  for (const { id, version } of shown.filter((each) => !known.has(each.id))) {
    // One that was taken out of the group since is told as changed.
    if ((await record.read('MedicationRequest', id))?.version === version) throw unreadable();
  }
}

function unreadable(): PageFault {
  return new PageFault(400, 'The form cannot be read', 'Go back to the orders, and try again.');
}
