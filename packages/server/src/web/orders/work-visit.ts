import type { Role } from '../../roles.ts';
import { ROLES } from '../../roles.ts';
import type { Store } from '../../store/store.ts';
import type { DmdVisit } from '../dmd-visit.ts';
import { PageFault } from '../page.ts';
import type { You } from './acting-as.ts';

/** A request for one of the pages on which orders are worked on. */
export interface WorkVisit extends DmdVisit {
  readonly store: Store;
  /** Who somebody at the screen says that they are. */
  readonly you: You | undefined;
  /** The address asked for, with its query: where to come back to. */
  readonly here: string;
  /** A field of the form that was sent, trimmed; undefined where it is absent or empty. */
  field(name: string): string | undefined;
  /** All values of a field of the form. */
  fields(name: string): readonly string[];
}

/** Something to put right, at a field of a form; `page` where it is at none. */
export interface Problem {
  readonly field: string;
  readonly text: string;
  readonly rule?: string | undefined;
}

/** The work pages, and which servers have them. */
export type WorkPlace = 'ward' | 'pharmacy';

/** Does a server of this role have the pages of the ward, or of the pharmacy? */
export function hasPages(role: Role, place: WorkPlace): boolean {
  return ROLES[role].pages.includes(place);
}

/** The version of the form that was sent. */
export function versionSent(visit: WorkVisit, name = 'version'): number {
  const version = visit.field(name) ?? '';
  if (/^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw new PageFault(400, 'The form cannot be read', 'It does not say what it is about. Go back and try again.');
}
