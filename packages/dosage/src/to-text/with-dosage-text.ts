import { compareDosageText, type DosageTextComparison } from '../compare/compare-dosage-text.ts';
import type { Dosage } from '../dosage.ts';
import { britishEnglish } from '../words/british-english.ts';
import { dosageTextAlgorithm } from './dosage-text.ts';
import { type DosagesText, dosagesToText } from './dosages-to-text.ts';
import type { DosageTextOptions } from './reading.ts';
import { isObject, type JsonObject } from './unread-elements.ts';

/** Where each resource keeps its Dosages, and the R5 element that holds the text of them all. */
const dosageElement: Readonly<Record<string, string>> = {
  MedicationRequest: 'dosageInstruction',
  MedicationDispense: 'dosageInstruction',
  MedicationStatement: 'dosage',
};

/** The cross-version extension for R5's `renderedDosageInstruction` on a resource type. */
export function renderedDosageInstructionUrl(resourceType: string): string {
  return `http://hl7.org/fhir/5.0/StructureDefinition/extension-${resourceType}.renderedDosageInstruction`;
}

/** On the rendered instruction: which algorithm, version and language made it, so that a reader can make it again. */
export const dosageTextAlgorithmUrl = 'https://concord.example/StructureDefinition/dosage-text-algorithm';

/** What became of the text of one Dosage. */
export type TextAction =
  /** There was none, and it was made from the structure. */
  | 'filled'
  /** The sender's stands; the comparison says whether the structure says the same. */
  | 'kept'
  /** The sender's was replaced, because the options say so. */
  | 'replaced'
  /** None, because no safe text can be made. */
  | 'refused';

export interface WithDosageText<R> {
  /** A new resource; the one given is not changed. The same one where nothing was done. */
  readonly resource: R;
  readonly dosages: readonly {
    readonly path: string;
    readonly action: TextAction;
    readonly comparison?: DosageTextComparison;
  }[];
  /** What became of the rendered instruction of the whole resource. */
  readonly rendered: 'added' | 'replaced' | 'unchanged' | 'kept' | 'refused' | 'none';
  /** The text of all Dosages together, or why there is none; undefined for a resource without Dosages. */
  readonly result: DosagesText | undefined;
}

export interface WithDosageTextOptions extends Omit<DosageTextOptions, 'path'> {
  /** Replace a sender's text and rendered instruction too. They are kept unless told. */
  readonly replace?: boolean;
}

/**
 * A MedicationRequest, MedicationDispense or MedicationStatement with `text` on each Dosage that lacks it (R-062), and
 * the text of them all in R5's renderedDosageInstruction as an extension; with what was done. A sender's own text is
 * kept and compared, never merged (D-006). Any other resource comes back as it was. Never throws.
 */
export function withDosageText<R extends object>(resource: R, options: WithDosageTextOptions = {}): WithDosageText<R> {
  const json = resource as JsonObject;
  const type = isObject(json) && typeof json.resourceType === 'string' ? json.resourceType : '';
  const element = Object.hasOwn(dosageElement, type) ? dosageElement[type] : undefined;
  const dosages = element === undefined ? undefined : json[element];
  if (element === undefined || !Array.isArray(dosages) || dosages.length === 0) {
    return { resource, dosages: [], rendered: 'none', result: undefined };
  }
  const path = `${type}.${element}`;
  const result = dosagesToText(dosages as Dosage[], { ...options, path });
  const filled = dosages.map((dosage: unknown, i) => fillText(dosage, i, result, `${path}[${i}]`, options));
  const extension = fillRendered(json.extension, type, result, options);
  const changed: Record<string, unknown> = { ...json, [element]: filled.map((one) => one.dosage) };
  if (extension.list !== undefined) changed.extension = extension.list;
  return {
    resource: changed as R,
    dosages: filled.map(({ done }) => done),
    rendered: extension.action,
    result,
  };
}

function fillText(dosage: unknown, index: number, result: DosagesText, path: string, options: WithDosageTextOptions) {
  const own = result.dosages[index];
  const sent = isObject(dosage) && typeof dosage.text === 'string' && dosage.text.trim() !== '';
  if (sent) {
    const comparison = compareDosageText(dosage as Dosage, { ...options, path });
    if (options.replace === true && own?.outcome === 'text' && own.text !== dosage.text) {
      return { dosage: { ...dosage, text: own.text }, done: { path, action: 'replaced' as const, comparison } };
    }
    return { dosage, done: { path, action: 'kept' as const, comparison } };
  }
  if (own?.outcome !== 'text' || !isObject(dosage)) return { dosage, done: { path, action: 'refused' as const } };
  return { dosage: { ...dosage, text: own.text }, done: { path, action: 'filled' as const } };
}

function fillRendered(
  extensions: unknown,
  type: string,
  result: DosagesText,
  options: WithDosageTextOptions,
): { action: WithDosageText<object>['rendered']; list?: unknown[] } {
  if (result.outcome === 'refused') return { action: 'refused' };
  // A list that is not one is left to those who check structure.
  if (extensions !== undefined && !Array.isArray(extensions)) return { action: 'kept' };
  const url = renderedDosageInstructionUrl(type);
  const list: unknown[] = extensions ?? [];
  const at = list.findIndex((one) => isObject(one) && one.url === url);
  const language = (options.words ?? britishEnglish).language;
  const made = {
    url,
    valueMarkdown: result.text,
    _valueMarkdown: {
      extension: [
        {
          url: dosageTextAlgorithmUrl,
          valueString: `${dosageTextAlgorithm.name} ${dosageTextAlgorithm.version} ${language}`,
        },
      ],
    },
  };
  if (at === -1) return { action: 'added', list: [...list, made] };
  const sent = list[at];
  if (isObject(sent) && sent.valueMarkdown === result.text) return { action: 'unchanged' };
  if (options.replace !== true) return { action: 'kept' };
  return { action: 'replaced', list: list.map((one, i) => (i === at ? made : one)) };
}
