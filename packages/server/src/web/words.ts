import type { Flag, Group } from '@concord/medication-record';

/** A status in a box: always words, the colour only beside them. */
export interface Tag {
  readonly text: string;
  readonly colour: 'green' | 'blue' | 'grey' | 'yellow' | 'orange' | 'red' | 'purple' | 'white';
}

/** Shown on every line that is for review. */
export const NEEDS_REVIEW: Tag = { text: 'Needs review', colour: 'orange' };

/** On a line that is kept in view and is not current. */
export const NOT_CURRENT: Tag = { text: 'Not current', colour: 'grey' };

/** The tag of a line that its group alone marks as not simply current. */
export const GROUP_TAGS: { readonly [group in Group]?: Tag } = {
  supplied: { text: 'Supplied', colour: 'blue' },
  'on-hold': { text: 'Suspended', colour: 'yellow' },
  undated: { text: 'Date unknown', colour: 'orange' },
  planned: { text: 'Planned', colour: 'blue' },
  stopped: { text: 'Stopped', colour: 'red' },
  'not-taken': { text: 'Not taken', colour: 'grey' },
  past: NOT_CURRENT,
};

/** What a reader is told for each flag: a sentence, and a tag where it must catch the eye. */
export const FLAG_WORDS: { readonly [flag in Flag]: { readonly words: string; readonly tag?: Tag } } = {
  noEndDate: { words: 'No end date is recorded.' },
  completedNoEnd: { words: 'Marked as completed, but no end date says when.' },
  endsToday: { words: 'Today is its last day.', tag: { text: 'Ends today', colour: 'yellow' } },
  imprecise: { words: 'A date is known only to the month or year.' },
  unreadableDate: { words: 'A date in the record cannot be read, and was not used.' },
  startInferred: { words: 'No start is recorded: the date it was written down stands for it.' },
  typeAssumed: { words: 'Nothing says acute or repeat: treated as repeat.' },
  stale: { words: 'Neither started nor issued in the last two years.' },
  staleButOpen: { words: 'Still authorised, but not issued for two years.' },
  issuesNotKnown: { words: 'Its issues are not known here, so it may be newer than it looks.' },
  unissued: { words: 'Authorised, never issued.', tag: { text: 'Not issued', colour: 'white' } },
  issuedSinceRecorded: { words: 'Issued again since its statement was last updated.' },
  noDates: { words: 'No date at all is recorded.' },
  future: { words: 'Starts in the future.' },
  dateConflict: { words: 'Its end is before its start: the dates were not used.' },
  statusDateConflict: { words: 'Its status and its dates say different things.' },
  statusConflict: { words: 'Its statement and its prescription have different statuses.' },
  statusUnknown: { words: 'Its status is not known.' },
  planNotHeld: { words: 'Only an issue is held here, not the prescription plan behind it.' },
  superseded: {
    words: 'A later prescription takes its place, with another medicine or dose.',
    tag: { text: 'Replaced', colour: 'orange' },
  },
  clinicalTrial: {
    words: 'A medicine under trial, whose name is not known here. It takes no part in decision support.',
    tag: { text: 'Clinical trial', colour: 'purple' },
  },
  doNotPerform: { words: 'An instruction not to give this medicine.', tag: { text: 'Do not give', colour: 'red' } },
};

/** FHIR statuses in words. A status that is not here is shown as it is. */
const STATUS_TAGS: { readonly [status: string]: Tag } = {
  active: { text: 'Active', colour: 'green' },
  completed: { text: 'Completed', colour: 'grey' },
  'entered-in-error': { text: 'Entered in error', colour: 'red' },
  intended: { text: 'Intended', colour: 'blue' },
  stopped: { text: 'Stopped', colour: 'red' },
  'on-hold': { text: 'On hold', colour: 'yellow' },
  unknown: { text: 'Status unknown', colour: 'grey' },
  'not-taken': { text: 'Not taken', colour: 'grey' },
  'not-done': { text: 'Not given', colour: 'red' },
  'in-progress': { text: 'In progress', colour: 'blue' },
  preparation: { text: 'In preparation', colour: 'blue' },
  cancelled: { text: 'Cancelled', colour: 'red' },
  declined: { text: 'Declined', colour: 'red' },
  draft: { text: 'Draft', colour: 'white' },
};

/** A resource's status as a tag. */
export function statusTag(status: unknown): Tag | undefined {
  if (typeof status !== 'string' || status === '') return undefined;
  return STATUS_TAGS[status] ?? { text: status, colour: 'grey' };
}

const INTENTS: { readonly [intent: string]: string } = {
  proposal: 'Proposed prescription',
  plan: 'Prescription plan',
  order: 'Prescription',
  'original-order': 'Prescription',
  'reflex-order': 'Prescription',
  'filler-order': 'Prescription',
  'instance-order': 'Prescription',
  option: 'Prescription option',
};

const TYPES: { readonly [type: string]: string } = {
  AllergyIntolerance: 'Allergy or intolerance',
  MedicationAdministration: 'Administration',
  MedicationDispense: 'Dispense',
  MedicationRequest: 'Prescription',
  MedicationStatement: 'Statement',
  PractitionerRole: 'Practitioner role',
  RelatedPerson: 'Related person',
};

/** What a resource is called on pages: `Prescription plan`, `Dispense`, `Organization`. */
export function kindOf(resource: { resourceType: string; intent?: unknown }): string {
  const { resourceType, intent } = resource;
  const byIntent = resourceType === 'MedicationRequest' ? INTENTS[String(intent)] : undefined;
  return byIntent ?? TYPES[resourceType] ?? resourceType;
}
