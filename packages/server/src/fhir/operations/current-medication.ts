import { checkStructure, hasModulus11Digit } from '@concord/conformance';
import { withDosageText } from '@concord/dosage';
import type { MedicineLine } from '@concord/medication-record';
import type { Dosage, Extension, MedicationStatement, Parameters, ParametersParameter } from 'fhir/r4';
import { type Medicines, medicinesOf } from '../../medicines.ts';
import { type Interval, parseDate } from '../../search/dates.ts';
import { type Identity, PATIENT_ID } from '../../store/patients.ts';
import { bundleText, outcomeEntry, type TextEntry } from '../bundle.ts';
import { parseExact } from '../exact-json.ts';
import { NHS_NUMBER } from '../nhs-number.ts';
import { information, refuse, refuseFindings } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import type { Operation } from './operation.ts';
import { parametersIn } from './parameters-in.ts';

/** Why an entry is in the answer: on `entry.search`, in parts `rule`, `reason`, `group`, `standing` and `flag`s. */
const WHY = 'https://concord.example/StructureDefinition/current-medication';

/**
 * `$current-medication`: what is this patient taking now? Also answered at `[base]/currentmedication`, the guide's
 * sketch, and as the functional list `MedicationStatement?_list=$current-medications`.
 */
export const currentMedicationOperation: Operation = {
  name: 'current-medication',
  definition: 'https://concord.example/OperationDefinition/current-medication',
  on: { system: true, types: ['Patient', 'MedicationStatement'], instances: ['Patient'] },
  get: true,
  run: (session, request, { id }) => answerCurrentMedication(session, request, id),
};

/** Answers from a request's query, body, and the Patient's id where the address has one. */
export async function answerCurrentMedication(
  session: Session,
  request: FhirRequest,
  id?: string,
): Promise<FhirAnswer> {
  const pairs = [...request.query, ...(request.body === undefined ? [] : bodyPairs(request.body))];
  const question = readQuestion(pairs, id);
  const medicines = await medicinesOf(session.record, { ...question, now: session.now });
  return { status: 200, text: searchset(session, medicines, question, pairs) };
}

interface Question {
  patient: Identity[];
  asOf: string | undefined;
  knownAt: string | undefined;
  include: ReadonlySet<string>;
}

const INCLUDES = ['requests', 'dispenses', 'on-hold', 'review'] as const;

function readQuestion(pairs: readonly [string, string][], id: string | undefined): Question {
  const question: Question = {
    patient: id === undefined ? [] : [{ system: PATIENT_ID, value: id }],
    asOf: undefined,
    knownAt: undefined,
    include: new Set(),
  };
  for (const [name, value] of pairs) {
    if (name === '_format' || name === '_pretty' || (name === '_list' && value === '$current-medications')) continue;
    const isRepeated = name !== 'include' && pairs.filter(([other]) => other === name).length > 1;
    if (isRepeated) {
      throw refuse(400, 'invalid', `${name} is given twice: which one is meant?`, { expression: name });
    }
    const read = READ.get(name);
    if (read === undefined) {
      const message = `$current-medication does not take ${name}. It takes ${[...READ.keys()].join(', ')}, _format and _pretty.`;
      throw refuse(400, 'not-supported', message, { expression: name });
    }
    read(question, value, name);
  }
  if (question.patient.length > 1) {
    throw refuse(400, 'invalid', 'Name one patient, once: the answer is about one person.', { expression: 'patient' });
  }
  if (question.patient.length === 0) {
    throw refuse(
      400,
      'required',
      'Say whose medicines: patient=Patient/[id], or patient:identifier=[system]|[value].',
      { expression: 'patient' },
    );
  }
  return question;
}

const readPatient = (question: Question, value: string, name: string) => {
  const id = /(?:^|\/)([A-Za-z0-9\-.]{1,64})$/.exec(value)?.[1];
  if (id === undefined)
    throw refuse(400, 'value', `${name} takes a Patient's id or Patient/[id]; "${value}" is neither.`, {
      expression: name,
    });
  question.patient.push({ system: PATIENT_ID, value: id });
};

const readIdentifier = (question: Question, value: string, name: string) => {
  const [system, number, ...more] = value.split('|');
  if (!system || !number || more.length > 0) {
    throw refuse(
      400,
      'value',
      `${name} takes [system]|[value], such as ${NHS_NUMBER}|9990000018; "${value}" is not that.`,
      { expression: name },
    );
  }
  question.patient.push({ system, value: system === NHS_NUMBER ? number.replace(/[ -]/g, '') : number });
};

type Read = (question: Question, value: string, name: string) => void;

/** A Map, since clients choose the names that are looked up. */
const READ: ReadonlyMap<string, Read> = new Map(
  Object.entries<Read>({
    patient: readPatient,
    subject: readPatient,
    'patient:identifier': readIdentifier,
    'patient.identifier': readIdentifier,
    'subject:identifier': readIdentifier,
    asOf(question, value, name) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || !isOfOurTime(parseDate(value))) {
        throw refuse(400, 'value', `asOf takes a date such as 2026-07-31; "${value}" is not one.`, {
          expression: name,
        });
      }
      question.asOf = value;
    },
    knownAt(question, value, name) {
      const text = value.replace(' ', '+');
      const interval = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? parseDate(text) : undefined;
      if (!isOfOurTime(interval)) {
        throw refuse(
          400,
          'value',
          `knownAt takes an instant with its time zone, such as 2026-07-31T22:00:00Z; "${value}" is not one.`,
          { expression: name },
        );
      }
      question.knownAt = new Date(interval.lo).toISOString();
    },
    include(question, value, name) {
      for (const each of value.split(',').map((part) => part.trim())) {
        if (!(INCLUDES as readonly string[]).includes(each)) {
          throw refuse(400, 'value', `include takes ${INCLUDES.join(', ')}; "${each}" is none of them.`, {
            expression: name,
          });
        }
        (question.include as Set<string>).add(each);
      }
    },
  }),
);

/** The years for which anybody's medicines may be asked: further out, calendars and time zones mean nothing. */
const YEARS = { first: Date.UTC(1900, 0, 1), last: Date.UTC(2200, 0, 1) };

function isOfOurTime(interval: Interval | undefined): interval is Interval {
  return interval !== undefined && interval.lo >= YEARS.first && interval.hi < YEARS.last;
}

/** The parameters in a POST's body, as names and values like a query's. */
function bodyPairs(body: unknown): [string, string][] {
  if ((body as { resourceType?: unknown } | null)?.resourceType !== 'Parameters') {
    throw refuse(400, 'structure', 'POST $current-medication takes Parameters.', { expression: 'resourceType' });
  }
  const faults = checkStructure(body).filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw refuseFindings(422, faults);
  return parametersIn(body as Parameters).map((each) => {
    const reference = each.valueReference;
    const identifier = reference?.identifier ?? each.valueIdentifier;
    if (reference?.reference !== undefined) return [each.name, reference.reference];
    if (identifier !== undefined) {
      const name = each.name.includes('identifier') ? each.name : `${each.name}:identifier`;
      return [name, `${identifier.system ?? ''}|${identifier.value ?? ''}`];
    }
    return [each.name, plainValue(each)];
  });
}

function plainValue(parameter: ParametersParameter): string {
  const value = Object.entries(parameter).find(([name]) => name.startsWith('value'))?.[1];
  if (typeof value === 'string') return value;
  throw refuse(400, 'value', `The parameter ${parameter.name} needs a value: a string, date or instant.`, {
    expression: parameter.name,
  });
}

function searchset(
  session: Session,
  medicines: Medicines,
  question: Question,
  pairs: readonly [string, string][],
): string {
  const { include } = question;
  const shown = medicines.lines.filter((line) => line.current !== false);
  const beside = medicines.lines.filter((line) => line.current === false && isAskedFor(line, include));
  const matches = shown.map((line) => entryOf(session, medicines, line, 'match'));
  const entries = [
    ...matches,
    ...beside.map((line) => entryOf(session, medicines, line, 'include')),
    ...behind(session, medicines, [...shown, ...beside], include),
    ...(medicines.entries.size === 0 ? doubt(question) : []),
  ];
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const links = [{ relation: 'self', url: `${session.base}/$current-medication?${query}` }];
  return bundleText('searchset', entries, { total: matches.length, links, now: session.now });
}

function isAskedFor(line: MedicineLine, include: ReadonlySet<string>): boolean {
  if (line.group === 'on-hold') return include.has('on-hold');
  return include.has('review') && line.flags.some((flag) => REVIEW.has(flag));
}

/** Lines that are not current by the rule, but that somebody should look at. */
const REVIEW: ReadonlySet<string> = new Set(['staleButOpen', 'statusDateConflict', 'statusConflict', 'dateConflict']);

function entryOf(session: Session, medicines: Medicines, line: MedicineLine, mode: 'match' | 'include'): TextEntry {
  const { statement } = line;
  const parts: Extension[] = [
    { url: 'rule', valueCode: line.rule },
    { url: 'reason', valueString: line.reason },
    { url: 'group', valueCode: line.group },
    {
      url: 'standing',
      valueCode: line.current === 'undetermined' ? 'undetermined' : line.current ? 'current' : 'not-current',
    },
    ...line.flags.map((flag) => ({ url: 'flag', valueCode: flag })),
    ...(line.lastIssued === undefined ? [] : [{ url: 'lastIssued', valueDateTime: line.lastIssued.given }]),
    ...(line.derivedFrom === undefined
      ? []
      : [{ url: 'derivedFrom', valueReference: { reference: line.derivedFrom } }]),
  ];
  const stored = line.derived ? undefined : medicines.entries.get(line.key);
  return {
    fullUrl: `${session.base}/MedicationStatement/${statement.id}`,
    text: stored?.text ?? JSON.stringify(derivedStatement(medicines, line, statement)),
    search: { mode, extension: [{ url: WHY, extension: parts }] },
  };
}

/** A derived statement, with the source's dosage as it was written (decimals keep their text), and put into words. */
function derivedStatement(
  medicines: Medicines,
  line: MedicineLine,
  statement: MedicationStatement,
): MedicationStatement {
  const source = medicines.entries.get(line.derivedFrom ?? '');
  if (source === undefined || statement.dosage === undefined) return statement;
  const exact = parseExact(source.text, Number.POSITIVE_INFINITY) as { dosageInstruction?: Dosage[] };
  return withDosageText({ ...statement, dosage: exact.dosageInstruction ?? statement.dosage }).resource;
}

/** The requests and dispenses behind the lines, each once. */
function behind(
  session: Session,
  medicines: Medicines,
  lines: MedicineLine[],
  include: ReadonlySet<string>,
): TextEntry[] {
  const resources = lines.flatMap((line) => [
    ...(include.has('requests') ? line.requests : []),
    ...(include.has('dispenses') ? line.dispenses : []),
  ]);
  const references = new Set(resources.map((each) => `${each.resourceType}/${each.id}`));
  return [...references].flatMap((reference) => {
    const stored = medicines.entries.get(reference);
    return stored
      ? [{ fullUrl: `${session.base}/${reference}`, text: stored.text, search: { mode: 'include' as const } }]
      : [];
  });
}

/** Nothing is known under a number that is no NHS number: most likely mistyped, so the emptiness means less still. */
function doubt({ patient }: Question): TextEntry[] {
  const wrong = patient.some(({ system, value }) => system === NHS_NUMBER && !hasModulus11Digit(value));
  if (!wrong) return [];
  return [
    outcomeEntry(
      information('The NHS number fails its check digit: is it mistyped? Nothing is known under it here.', 'warning'),
    ),
  ];
}
