import type { Provenance, Subscription } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import type { Session } from '../../fhir/request.ts';
import type { Row } from '../../store/stored.ts';
import { BACKPORT } from './canonicals.ts';
import { extensionsOf } from './channel.ts';

/** How a Subscription is told, as an operator may set it. What it is told of is its client's to say. */
export interface Telling {
  /** Undefined for a websocket. */
  endpoint: string | undefined;
  /** `Name: value`; a masked value stands for the one that is kept. */
  header: string[];
  /** A media type; undefined for an empty POST. */
  payload: string | undefined;
  /** How much a notification of a topic says; undefined for one that is of none. */
  content: string | undefined;
}

/** Who changes it, and why. */
export interface Amender {
  by: string;
  why: string;
}

/** How a stored Subscription is told. */
export function tellingOf({ channel }: Subscription): Telling {
  const { endpoint, header = [], payload } = channel;
  const content = extensionsOf(channel._payload).find(({ url }) => url === BACKPORT.content)?.valueCode;
  return { endpoint, header: [...header], payload, content };
}

/**
 * Writes a Subscription's next version as an operator wants it told, through the same checks as its client's own, with a
 * Provenance that says who and why. It is asked for anew, with a handshake where it has one, unless it is put aside.
 * @param current the version that the operator saw, or one that differs from it only in what the server sets
 * @returns the version that is now
 * @throws Refusal with what stands in its way, RaceLost where another write came between
 */
export function amend(session: Session, current: Row, telling: Telling, { by, why }: Amender): Promise<number> {
  const before = parseExact(current.content as string, Number.POSITIVE_INFINITY) as Subscription;
  const next = { ...told(before, telling), status: before.status === 'off' ? 'off' : 'requested' } as Subscription;
  return session.atomically(async (inside) => {
    const { id, version: expected } = current;
    const { version } = await accept(inside, next, { interaction: 'update', id, current, expected });
    const provenance: Provenance = {
      resourceType: 'Provenance',
      target: [{ reference: `Subscription/${id}/_history/${version}` }],
      recorded: new Date(session.now).toISOString(),
      reason: [{ text: why }],
      agent: [{ who: { display: by } }],
    };
    await accept(inside, provenance, { interaction: 'create', expected: 0 });
    return version;
  });
}

function told(before: Subscription, { endpoint, header, payload, content }: Telling): Subscription {
  const { endpoint: _e, header: _h, payload: _p, _payload, ...channel } = before.channel;
  const others = extensionsOf(_payload).filter(({ url }) => url !== BACKPORT.content);
  const extension = [...others, ...(content === undefined ? [] : [{ url: BACKPORT.content, valueCode: content }])];
  return {
    ...before,
    channel: {
      ...channel,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(header.length === 0 ? {} : { header }),
      ...(payload === undefined ? {} : { payload }),
      ...(extension.length === 0 ? {} : { _payload: { extension } }),
    },
  };
}
