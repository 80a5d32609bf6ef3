import { isPatientSystem } from '../identity/systems.ts';
import { child, children, text } from '../invariants/reading.ts';
import type { Here } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

/** What tells whose a resource is: national numbers by system, the Patient resource, the address. */
interface Whose {
  readonly numbers: ReadonlyMap<string, string>;
  readonly patient: JsonObject | undefined;
  readonly address: string | undefined;
}

/** What tells whose a resource is; undefined where nothing does, or where it is about no patient. */
function whoseIs(resource: JsonObject, here: Here): Whose | undefined {
  const reference = patientReference(resource);
  const literal = text(reference, 'reference');
  const isLocal = literal?.startsWith('#') === true;
  const target = isLocal
    ? children(resource, 'contained').find((each) => text(each, 'id') === literal.slice(1))
    : here.target(reference);
  const type = text(target, 'resourceType') ?? text(reference, 'type') ?? parts(literal)?.type ?? 'Patient';
  if (reference === undefined || type !== 'Patient') return undefined;
  const numbers = numbersIn([child(reference, 'identifier'), ...children(target, 'identifier')]);
  const address = isLocal ? undefined : literal;
  if (numbers.size === 0 && address === undefined) return undefined;
  return { numbers, patient: isLocal ? undefined : target, address };
}

/** The Reference that says whose a resource is. */
export function patientReference(resource: JsonObject): JsonObject | undefined {
  return child(resource, 'subject') ?? child(resource, 'patient');
}

/** National numbers among identifiers, by system. */
function numbersIn(identifiers: readonly (JsonObject | undefined)[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const identifier of identifiers) {
    const [system, value] = [text(identifier, 'system'), text(identifier, 'value')];
    if (system !== undefined && value !== undefined && isPatientSystem(system)) found.set(system, value);
  }
  return found;
}

/**
 * True where two are certainly of different patients. A number says more than an address: one patient has several
 * addresses, and who is named by number only may be anyone who is named by address only.
 */
function areDifferent(a: Whose, b: Whose): boolean {
  const shared = [...a.numbers].filter(([system]) => b.numbers.has(system));
  if (shared.length > 0) return shared.every(([system, number]) => b.numbers.get(system) !== number);
  if (a.patient && b.patient) return a.patient !== b.patient;
  if (a.numbers.size > 0 || b.numbers.size > 0) return false;
  return a.address !== undefined && b.address !== undefined && differ(a.address, b.address);
}

/** True for two addresses at one place: another server may have the same patient under another id. */
function differ(a: string, b: string): boolean {
  const [first, second] = [parts(a), parts(b)];
  if (first && second) return first.base === second.base && first.id !== second.id;
  return !first && !second && a !== b;
}

/** `https://host/fhir/Patient/1` in parts; undefined for what is no address of a resource, such as a urn. */
function parts(address: string | undefined): { base: string; type: string; id: string } | undefined {
  const found = /^(|.*\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(
    address?.slice(0, 2048) ?? '',
  );
  return found ? { base: found[1] ?? '', type: found[2] ?? '', id: found[3] ?? '' } : undefined;
}

/** True where two resources are certainly of different patients. */
export function differentPatients(a: JsonObject, b: JsonObject, here: Here): boolean {
  const [first, second] = [whoseIs(a, here), whoseIs(b, here)];
  return first !== undefined && second !== undefined && areDifferent(first, second);
}

/** Those of the resources that are certainly about another patient than the first that is about one. */
export function ofOthers<Entry extends { readonly resource: JsonObject }>(
  entries: readonly Entry[],
  here: Here,
): Entry[] {
  let first: Whose | undefined;
  return entries.filter(({ resource }) => {
    const whose = whoseIs(resource, here);
    if (whose === undefined) return false;
    if (first !== undefined && areDifferent(first, whose)) return true;
    // What any of them tells of the patient counts for those that follow.
    first = first === undefined ? whose : merged(first, whose);
    return false;
  });
}

function merged(a: Whose, b: Whose): Whose {
  const numbers = b.numbers.size === 0 ? a.numbers : new Map([...b.numbers, ...a.numbers]);
  return { numbers, patient: a.patient ?? b.patient, address: a.address ?? b.address };
}

/** True where a Reference names another national number than the Patient that it leads to. */
export function namesAnother(reference: JsonObject | undefined, here: Here): boolean {
  const target = here.target(reference);
  const named = numbersIn([child(reference, 'identifier')]);
  if (named.size === 0 || target?.resourceType !== 'Patient') return false;
  const held = numbersIn(children(target, 'identifier'));
  return [...named].some(([system, number]) => (held.get(system) ?? number) !== number);
}
