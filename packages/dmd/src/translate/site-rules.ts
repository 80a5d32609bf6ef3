/** What a site says of translation, in one JSON file: its formulary, and lines that go before those of the tables. */

import { parseDecimal } from '../units/rational.ts';
import type { CareSetting } from './candidates.ts';
import { DIVISIONS, type FormRule, type FormRules } from './forms.ts';
import type { LocalFormulary } from './formulary.ts';
import type { ManyRow } from './many-units.ts';
import type { MeasureRow } from './measures.ts';

/** What a site says; what it leaves out is as the tables have it. */
export interface SiteRules {
  /** Where the site's people prescribe, unless a question says otherwise. */
  readonly setting?: CareSetting | undefined;
  readonly formulary?: LocalFormulary | undefined;
  readonly forms?: FormRules | undefined;
  /** In place of the table of measures: all the measures that the site has. */
  readonly measures?: readonly MeasureRow[] | undefined;
  readonly many?: readonly ManyRow[] | undefined;
}

/** A file of site rules that cannot be used; the message says where and why. */
export class SiteRulesError extends Error {}

type Json = { readonly [name: string]: unknown };

/**
 * Reads the text of a site's file.
 * @throws SiteRulesError where anything in it is not understood: rules of a site are heeded whole, or not at all
 */
export function readSiteRules(text: string): SiteRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SiteRulesError(`It is not JSON: ${(error as Error).message}`);
  }
  const { setting, formulary, forms, measures, many } = members(json, 'the file', [
    ...['about', 'setting', 'formulary', 'forms', 'measures', 'many'],
  ]);
  if (setting !== undefined && setting !== 'primary' && setting !== 'secondary') {
    throw new SiteRulesError('setting must be primary or secondary.');
  }
  return {
    setting,
    formulary: formulary === undefined ? undefined : formularyIn(formulary),
    forms: forms === undefined ? undefined : formsIn(forms),
    measures: measures === undefined ? undefined : rows(measures, 'measures', measureIn),
    many: many === undefined ? undefined : rows(many, 'many', manyIn),
  };
}

function formularyIn(value: unknown): LocalFormulary {
  const lists = members(value, 'formulary', ['preferred', 'blocked', 'inStock']);
  const ids = (name: string) =>
    lists[name] === undefined ? {} : { [name]: rows(lists[name], `formulary.${name}`, idIn) };
  return { ...ids('preferred'), ...ids('blocked'), ...ids('inStock') };
}

/** An id, or an object with the id and a name that is there for whoever reads the file. */
function idIn(value: unknown, where: string): string {
  const id = typeof value === 'object' && value !== null ? members(value, where, ['id', 'name']).id : value;
  if (typeof id === 'string' && /^\d{6,18}$/.test(id)) return id;
  throw new SiteRulesError(`${where} must be a dm+d id in quotes, or { "id": ..., "name": ... }.`);
}

function formsIn(value: unknown): FormRules {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SiteRulesError('forms must be an object: a rule by the dm+d code of its form.');
  }
  return Object.fromEntries(
    Object.entries(value).map(([code, rule]): [string, FormRule] => {
      const where = `forms.${code}`;
      const { division, keep, source } = members(rule, where, ['name', 'division', 'keep', 'source']);
      const known = DIVISIONS.find((each) => each === division);
      if (!/^\d{6,18}$/.test(code)) throw new SiteRulesError(`${where} is not the dm+d code of a form.`);
      if (known === undefined) throw new SiteRulesError(`${where}.division must be one of ${DIVISIONS.join(', ')}.`);
      if (typeof keep !== 'boolean') throw new SiteRulesError(`${where}.keep must be true or false.`);
      return [code, { division: known, keep, source: sourceIn(source, `${where}.source`) }];
    }),
  );
}

function measureIn(value: unknown, where: string): MeasureRow {
  const { upTo, step, source } = members(value, where, ['upTo', 'step', 'source']);
  return {
    upTo: decimalIn(upTo, `${where}.upTo`),
    step: decimalIn(step, `${where}.step`),
    source: sourceIn(source, `${where}.source`),
  };
}

function manyIn(value: unknown, where: string): ManyRow {
  const { unit, from, forms, reason } = members(value, where, ['unit', 'name', 'from', 'forms', 'reason']);
  return {
    unit: idIn(unit, `${where}.unit`),
    from: decimalIn(from, `${where}.from`),
    forms: forms === undefined ? undefined : rows(forms, `${where}.forms`, idIn),
    reason: sourceIn(reason, `${where}.reason`),
  };
}

function decimalIn(value: unknown, where: string): string {
  const exact = typeof value === 'string' ? parseDecimal(value) : undefined;
  if (exact !== undefined && exact.numerator > 0n) return value as string;
  throw new SiteRulesError(`${where} must be a decimal of more than zero, in quotes.`);
}

function sourceIn(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new SiteRulesError(`${where} must say where the line comes from: whoever confirms it has to know.`);
}

function rows<T>(value: unknown, where: string, read: (each: unknown, where: string) => T): T[] {
  if (Array.isArray(value)) return value.map((each, index) => read(each, `${where}[${index}]`));
  throw new SiteRulesError(`${where} must be a list.`);
}

function members(value: unknown, where: string, known: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SiteRulesError(`${where} must be an object.`);
  }
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger === undefined) return value as Json;
  throw new SiteRulesError(`${where} has "${stranger.slice(0, 40)}", which is not known: ${known.join(', ')} are.`);
}
