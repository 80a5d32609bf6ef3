import type { Medication, MedicationDispense, MedicationRequest, MedicationStatement } from 'fhir/r4';
import { counts, startOf, suppliedOn, wasHandedOver } from './issues.ts';
import { ReferenceIndex } from './references.ts';
import { medicineNames, sameDose, sameMedicine } from './same-medicine.ts';
import type { Unchecked } from './tolerant-reading.ts';
import { objects } from './tolerant-reading.ts';

/** A patient's medicines resources, each once, in an order that does not depend on how they came. */
export interface Records {
  readonly statements: readonly MedicationStatement[];
  readonly requests: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
  readonly medications: ReferenceIndex<Medication>;
}

/** A medicine with everything that stands behind it. At least one of the three is present. */
export interface Linked {
  readonly statement?: MedicationStatement;
  /** The plan or order that speaks for a line without a statement. */
  readonly head?: MedicationRequest;
  /** The dispense that speaks for a line with neither: the newest that reached the patient, else the newest. */
  readonly supply?: MedicationDispense;
  /** Requests that the statement names itself; for a line without a statement, its head. */
  readonly direct: readonly MedicationRequest[];
  readonly requests: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
  /** A later prescription names the head as its prior one, with another medicine or dose. */
  readonly superseded: boolean;
  /** The head is an order under a plan that is not here. */
  readonly planNotHeld: boolean;
}

/** Requests that are one prescription over time: a plan with its orders, and the re-supplies of either. */
interface Therapy {
  requests: MedicationRequest[];
  dispenses: MedicationDispense[];
  statements: MedicationStatement[];
}

/**
 * Brings a patient's resources together as medicines: one for each statement, one for each prescription without a
 * statement, one for each supply with neither.
 * @param asOf London day, which decides which of several issues is the newest begun
 */
export function linkMedicines(records: Records, asOf: string): Linked[] {
  const { medications } = records;
  const allDispenses = records.dispenses.filter((d) => d.status !== 'entered-in-error');
  const requests = new ReferenceIndex('MedicationRequest', records.requests);
  const statementIndex = new ReferenceIndex('MedicationStatement', records.statements);
  const dispenseIndex = new ReferenceIndex('MedicationDispense', allDispenses);
  const namesOf = memo((r: object) => medicineNames(r, medications));
  const fits = (resource: object) => (candidate: object) => sameMedicine(namesOf(resource), namesOf(candidate));
  const node = (reference: unknown, from: object): string | undefined => {
    const target = requests.resolve(reference, fits(from));
    return target?.found ? nodeName.get(target.found) : target?.key;
  };
  const nodeName = new Map<MedicationRequest, string>();
  records.requests.forEach((r, i) => {
    nodeName.set(r, `request ${i}`);
  });

  // 1. Orders join their plan, held or not.
  const joined = new Joined();
  for (const [request, name] of nodeName) {
    for (const reference of objects((request as unknown as Unchecked).basedOn)) {
      const plan = node(reference, request);
      if (plan !== undefined) joined.join(name, plan);
    }
  }

  // 2. Statements claim the prescriptions they are based on, and the dispenses they were derived from.
  const claims = new Map<MedicationStatement, Set<string>>();
  const directRequests = new Map<MedicationStatement, MedicationRequest[]>();
  const statementsOfDispense = new Map<MedicationDispense, MedicationStatement[]>();
  const claimed = new Set<string>();
  for (const statement of records.statements) {
    // A statement made in error claims nothing: what it was based on was not withdrawn with it.
    if (statement.status === 'entered-in-error') continue;
    const s = statement as unknown as Unchecked;
    const mine = new Set<string>();
    const direct: MedicationRequest[] = [];
    for (const reference of [...objects(s.basedOn), ...objects(s.derivedFrom), ...objects(s.partOf)]) {
      const target = requests.resolve(reference, fits(statement));
      if (target?.found) direct.push(target.found);
      const name = node(reference, statement);
      if (name !== undefined) mine.add(name);
      const dispense = dispenseIndex.resolve(reference)?.found;
      if (dispense) push(statementsOfDispense, dispense, statement);
    }
    claims.set(statement, mine);
    directRequests.set(statement, [...new Set(direct)]);
    for (const name of mine) claimed.add(joined.root(name));
  }

  // 3. Re-supplies of the same medicine and dose join the prescription they continue. Where both have a statement,
  //    their senders hold them to be two lines, and so do we.
  const superseded = new Set<MedicationRequest>();
  const firstNaming = new Map<string, MedicationRequest>();
  for (const [request, name] of nodeName) {
    const reference = (request as unknown as Unchecked).priorPrescription;
    const target = requests.resolve(reference, fits(request));
    if (!target) continue;
    // A prior prescription that we do not hold still ties its re-supplies to each other.
    const prior = target.found ?? firstNaming.get(target.key);
    if (!prior) {
      firstNaming.set(target.key, request);
      continue;
    }
    if (prior === request) continue;
    const same =
      sameMedicine(namesOf(request), namesOf(prior)) && sameDose(request.dosageInstruction, prior.dosageInstruction);
    if (!same) {
      if (target.found && counts(request)) superseded.add(prior);
      continue;
    }
    const priorName = nodeName.get(prior);
    // Re-supply continues an order that was active or completed; naming a stopped one replaces it.
    if (priorName === undefined || (target.found && prior.status !== 'active' && prior.status !== 'completed'))
      continue;
    const a = joined.root(name);
    const b = joined.root(priorName);
    if (a === b || (claimed.has(a) && claimed.has(b))) continue;
    const isClaimed = claimed.has(a) || claimed.has(b);
    joined.join(a, b);
    if (isClaimed) claimed.add(joined.root(a));
  }

  const therapies = new Map<string, Therapy>();
  const therapy = (name: string): Therapy => {
    const root = joined.root(name);
    let t = therapies.get(root);
    if (!t) {
      t = { requests: [], dispenses: [], statements: [] };
      therapies.set(root, t);
    }
    return t;
  };
  for (const [request, name] of nodeName) therapy(name).requests.push(request);
  for (const [statement, names] of claims) {
    for (const name of names) {
      const t = therapy(name);
      if (!t.statements.includes(statement)) t.statements.push(statement);
    }
  }

  // 4. Dispenses go to the prescription they fill, or to the statement that names them.
  const supplies = new Map<string, MedicationDispense[]>();
  for (const dispense of allDispenses) {
    const roots = new Set<string>();
    for (const reference of objects((dispense as unknown as Unchecked).authorizingPrescription)) {
      const name = node(reference, dispense);
      if (name !== undefined) roots.add(joined.root(name));
    }
    for (const root of roots) therapy(root).dispenses.push(dispense);
    for (const reference of objects((dispense as unknown as Unchecked).partOf)) {
      const statement = statementIndex.resolve(reference)?.found;
      if (statement) push(statementsOfDispense, dispense, statement);
    }
    if (roots.size === 0 && !statementsOfDispense.has(dispense)) {
      push(supplies, `alone ${allDispenses.indexOf(dispense)}`, dispense);
    }
  }

  const lines: Linked[] = [];
  // Reading a date costs more than comparing one, and sorting compares each many times.
  const dayOf = memo(issueDay);
  const newestFirst = (a: object, b: object) => compareText(dayOf(b), dayOf(a));
  for (const statement of records.statements) {
    const mine = [...new Set([...(claims.get(statement) ?? [])].map((name) => therapy(name)))];
    const dispensed = new Set(mine.flatMap((t) => t.dispenses));
    for (const [dispense, owners] of statementsOfDispense) if (owners.includes(statement)) dispensed.add(dispense);
    const direct = directRequests.get(statement) ?? [];
    lines.push({
      statement,
      direct,
      requests: mine.flatMap((t) => t.requests).sort(newestFirst),
      dispenses: [...dispensed].sort(newestFirst),
      superseded: direct.length > 0 && direct.every((r) => superseded.has(r)),
      planNotHeld: false,
    });
  }
  const shown = new Set(lines.flatMap((line) => line.dispenses));
  const unclaimed = [...therapies].filter(([, t]) => t.statements.length === 0);
  const headless: [string, Therapy][] = [];
  for (const [root, t] of unclaimed) {
    const head = speaker(t.requests, asOf);
    if (!head) {
      headless.push([root, t]);
      continue;
    }
    for (const dispense of t.dispenses) shown.add(dispense);
    lines.push({
      head,
      direct: [head],
      requests: t.requests.sort(newestFirst),
      dispenses: t.dispenses.sort(newestFirst),
      superseded: superseded.has(head),
      planNotHeld: objects((head as unknown as Unchecked).basedOn).some((reference) => {
        const plan = requests.resolve(reference, fits(head));
        return plan !== undefined && plan.found === undefined;
      }),
    });
  }
  // Nothing valid was prescribed, or we do not hold it: what was supplied all the same stands for itself, one line
  // to a medicine.
  for (const [root, t] of headless) {
    for (const dispense of t.dispenses) {
      if (shown.has(dispense)) continue;
      shown.add(dispense);
      push(supplies, `${root} ${namesOf(dispense)[0] ?? `of ${allDispenses.indexOf(dispense)}`}`, dispense);
    }
  }
  for (const dispenses of supplies.values()) {
    dispenses.sort(newestFirst);
    const supply = dispenses.find(wasHandedOver) ?? dispenses[0];
    lines.push({
      ...(supply && { supply }),
      direct: [],
      requests: [],
      dispenses,
      superseded: false,
      planNotHeld: false,
    });
  }
  return lines;
}

/** The request that speaks for its therapy: the newest plan that has begun, else the newest order that has. */
function speaker(requests: readonly MedicationRequest[], asOf: string): MedicationRequest | undefined {
  const valid = requests.filter(counts);
  const plans = valid.filter((r) => r.intent === 'plan');
  const candidates = plans.length > 0 ? plans : valid;
  // An issue post-dated to next month must not hide that the medicine is taken today.
  const begun = candidates.filter((r) => (startOf(r)?.first ?? '') <= asOf);
  const [newest] = (begun.length > 0 ? begun : candidates).toSorted((a, b) => compareText(issueDay(b), issueDay(a)));
  return newest;
}

function issueDay(resource: object): string {
  const span =
    (resource as Unchecked).resourceType === 'MedicationDispense'
      ? suppliedOn(resource as MedicationDispense)
      : startOf(resource as MedicationRequest);
  return span?.last ?? '';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

function memo<V>(make: (resource: object) => V): (resource: object) => V {
  const made = new Map<object, V>();
  return (resource) => {
    let value = made.get(resource);
    if (value === undefined) {
      value = make(resource);
      made.set(resource, value);
    }
    return value;
  };
}

/** Names joined into sets (union-find). */
class Joined {
  readonly #parent = new Map<string, string>();

  root(name: string): string {
    let at = name;
    for (let up = this.#parent.get(at); up !== undefined; up = this.#parent.get(at)) at = up;
    if (at !== name) this.#parent.set(name, at);
    return at;
  }

  join(a: string, b: string): void {
    const rootA = this.root(a);
    const rootB = this.root(b);
    // The smaller name is the root, so that the order of joining does not show.
    if (rootA < rootB) this.#parent.set(rootB, rootA);
    else if (rootB < rootA) this.#parent.set(rootA, rootB);
  }
}
