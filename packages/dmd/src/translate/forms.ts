/**
 * What is known of forms: whether a unit divides, whether the amount of substance is how it is dosed, and whether the
 * form must survive when a product becomes a moiety and a dose (T5, U5). The lines are data, each with its source, in
 * `data/forms.json`; a site may add or change some.
 */

import table from './data/forms.json' with { type: 'json' };

/**
 * How a quantity that is not whole can be given.
 * `quarters`: the unit divides into halves and quarters. `measured`: any amount that a measure gives. `whole`: only whole
 * units. `applied`: put on, in or dropped; never dosed by weight of its substance.
 */
export type Division = 'quarters' | 'measured' | 'whole' | 'applied';

/** Every division there is. */
export const DIVISIONS: readonly Division[] = ['quarters', 'measured', 'whole', 'applied'];

/** What is known of one form. */
export interface FormRule {
  readonly division: Division;
  /** Whether a dose of the moiety without this form could be filled by something that acts otherwise. */
  readonly keep: boolean;
  /** False where it is drunk or breathed in, and never run in at a rate. */
  readonly infused?: boolean | undefined;
  readonly source: string;
}

/** Rules of a site by form code; they go before the table. */
export type FormRules = Readonly<Record<string, FormRule>>;

const UNKNOWN: FormRule = {
  division: 'whole',
  keep: true,
  source: 'not in the table of forms, so nothing is assumed: given whole, and its name kept',
};

const sources: Readonly<Record<string, string>> = table.sources;

const rules = new Map<string, FormRule>(
  table.forms.map(([code = '', , division, keep, source = '']) => [
    code,
    {
      division: division as Division,
      keep: keep === 'kept',
      infused: !table.notInfused.includes(source),
      source: sources[source] ?? source,
    },
  ]),
);

/** The rule of a form: the site's, else the table's, else the careful one. */
export function formRule(code: string | undefined, site: FormRules = {}): FormRule {
  if (code === undefined) return UNKNOWN;
  return (Object.hasOwn(site, code) ? site[code] : undefined) ?? rules.get(code) ?? UNKNOWN;
}

/** The lines of the table as they stand: code, name, division, kept or free, source; for tests against a release. */
export function formLines(): readonly (readonly string[])[] {
  return table.forms;
}

/** What each source of the table says, by the word that lines name it with. */
export function formSources(): Readonly<Record<string, string>> {
  return sources;
}
