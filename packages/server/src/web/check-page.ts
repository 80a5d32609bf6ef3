import { type CheckOptions, check, type Direction, layers, type Mode } from '@concord/conformance';
import { type MessageReport, messageReport } from '../check/message-report.ts';
import { faultSentence, readMessage } from '../check/read-message.ts';
import { nameOf } from '../dmd/dmd.ts';
import type { Conformance } from '../fhir/conformance.ts';
import { answeredBy } from '../terminology/answered.ts';
import type { DmdVisit } from './dmd-visit.ts';
import type { Page } from './page.ts';

/** A longer message is for the command, which needs no browser to show it. */
export const LONGEST_MESSAGE = 2_000_000;

const MODES: readonly { readonly code: Mode; readonly words: string }[] = [
  { code: 'any', words: 'Any: what differs by setting is a warning' },
  { code: 'hospital', words: 'Hospital' },
  { code: 'gp', words: 'GP practice' },
];
const DIRECTIONS: readonly { readonly code: Direction; readonly words: string }[] = [
  { code: 'receive', words: 'Received, or held' },
  { code: 'send', words: 'About to be sent: more is asked' },
];

/** What the form sends. */
export interface CheckForm {
  /** What was pasted. */
  readonly message: string;
  /** A file that was picked takes the place of what was pasted. */
  readonly file?: string | undefined;
  readonly mode?: string | undefined;
  readonly direction?: string | undefined;
}

/** The form, with nothing asked yet. */
export async function checkPage(visit: DmdVisit): Promise<Page> {
  return page(await releaseName(visit), { message: '' });
}

/** The form and the report of what was sent with it. Nothing of it is kept. */
export async function checkedPage(visit: DmdVisit, form: CheckForm): Promise<Page> {
  const message = form.file === undefined || form.file.trim() === '' ? form.message : form.file;
  const release = await visit.dmd?.find();
  const name = release === undefined ? undefined : nameOf(release);
  const asked = { ...form, message };
  if (message.length > LONGEST_MESSAGE) return tooLong(name, asked);
  const mode = MODES.find(({ code }) => code === (form.mode || 'any'))?.code;
  const direction = DIRECTIONS.find(({ code }) => code === (form.direction || 'receive'))?.code;
  if (mode === undefined) return page(name, asked, { field: 'mode', text: 'Choose a setting of the list' });
  if (direction === undefined) {
    return page(name, asked, { field: 'direction', text: 'Choose whether the message is received or sent' });
  }
  const read = readMessage(message);
  if ('fault' in read) {
    const text = message.trim() === '' ? 'Paste a message, or choose a file' : faultSentence(read);
    return page(name, asked, { field: 'message', text, near: near(message, read.line, read.column) });
  }
  // As `$validate` checks: with all that this server has to check by.
  const { profiles, terminology }: Conformance = visit.config.conformance;
  const options: CheckOptions = {
    ...{ mode, direction, layers, now: new Date(visit.now).toISOString(), actsOnDoNotPerform: true },
    ...{ dictionary: release?.dictionary, profiles },
  };
  const found = await answeredBy(terminology, check(read.resource, options));
  return page(name, asked, undefined, messageReport(read, options, found));
}

/** The form again, for a message that is longer than is read here. */
export async function tooLongPage(visit: DmdVisit): Promise<Page> {
  return tooLong(await releaseName(visit), { message: '' });
}

function tooLong(release: string | undefined, asked: CheckForm): Page {
  const text = `The message is larger than ${LONGEST_MESSAGE / 1_000_000} MB: check its file with the command concord check`;
  return { ...page(release, { ...asked, message: '' }, { field: 'message', text }), status: 413 };
}

async function releaseName({ dmd }: DmdVisit): Promise<string | undefined> {
  const release = await dmd?.find();
  return release === undefined ? undefined : nameOf(release);
}

interface FormFault {
  readonly field: string;
  readonly text: string;
  /** The line at fault, and a mark under the place. */
  readonly near?: { readonly before: string; readonly at: string; readonly after: string } | undefined;
}

function page(release: string | undefined, asked: CheckForm, fault?: FormFault, report?: MessageReport): Page {
  const title = 'Check a message';
  return {
    view: 'check',
    title: fault ? `Error: ${title}` : report ? `${sentence(report.summary)} – ${title}` : title,
    status: fault ? 400 : 200,
    model: {
      ...{ release, fault, report, longest: LONGEST_MESSAGE, modes: MODES, directions: DIRECTIONS },
      asked: { message: asked.message, mode: asked.mode || 'any', direction: asked.direction || 'receive' },
      headline: report && sentence(report.summary),
    },
  };
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const AROUND = 60;

/** What stands about a place in a text, on its line. */
function near(text: string, line: number | undefined, column: number | undefined): FormFault['near'] {
  if (line === undefined || column === undefined) return undefined;
  const written = (text.replace(/^\uFEFF/, '').split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const at = column - 1;
  return {
    before: written.slice(Math.max(0, at - AROUND), at),
    at: written.slice(at, at + 1),
    after: written.slice(at + 1, at + 1 + AROUND),
  };
}
