import { readFileSync } from 'node:fs';
import {
  type AskedDose,
  type Dictionary,
  type DoseQuestion,
  doseToProducts,
  openSnapshot,
  type ProductOffer,
  productToDose,
  type Remark,
  type SiteRules,
  snapshotInUse,
  translateResource,
} from '@concord/dmd';
import { BadSetting, DEFAULTS, dmdFolder } from '../config.ts';
import { siteRulesIn, withAsked } from '../dmd/site-rules.ts';
import { parseExact } from '../fhir/exact-json.ts';
import { parseFhirXml } from '../fhir/xml/index.ts';
import type { Command } from './command.ts';

type Flags = { [name: string]: string | boolean | undefined };

const DEEPEST = 200;
const UCUM = 'http://unitsofmeasure.org';
const NUMBER = /^\d{1,12}(\.\d{1,12})?$/;
const exactJson = JSON as typeof JSON & { rawJSON(text: string): number };

const TEXT = { type: 'string' } as const;

/** `concord translate`: dose to product, product to dose, whole resources. */
export const translateCommand: Command = {
  name: 'translate',
  summary: 'Find the products that make a dose, or say a prescription of a product as a dose',
  help: `Usage: concord translate dose VTM VALUE UNIT [VALUE UNIT]... [options]
       concord translate product PRODUCT VALUE UNIT
       concord translate resource FILE [--product CODE] [--medication FILE] [options]

dose      lists the products of a moiety (VTM, by dm+d code) that make a dose, best first, with how much of each and why.
          UNIT is a UCUM code (mg, ug, g, mg/kg, mg/m2, mg/h, {unit}/h) or a dm+d code. Several are the steps of one
          dosage: a product must serve them all.
product   says how much of its substance a quantity of a product (VMP or AMP) is; UNIT as above, mL/h for a rate.
resource  prints a MedicationRequest or MedicationStatement of a product as one of its moiety; with --product, one of a
          moiety as one of that product. FILE is JSON or XML, - for standard input.

The dm+d release is the one in use (see concord dmd); the formulary and rules of the site are those of translation.json
beside it. The exit status is 1 when the translation was refused.

Options               Environment    Default
  --to VALUE                         the dose is a range: its high end, in the same unit
  --form CODE                        any: a dm+d form
  --route CODE                       any: a dm+d route
  --setting NAME                     primary: or secondary care
  --weight KG                        for doses per kilogram
  --area M2                          body surface area, for doses per square metre
  --preferred ID,...                 products that come first within their rank
  --blocked ID,...                   products that are not offered
  --in-stock ID,...                  products that there are: others come after them
  --product CODE                     the product that a person chose for a resource of a moiety
  --medication FILE                  the Medication that the resource refers to
  --dmd FOLDER        CONCORD_DMD    dmd in the data folder: where snapshots are kept
  --data FOLDER       CONCORD_DATA   ${DEFAULTS.data}: the data folder
  --json                             print everything that is known of the answer
  --help                             print this

Examples
  concord translate dose 777067000 500 mg
  concord translate dose 776785007 2 ug/kg/min --weight 80
  concord translate product 42109611000001109 2 428673006
  concord translate resource prescription.json`,
  options: {
    ...{ route: TEXT, form: TEXT, setting: TEXT, weight: TEXT, area: TEXT, to: TEXT, preferred: TEXT, blocked: TEXT },
    ...{ 'in-stock': TEXT, product: TEXT, medication: TEXT, dmd: TEXT, data: TEXT, json: { type: 'boolean' } },
  },
  positionals: true,
  async run(flags, [what, ...rest]) {
    if (what === 'dose' && rest.length >= 3 && rest.length % 2 === 1) return dose(await inUse(flags), rest, flags);
    if (what === 'product' && rest.length === 3) return product(await inUse(flags), rest, flags);
    if (what === 'resource' && rest.length === 1) return resource(await inUse(flags), rest[0] ?? '-', flags);
    throw new BadSetting('say "dose" or "product" with a code, a value and a unit, or "resource" and a file.');
  },
};

/** The release in use, and what the site says. */
interface InUse {
  readonly dictionary: Dictionary;
  readonly site: SiteRules;
}

async function inUse(flags: Flags): Promise<InUse> {
  const folder = dmdFolder(process.env, flags);
  const path = await snapshotInUse(folder);
  if (path === undefined) throw new Error('no dm+d release is in use. Load one: concord dmd load ARCHIVE...');
  const formulary = {
    ...ids('preferred', flags.preferred),
    ...ids('blocked', flags.blocked),
    ...ids('inStock', flags['in-stock']),
  };
  const site = withAsked(await siteRulesIn(folder), { setting: settingIn(flags), formulary });
  return { dictionary: openSnapshot(path), site };
}

const text = (flag: string | boolean | undefined) => (typeof flag === 'string' ? flag : undefined);

function ids(name: string, flag: string | boolean | undefined): { [name: string]: string[] } {
  return flag === undefined ? {} : { [name]: (text(flag) ?? '').split(',').map((id) => id.trim()) };
}

function settingIn(flags: Flags): SiteRules['setting'] {
  const setting = text(flags.setting);
  if (setting === undefined || setting === 'primary' || setting === 'secondary') return setting;
  throw new BadSetting('--setting takes primary or secondary.');
}

function patientIn(flags: Flags): Pick<DoseQuestion, 'weight' | 'bodySurfaceArea'> {
  const size = (name: string, code: string) => {
    const value = text(flags[name]);
    if (value === undefined) return undefined;
    if (!NUMBER.test(value)) throw new BadSetting(`--${name} takes a number, in ${code}, without the unit.`);
    return { value, unit: { system: UCUM, code } };
  };
  return { weight: size('weight', 'kg'), bodySurfaceArea: size('area', 'm2') };
}

/** 1 where the answer is a refusal. */
function printed(answer: { readonly outcome: string }): number {
  console.log(JSON.stringify(answer, (_name, each) => (typeof each === 'bigint' ? String(each) : each), 2));
  return answer.outcome === 'refused' ? 1 : 0;
}

function dose({ dictionary, site }: InUse, [vtm = '', ...amounts]: readonly string[], flags: Flags): number {
  const to = text(flags.to);
  if (to !== undefined && amounts.length > 2) throw new BadSetting('--to takes one dose, not several steps.');
  const doses = Array.from({ length: amounts.length / 2 }, (_, index): AskedDose => {
    const unit = { code: amounts[2 * index + 1] ?? '' };
    const low = { value: amounts[2 * index] ?? '', unit };
    return to === undefined ? low : { low, high: { value: to, unit } };
  });
  const answer = doseToProducts(dictionary, {
    ...site,
    ...patientIn(flags),
    ...{ vtm, dose: doses, route: text(flags.route), form: text(flags.form) },
  });
  if (flags.json === true) return printed(answer);
  for (const each of answer.remarks) said('note', each);
  if (answer.outcome === 'refused') {
    for (const each of answer.refusals) said('refused by', each);
    return 1;
  }
  for (const offer of answer.products) print(offer, '');
  for (const { arithmetic, parts } of answer.combinations) {
    console.log(`together: ${arithmetic} (${parts.map((part) => part.product.name).join(' + ')})`);
  }
  const { length: left } = answer.excluded;
  if (left > 0) console.error(`${left} not offered: --json says which, and why.`);
  return 0;
}

function product(
  { dictionary, site }: InUse,
  [medication = '', value = '', code = '']: readonly string[],
  flags: Flags,
) {
  if (!NUMBER.test(value)) throw new BadSetting(`"${value}" is no quantity, such as 2 or 0.5.`);
  const system = /^\d{6,18}$/.test(code) ? 'http://snomed.info/sct' : UCUM;
  // The digits as typed: the library reads them exactly.
  const quantity = { value: exactJson.rawJSON(value.replace(/^0+(?=\d)/, '')), system, code };
  const given = code.includes('/') ? { rateQuantity: quantity } : { doseQuantity: quantity };
  const { forms, measures, many } = site;
  const answer = productToDose(dictionary, { medication, dosage: { doseAndRate: [given] }, forms, measures, many });
  if (flags.json === true) return printed(answer);
  for (const each of answer.remarks) said('note', each);
  if (answer.outcome === 'refused') {
    for (const each of answer.refusals) said('refused by', each);
    return 1;
  }
  const { vtm, form, tradeFamily, dosages, arithmetic } = answer;
  const kept = [form?.display, tradeFamily].filter((each) => each !== undefined).map((each) => `, ${each}`);
  console.log(`${vtm.name}: ${dosages[0]?.text ?? ''}${kept.join('')}  [${vtm.id}]`);
  for (const sum of arithmetic.flat()) console.log(`     ${sum}`);
  return 0;
}

function print({ product, quantities, rank, reasons, cautions, actualProducts }: ProductOffer, indent: string): void {
  const said = quantities.map(({ quantity, high }) => {
    const to = high === undefined ? '' : ` to ${high.decimal ?? high.fraction}`;
    return `${quantity.decimal ?? quantity.fraction}${to} ${quantity.unitName}`;
  });
  console.log(`${indent}${rank}  ${product.name}: ${said.join(', then ')}  [${product.id}]`);
  for (const { arithmetic } of quantities) console.log(`${indent}     ${arithmetic}`);
  for (const reason of reasons) console.log(`${indent}     ${reason}`);
  for (const { rule, message } of cautions) console.log(`${indent}     ${rule}: ${message}`);
  for (const each of actualProducts) print(each, `${indent}     `);
}

function said(what: string, { rule, message }: Remark): void {
  console.error(`${what} ${rule}: ${message}`);
}

function resource({ dictionary, site }: InUse, file: string, flags: Flags): number {
  const medication = text(flags.medication);
  const answer = translateResource(dictionary, readResource(file), {
    ...site,
    ...patientIn(flags),
    product: text(flags.product),
    medication: medication === undefined ? undefined : readResource(medication),
  });
  for (const each of answer.remarks) said('note', each);
  if (answer.outcome === 'translated') {
    for (const sum of answer.arithmetic) console.error(`because ${sum}`);
    console.log(JSON.stringify(answer.resource, undefined, 2));
    return 0;
  }
  for (const each of answer.refusals) said('refused by', each);
  return 1;
}

function readResource(file: string): object {
  const content = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  return ((content.startsWith('<') ? parseFhirXml(content).resource : parseExact(content, DEEPEST)) ?? {}) as object;
}
