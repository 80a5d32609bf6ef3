import type { MedicationRequest, MedicationStatement } from 'fhir/r4';
import { datesOf, expectedEnd, type LineDates } from './dates-of-line.ts';
import { statementFromDispense, statementFromRequest } from './derived-statement.ts';
import { type Facts, meets } from './facts.ts';
import { wasHandedOver } from './issues.ts';
import { type Linked, linkMedicines } from './linking.ts';
import { dateInWords, dateSpan, yearsBefore } from './london-date.ts';
import { type CourseType, type Flag, GROUPS, type Group, type LineDate, type MedicineLine } from './medicine-line.ts';
import { inOrder, type PatientMedicines } from './records.ts';
import { CURRENT_RULES } from './rules/current.ts';
import { FLAG_RULES } from './rules/flags.ts';
import { GROUP_RULES } from './rules/groups.ts';
import { STATUS_RULES } from './rules/status.ts';
import { medicineNames } from './same-medicine.ts';
import { codings, extensionNamed, hasCode, object, objects, text } from './tolerant-reading.ts';

/** One patient's medicines resources, and the day to answer for. */
export interface CurrentMedicationInput extends PatientMedicines {
  /** The calendar day in Europe/London, `YYYY-MM-DD`. */
  readonly asOf: string;
}

const WINDOW_YEARS = 2;
const CLINICAL_TRIAL = '419841000001106';

/**
 * Every medicine of one patient, each with whether it is current, by which rule, and why: the definition of the
 * Faculty of Clinical Informatics as NHS England's guide for interoperable medicines gives it, with the tables in
 * `rules/`. Resources entered in error give no line; everything else does.
 * @returns lines in the order of `GROUPS`, the most recently started or issued first; the same whatever the order of
 *   the input
 * @throws RangeError where `asOf` is not a full date; nothing in the resources makes it throw
 */
export function currentMedication(input: CurrentMedicationInput): MedicineLine[] {
  const today = dateSpan(input.asOf);
  if (!today || today.partial) throw new RangeError(`asOf must be a date such as 2025-06-15, not ${input.asOf}`);
  const asOf = today.first;
  const windowStart = yearsBefore(asOf, WINDOW_YEARS);
  const records = inOrder(input);
  const lines: MedicineLine[] = [];
  for (const [index, linked] of linkMedicines(records, asOf).entries()) {
    const dates = datesOf(linked, asOf, windowStart);
    const names = medicineNames(linked.statement ?? linked.head ?? linked.supply ?? {}, records.medications);
    const facts = factsOf(linked, dates, names.includes(CLINICAL_TRIAL), asOf, windowStart);
    const verdict = decide(facts);
    if (verdict) lines.push(lineOf(linked, dates, facts, verdict, index));
  }
  return lines.sort(inShownOrder);
}

/** True for a line that is current; a line that nobody can decide is not, and is to be shown apart. */
export function isCurrent(line: MedicineLine): boolean {
  return line.current === true;
}

/** True for a line that a person should look at, because the tables cannot settle it or its record contradicts itself. */
export function needsReview(line: MedicineLine): boolean {
  return (
    line.current === 'undetermined' ||
    (line.group === 'elsewhere' && !line.current) ||
    line.flags.some(
      (f) => f === 'staleButOpen' || f === 'dateConflict' || f === 'statusDateConflict' || f === 'statusConflict',
    )
  );
}

/** What the tables say. */
interface Verdict {
  readonly current: boolean | 'undetermined';
  readonly group: Group;
  readonly rule: string;
  readonly because: string;
  readonly flags: readonly Flag[];
}

function decide(facts: Facts): Verdict | undefined {
  const gate = STATUS_RULES.find((row) => meets(facts, row.when));
  if (!gate || gate.decides === 'hidden') return undefined;
  const flags = gate.flags ?? [];
  if (gate.decides !== 'dates') {
    return { current: false, group: gate.decides, rule: gate.id, because: gate.because ?? '', flags };
  }
  const row = CURRENT_RULES.find((r) => meets(facts, r.when));
  // A test walks every combination of facts through the table, so that a row is always found.
  if (!row) return { current: 'undetermined', group: 'undated', rule: 'CM-none', because: 'No rule applies.', flags };
  const group = row.group ?? GROUP_RULES.find((r) => meets(facts, r.when))?.group ?? 'repeat';
  return { current: row.current, group, rule: row.id, because: row.because, flags: [...flags, ...(row.flags ?? [])] };
}

function factsOf(linked: Linked, dates: LineDates, clinicalTrial: boolean, asOf: string, windowStart: string): Facts {
  const { statement, head } = linked;
  const { started, ends, lastIssued } = dates;
  const source = statement ? 'statement' : head ? 'request' : 'dispense';
  const type = source === 'dispense' ? 'unknown' : typeOf(linked);
  const selfDeclared =
    statement !== undefined &&
    hasCode(statement.category, 'patientspecified') &&
    objects((statement as { basedOn?: unknown }).basedOn).length === 0;
  const ruledAs = selfDeclared || source === 'dispense' ? 'acute' : type === 'unknown' ? 'repeat' : type;
  // A partial date may be as late as its last day, though never later than today: err towards showing.
  const age = (date: LineDate) => (date.last >= windowStart ? 'recent' : 'old');
  const start = !started ? 'none' : started.first > asOf ? 'future' : age(started);
  const issue = lastIssued ? age(lastIssued) : 'none';
  const plans = linked.direct.filter((r) => r.intent === 'plan' && r.status !== 'entered-in-error');
  return {
    source,
    status: statusOf(linked),
    type,
    ruledAs,
    end: !ends ? 'none' : ends.last < asOf ? 'passed' : ends.last === asOf ? 'today' : 'later',
    start,
    issue,
    latest: start === 'recent' || issue === 'recent' ? 'recent' : start === 'none' && issue === 'none' ? 'none' : 'old',
    // A medicine may well be recorded after it ended, so an inferred start conflicts with nothing.
    endBeforeStart: !!ends && !!started && started.from !== 'dateAsserted' && ends.last < started.first,
    selfDeclared,
    elsewhere: statement !== undefined && isFromElsewhere(statement),
    clinicalTrial,
    planStopped: statement !== undefined && plans.length > 0 && plans.every((p) => p.status === 'stopped'),
    planOnHold: statement !== undefined && plans.some((p) => p.status === 'on-hold'),
    handedOver: linked.supply !== undefined && wasHandedOver(linked.supply),
    doNotPerform: statement === undefined && head?.doNotPerform === true,
    startInferred: started?.from === 'dateAsserted',
    imprecise: [started, ends, lastIssued].some((date) => date?.partial === true),
    unreadableDate: dates.unreadable,
    issuedSinceRecorded: dates.issuedSinceRecorded,
    planNotHeld: linked.planNotHeld,
    superseded: linked.superseded,
    planHeld: plans.length > 0,
    started,
    ends,
    lastIssued,
    asOf,
    windowStart,
  };
}

function statusOf({ statement, head, supply, planNotHeld }: Linked): string {
  const status: unknown = (statement ?? head ?? supply)?.status;
  // One issue completed says nothing of a plan that is not here.
  if (!statement && head && planNotHeld && status === 'completed') return 'unknown';
  return text(status) ?? 'unknown';
}

const TYPES: { readonly [code: string]: CourseType } = {
  acute: 'acute',
  'acute-handwritten': 'acute',
  'delayed-prescribing': 'acute',
  continuous: 'repeat',
  repeat: 'repeat',
  'continuous-repeating-dispensing': 'repeat-dispensing',
  'continuous-repeat-dispensing': 'repeat-dispensing',
  'repeat-dispensing': 'repeat-dispensing',
};

/** The type of course: of the plan that the statement names, else of whatever request behind it has one. */
function typeOf({ direct, requests }: Linked): CourseType {
  const plansFirst = (list: readonly MedicationRequest[]) => [
    ...list.filter((r) => r.intent === 'plan'),
    ...list.filter((r) => r.intent !== 'plan'),
  ];
  for (const request of [...plansFirst(direct), ...plansFirst(requests)]) {
    if (request.status === 'entered-in-error') continue;
    for (const concept of [
      request.courseOfTherapyType,
      extensionNamed(request, 'PrescriptionType')?.valueCodeableConcept,
    ]) {
      for (const coding of codings(concept)) {
        const code = text(coding.code);
        const type = code !== undefined && Object.hasOwn(TYPES, code) ? TYPES[code] : undefined;
        if (type) return type;
      }
    }
  }
  return 'unknown';
}

function isFromElsewhere(statement: MedicationStatement): boolean {
  return ['PrescribingOrganizationType', 'PrescribingAgency'].some((name) =>
    hasCode(
      extensionNamed(statement, name)?.valueCodeableConcept,
      'prescribed-by-another-organisation',
      'prescribed-by-previous-practice',
    ),
  );
}

function lineOf(linked: Linked, dates: LineDates, facts: Facts, verdict: Verdict, index: number): MedicineLine {
  const { statement, head, supply, dispenses } = linked;
  const { started, ends, lastIssued } = dates;
  const flags = new Set(verdict.flags);
  for (const row of FLAG_RULES) if (meets(facts, row.when)) flags.add(row.flag);
  const speaks = statement ?? head ?? supply;
  const key = `${facts.source === 'statement' ? 'MedicationStatement' : facts.source === 'request' ? 'MedicationRequest' : 'MedicationDispense'}/${
    text(speaks?.id) ?? `(${index})`
  }`;
  const shown = statement ?? derive(linked, facts);
  const acute = facts.ruledAs === 'acute' && !ends && started;
  const expected = acute ? expectedEnd(acute, statement, linked.requests) : undefined;
  return {
    key,
    statement: shown,
    derived: statement === undefined,
    ...(statement === undefined && { derivedFrom: key }),
    group: verdict.group,
    current: verdict.current,
    rule: verdict.rule,
    reason: inWords(verdict.because, facts, shown, linked),
    flags: [...flags].sort(),
    type: facts.type,
    ...(started && { started }),
    ...(ends && { ends }),
    ...(expected !== undefined && { expectedEnd: expected }),
    ...(lastIssued && { lastIssued }),
    requests: linked.requests.filter((r) => r.status !== 'entered-in-error'),
    dispenses,
  };
}

const STATEMENT_STATUS: { readonly [requestStatus: string]: MedicationStatement['status'] } = {
  active: 'active',
  'on-hold': 'on-hold',
  stopped: 'stopped',
  completed: 'completed',
};

function derive({ head, supply }: Linked, facts: Facts): MedicationStatement {
  const { started, ends, lastIssued } = facts;
  if (head) {
    const status = facts.doNotPerform ? 'not-taken' : (STATEMENT_STATUS[facts.status] ?? 'unknown');
    return statementFromRequest(head, { status, started, ends, lastIssued });
  }
  // That it was supplied does not say that it is taken.
  const status = facts.handedOver ? 'unknown' : 'intended';
  return statementFromDispense(supply as NonNullable<typeof supply>, { status, started, ends, lastIssued });
}

function inWords(because: string, facts: Facts, statement: MedicationStatement, linked: Linked): string {
  const { started, ends, lastIssued } = facts;
  const start =
    started && `${dateInWords(started)}${started.from === 'dateAsserted' ? ' (the day it was recorded)' : ''}`;
  const words: { readonly [name: string]: string | undefined } = {
    start,
    end: ends && dateInWords(ends),
    issue: lastIssued && dateInWords(lastIssued),
    today: dateInWords(facts.asOf),
    window: dateInWords(facts.windowStart),
    'on end': ends && ` on ${dateInWords(ends)}`,
    'from start': start && ` from ${start}`,
    latest:
      lastIssued && lastIssued.last >= (started?.last ?? '')
        ? `last issued on ${dateInWords(lastIssued)}`
        : `started on ${start ?? ''}`,
    Type: facts.type === 'unknown' ? 'Repeat (assumed)' : facts.type === 'repeat' ? 'Repeat' : 'Repeat dispensing',
  };
  const sentence = because.replace(/\{([^}]*)\}/g, (_, name: string) => words[name] ?? '');
  const why = statusReason(statement) ?? linked.requests.map(statusReason).find((r) => r !== undefined);
  const gives = facts.status === 'stopped' || facts.status === 'on-hold' || facts.planStopped;
  return why !== undefined && gives ? `${sentence} Reason given: ${why}.` : sentence;
}

function statusReason(resource: object): string | undefined {
  const [concept] = objects((resource as { statusReason?: unknown }).statusReason);
  const [coding] = codings(concept);
  return text(object(concept).text) ?? text(coding?.display);
}

const GROUP_ORDER = new Map(GROUPS.map(({ group }, i) => [group, i]));

function inShownOrder(a: MedicineLine, b: MedicineLine): number {
  const byGroup = (GROUP_ORDER.get(a.group) ?? 0) - (GROUP_ORDER.get(b.group) ?? 0);
  if (byGroup !== 0) return byGroup;
  const dayA = latestDay(a);
  const dayB = latestDay(b);
  if (dayA !== dayB) return dayA > dayB ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function latestDay({ started, lastIssued }: MedicineLine): string {
  const start = started?.last ?? '';
  return lastIssued && lastIssued.last > start ? lastIssued.last : start;
}
