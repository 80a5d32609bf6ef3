import {
  type Agreement,
  annotatedSource,
  type CheckOptions,
  check,
  type DosageReading,
  dosageReadings,
  drawRelationships,
  type LayerFinding,
  type LayerSummary,
  layerSummaries,
  layers,
  layerTitles,
  lineOf,
  type RelationshipDrawing,
  relationships,
  type ShownMessage,
  type SourceRow,
  shownMessage,
  uncheckedLayers,
} from '@concord/conformance';
import type { MessageRead } from './read-message.ts';

/** What people call a severity. */
export const SEVERITY_WORDS = { error: 'error', warning: 'warning', information: 'note' } as const;

/** A finding, with its place in the message as shown. */
interface PlacedFinding extends LayerFinding {
  /** From 1, in the order in which it is listed. */
  readonly number: number;
  readonly line: number;
  readonly word: 'error' | 'warning' | 'note';
  readonly layerTitle: string;
}

/** A Dosage beside its text, with its place in the message as shown. */
interface PlacedDosage extends DosageReading {
  readonly line: number;
  readonly verdict: { readonly words: string; readonly mark: Mark };
}

/** How something is marked: a colour and, always beside it, words. */
type Mark = 'error' | 'warning' | 'note' | 'passed' | 'quiet';

/** What one resource points to, in words: the drawing's other form. */
interface RelatedRow {
  readonly name: string;
  readonly line: number | undefined;
  readonly points: readonly { readonly element: string; readonly to: string; readonly line: number | undefined }[];
}

/** All that a report shows of one message. */
export interface MessageReport {
  readonly counts: { readonly errors: number; readonly warnings: number; readonly notes: number };
  readonly summary: string;
  readonly mark: Mark;
  readonly layers: readonly (LayerSummary & { readonly words: string; readonly mark: Mark })[];
  /** Errors first, then by line. */
  readonly findings: readonly PlacedFinding[];
  readonly dosages: readonly PlacedDosage[];
  readonly related: readonly RelatedRow[];
  readonly isRelatedCut: boolean;
  readonly drawing: RelationshipDrawing | undefined;
  readonly how: ShownMessage['how'];
  /** The message; the findings of a line are indexes into `findings`. */
  readonly source: readonly SourceRow[];
}

const AGREEMENTS: Readonly<Record<Agreement, PlacedDosage['verdict']>> = {
  same: { words: 'The same', mark: 'passed' },
  differs: { words: 'They differ', mark: 'error' },
  'cannot-tell': { words: 'Cannot be told', mark: 'warning' },
  'structure-only': { words: 'No text to compare', mark: 'quiet' },
  'text-only': { words: 'Text only: nothing is structured', mark: 'warning' },
  refused: { words: 'No safe text can be made', mark: 'error' },
};

const ORDER = ['error', 'warning', 'information'];

/**
 * Says all that a report shows of a message.
 * @param found what was found in it; unless given, it is checked here
 */
export function messageReport(
  { resource, json }: MessageRead,
  options: CheckOptions,
  found: readonly LayerFinding[] = check(resource, options),
): MessageReport {
  const shown = shownMessage(resource, json);
  const line = (expression: string) => lineOf(resource, expression, shown.place);
  const findings = found
    .map((finding) => ({ ...finding, line: line(finding.expression) }))
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.line - b.line)
    .map((finding, i) => ({
      ...finding,
      ...{ number: i + 1, word: SEVERITY_WORDS[finding.severity], layerTitle: layerTitles[finding.layer] },
    }));
  const counts = countsOf(found);
  const relations = relationships(resource);
  return {
    ...{ counts, findings, how: shown.how, summary: inWords(counts), mark: markOf(counts) },
    layers: layerSummaries(found, options.layers ?? layers, uncheckedLayers(resource, options)).map(layerRow),
    dosages: dosageReadings(resource).map((reading) => ({
      ...reading,
      ...{ line: line(reading.expression), verdict: AGREEMENTS[reading.agreement] },
    })),
    drawing: drawRelationships(relations),
    isRelatedCut: relations.isCut,
    related: relations.resources.flatMap(({ expression }, i) => {
      const points = relations.relationships
        .filter(({ from }) => from === i)
        .map(({ element, to, expression: place }) => ({ element, to: nameOf(relations, to), line: line(place) }));
      if (expression === undefined) return [];
      return [{ name: nameOf(relations, i), line: line(expression), points }];
    }),
    source: annotatedSource(
      shown.text,
      findings.map((each) => each.line),
    ),
  };
}

function nameOf({ resources }: ReturnType<typeof relationships>, i: number): string {
  const { type = '', label = '', expression } = resources[i] ?? {};
  return `${type}${label === '' ? '' : ` ${label}`}${expression === undefined ? ' (not in the message)' : ''}`;
}

function layerRow(summary: LayerSummary): MessageReport['layers'][number] {
  const { verdict, errors, warnings, notes } = summary;
  const counted = inWords({ errors, warnings, notes });
  const isClean = errors + warnings + notes === 0;
  if (verdict === 'errors') return { ...summary, words: counted, mark: 'error' };
  if (verdict === 'warnings') return { ...summary, words: counted, mark: 'warning' };
  if (verdict === 'passed') return { ...summary, words: isClean ? 'Passed' : `Passed, ${counted}`, mark: 'passed' };
  if (verdict === 'not-asked') return { ...summary, words: 'Not asked for', mark: 'quiet' };
  return {
    ...summary,
    words: `${summary.why}${isClean ? '' : `; ${counted}`}`,
    mark: warnings > 0 ? 'warning' : 'quiet',
  };
}

/** How many of each there are. */
export function countsOf(findings: readonly LayerFinding[]): MessageReport['counts'] {
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length;
  return { errors: count('error'), warnings: count('warning'), notes: count('information') };
}

/** `2 errors, 1 warning`: what there is none of is left out. */
export function inWords({ errors, warnings, notes }: MessageReport['counts']): string {
  const parts = [
    { count: errors, word: 'error' },
    { count: warnings, word: 'warning' },
    { count: notes, word: 'note' },
  ].filter(({ count }) => count > 0);
  if (parts.length === 0) return 'nothing found';
  return parts.map(({ count, word }) => `${count.toLocaleString('en-GB')} ${word}${count === 1 ? '' : 's'}`).join(', ');
}

/** The mark of the worst that there is. */
export function markOf({ errors, warnings }: MessageReport['counts']): Mark {
  if (errors > 0) return 'error';
  return warnings > 0 ? 'warning' : 'passed';
}
