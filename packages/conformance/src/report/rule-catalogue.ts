import { rules } from '../check.ts';
import { invariants } from '../invariants/interpreter.ts';
import { type ProfileRule, profileFindings } from '../profiles/profile-rules.ts';
import { type Layer, layers, type Rule } from '../rules/rule.ts';
import fhirRules from './fhir-rules.json' with { type: 'json' };
import { layerTitles } from './layer-summary.ts';
import elsewhere from './rules-elsewhere.json' with { type: 'json' };

/** A rule as people read it. */
export interface RuleEntry {
  /** What findings carry: `R-060a`. */
  readonly id: string;
  /** `error`, or `warning, error (hospital)` where it differs by setting. */
  readonly severity: string;
  /** What it is asked of: types, and when. */
  readonly asked: string;
  /** What is wrong and what to do. */
  readonly says: string;
}

/** The rules of one layer. */
export interface RuleSection {
  readonly layer: Layer;
  readonly title: string;
  readonly rules: readonly RuleEntry[];
}

/** The layers whose rules are no rows of the interpreter's tables. */
const OWN_TABLES: Partial<Readonly<Record<Layer, () => RuleEntry[]>>> = { fhir: fhirEntries, profile: profileEntries };

/** Every rule that a finding can name, by layer, in the order of the tables. */
export const ruleCatalogue: readonly RuleSection[] = layers.map((layer) => ({
  layer,
  title: layerTitles[layer],
  rules: (OWN_TABLES[layer] ?? (() => rules.filter((rule) => rule.layer === layer).map(entryOf)))(),
}));

/** Rules of the guide that are no rows of these tables, and where they are checked. */
export const rulesElsewhere: Readonly<Record<string, string>> = elsewhere;

/** What a rule's page shows. */
export interface RuleExplanation {
  readonly layer: Layer;
  readonly title: string;
  readonly rules: readonly RuleEntry[];
}

/**
 * The rules of an id: that rule, or, for the number that several share (`R-060`), all of them. Undefined where there is
 * none.
 */
export function explainRule(id: string): RuleExplanation | undefined {
  // The formats are one rule for each primitive type.
  const asked = id.startsWith('FHIR-format-') ? 'FHIR-format' : id;
  const isNumber = /^R-\d+$/.test(asked);
  const isPart = (each: string) =>
    each.startsWith(asked) && (isNumber ? /^([a-z]|-[a-z]+)$/ : /^[a-z]$/).test(each.slice(asked.length));
  for (const { layer, title, rules: entries } of ruleCatalogue) {
    const one = entries.filter((entry) => entry.id === asked);
    const found = one.length > 0 ? one : entries.filter((entry) => isPart(entry.id));
    if (found.length > 0) return { layer, title, rules: found };
  }
  return undefined;
}

function profileEntries(): RuleEntry[] {
  return Object.entries<ProfileRule>(profileFindings).map(([id, { severity, orSeverity, says }]) => ({
    ...{ id, says, asked: 'claimed profiles' },
    severity: orSeverity === undefined ? severity : `${severity} or ${orSeverity}`,
  }));
}

function fhirEntries(): RuleEntry[] {
  const own = Object.entries(fhirRules).map(([id, says]) => ({
    ...{ id, says },
    severity: id === 'FHIR-blank' ? 'warning' : 'error',
    asked: 'all types',
  }));
  const known = new Set(own.map(({ id }) => id));
  const tabled = invariants
    .filter(({ id }) => !known.has(`FHIR-${id}`))
    .map(({ id, severity, on, human }) => ({ id: `FHIR-${id}`, severity, asked: typesOf(on), says: human }));
  return [...own, ...tabled];
}

function entryOf(rule: Rule): RuleEntry {
  return { id: rule.id, severity: severityOf(rule), asked: askedOf(rule), says: rule.says };
}

function severityOf({ severity }: Rule): string {
  if (typeof severity === 'string') return severity;
  const { any, hospital, gp } = severity;
  const others = [...(hospital === any ? [] : [`${hospital} (hospital)`]), ...(gp === any ? [] : [`${gp} (gp)`])];
  return [any, ...others].join(', ');
}

function askedOf({ on, mode, direction }: Rule): string {
  const types = on.length > 10 ? 'types with a profile' : typesOf(on);
  const when = [mode && `${mode} only`, direction && `when ${direction === 'send' ? 'sent' : 'received'}`].filter(
    Boolean,
  );
  return when.length === 0 ? types : `${types} (${when.join(', ')})`;
}

function typesOf(on: readonly string[]): string {
  return on.map((type) => (type === 'DomainResource' ? 'every resource' : type)).join(', ');
}
