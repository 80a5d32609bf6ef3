import type { OperationOutcome } from 'fhir/r4';
import type { Row, Stored } from '../../store/stored.ts';
import type { Written } from '../../store/write.ts';
import { etag } from '../preconditions.ts';
import { information } from '../refusal.ts';
import type { FhirAnswer } from '../request.ts';

/** The answer that carries one version of a resource. */
export function answerWith(row: Row | Stored, status = 200): FhirAnswer {
  const text = 'content' in row ? row.content : row.text;
  return {
    status,
    ...(text === null ? {} : { text }),
    etag: etag(row.version),
    lastModified: row.lastUpdated,
  };
}

/** The answer to a write: 201 with the place of what is new, 200 for a new version. */
export function answerWritten(written: Written): FhirAnswer {
  const { type, id, version, warnings = [] } = written;
  const outcome = information(`${written.existed ? 'Updated' : 'Created'} ${type}/${id}, version ${version}.`);
  for (const diagnostics of warnings) outcome.issue.push({ severity: 'warning', code: 'business-rule', diagnostics });
  return {
    ...answerWith(written, written.existed ? 200 : 201),
    location: `${type}/${id}/_history/${version}`,
    outcome,
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(written.findings === undefined ? {} : { findings: written.findings }),
    wrote: true,
  };
}

/** The answer to a conditional create that found what it would make. */
export function answerExisting(existing: Stored): FhirAnswer {
  return { ...answerWith(existing), location: `${existing.reference}/_history/${existing.version}`, wrote: true };
}

/** An answer that is an OperationOutcome. */
export function answerOutcome(status: number, outcome: OperationOutcome): FhirAnswer {
  return { status, text: JSON.stringify(outcome) };
}
