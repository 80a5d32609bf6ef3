import { canonicalDecimal } from '../decimal.ts';
import type { Coding } from '../dosage.ts';
import { type CompiledWords, compiledBritishEnglish, compileWords } from '../words/compiled-words.ts';
import type { Words } from '../words/words.ts';
import type { Finding, NotRendered, NotRenderedReason } from './dosage-text.ts';

/** Local preferences in dosage text. */
export interface DosageTextOptions {
  /** The language. British English unless told. */
  readonly words?: Words;
  /** D-054: `24h` gives 15:00, `12h` gives 3:00pm. 24h unless told. */
  readonly times?: '24h' | '12h';
  /** D-066: `dd/mm/yyyy` gives 01/12/2021, `dd-mmm-yyyy` 01-Dec-2021. dd/mm/yyyy unless told. */
  readonly dates?: 'dd/mm/yyyy' | 'dd-mmm-yyyy';
  /** D-014: `digits` gives 2 x 5ml spoonful, `words` TWO 5ml spoonful (for 1 and 2). digits unless told. */
  readonly smallNumbers?: 'digits' | 'words';
  /** Where the Dosage stands, for the paths of findings. `Dosage` unless told. */
  readonly path?: string;
  /** Words for a coding that carries none of its own, such as a terminology lookup. Must not throw. */
  readonly termOf?: (coding: Coding) => string | undefined;
}

/** Options with defaults filled in, prepared once per call. */
export interface ReadingOptions {
  readonly compiled: CompiledWords;
  readonly twelveHour: boolean;
  readonly monthNames: boolean;
  readonly smallNumberWords: boolean;
  readonly path: string;
  readonly termOf: ((coding: Coding) => string | undefined) | undefined;
}

const defaultOptions: ReadingOptions = {
  compiled: compiledBritishEnglish,
  twelveHour: false,
  monthNames: false,
  smallNumberWords: false,
  path: 'Dosage',
  termOf: undefined,
};

/** Fills in defaults. */
export function readingOptions(options: DosageTextOptions | undefined): ReadingOptions {
  if (options === undefined) return defaultOptions;
  return {
    compiled: options.words === undefined ? compiledBritishEnglish : compileWords(options.words),
    twelveHour: options.times === '12h',
    monthNames: options.dates === 'dd-mmm-yyyy',
    smallNumberWords: options.smallNumbers === 'words',
    path: options.path ?? 'Dosage',
    termOf: options.termOf,
  };
}

const noFindings: readonly Finding[] = Object.freeze([]);
const nothing: readonly NotRendered[] = Object.freeze([]);

/**
 * One reading of one Dosage: what was refused, warned of, and left out so far. Paths given to it are relative to the
 * Dosage (`timing.repeat.count`); an index names the item of a list, -1 where there is none.
 */
export class Reading {
  readonly options: ReadingOptions;
  refusals: readonly Finding[] = noFindings;
  warnings: readonly Finding[] = noFindings;
  notRendered: readonly NotRendered[] = nothing;

  constructor(options: ReadingOptions) {
    this.options = options;
  }

  get compiled(): CompiledWords {
    return this.options.compiled;
  }

  /** Records that no safe text can be made. Returns undefined, the text of a part that was refused. */
  refuse(rule: string, path: string, message: string): undefined {
    const finding = { rule, path: this.fullPath(path), message };
    if (this.refusals === noFindings) this.refusals = [finding];
    else (this.refusals as Finding[]).push(finding);
    return undefined;
  }

  warn(rule: string, path: string, message: string): void {
    const finding = { rule, path: this.fullPath(path), message };
    if (this.warnings === noFindings) this.warnings = [finding];
    else (this.warnings as Finding[]).push(finding);
  }

  leaveOut(rule: string, path: string, reason: NotRenderedReason, value?: unknown): void {
    const item: NotRendered =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? { path: this.fullPath(path), reason, rule, value: String(value) }
        : { path: this.fullPath(path), reason, rule };
    if (this.notRendered === nothing) this.notRendered = [item];
    else (this.notRendered as NotRendered[]).push(item);
  }

  /**
   * The canonical text of a decimal, or undefined. Digits sent as a string are plain enough to read, with a warning:
   * FHIR JSON has numbers there. `element` is joined to the path only where it is needed.
   */
  decimal(value: unknown, path: string, element = ''): string | undefined {
    const text = canonicalDecimal(value);
    if (typeof value === 'string' && text !== undefined) {
      this.warn('FHIR', path + element, 'A number must not be sent as a string.');
    }
    return text;
  }

  private fullPath(path: string): string {
    return path === '' ? this.options.path : `${this.options.path}.${fhirPath(path)}`;
  }
}

/** FHIRPath names an element that may be of several types by its name and its type, where JSON has one name for both. */
function fhirPath(path: string): string {
  // No name of that kind is shorter.
  if (path.length < 'doseRange'.length) return path;
  return path.replace(
    /(dose|rate|bounds|asNeeded)(Quantity|Range|Ratio|Duration|Period|Boolean|CodeableConcept)/,
    (_, name: string, type: string) => `${name}.ofType(${type === 'Boolean' ? 'boolean' : type})`,
  );
}

/** The path of an item of a list; the path itself where the index is negative. */
export function at(path: string, index: number): string {
  return index < 0 ? path : `${path}[${index}]`;
}
