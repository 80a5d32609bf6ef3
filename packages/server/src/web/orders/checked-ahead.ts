import type { OperationOutcomeIssue } from 'fhir/r4';
import { outcomeOf } from '../../fhir/check-outcome.ts';
import { askAhead, examine } from '../../fhir/conformance.ts';
import { Refusal } from '../../fhir/refusal.ts';
import { severityTag } from '../found-words.ts';
import type { Tag } from '../words.ts';
import type { WorkVisit } from './work-visit.ts';
import { ownSession, type Worked } from './write-order.ts';

/** Something that the checks say of an order. */
interface Remark {
  readonly tag: Tag;
  readonly says: string;
  readonly rule: string | undefined;
}

/** What the checks say of an order that is not written yet. */
export interface CheckedAhead {
  /** Errors first; that nothing is wrong is not said. */
  readonly remarks: readonly Remark[];
  readonly hasError: boolean;
  /** It would not be accepted so. */
  readonly isRefused: boolean;
}

/** What the checks would say of orders if they were written now: the same checks as when they are. */
export async function checkedAhead(visit: WorkVisit, resources: readonly Worked[]): Promise<CheckedAhead[]> {
  const session = ownSession(visit);
  await askAhead(session, resources);
  return Promise.all(
    resources.map(async (each) => {
      try {
        const findings = await examine(session, each);
        return checked(outcomeOf(findings?.found ?? []).issue, false);
      } catch (error) {
        if (error instanceof Refusal) return checked(error.outcome.issue, true);
        throw error;
      }
    }),
  );
}

const isError = ({ severity }: OperationOutcomeIssue) => severity === 'error' || severity === 'fatal';

function checked(issues: readonly OperationOutcomeIssue[], isRefused: boolean): CheckedAhead {
  const told = issues.filter(({ severity }) => severity !== 'information');
  const remarks = [...told.filter(isError), ...told.filter((each) => !isError(each))].map((each) => ({
    tag: severityTag(isError(each) ? 'error' : each.severity),
    says: each.diagnostics ?? each.details?.text ?? 'The checks found something',
    rule: each.details?.coding?.[0]?.code,
  }));
  return { remarks, hasError: told.some(isError), isRefused };
}
