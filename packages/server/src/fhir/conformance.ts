import {
  type CheckOptions,
  check,
  isShapeFault,
  type Layer,
  type LayerFinding,
  layers,
  type ProfileBook,
} from '@concord/conformance';
import type { FhirResource, OperationOutcome } from 'fhir/r4';
import type { Findings } from '../store/findings.ts';
import { answeredBy } from '../terminology/answered.ts';
import type { Terminology } from '../terminology/terminology.ts';
import { outcomeOf } from './check-outcome.ts';
import { Refusal, refuse } from './refusal.ts';
import type { FhirAnswer, Session } from './request.ts';
import { sendersOf } from './sender.ts';
import { unstorableText } from './storable-text.ts';

/** What the errors of one layer of checks do to a write. */
export type OnWrite =
  /** They refuse it. */
  | 'refuse'
  /** They, and all else that is found, are kept with it, and told to a client that asks for it. */
  | 'warn'
  /** The layer is not checked. */
  | 'off';

/** For each layer of checks, what it does to a write. */
export interface ConformanceSettings extends Readonly<Record<Layer, OnWrite>> {
  /** What is otherwise for some senders, by ODS code or by the URI of their system. */
  readonly sources: { readonly [sender: string]: Partial<Readonly<Record<Layer, OnWrite>>> };
}

/** The same with what the site has to check by. */
export interface Conformance extends ConformanceSettings {
  /** The profiles of FHIR packages. */
  readonly profiles?: ProfileBook | undefined;
  /** The terminology server, asked about value sets that cannot be listed here. */
  readonly terminology?: Terminology | undefined;
}

/** Errors refuse, in every layer. */
export const DEFAULT_CONFORMANCE: ConformanceSettings = {
  fhir: 'refuse',
  'uk-core': 'refuse',
  profile: 'refuse',
  guide: 'refuse',
  dmd: 'refuse',
  dosage: 'refuse',
  identity: 'refuse',
  sources: {},
};

/** What every check here is told: this server acts on doNotPerform. */
export function checkOptions(session: Session): CheckOptions {
  return {
    now: new Date(session.now).toISOString(),
    dictionary: session.release?.dictionary,
    profiles: session.conformance.profiles,
    actsOnDoNotPerform: true,
  };
}

/**
 * Checks a resource that is about to be written, as its sender is to be checked.
 * @returns what is to be kept with it; undefined where there is nothing
 * @throws Refusal 422 with everything that was found, where some of it refuses
 */
export async function examine(session: Session, resource: FhirResource): Promise<Findings | undefined> {
  const senders = [...(session.sender === undefined ? [] : [session.sender]), ...sendersOf(resource, session.beside)];
  const onWrite = settingsFor(session.conformance, senders);
  const asked = layers.filter((layer) => onWrite[layer] !== 'off');
  if (onWrite.dmd !== 'off') session.release ??= await session.dmd?.find();
  const checked = await answered(session, check(resource, { ...checkOptions(session), layers: asked }));
  const found = onWrite.fhir === 'off' ? [...shapeFaults(resource), ...checked] : checked;
  // What has not the shape of FHIR can be neither found nor shown: no setting lets it in.
  const refuses = ({ severity, layer, rule }: LayerFinding) =>
    severity === 'error' && (onWrite[layer] === 'refuse' || (layer === 'fhir' && isShapeFault({ rule })));
  const refusing = found.filter(refuses);
  if (refusing.length > 0) {
    throw new Refusal(422, outcomeOf([...refusing, ...asWarnings(found.filter((each) => !refuses(each)))]));
  }
  const expression = unstorableText(resource, resource.resourceType);
  if (expression !== undefined) {
    const says = 'The text has a character that no text may have (NUL, or half of one): remove it.';
    throw refuse(422, 'value', says, { expression, rule: 'FHIR-format' });
  }
  if (found.length === 0) return undefined;
  return { source: senders[0] ?? '', found };
}

/** The faults of shape, where nothing else of FHIR is checked. */
function shapeFaults(resource: FhirResource): LayerFinding[] {
  return check(resource, { layers: ['fhir'] }).filter(isShapeFault);
}

/**
 * The findings, with what the terminology server says of codes that could not be checked here. In a transaction, which
 * others wait for, only what is known already: {@link askAhead} asks before it.
 */
export async function answered(session: Session, found: LayerFinding[]): Promise<LayerFinding[]> {
  return answeredBy(session.conformance.terminology, found, !session.transacting);
}

/** Asks the terminology server, in one call, about what will be checked within a transaction. */
export async function askAhead(session: Session, resources: readonly unknown[]): Promise<void> {
  const { terminology } = session.conformance;
  if (terminology === undefined) return;
  const options = { ...checkOptions(session), layers: ['uk-core', 'profile'] as const };
  await terminology.ask(resources.flatMap((each) => check(each, options)).flatMap(({ question }) => question ?? []));
}

/** The settings for a sender: the first of its names that there are some for. */
function settingsFor(conformance: Conformance, senders: readonly string[]): Conformance {
  const { sources } = conformance;
  const named = senders.find((each) => Object.hasOwn(sources, each));
  return named === undefined ? conformance : { ...conformance, ...sources[named] };
}

/** What was accepted all the same is a warning. */
function asWarnings(found: readonly LayerFinding[]): LayerFinding[] {
  return found.map((each) => (each.severity === 'error' ? { ...each, severity: 'warning' } : each));
}

/** What a write that was accepted is told of, when its client asks for an OperationOutcome. */
export function withRemarks(answer: FhirAnswer): OperationOutcome | undefined {
  const found = answer.findings?.found ?? [];
  if (found.length === 0) return answer.outcome;
  const { issue } = outcomeOf(asWarnings(found));
  return { resourceType: 'OperationOutcome', issue: [...(answer.outcome?.issue ?? []), ...issue] };
}
