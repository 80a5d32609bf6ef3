import {
  type AskedDose,
  type CareSetting,
  type Coded,
  type DoseToProducts,
  doseToProducts,
  type SiteRules,
} from '@concord/dmd';
import { type DmdVisit, type NamedRelease, releaseFor } from './dmd-visit.ts';
import type { Page } from './page.ts';
import { grouped } from './quantity.ts';
import { type ChosenMedicine, chosenMedicine, translateAddress } from './translate-medicine.ts';
import { combinationRows, offerGroups } from './translate-offers.ts';
import { siteFor } from './translate-site.ts';
import { DOSE_UNITS, numberFault, ucumOf, withAsked } from './translate-words.ts';

/** What the form asks, by the names of the address. */
const ASKED = ['amount', 'to', 'unit', 'form', 'route', 'setting', 'weight', 'area'] as const;
type Asked = { readonly [name in (typeof ASKED)[number]]: string | undefined };
const LONGEST = 60;

/** The products that make a dose: the page, and what its script asks for at each pause in the typing. */
export async function translatePage(visit: DmdVisit): Promise<Page> {
  const release = await releaseFor(visit);
  const site = await siteFor(visit);
  const medicine = chosenMedicine(visit, release, ['VTM']);
  const sent = Object.fromEntries(ASKED.map((name) => [name, visit.query(name)?.slice(0, LONGEST)])) as Asked;
  const asked = { ...sent, unit: ucumOf(sent.unit) };
  const faults = faultsOf(asked);
  const isAsked = medicine.state === 'chosen' && asked.amount !== undefined;
  const answer = isAsked && faults.length === 0 ? answerTo(release, site, medicine.code, asked) : undefined;
  return {
    view: 'translate',
    title: titleOf(medicine, faults.length > 0),
    status: faults.length > 0 ? 400 : 200,
    model: {
      ...{ medicine, asked, faults, release: release.name, isSample: release.isSample },
      units: withAsked(DOSE_UNITS, asked.unit),
      unit: asked.unit ?? 'mg',
      ...placesOf(release, medicine, asked),
      settings: settingChoices(site, asked.setting),
      hasFormulary: site.formulary !== undefined,
      isNarrowed: NARROWING.some((name) => asked[name] !== undefined) || isBySize(asked),
      options: optionsOf(medicine, asked),
      summary: summaryOf(medicine, asked, faults, answer, settingOf(site, asked)),
      answer: answer && answerModel(answer),
      product: answer?.outcome === 'refused' ? productInstead(release, medicine) : undefined,
      anywhere: answer?.outcome === 'refused' ? withoutPlace(medicine, asked) : undefined,
    },
  };
}

/** What is folded away until it is asked. */
const NARROWING = ['to', 'form', 'route', 'setting', 'weight', 'area'] as const;

/** A dose by weight or area: what it is multiplied by is among what is folded away. */
const isBySize = ({ unit }: Asked): boolean => unit?.includes('/kg') === true || unit?.includes('/m2') === true;

/** The care settings, that of the site first: it is meant where none is chosen. */
function settingChoices({ setting: own = 'primary' }: SiteRules, asked: string | undefined) {
  const words = { primary: 'Primary care', secondary: 'Secondary care' };
  const other = own === 'primary' ? 'secondary' : 'primary';
  return [
    { code: '', words: words[own], isAsked: asked !== other },
    { code: other, words: words[other], isAsked: asked === other },
  ];
}

function faultsOf({ amount, to, weight, area, setting }: Asked): { field: string; text: string }[] {
  const fields = [
    { field: 'amount', typed: amount, name: 'dose' },
    { field: 'to', typed: to, name: 'highest dose' },
    { field: 'weight', typed: weight, name: 'weight' },
    { field: 'area', typed: area, name: 'body surface area' },
  ];
  const faults = fields.flatMap(({ field, typed, name }) => {
    const text = typed === undefined ? undefined : numberFault(typed, name);
    return text === undefined ? [] : [{ field, text }];
  });
  if (amount === undefined && to !== undefined) faults.push({ field: 'amount', text: 'Enter the lowest dose too' });
  if (setting !== undefined && setting !== 'primary' && setting !== 'secondary') {
    faults.push({ field: 'setting', text: 'Choose primary or secondary care' });
  }
  return faults;
}

function answerTo({ dictionary }: NamedRelease, site: SiteRules, vtm: string, asked: Asked): DoseToProducts {
  const unit = { code: asked.unit ?? 'mg' };
  const low = { value: asked.amount ?? '', unit };
  const dose: AskedDose = asked.to === undefined ? low : { low, high: { value: asked.to, unit } };
  return doseToProducts(dictionary, {
    ...site,
    ...{ vtm, dose, form: asked.form, route: asked.route },
    setting: settingOf(site, asked),
    weight: asked.weight === undefined ? undefined : { value: asked.weight, unit: { code: 'kg' } },
    bodySurfaceArea: asked.area === undefined ? undefined : { value: asked.area, unit: { code: 'm2' } },
  });
}

function settingOf(site: SiteRules, { setting }: Asked): CareSetting {
  return setting === 'primary' || setting === 'secondary' ? setting : (site.setting ?? 'primary');
}

function answerModel(answer: DoseToProducts) {
  const { remarks, excluded } = answer;
  if (answer.outcome === 'refused') return { refusals: answer.refusals, remarks, excluded };
  return {
    ...{ vtm: answer.vtm, remarks, excluded },
    groups: offerGroups(answer.products),
    combinations: combinationRows(answer.combinations),
  };
}

/** Forms and routes that products of the medicine have, and those asked. */
function placesOf({ dictionary }: NamedRelease, medicine: ChosenMedicine, asked: Asked) {
  const resolution = medicine.state === 'chosen' ? dictionary.resolve(medicine.code, 'VTM') : undefined;
  const id = resolution?.status === 'current' || resolution?.status === 'superseded' ? resolution.id : '';
  const products = dictionary.vmpsOfVtm(id);
  const choices = (coded: readonly Coded[], code: string | undefined) => {
    const names = new Map(coded.map((each) => [each.code, each.display ?? each.code]));
    const rows = [...names].map(([each, words]) => ({ code: each, words }));
    rows.sort((a, b) => a.words.localeCompare(b.words, 'en-GB'));
    const unlisted = code === undefined || names.has(code) ? [] : [{ code, words: dictionary.displayOf(code) ?? code }];
    return [...rows, ...unlisted];
  };
  return {
    forms: choices(
      products.flatMap((each) => each.forms),
      asked.form,
    ),
    routes: choices(
      products.flatMap((each) => each.routes),
      asked.route,
    ),
  };
}

/** Medicines to choose from, each with the rest of the question in its address. */
function optionsOf(medicine: ChosenMedicine, asked: Asked) {
  if (medicine.state !== 'choose') return [];
  return medicine.options.map(({ code, name, level }) => ({
    ...{ name, level },
    address: translateAddress('/translate', { code, ...asked }),
  }));
}

/** The way on where a product was picked in place of a substance. */
function productInstead({ dictionary }: NamedRelease, medicine: ChosenMedicine): string | undefined {
  if (medicine.state !== 'chosen') return undefined;
  const resolution = dictionary.resolve(medicine.code);
  if (resolution.status !== 'current' && resolution.status !== 'superseded') return undefined;
  const isProduct = resolution.kind === 'VMP' || resolution.kind === 'AMP';
  return isProduct ? translateAddress('/translate/dose', { code: resolution.id }) : undefined;
}

/** The way on where a form or route was asked, and nothing answers to it: the same of any. */
function withoutPlace(medicine: ChosenMedicine, { form, route, ...rest }: Asked): string | undefined {
  if (medicine.state !== 'chosen' || (form === undefined && route === undefined)) return undefined;
  return translateAddress('/translate', { code: medicine.code, ...rest });
}

function titleOf(medicine: ChosenMedicine, isFaulty: boolean): string {
  const title = medicine.state === 'chosen' ? `Products for a dose: ${medicine.name}` : 'Products for a dose';
  return isFaulty ? `Error: ${title}` : title;
}

/** What is told to those who do not see the results change. */
function summaryOf(
  medicine: ChosenMedicine,
  asked: Asked,
  faults: readonly { readonly text: string }[],
  answer: DoseToProducts | undefined,
  setting: CareSetting,
): string {
  if (faults[0] !== undefined) return faults[0].text;
  if (medicine.state === 'choose') {
    const { total, options } = medicine;
    if (total === 0) return 'No substance found';
    const shown = total > options.length ? `, the first ${options.length} shown: add a word to narrow them` : '';
    return `${total.toLocaleString('en-GB')} ${total === 1 ? 'substance' : 'substances'} found${shown}`;
  }
  if (medicine.state === 'nothing') return '';
  if (answer === undefined) return asked.amount === undefined ? `Now enter the dose of ${medicine.name}` : '';
  if (answer.outcome === 'refused') return `No product is offered for this dose of ${medicine.name}`;
  const count = answer.products.length;
  return `${count} ${count === 1 ? 'product makes' : 'products make'} this dose of ${answer.vtm.name}: ${doseWords(asked)}${setting === 'secondary' ? ', in secondary care' : ''}`;
}

/** The dose as it was understood: who asked sees it once more beside the answer. */
function doseWords({ amount = '', to, unit }: Asked): string {
  const code = unit ?? 'mg';
  const words = DOSE_UNITS.find((each) => each.code === code)?.words ?? code;
  const range = to === undefined ? digits(amount) : `${digits(amount)} to ${digits(to)}`;
  return `${range} ${Number(to ?? amount) > 1 && words.endsWith('unit') ? `${words}s` : words}`;
}

function digits(typed: string): string {
  return grouped(typed.replace(/^0+(?=\d)/, ''));
}
