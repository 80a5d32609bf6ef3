import { canBecome, judgeTransition, LIFE_CYCLES, type LifeCycleType } from '@concord/medication-record';
import type { FhirResource } from 'fhir/r4';
import { ROLES } from '../roles.ts';
import type { Row } from '../store/stored.ts';
import { refuse } from './refusal.ts';
import type { Session } from './request.ts';

/** Has a type of resource a life cycle, so that its status is judged by what it was before? */
export function hasLifeCycle(type: string): type is LifeCycleType {
  return Object.hasOwn(LIFE_CYCLES, type);
}

/** What is judged: the version that the write replaces, and how the write came. */
export interface LifeStep {
  /** The current version, where there is one with content. */
  current?: Row | undefined;
  /** The version that the change follows, where that is an earlier one. */
  follows?: Row | undefined;
  /** Changes between may not have been seen. */
  skips?: boolean | undefined;
  /** A PUT that creates copies a record, which may be at any point of its life. */
  copies?: boolean | undefined;
}

/**
 * Judges the change of a resource's status: `from` is what the current version says, `to` what is about to be written.
 * @returns what the sender should know though it is accepted
 * @throws Refusal 409 for a change that the life cycle does not have, 422 for a status in which no life begins
 */
export function judgeLife(
  session: Session,
  resource: FhirResource,
  { current, follows = current, skips, copies }: LifeStep,
): string[] {
  const type = resource.resourceType;
  if (!hasLifeCycle(type)) return [];
  const { status } = resource as { status?: unknown };
  // A status that is missing or no text is for the checks of structure, where the site has them.
  if (typeof status !== 'string') return [];
  const from = follows?.content == null ? undefined : statusOf(follows.content);
  const isOwn = session.origin === 'own';
  const by = isOwn ? ROLES[session.role].party : undefined;
  const judgement = judgeTransition(type, from, status, { origin: isOwn ? 'own' : 'elsewhere', by });
  const { verdict, rule, message } = judgement;
  if (verdict === 'allowed') return [];
  if (verdict === 'warned') return [`${rule}: ${message}`];
  const isStatus = LIFE_CYCLES[type].statuses.some((each) => each.status === status);
  if (from === undefined && copies && isStatus) return [];
  if (from !== undefined && skips && canBecome(type, from, status)) return [];
  const expression = `${type}.status`;
  if (from === undefined) throw refuse(422, 'business-rule', message, { expression, rule });
  throw refuse(409, 'business-rule', `The status is ${from}, not to be changed to ${status}. ${message}`, {
    expression,
    rule,
  });
}

function statusOf(content: string): string | undefined {
  const { status } = JSON.parse(content) as { status?: unknown };
  return typeof status === 'string' ? status : 'unknown';
}
