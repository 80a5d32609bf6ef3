import type { CheckOptions } from '../check.ts';
import { whyProfilesUnchecked } from '../profiles/claims.ts';
import type { LayerFinding } from '../rules/interpreter.ts';
import { type Layer, layers } from '../rules/rule.ts';

/** What one layer came to. */
export interface LayerSummary {
  readonly layer: Layer;
  /** What the layer looks at, in a few words. */
  readonly title: string;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly verdict: LayerVerdict;
  /** Why it was not, or not wholly, checked. */
  readonly why?: string;
}

export type LayerVerdict =
  /** Nothing was found, or notes only. */
  | 'passed'
  /** No error, but what a person should look at. */
  | 'warnings'
  | 'errors'
  /** It was not asked for. */
  | 'not-asked'
  /** What it needs was not there, or some of it: finding nothing is no pass. */
  | 'not-checked';

/** Names of the layers for people. */
export const layerTitles: Readonly<Record<Layer, string>> = {
  fhir: 'FHIR R4',
  'uk-core': 'UK Core',
  profile: 'Profiles of packages',
  guide: "The medicines guide's rules",
  dmd: 'dm+d codes',
  dosage: 'Dosages',
  identity: 'Identifiers',
};

/**
 * What each layer came to, in the order in which they are checked.
 * @param asked the layers that were checked
 * @param unchecked of layers that lacked what they need: why, in words
 */
export function layerSummaries(
  findings: readonly LayerFinding[],
  asked: readonly Layer[] = layers,
  unchecked: Unchecked = {},
): LayerSummary[] {
  return layers.map((layer) => {
    const count = (severity: LayerFinding['severity']) =>
      findings.filter((each) => each.layer === layer && each.severity === severity).length;
    const [errors, warnings, notes] = [count('error'), count('warning'), count('information')];
    const why = unchecked[layer];
    const counts = { layer, title: layerTitles[layer], errors, warnings, notes, ...(why === undefined ? {} : { why }) };
    if (!asked.includes(layer)) return { ...counts, verdict: 'not-asked' };
    if (errors > 0) return { ...counts, verdict: 'errors' };
    // Some of its rules need nothing more: what they find is told, but finding nothing is no pass.
    if (why !== undefined) return { ...counts, verdict: 'not-checked' };
    return { ...counts, verdict: warnings > 0 ? 'warnings' : 'passed' };
  });
}

/** Why a layer was not, or not wholly, checked. */
export type Unchecked = Partial<Readonly<Record<Layer, string>>>;

/** Which of the layers asked for could not, or not wholly, check a message with what they were given. */
export function uncheckedLayers(resource: unknown, options: CheckOptions): Unchecked {
  const asked = options.layers ?? layers;
  const profile = asked.includes('profile') ? whyProfilesUnchecked(resource, options.profiles) : undefined;
  const isWithoutRelease = asked.includes('dmd') && options.dictionary === undefined;
  return {
    ...(isWithoutRelease ? { dmd: 'Codes not looked up: no dm+d release' } : {}),
    ...(profile === undefined ? {} : { profile }),
  };
}
