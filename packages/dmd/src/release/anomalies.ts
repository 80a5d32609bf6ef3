/** What a release has that it should not have: counted by rule, with a few examples each, never dropped. */

/** The rules, each with what it means for a reader of the report. */
export const ANOMALY_RULES = {
  'missing-element': 'A row lacks an element that the schema requires',
  'empty-element': 'An element is there but empty; it counts as missing',
  'odd-value': 'A value does not look like its type; it is kept as written',
  'unknown-element': 'An element that format 2.3 does not have; it is kept',
  'unknown-attribute': 'An XML attribute on a row; dm+d has none, it is not kept',
  'text-outside-element': 'Text between elements; it is not kept',
  'bad-check-digit': 'An id whose check digit is wrong',
  'bad-gtin': 'A GTIN that is not 13 or 14 digits with a right check digit',
  'duplicate-id': 'Two rows with the same id; the first is used',
  'shared-id': 'One id at two levels of the ladder',
  'dangling-reference': 'A row refers to an id that the release does not have',
  'unknown-code': 'A coded value that its lookup does not have',
  'unit-dose-mismatch': 'Unit dose elements on a product that is not discrete, or missing on one that is',
  'strength-without-unit': 'A strength value without its unit, or a unit without value',
  'history-cycle': 'Superseded ids that lead round in a circle',
  'ambiguous-history': 'An old id that leads to more than one current concept',
  'mixed-dates': 'Files of different data dates in one load',
} as const;

/** Name of a rule. */
export type AnomalyRule = keyof typeof ANOMALY_RULES;

/** One rule's findings. `detail` groups them, e.g. `VMP.VTMID`. */
export interface Anomaly {
  readonly rule: AnomalyRule;
  readonly detail: string;
  readonly count: number;
  /** Up to five examples: `file:line` or an id. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
// Details quote values, so a hostile file could make many: past this they are counted together.
const DETAILS = 500;

/** A tally of anomalies. */
export class Anomalies {
  readonly #found = new Map<string, { rule: AnomalyRule; detail: string; count: number; examples: string[] }>();

  add(rule: AnomalyRule, detail: string, where: string, line?: number): void {
    const kept = this.#found.size < DETAILS ? detail : 'and others';
    const key = `${rule} ${kept}`;
    let entry = this.#found.get(key) ?? this.#found.get(`${rule} ${detail}`);
    if (entry === undefined) {
      entry = { rule, detail: kept, count: 0, examples: [] };
      this.#found.set(key, entry);
    }
    entry.count++;
    if (entry.examples.length < EXAMPLES) entry.examples.push(line === undefined ? where : `${where}:${line}`);
  }

  /** All findings, by rule in the order of the rules, most frequent first. */
  list(): Anomaly[] {
    const order = Object.keys(ANOMALY_RULES);
    return [...this.#found.values()].sort((a, b) => order.indexOf(a.rule) - order.indexOf(b.rule) || b.count - a.count);
  }
}
