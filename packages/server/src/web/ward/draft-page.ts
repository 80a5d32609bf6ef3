import type { MedicationRequest } from 'fhir/r4';
import { type NamedRelease, releaseFor } from '../dmd-visit.ts';
import { LEVEL_WORDS } from '../dmd-words.ts';
import { findPatients, choiceOf as patientChoice, patientOf } from '../orders/choose-patient.ts';
import { conflictPage } from '../orders/conflict-page.ts';
import { CATEGORIES, COURSES, choiceOf, TIMINGS } from '../orders/order-choices.ts';
import { type Problem, versionSent, type WorkVisit } from '../orders/work-visit.ts';
import { change, create, notHere, parsed } from '../orders/write-order.ts';
import type { Page, Redirect } from '../page.ts';
import { translateAddress } from '../translate-medicine.ts';
import { countedIn, currentId, routesFor, unitsFor } from './draft-dose.ts';
import { draftOf, ORDER_FIELDS, type OrderFields, readOrder, redrafted, subjectOf } from './draft-order.ts';

const LONGEST = 500;
/** Medicines to choose from at once. */
const SHOWN = 20;
const NOTHING = Object.fromEntries(ORDER_FIELDS.map((name) => [name, undefined])) as unknown as OrderFields;

/** What the form is for. */
interface Form {
  readonly patient: string;
  readonly fields: OrderFields;
  readonly problems: readonly Problem[];
  /** The dose in words, once it was read. */
  readonly text?: string | undefined;
  /** The draft that is written further. */
  readonly draft?: { readonly id: string; readonly version: number } | undefined;
  readonly status?: number;
}

/** A new order: first for whom, then of what, then how much. */
export async function newOrderPage(visit: WorkVisit): Promise<Page | Redirect> {
  const patient = visit.query('patient');
  if (patient === undefined) return choosePatientPage(visit);
  return formPage(visit, { patient, fields: NOTHING, problems: [] });
}

async function choosePatientPage(visit: WorkVisit): Promise<Page | Redirect> {
  const asked = visit.query('q');
  const found = asked === undefined ? undefined : await findPatients(visit, asked);
  const [only, ...others] = found?.choices ?? [];
  if (only !== undefined && others.length === 0) return { redirect: `/ward/new?patient=${only.id}` };
  const model = { you: visit.you, here: visit.here, found, asked };
  return { view: 'ward-choose-patient', title: 'New order: who for?', model };
}

/** The form of a draft that is written further. */
export async function editOrderPage(visit: WorkVisit): Promise<Page | Redirect> {
  const { order, version } = await draftAt(visit);
  const dose = order.dosageInstruction ?? [];
  const coding = order.medicationCodeableConcept?.coding?.[0];
  const asked = order.dispenseRequest;
  const fields: OrderFields = {
    ...NOTHING,
    code: visit.query('code') ?? coding?.code,
    sentence: dose.map(({ text }) => text ?? '').join(', then ') || undefined,
    category: order.category?.[0]?.coding?.[0]?.code,
    days: asked?.expectedSupplyDuration?.code === 'd' ? digits(asked.expectedSupplyDuration.value) : undefined,
    quantity: digits(asked?.quantity?.value),
    course: order.courseOfTherapyType?.coding?.[0]?.code,
    substitution: order.substitution?.allowedBoolean ? 'yes' : undefined,
    note: order.note?.[0]?.text,
  };
  const patient = order.subject.reference?.replace(/^Patient\//, '') ?? '';
  return formPage(visit, { patient, fields, problems: [], draft: { id: order.id ?? '', version } });
}

function digits(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** Takes the form: shows the dose as it was understood, or keeps the draft. */
export async function saveOrder(visit: WorkVisit): Promise<Page | Redirect> {
  const fields = Object.fromEntries(
    ORDER_FIELDS.map((name) => [name, visit.field(name)?.slice(0, LONGEST)]),
  ) as unknown as OrderFields;
  const patient = visit.field('patient') ?? '';
  const id = visit.path('id');
  const draft = id === '' ? undefined : { id, version: versionSent(visit) };
  const { dictionary } = await releaseFor(visit);
  const { dose, problems, order } = readOrder(dictionary, fields);
  const form: Form = { patient, fields, problems, draft, text: dose.problems ? undefined : dose.text };
  if (visit.field('do') === 'show') return formPage(visit, { ...form, problems: dose.problems ?? [] });
  const { you } = visit;
  if (you === undefined) return formPage(visit, withYou(form));
  if (order === undefined) return formPage(visit, { ...form, status: 400 });
  if (draft === undefined) {
    const subject = subjectOf(await patientOf(visit, patient));
    const saved = await create(visit, [draftOf(order, subject, you, visit.now)]);
    if (saved.outcome === 'refused') return formPage(visit, { ...form, problems: saved.problems, status: 422 });
    return { redirect: `/ward/orders/${saved.written[0]?.id}?done=drafted` };
  }
  const saved = await change<MedicationRequest>(visit, 'MedicationRequest', draft.id, draft.version, (before) =>
    redrafted(before, order, you, visit.now),
  );
  if (saved.outcome === 'refused') return formPage(visit, { ...form, problems: saved.problems, status: 422 });
  if (saved.outcome === 'conflict') return conflictPage(visit, saved.changes, `/ward/orders/${draft.id}`);
  return { redirect: `/ward/orders/${draft.id}?done=drafted` };
}

function withYou(form: Form): Form {
  return { ...form, problems: [{ field: 'you-name', text: 'Say who you are first' }, ...form.problems], status: 400 };
}

async function draftAt(visit: WorkVisit): Promise<{ order: MedicationRequest; version: number }> {
  const row = await visit.record.read('MedicationRequest', visit.path('id'));
  if (!row?.content) throw notHere('MedicationRequest');
  return { order: parsed<MedicationRequest>(visit, row), version: row.version };
}

async function formPage(visit: WorkVisit, form: Form): Promise<Page> {
  const release = await releaseFor(visit);
  const { dictionary } = release;
  const patient = patientChoice(await patientOf(visit, form.patient));
  const code = form.fields.code ?? visit.query('code')?.slice(0, 20);
  const id = code === undefined ? undefined : currentId(dictionary, code);
  const product = id === undefined ? undefined : dictionary.product(id);
  const routes = id === undefined ? [] : routesFor(dictionary, id);
  const { draft, problems } = form;
  const address = draft === undefined ? '/ward/new' : `/ward/orders/${draft.id}/edit`;
  const title = draft === undefined ? 'New order' : 'Change the draft';
  return {
    view: 'ward-draft',
    title: `${problems.length > 0 ? 'Error: ' : ''}${title}: ${patient.spoken}`,
    status: form.status ?? (problems.length > 0 ? 400 : 200),
    model: {
      ...{ you: visit.you, here: visit.here, heading: title, address, patient, draft, problems },
      medicine: product && {
        ...{ code: product.id, name: dictionary.displayOf(product.id), level: LEVEL_WORDS[product.level].short },
        isSubstance: product.level === 'VTM',
      },
      ...choosing(visit, release, form.patient, code !== undefined && product === undefined ? code : undefined),
      asked: { ...form.fields, route: form.fields.route ?? (routes.length === 1 ? routes[0]?.code : undefined) },
      units: id === undefined ? [] : unitsFor(dictionary, id),
      countedIn: id === undefined ? undefined : countedIn(dictionary, id)?.words,
      ...{ routes, timings: TIMINGS, categories: CATEGORIES, courses: COURSES, text: form.text?.split('\n') },
      ...{ release: release.name, isSample: release.isSample },
      isMore:
        form.fields.course !== undefined || form.fields.note !== undefined || form.fields.substitution !== undefined,
      isSentence: form.fields.sentence !== undefined,
      categoryWords: choiceOf(CATEGORIES, form.fields.category)?.words,
    },
  };
}

/** Medicines to choose from. What was typed is never taken by itself: a substance and its products begin alike. */
function choosing(visit: WorkVisit, { terminology }: NamedRelease, patient: string, unknown: string | undefined) {
  const typed = visit.query('medicine')?.slice(0, LONGEST);
  if (typed === undefined) {
    return { options: [], typed: '', says: unknown && `${unknown} is no medicine of this dm+d release.` };
  }
  const found = terminology.search.search(typed, { levels: ['VTM', 'VMP', 'AMP'], limit: SHOWN });
  const options = found.results.map(({ id, name, level }) => ({
    ...{ name, level: LEVEL_WORDS[level].short, address: translateAddress('/ward/new', { patient, code: id }) },
  }));
  const none = `No medicine in this release is called “${typed}”. Try fewer letters.`;
  const more = `${SHOWN} of ${found.total.toLocaleString('en-GB')} medicines: add a word to narrow them.`;
  return { options, typed, says: found.total === 0 ? none : found.total > options.length ? more : undefined };
}
