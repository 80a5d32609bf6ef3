import { countedUnitOf, type ProductToDose, productToDose, type SiteRules, type Vmp } from '@concord/dmd';
import type { Dosage, Quantity } from 'fhir/r4';
import { type DmdVisit, type NamedRelease, releaseFor } from './dmd-visit.ts';
import type { Page } from './page.ts';
import { grouped, quantityWords } from './quantity.ts';
import { type ChosenMedicine, chosenMedicine, translateAddress } from './translate-medicine.ts';
import { siteFor } from './translate-site.ts';
import {
  arithmeticWords,
  numberFault,
  PRODUCT_UNITS,
  plural,
  type UnitChoice,
  ucumOf,
  withAsked,
} from './translate-words.ts';

const LONGEST = 60;

const SPOONFUL = '733015007';

/** What is wrong in a field of the form. */
interface Fault {
  readonly field: string;
  readonly text: string;
}

/** What a quantity of a product is as a dose of its substance. */
export async function translateDosePage(visit: DmdVisit): Promise<Page> {
  const release = await releaseFor(visit);
  const site = await siteFor(visit);
  const medicine = chosenMedicine(visit, release, ['VMP', 'AMP']);
  const amount = visit.query('amount')?.slice(0, LONGEST);
  const unit = ucumOf(visit.query('unit')?.slice(0, LONGEST));
  const own = medicine.state === 'chosen' ? ownUnits(release, medicine.code) : [];
  const units = withAsked(withoutTwins([...own, ...PRODUCT_UNITS]), unit);
  const given = unit ?? own[0]?.code;
  const faults = medicine.state === 'nothing' ? [] : faultsOf(medicine, amount, given);
  const fault = faults[0]?.text;
  const answer =
    medicine.state === 'chosen' && amount !== undefined && given !== undefined && fault === undefined
      ? answerTo(release, site, medicine.code, amount, given)
      : undefined;
  return {
    view: 'translate-dose',
    title: `${fault === undefined ? '' : 'Error: '}A product as a dose${medicine.state === 'chosen' ? `: ${medicine.name}` : ''}`,
    status: fault === undefined ? 200 : 400,
    model: {
      ...{
        medicine,
        asked: { amount },
        isRate: isRate(given),
        units,
        unit,
        own: own[0]?.words,
        release: release.name,
        isSample: release.isSample,
      },
      faults,
      options:
        medicine.state === 'choose'
          ? medicine.options.map(({ code, name, level }) => ({
              ...{ name, level },
              address: translateAddress('/translate/dose', { code, amount, unit }),
            }))
          : [],
      asWritten:
        amount === undefined
          ? undefined
          : quantityAsked(amount, [...own, ...units].find(({ code }) => code === given)?.words),
      summary: fault ?? summaryOf(medicine, amount, answer),
      answer: answer && answerModel(answer),
    },
  };
}

function faultsOf(medicine: ChosenMedicine, amount: string | undefined, unit: string | undefined): Fault[] {
  const faults: Fault[] = [];
  const wrong = amount === undefined ? undefined : numberFault(amount, 'quantity');
  if (wrong !== undefined) faults.push({ field: 'amount', text: wrong });
  if (medicine.state === 'chosen' && amount !== undefined && unit === undefined) {
    faults.push({ field: 'unit', text: 'Choose the unit: dm+d gives this product none of its own' });
  }
  return faults;
}

/** A rate is given all the time, a dose each time. */
const isRate = (unit: string | undefined): boolean => unit?.includes('/') === true;

function quantityAsked(amount: string, unit = ''): string {
  return `${grouped(withoutZeros(amount))} ${Number(amount) > 1 ? plural(unit) : unit}`;
}

/** The unit that the product is given in first, then what one of it holds. */
function ownUnits({ dictionary }: NamedRelease, code: string): UnitChoice[] {
  const resolution = dictionary.resolve(code);
  const isFound = resolution.status === 'current' || resolution.status === 'superseded';
  const vmp: Vmp | undefined = isFound ? dictionary.vmpOf(resolution.id) : undefined;
  // A liquid is measured in millilitres, not in spoonfuls.
  const units = [vmp?.unitDoseUnit, vmp?.udfsUnit].sort(
    (a, b) => Number(a?.code === SPOONFUL) - Number(b?.code === SPOONFUL),
  );
  // Insulin is given in units, not in pens.
  const counted = vmp && countedUnitOf(dictionary, vmp.id);
  return [counted, ...units].flatMap((each) =>
    each === undefined ? [] : [{ code: each.code, words: each.display ?? each.code }],
  );
}

/** A unit once, whether by its dm+d code or by its UCUM code. */
function withoutTwins(choices: readonly UnitChoice[]): UnitChoice[] {
  const seen = new Set<string>();
  return choices.flatMap(({ code, words }) => {
    const one = SAME[code] ?? { code, words };
    if (seen.has(one.code)) return [];
    seen.add(one.code);
    return [one];
  });
}

/** dm+d units that have a UCUM code among the choices. */
const SAME: Readonly<Record<string, UnitChoice>> = {
  '258773002': { code: 'mL', words: 'millilitre' },
  '258684004': { code: 'mg', words: 'milligram' },
  '258685003': { code: 'ug', words: 'microgram' },
};

function answerTo(
  { dictionary }: NamedRelease,
  { forms, measures, many }: SiteRules,
  medication: string,
  amount: string,
  unit: string,
): ProductToDose {
  const system = /^\d{6,18}$/.test(unit) ? 'http://snomed.info/sct' : 'http://unitsofmeasure.org';
  // The digits as typed: the library reads them exactly.
  const value = (JSON as typeof JSON & { rawJSON(text: string): number }).rawJSON(withoutZeros(amount));
  const quantity = { value, code: unit, system };
  const given = isRate(unit) ? { rateQuantity: quantity } : { doseQuantity: quantity };
  return productToDose(dictionary, { medication, dosage: { doseAndRate: [given] }, forms, measures, many });
}

/** JSON has no zeros before a number. */
function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

function answerModel(answer: ProductToDose) {
  const { remarks } = answer;
  if (answer.outcome === 'refused') return { refusals: answer.refusals, remarks };
  const { vtm, product, form, tradeFamily, dosages, arithmetic } = answer;
  const [dosage] = dosages as readonly Dosage[];
  const quantity = doseOf(dosage);
  return {
    ...{ remarks, vtm, product, tradeFamily, form: form?.display ?? form?.code },
    dose: quantityWords(quantity) ?? dosage?.text,
    arithmetic: arithmetic.flat().map(arithmeticWords),
    route: dosage?.route?.coding?.[0]?.display,
    back: translateAddress('/translate', {
      ...{ code: vtm.id, form: form?.code },
      ...{ amount: quantity?.value === undefined ? undefined : String(quantity.value), unit: quantity?.code },
    }),
  };
}

function doseOf(dosage: Dosage | undefined): Quantity | undefined {
  const [given] = dosage?.doseAndRate ?? [];
  return given?.doseQuantity ?? given?.rateQuantity;
}

function summaryOf(medicine: ChosenMedicine, amount: string | undefined, answer: ProductToDose | undefined): string {
  if (medicine.state === 'nothing') return '';
  if (medicine.state === 'choose') {
    const { total, options } = medicine;
    if (total === 0) return 'No product found';
    const shown = total > options.length ? `, the first ${options.length} shown: add a word to narrow them` : '';
    return `${total.toLocaleString('en-GB')} ${total === 1 ? 'product' : 'products'} found${shown}`;
  }
  if (amount === undefined) return `Now enter how much of ${medicine.name} is given at a time`;
  if (answer?.outcome === 'refused') return `${medicine.name} cannot be said as a dose`;
  return answer === undefined ? '' : `A dose of ${answer.vtm.name}`;
}
