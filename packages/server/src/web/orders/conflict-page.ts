import type { Page } from '../page.ts';
import type { Change } from '../version-changes.ts';
import type { WorkVisit } from './work-visit.ts';

/** Changes shown; more than that, and the whole is to be looked at anew anyway. */
const SHOWN = 12;

/** The page for whoever would have written over what somebody else wrote: what that was, and the way on. */
export function conflictPage(visit: Pick<WorkVisit, 'you'>, changes: readonly Change[], back: string): Page {
  return {
    view: 'order-conflict',
    title: 'Changed meanwhile: nothing was saved',
    status: 409,
    model: { changes: changes.slice(0, SHOWN), more: Math.max(0, changes.length - SHOWN), back, you: visit.you },
  };
}
