import type { Page, Redirect } from '../page.ts';
import { REGISTERS, type You, youCookie, youFaults } from './acting-as.ts';
import type { Problem, WorkVisit } from './work-visit.ts';

/** Asks who somebody is. It is no sign-in, and says so. */
function whoPage(visit: WorkVisit, back: string, problems: readonly Problem[] = [], asked?: You): Page {
  return {
    view: 'who-are-you',
    title: `${problems.length > 0 ? 'Error: ' : ''}Who are you?`,
    status: problems.length > 0 ? 400 : 200,
    model: { back, problems, asked: asked ?? visit.you, registers: REGISTERS },
  };
}

/** The page by itself: `/you?back=/ward`. */
export async function askWho(visit: WorkVisit): Promise<Page> {
  return whoPage(visit, ownAddress(visit.query('back')));
}

/** Takes what somebody says that they are, and goes back to where they were. */
export async function sayWho(visit: WorkVisit): Promise<Page | (Redirect & { readonly cookie: string })> {
  const you: You = {
    name: visit.field('you-name') ?? '',
    register: visit.field('you-register') ?? '',
    number: (visit.field('you-number') ?? '').replace(/\s/g, '').toUpperCase(),
  };
  const back = ownAddress(visit.field('back'));
  const faults = youFaults(you);
  return faults.length > 0 ? whoPage(visit, back, faults, you) : { redirect: back, cookie: youCookie(you) };
}

/** A page before which somebody must have said who they are. */
export function withYou(make: (visit: WorkVisit) => Promise<Page | Redirect>) {
  return async (visit: WorkVisit): Promise<Page | Redirect> =>
    visit.you === undefined ? whoPage(visit, visit.here) : make(visit);
}

/** Only addresses of this server are gone back to. */
function ownAddress(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}
