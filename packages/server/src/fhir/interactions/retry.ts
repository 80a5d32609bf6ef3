import type { FhirResource } from 'fhir/r4';
import { type BusinessKey, businessKeys, holdersOf } from '../../store/claims.ts';
import { Stored } from '../../store/stored.ts';
import { RaceLost } from '../../store/write.ts';
import { parseExact } from '../exact-json.ts';
import { withOwnReferences } from '../own-references.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import { contentText } from '../same-content.ts';

/** A create whose business key is another resource's. */
export class KeyInUse extends Refusal {
  /** The resource that has it: `Type/id`. */
  readonly reference: string;

  constructor(reference: string) {
    const { status, outcome } = refuse(
      409,
      'duplicate',
      `An identifier of this resource is in use by ${reference}: it is the business key, and one resource has it. Update that one, or create with If-None-Exist.`,
      { expression: 'identifier', rule: 'R-272' },
    );
    super(status, outcome);
    this.reference = reference;
  }
}

/** The key was free when it was looked for in this transaction, and was taken since: to be done again. */
export class KeyRace extends RaceLost {
  readonly refusal: KeyInUse;

  constructor(refusal: KeyInUse) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** The resource that has a business key of one that is to be created; undefined where all are free. */
export async function holderOf(session: Session, resource: FhirResource): Promise<string | undefined> {
  return (await holdersAmong(session, [resource])).get(resource);
}

/** The same for many, asked together: of each whose business key is taken, the resource that has it. */
export async function holdersAmong(
  session: Session,
  resources: readonly FhirResource[],
): Promise<Map<FhirResource, string>> {
  const holders = new Map<FhirResource, string>();
  for (const [type, ofType] of Map.groupBy(resources, ({ resourceType }) => resourceType)) {
    const named = ofType.flatMap((resource) => businessKeys(resource).map((key) => ({ resource, key })));
    const found = await holdersOf(
      session.record.q,
      type,
      named.map(({ key }) => key),
    );
    const byKey = new Map(found.map((each) => [nameOf(each), `${type}/${each.id}`]));
    for (const { resource, key } of named) {
      const holder = byKey.get(nameOf(key));
      if (holder !== undefined && !holders.has(resource)) holders.set(resource, holder);
    }
  }
  return holders;
}

const nameOf = ({ system, value }: BusinessKey) => JSON.stringify([system, value]);

/**
 * The first version of a resource, where a create that says the same is a retry of it: its answer was lost.
 * @param reference `Type/id` of the resource that has the business key
 * @throws KeyInUse where it says something else
 */
export async function firstOf(session: Session, reference: string, resource: FhirResource): Promise<Stored> {
  const [type = '', id = ''] = reference.split('/');
  const first = await session.record.readVersion(type, id, 1);
  if (first?.content != null) {
    const kept = parseExact(first.content, Number.POSITIVE_INFINITY) as unknown as FhirResource;
    if (contentText(kept) === contentText(withOwnReferences(resource, session.base))) return new Stored(first);
  }
  throw new KeyInUse(reference);
}
