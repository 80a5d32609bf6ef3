import type { Dictionary } from '@concord/dmd';
import { dmdRules } from './dmd/dmd-rules.ts';
import { mixtureRules } from './dmd/mixture-rules.ts';
import { severalProductsRules } from './dmd/several-products-rules.ts';
import { dosageLayerRules } from './dosage/dosage-layer-rules.ts';
import { guideRules } from './guide/index.ts';
import { identityRules } from './identity/identity-rules.ts';
import { checkProfiles } from './profiles/check-profiles.ts';
import type { ProfileBook } from './profiles/profile-book.ts';
import { type LayerFinding, type RuleBook, ruleBook, runRules } from './rules/interpreter.ts';
import { type Direction, type Layer, layers, type Mode, type Rule } from './rules/rule.ts';
import { checkStructure } from './structure/check-structure.ts';
import { type CheckLimits, isObject } from './structure/walk.ts';
import { ukCoreRules } from './uk-core/index.ts';

/** What `check` may be told. */
export interface CheckOptions extends CheckLimits {
  /** The layers to check; all unless told. */
  layers?: readonly Layer[];
  /** The setting that the resource is for. Default `any`: what differs by setting is then a warning. */
  mode?: Mode;
  /** `send` asks more: the sender answers for it. Default `receive`. */
  direction?: Direction;
  /** Profiles of FHIR packages, which count where a resource claims them; without them, a claim is only noted. */
  profiles?: ProfileBook | undefined;
  /** The dm+d release to check codes against; without it, what needs one is not checked. */
  dictionary?: Dictionary | undefined;
  /** The time, as a FHIR instant; without it, nothing is compared with the present. */
  now?: string;
  /** The receiver acts on `doNotPerform`, so that it is no error. Default false. */
  actsOnDoNotPerform?: boolean;
}

/** Every rule that is a row of a table: of all layers but `fhir` and `profile`. */
export const rules: readonly Rule[] = [
  ...ukCoreRules,
  ...guideRules,
  ...dmdRules,
  ...severalProductsRules,
  ...mixtureRules,
  ...dosageLayerRules,
  ...identityRules,
];

const books = new Map<string, RuleBook>();

function bookOf(asked: readonly Layer[]): RuleBook {
  const key = layers.filter((layer) => asked.includes(layer)).join();
  let book = books.get(key);
  if (!book) {
    book = ruleBook(rules.filter(({ layer }) => asked.includes(layer)));
    books.set(key, book);
  }
  return book;
}

/**
 * Is this resource, or Bundle, right? Everything found by the layers asked for, each finding with its layer. Takes any
 * JSON value as parsed (numbers may be `JSON.rawJSON`), reads no clock, and never throws. An empty list is a clean
 * resource.
 */
export function check(resource: unknown, options: CheckOptions = {}): LayerFinding[] {
  const asked = options.layers ?? layers;
  const found: LayerFinding[] = [];
  if (asked.includes('fhir')) {
    for (const finding of checkStructure(resource, options)) found.push({ layer: 'fhir', ...finding });
  }
  if (!isObject(resource)) return found;
  if (asked.includes('profile')) {
    for (const finding of checkProfiles(resource, options.profiles, options.now))
      found.push({ layer: 'profile', ...finding });
  }
  const book = bookOf(asked);
  if (book.size === 0) return found;
  const context = {
    mode: options.mode ?? 'any',
    direction: options.direction ?? 'receive',
    now: options.now,
    dictionary: options.dictionary,
    actsOnDoNotPerform: options.actsOnDoNotPerform ?? false,
  };
  for (const finding of runRules(resource, book, context)) found.push(finding);
  return found;
}
