import type { FhirResource, Subscription } from 'fhir/r4';
import type { Queryable } from '../../store/database.ts';
import type { Fault } from './fault.ts';

/** What everyone reads instead of a header's value. */
const MASK = '********';

/** Headers of the message itself, which are the server's to set. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...[
    'host',
    'content-length',
    'content-type',
    'transfer-encoding',
    'connection',
    'upgrade',
    'te',
    'trailer',
    'expect',
  ],
]);

/** `Name: value`, by the characters that HTTP allows; no line ends. */
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\x21-\x7e][\x20-\x7e]*)$/;

/**
 * Takes the values out of a Subscription's headers. One that comes back masked stands for what was kept under its name.
 * @param kept what is kept at present: `Name: value`, in order
 * @returns the resource as everyone may read it, and the headers to keep
 */
export function maskHeaders(
  resource: FhirResource,
  kept: readonly string[],
  faults: Fault[],
): { masked: FhirResource; headers: string[] } {
  const { channel } = resource as Subscription;
  const given: unknown = channel?.header;
  if (!Array.isArray(given)) return { masked: resource, headers: [] };
  const left = kept.map(partsOf);
  const headers: string[] = [];
  const shown = given.map((text: unknown, i) => {
    const expression = `Subscription.channel.header[${i}]`;
    const [name, value] = typeof text === 'string' ? partsOf(text) : [];
    if (name === undefined || value === undefined || OWN_HEADERS.has(name.toLowerCase())) {
      const diagnostics = `A header is written "Name: value", and is none of ${[...OWN_HEADERS].join(', ')}.`;
      faults.push({ code: 'value', expression, diagnostics });
      return MASK;
    }
    if (value !== MASK) headers.push(`${name}: ${value}`);
    else {
      const at = left.findIndex(([other]) => other?.toLowerCase() === name.toLowerCase());
      const [same] = at < 0 ? [] : left.splice(at, 1);
      if (same === undefined) {
        const diagnostics = `The value of ${name} is masked, and none is kept under that name: send it.`;
        faults.push({ code: 'value', expression, diagnostics });
      } else headers.push(`${name}: ${same[1]}`);
    }
    return `${name}: ${MASK}`;
  });
  return { masked: { ...resource, channel: { ...channel, header: shown } } as FhirResource, headers };
}

/** Does a header have its value masked? */
export function isMasked(header: string): boolean {
  return partsOf(header)[1] === MASK;
}

function partsOf(text: string): [name?: string, value?: string] {
  const [, name, value] = HEADER.exec(text) ?? [];
  return name === undefined ? [] : [name, value?.trimEnd()];
}

/** The headers that are kept for a Subscription. */
export async function readHeaders(q: Queryable, id: string): Promise<string[]> {
  const [row] = await q.query<{ headers: string }>('select headers from subscription_secret where id = $1', [id]);
  return headersIn(row?.headers);
}

/** The list in what the database has. */
export function headersIn(text: string | null | undefined): string[] {
  return text === null || text === undefined ? [] : (JSON.parse(text) as string[]);
}

/** Keeps the headers of a Subscription, or that it has none. */
export async function keepHeaders(q: Queryable, id: string, headers: readonly string[]): Promise<void> {
  if (headers.length === 0) await q.query('delete from subscription_secret where id = $1', [id]);
  else {
    await q.query(
      `insert into subscription_secret (id, headers) values ($1, $2)
        on conflict (id) do update set headers = excluded.headers`,
      [id, JSON.stringify(headers)],
    );
  }
}

/** Headers as `fetch` takes them. */
export function asHeaders(headers: readonly string[]): [string, string][] {
  return headers.map((text) => partsOf(text) as [string, string]);
}
