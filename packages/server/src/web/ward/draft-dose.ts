import type { Dictionary } from '@concord/dmd';
import { type Dosage, dosageToText, parseDoseSentence } from '@concord/dosage';
import type { Quantity } from 'fhir/r4';
import { sentenceMedicine } from '../../dmd/sentence-medicine.ts';
import { choiceOf, TIMINGS } from '../orders/order-choices.ts';
import type { Problem } from '../orders/work-visit.ts';
import { DOSE_UNITS, numberFault, PRODUCT_UNITS, type UnitChoice } from '../translate-words.ts';

/** What the form says of the dose, by the names of its fields. */
export interface DoseFields {
  readonly amount: string | undefined;
  readonly unit: string | undefined;
  readonly timing: string | undefined;
  readonly route: string | undefined;
  readonly asNeeded: string | undefined;
  readonly courseDays: string | undefined;
  /** The whole dose as a sentence, in place of the fields above. */
  readonly sentence: string | undefined;
}

/** A dose that was read, with its text; or what to put right. */
export type ReadDose =
  | { readonly dosage: readonly Dosage[]; readonly text: string; readonly problems?: undefined }
  | { readonly problems: readonly Problem[] };

const exactJson = JSON as typeof JSON & { rawJSON(text: string): number };
const SNOMED = 'http://snomed.info/sct';
const UCUM = 'http://unitsofmeasure.org';

/**
 * The dose of an order, from choices or from a sentence. Never from both: one of them would be silently ignored.
 * @param code dm+d code of the medicine: what "one" is, and the route where it has only one
 */
export function readDose(dictionary: Dictionary, code: string, fields: DoseFields): ReadDose {
  const { amount, timing, asNeeded, courseDays, sentence } = fields;
  const isChosen = [amount, timing, asNeeded, courseDays].some((each) => each !== undefined);
  if (sentence !== undefined && isChosen) {
    return problem('sentence', 'Give the dose by the fields, or by a sentence: not by both');
  }
  return sentence === undefined ? fromChoices(dictionary, code, fields) : fromSentence(dictionary, code, sentence);
}

function fromSentence(dictionary: Dictionary, code: string, sentence: string): ReadDose {
  const known = sentenceMedicine(dictionary, { code });
  const reading = parseDoseSentence(sentence, known.outcome === 'known' ? known.medicine : undefined);
  if (reading.outcome !== 'read') {
    return {
      problems: reading.reasons.map(({ message }) => ({ field: 'sentence', text: `Not understood. ${message}` })),
    };
  }
  return withTexts(
    reading.dosage.map(({ text: _sentence, ...each }) => each as Dosage),
    'sentence',
  );
}

function fromChoices(dictionary: Dictionary, code: string, fields: DoseFields): ReadDose {
  const problems: Problem[] = [];
  const fault = (field: string, text: string) => problems.push({ field, text });
  const { amount, unit: unitCode, courseDays } = fields;
  if (amount === undefined) fault('amount', 'Enter the dose, or write it as a sentence');
  else {
    const wrong = numberFault(amount, 'dose');
    if (wrong !== undefined) fault('amount', wrong);
  }
  const unit = unitsFor(dictionary, code).find((each) => each.code === unitCode);
  if (unit === undefined) fault('unit', 'Choose the unit of the dose');
  const timing = choiceOf(TIMINGS, fields.timing);
  if (timing === undefined) fault('timing', 'Choose how often');
  const route = routesFor(dictionary, code).find((each) => each.code === fields.route);
  if (route === undefined) fault('route', 'Choose the route');
  if (courseDays !== undefined && !/^[1-9]\d{0,3}$/.test(courseDays)) {
    fault('courseDays', 'Enter the length of the course in whole days, such as 5');
  }
  if (courseDays !== undefined && timing?.code === 'once') fault('courseDays', 'A single dose has no length of course');
  if (problems.length > 0 || amount === undefined || !unit || !timing || !route) return { problems };
  const bounds = courseDays && { boundsDuration: { ...quantity(courseDays, DAY), unit: 'day' } };
  return withTexts(
    [
      {
        timing: { repeat: { ...timing.repeat, ...bounds } },
        ...(fields.asNeeded === undefined ? {} : { asNeededCodeableConcept: { text: fields.asNeeded } }),
        route: { coding: [{ system: SNOMED, code: route.code, display: route.words }] },
        doseAndRate: [{ doseQuantity: quantity(amount, unit) }],
      } as Dosage,
    ],
    'amount',
  );
}

/** The text of each dose is made from its structure, so that the two cannot differ. */
function withTexts(dosage: readonly Dosage[], field: string): ReadDose {
  const problems: Problem[] = [];
  const texts: string[] = [];
  const named = dosage.map((each) => {
    const rendered = dosageToText(each);
    if (rendered.outcome === 'text') {
      texts.push(rendered.text);
      return { ...each, text: rendered.text };
    }
    problems.push(...rendered.refusals.map(({ message, rule }) => ({ field, text: message, rule })));
    return each;
  });
  return problems.length > 0 ? { problems } : { dosage: named, text: texts.join('\n') };
}

const DAY: UnitChoice = { code: 'd', words: 'day' };

/** An amount as typed, digit for digit, in a unit by its code. */
export function quantity(digits: string, { code, words }: UnitChoice): Quantity {
  const value = exactJson.rawJSON(digits.replace(/^0+(?=\d)/, ''));
  return { value, unit: words, system: /^\d{6,18}$/.test(code) ? SNOMED : UCUM, code };
}

/** A number of days. */
export function days(digits: string): Quantity {
  return quantity(digits, DAY);
}

/** Units in which doses of a medicine are ordered: of a substance by weight and the like, of a product its own first. */
export function unitsFor(dictionary: Dictionary, code: string): readonly UnitChoice[] {
  const vmp = productOf(dictionary, code);
  // A rate, or a dose by weight, is no amount of a dose: it is written as a sentence.
  if (vmp === undefined) return DOSE_UNITS.filter((each) => !each.code.includes('/'));
  const own = [vmp.unitDoseUnit, vmp.udfsUnit].flatMap((each) =>
    each === undefined ? [] : [SAME[each.code] ?? { code: each.code, words: each.display ?? each.code }],
  );
  const all = [...own, ...PRODUCT_UNITS];
  return all.filter(({ code: each }, i) => all.findIndex((other) => other.code === each) === i);
}

/** The unit in which a product is counted out: what "one" of it is. Undefined for a substance. */
export function countedIn(dictionary: Dictionary, code: string): UnitChoice | undefined {
  return productOf(dictionary, code) && unitsFor(dictionary, code)[0];
}

/** dm+d units that have a UCUM code. */
const SAME: Readonly<Record<string, UnitChoice>> = {
  '258773002': { code: 'mL', words: 'millilitre' },
  '258684004': { code: 'mg', words: 'milligram' },
  '258685003': { code: 'ug', words: 'microgram' },
};

/** The routes that a medicine's products have, by name. */
export function routesFor(dictionary: Dictionary, code: string): readonly UnitChoice[] {
  const vmp = productOf(dictionary, code);
  const id = currentId(dictionary, code);
  const products = vmp === undefined ? (id === undefined ? [] : dictionary.vmpsOfVtm(id)) : [vmp];
  const routes = new Map(
    products.flatMap(({ routes: each }) => each.map((r) => [r.code, r.display ?? r.code] as const)),
  );
  return [...routes]
    .map(([each, words]) => ({ code: each, words }))
    .sort((a, b) => a.words.localeCompare(b.words, 'en-GB'));
}

/** The VMP of a product; undefined for a substance. */
function productOf(dictionary: Dictionary, code: string) {
  const id = currentId(dictionary, code);
  return id === undefined ? undefined : dictionary.vmpOf(id);
}

/** The id, now in force, of a medicine of the dictionary. */
export function currentId(dictionary: Dictionary, code: string): string | undefined {
  const found = dictionary.resolve(code);
  return found.status === 'current' || found.status === 'superseded' ? found.id : undefined;
}

function problem(field: string, text: string): ReadDose {
  return { problems: [{ field, text }] };
}
