import type { Bundle, FhirResource, Parameters, ParametersParameter } from 'fhir/r4';
import { localReference } from '../../store/patients.ts';

/** What a Subscription's notification says. */
export interface Notification {
  type: string;
  /** How many events there were since the Subscription began. */
  events: number | undefined;
  /** What is told of: the events' numbers, and what they are about where that is said. */
  told: { number: number; focus: string | undefined }[];
  /** `active`, `error`, `off`. */
  status: string | undefined;
}

/**
 * Reads a notification of the Subscriptions R5 Backport guide for R4: a Bundle that begins with Parameters.
 * @param base the server's that sent it, for references that are written with it
 * @returns undefined for anything else
 */
export function readNotification(body: FhirResource | undefined, base: string): Notification | undefined {
  const status = (body as Bundle | undefined)?.entry?.[0]?.resource;
  if (body?.resourceType !== 'Bundle' || status?.resourceType !== 'Parameters') return undefined;
  const { parameter = [] } = status as Parameters;
  const type = textOf(named(parameter, 'type'));
  if (type === undefined) return undefined;
  const told = parameter
    .filter(({ name }) => name === 'notification-event')
    .flatMap(({ part = [] }) => {
      const number = numberOf(named(part, 'event-number'));
      return number === undefined ? [] : [{ number, focus: focusOf(named(part, 'focus'), base) }];
    });
  const events = numberOf(named(parameter, 'events-since-subscription-start'));
  return { type, events, told, status: textOf(named(parameter, 'status')) };
}

function named(parameters: readonly ParametersParameter[], name: string): ParametersParameter | undefined {
  return parameters.find((each) => each.name === name);
}

function textOf(parameter: ParametersParameter | undefined): string | undefined {
  return parameter?.valueCode ?? parameter?.valueString;
}

/** A count: text in the guide for R4, since an integer is too small for it; some send a number. */
function numberOf(parameter: ParametersParameter | undefined): number | undefined {
  const value = Number(parameter?.valueString ?? parameter?.valueInteger ?? parameter?.valueUnsignedInt ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** `Type/id`; undefined where it is not of that server. */
function focusOf(parameter: ParametersParameter | undefined, base: string): string | undefined {
  const literal = parameter?.valueReference?.reference;
  const local = localReference(literal?.startsWith(`${base}/`) ? literal.slice(base.length + 1) : literal);
  return local === undefined ? undefined : `${local.type}/${local.id}`;
}
