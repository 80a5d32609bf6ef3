import { readFileSync } from 'node:fs';
import {
  type Dictionary,
  doseToProducts,
  openSnapshot,
  type ProductOffer,
  type Remark,
  snapshotInUse,
  translateResource,
} from '@concord/dmd';
import { BadSetting, DEFAULTS, dmdFolder } from '../config.ts';
import { parseExact } from '../fhir/exact-json.ts';
import { parseFhirXml } from '../fhir/xml/index.ts';
import type { Command } from './command.ts';

type Flags = { [name: string]: string | boolean | undefined };

const DEEPEST = 200;

/** `concord translate`: dose to product, product to dose. */
export const translateCommand: Command = {
  name: 'translate',
  summary: 'Find the products that make a dose, or say a prescription of a product as a dose',
  help: `Usage: concord translate dose VTM VALUE UNIT [--route CODE] [--form CODE] [--setting secondary] [--weight KG]
       concord translate resource FILE [--product CODE]

dose      lists the products of a moiety (VTM, by dm+d code) that make a dose, best first, with how much of each and why.
          UNIT is a UCUM code (mg, ug, g, mg/kg, ug/h) or a dm+d code.
resource  prints a MedicationRequest or MedicationStatement of a product as one of its moiety; with --product, one of a
          moiety as one of that product. FILE is JSON or XML, - for standard input.

The dm+d release is the one in use (see concord dmd). The exit status is 1 when the translation was refused.

Options          Environment       Default
  --dmd FOLDER   CONCORD_DMD       dmd in the data folder: where snapshots are kept
  --data FOLDER  CONCORD_DATA      ${DEFAULTS.data}: the data folder
  --json                           print everything that is known of the answer
  --help                           print this

Examples
  concord translate dose 777067000 500 mg
  concord translate resource prescription.json`,
  options: {
    ...{ route: { type: 'string' }, form: { type: 'string' }, setting: { type: 'string' }, weight: { type: 'string' } },
    ...{ product: { type: 'string' }, dmd: { type: 'string' }, data: { type: 'string' }, json: { type: 'boolean' } },
  },
  positionals: true,
  async run(flags, [what, ...rest]) {
    if (what === 'dose' && rest.length === 3) return dose(await dictionaryInUse(flags), rest, flags);
    if (what === 'resource' && rest.length === 1) return resource(await dictionaryInUse(flags), rest[0] ?? '-', flags);
    throw new BadSetting('say "dose" with a VTM, a value and a unit, or "resource" and a file.');
  },
};

async function dictionaryInUse(flags: Flags): Promise<Dictionary> {
  const path = await snapshotInUse(dmdFolder(process.env, flags));
  if (path === undefined) throw new Error('no dm+d release is in use. Load one: concord dmd load ARCHIVE...');
  return openSnapshot(path);
}

const text = (flag: string | boolean | undefined) => (typeof flag === 'string' ? flag : undefined);

function dose(dictionary: Dictionary, [vtm = '', value = '', unit = '']: readonly string[], flags: Flags): number {
  const setting = text(flags.setting);
  if (setting !== undefined && setting !== 'primary' && setting !== 'secondary') {
    throw new BadSetting('--setting takes primary or secondary.');
  }
  const weight = text(flags.weight);
  const answer = doseToProducts(dictionary, {
    vtm,
    dose: { value, unit: { code: unit } },
    route: text(flags.route),
    form: text(flags.form),
    setting,
    weight: weight === undefined ? undefined : { value: weight, unit: { code: 'kg' } },
  });
  if (flags.json === true) {
    console.log(JSON.stringify(answer, (_name, each) => (typeof each === 'bigint' ? String(each) : each), 2));
    return answer.outcome === 'products' ? 0 : 1;
  }
  for (const each of answer.remarks) said('note', each);
  if (answer.outcome === 'refused') {
    for (const each of answer.refusals) said('refused by', each);
    return 1;
  }
  for (const offer of answer.products) print(offer, '');
  for (const { arithmetic, parts } of answer.combinations) {
    console.log(`together: ${arithmetic} (${parts.map(({ product }) => product.name).join(' + ')})`);
  }
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

function resource(dictionary: Dictionary, file: string, flags: Flags): number {
  const content = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  const parsed = content.startsWith('<') ? parseFhirXml(content).resource : parseExact(content, DEEPEST);
  const answer = translateResource(dictionary, (parsed ?? {}) as object, { product: text(flags.product) });
  for (const each of answer.remarks) said('note', each);
  if (answer.outcome === 'translated') {
    console.log(JSON.stringify(answer.resource, undefined, 2));
    return 0;
  }
  for (const each of answer.refusals) said('refused by', each);
  return 1;
}
