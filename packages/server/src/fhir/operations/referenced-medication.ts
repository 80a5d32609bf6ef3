import type { Medication, Reference } from 'fhir/r4';
import { withOwnReferences } from '../own-references.ts';
import type { Session } from '../request.ts';
import { isId } from '../url.ts';

/** A Medication that a resource refers to, or why it is not at hand; neither where it refers to none outside itself. */
export interface ReferencedMedication {
  readonly medication?: Medication;
  readonly medicationMissing?: string;
}

/**
 * The Medication that `medicationReference` of a request or statement points to, where that is not contained: read from
 * the record, at the version that the reference names.
 */
export async function referencedMedication(session: Session, resource: unknown): Promise<ReferencedMedication> {
  // Whatever was sent: a resource that is none is refused by the translation.
  const own = withOwnReferences<unknown>(resource, session.base) as { medicationReference?: Reference | null } | null;
  const medicationReference = own?.medicationReference ?? undefined;
  const reference: unknown = medicationReference?.reference;
  if (medicationReference === undefined || (typeof reference === 'string' && reference.startsWith('#'))) return {};
  if (typeof reference !== 'string') {
    return missing(
      'The medication is named by an identifier only: refer to a Medication of this server, or contain it.',
    );
  }
  const shown = reference.slice(0, 120);
  const [type, id = '', history, version, ...more] = reference.split('/');
  const isVersion = history === '_history' && /^\d{1,9}$/.test(version ?? '');
  if (type !== 'Medication' || !isId(id) || more.length > 0 || (history !== undefined && !isVersion)) {
    return missing(
      `"${shown}" is no Medication of this server: nothing is fetched from elsewhere. Contain it instead.`,
    );
  }
  const row = isVersion
    ? await session.record.readVersion('Medication', id, Number(version))
    : await session.record.read('Medication', id);
  if (row === undefined) return missing(`There is no ${shown} on this server.`);
  if (row.content === null) return missing(`${shown} was deleted from this server.`);
  return { medication: JSON.parse(row.content) as Medication };
}

function missing(medicationMissing: string): ReferencedMedication {
  return { medicationMissing };
}
