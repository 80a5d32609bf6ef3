import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Dosage, Quantity } from '../../src/dosage.ts';

/** Sentences with a human coding, for measurement: read where the data is present, never copied. */
const data = new URL('../../../../../shared/data/dose-sentences/', import.meta.url);

export const corpusPresent = existsSync(data);

export interface FreeTextRow {
  readonly sentence: string;
  readonly count: number;
  readonly coded: Readonly<Record<string, string>> | null;
}

export interface CodedRow {
  readonly label: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, data), 'utf8'));
export const freeText = (): FreeTextRow[] => load('gp-free-text.json') as FreeTextRow[];
export const primaryCare = (): CodedRow[] => load('primary-care-coded.json') as CodedRow[];
export const secondaryCare = (): CodedRow[] => load('secondary-care-coded.json') as CodedRow[];

/** A short name for a sentence that does not repeat it. */
export const idOf = (sentence: string): string =>
  createHash('sha256').update(sentence.trim()).digest('hex').slice(0, 8);

/** Units that are the same thing in the two SNOMED CT hierarchies and in dm+d (D-020). */
const SAME_UNIT: Readonly<Record<string, string>> = {
  '732936001': 'tablet',
  '428673006': 'tablet',
  '732937005': 'capsule',
  '428641000': 'capsule',
  '732981002': 'puff',
  '655831000001108': 'puff',
  '733015007': 'spoonful',
  '514941000000109': 'spoonful',
  '732994000': 'drop',
  '404218003': 'drop',
  '733005001': 'patch',
  '419702001': 'patch',
  '733013000': 'sachet',
  '426148002': 'sachet',
  '655791000001103': 'plaster',
  '733010002': 'plaster',
  '419694003': 'spray',
  '3317411000001100': 'dose',
  mg: 'mg',
  ml: 'mL',
  mL: 'mL',
  cm: 'cm',
  micrograms: 'ug',
};

const unitName = (quantity: Quantity | undefined): string | undefined =>
  quantity?.code === undefined ? undefined : (SAME_UNIT[quantity.code] ?? quantity.code);

const codeOf = (text: string | undefined): string | undefined => text?.split('|')[0]?.trim();

/** Methods that the coders used for one another. */
const SAME_METHOD: ReadonlySet<string>[] = [new Set(['417924000', '93431000001109'])];

function numbers(dosage: Dosage): { value: string; unit: string | undefined }[] {
  return (dosage.doseAndRate ?? []).map(({ doseQuantity, doseRange }) => {
    if (doseQuantity !== undefined) return { value: String(doseQuantity.value), unit: unitName(doseQuantity) };
    return { value: `${doseRange?.low?.value ?? ''}-${doseRange?.high?.value ?? ''}`, unit: unitName(doseRange?.high) };
  });
}

/** Fields where a coded row and a reading differ; a unit that only one of them names is no difference. */
export function differences(coded: Readonly<Record<string, string>>, dosage: readonly Dosage[]): string[] {
  const found: string[] = [];
  const first = dosage[0] ?? {};
  const repeat = first.timing?.repeat ?? {};
  const say = (field: string, theirs: unknown, ours: unknown): void => {
    found.push(`${field}: coded ${theirs ?? 'nothing'}, read ${ours ?? 'nothing'}`);
  };
  const method = codeOf(coded.method);
  const ours = first.method?.coding?.[0]?.code;
  const instructions = (first.additionalInstruction ?? []).map((each) =>
    `${each.coding?.[0]?.code ?? ''} ${each.text ?? ''}`.toLowerCase(),
  );
  if (
    method !== undefined &&
    ours !== undefined &&
    method !== ours &&
    !SAME_METHOD.some((same) => same.has(method) && same.has(ours))
  ) {
    say('method', coded.method, first.method?.coding?.[0]?.display);
  }
  const dose = coded.doseValue ?? (coded.low === undefined ? undefined : `${coded.low}-${coded.high}`);
  const doses = numbers(first);
  if (dose !== undefined && !/sequence/i.test(dose)) {
    const match = doses.find(({ value }) => value === dose);
    if (match === undefined) say('dose', dose, doses.map(({ value }) => value).join(' '));
    const unit =
      SAME_UNIT[codeOf(coded.doseUnit ?? coded.rangeUnit) ?? ''] ?? codeOf(coded.doseUnit ?? coded.rangeUnit);
    // One of the two codings had no code for "dose" and took the actuation for it; the other uses dose.
    const dosed = unit === 'puff' && match?.unit === 'dose';
    if (match?.unit !== undefined && unit !== undefined && unit !== match.unit && !dosed) say('unit', unit, match.unit);
  } else if (dose === undefined && doses.length > 0) say('dose', undefined, doses.map(({ value }) => value).join(' '));
  compareTiming(coded, dosage, say);
  if (coded.asNeeded === '1' && !dosage.every((each) => each.asNeededBoolean || each.asNeededCodeableConcept))
    say('asNeeded', true, false);
  if (coded.asNeededFor !== undefined && first.asNeededCodeableConcept?.coding?.[0]?.code !== codeOf(coded.asNeededFor))
    say('asNeededFor', coded.asNeededFor, first.asNeededCodeableConcept?.text);
  if (coded.asNeeded === undefined && coded.asNeededFor === undefined && first.asNeededBoolean)
    say('asNeeded', undefined, true);
  if (
    coded.boundsUnit !== undefined &&
    repeat.boundsDuration === undefined &&
    repeat.boundsRange === undefined &&
    !instructions.some((text) => text.includes('hour'))
  )
    say('bounds', coded.boundsUnit, undefined);
  if (coded.boundsUnit === undefined && (repeat.boundsDuration ?? repeat.boundsRange) !== undefined)
    say('bounds', undefined, 'bounds');
  return found;
}

type Say = (field: string, theirs: unknown, ours: unknown) => void;

function compareTiming(coded: Readonly<Record<string, string>>, dosage: readonly Dosage[], say: Say): void {
  const repeat = dosage[0]?.timing?.repeat ?? {};
  const sequenced = /sequence/i.test(coded.frequency ?? '');
  const fields = ['frequency', 'frequencyMax', 'period', 'periodMax', 'periodUnit'] as const;
  for (const field of fields) {
    const theirs =
      sequenced || /sequence/i.test(coded[field] ?? '') ? /1 = ([^\s]+)/.exec(coded[field] ?? '')?.[1] : coded[field];
    const mine = repeat[field] === undefined ? undefined : String(repeat[field]);
    if (theirs === mine) continue;
    // FHIR reads an absent frequency as once a period: the same statement, one says less.
    if (field === 'frequency' && (theirs ?? '1') === (mine ?? '1') && repeat.frequencyMax === undefined) continue;
    // The coders left "daily" unsaid beside "at night" now and then.
    if (theirs === undefined && coded.frequency === undefined && coded.period === undefined && coded.when !== undefined)
      continue;
    say(field, theirs, mine);
  }
  const theirWhen = (coded.when ?? '').toUpperCase().split(/\s+/).filter(Boolean).sort().join(' ');
  const myWhen = [...new Set(dosage.flatMap((each) => each.timing?.repeat?.when ?? []))].sort().join(' ');
  const words = dosage
    .flatMap((each) => each.additionalInstruction ?? [])
    .map(({ text }) => text ?? '')
    .join(' ')
    .toLowerCase();
  if (theirWhen !== myWhen && !(theirWhen === 'C' && words.includes('with food')))
    say('when', theirWhen || undefined, myWhen || undefined);
  if (coded.offset !== undefined && String(repeat.offset ?? '') !== coded.offset && !words.includes('minutes'))
    say('offset', coded.offset, repeat.offset);
}

/** What the sentence of a coded row is: the columns of the secondary care sheet stand apart. */
export function sentenceOf(row: CodedRow): string {
  const { label } = row;
  const proposed = label['Proposed list of Amended dose sentence'];
  if (proposed !== undefined) return proposed;
  return [label.Dose, label['Instruction/duration']].filter(Boolean).join(' ').trim();
}

/** The last part of a column's FHIR path. */
function field(row: Readonly<Record<string, string>>, path: string): string | undefined {
  const key = Object.keys(row).find((each) => each.endsWith(path));
  return key === undefined ? undefined : row[key];
}

/** A coded row of FHIR paths in the form of the free text coding, its first Dosage only. */
export function codedFields(row: CodedRow): Readonly<Record<string, string>> {
  const [first = {}, ...rest] = row.rows;
  const more = rest.filter((each) =>
    Object.keys(each).every((key) => /when|additionalInstruction|timeOfDay|dayOfWeek|doseQuantity/.test(key)),
  );
  const all = [
    first,
    ...(rest.findIndex((each) => !more.includes(each)) < 0
      ? more
      : rest.slice(
          0,
          rest.findIndex((each) => !more.includes(each)),
        )),
  ];
  const get = (path: string): string | undefined => field(first, path);
  const bounds = get('boundsDuration.code');
  const entries: [string, string | undefined][] = [
    ['method', get('method.coding.code')],
    ['doseValue', get('doseQuantity.value')],
    ['doseUnit', get('doseQuantity.code')],
    ['low', get('doseRange.low.value')],
    ['high', get('doseRange.high.value')],
    ['rangeUnit', get('doseRange.high.code')],
    ['frequency', get('repeat.frequency')],
    ['frequencyMax', get('repeat.frequencyMax')],
    ['period', get('repeat.period')],
    ['periodMax', get('repeat.periodMax')],
    ['periodUnit', get('repeat.periodUnit')],
    [
      'when',
      all
        .map((each) => field(each, 'repeat.when'))
        .filter(Boolean)
        .join(' ') || undefined,
    ],
    ['offset', get('repeat.offset')],
    ['asNeeded', get('asNeededBoolean') === undefined ? undefined : '1'],
    ['asNeededFor', get('asNeededCodeableConcept.coding.code')],
    ['boundsUnit', bounds],
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The medicine of a coded row, its unit of dose by the last word of its name where that is one. */
export function medicineOf(row: CodedRow): { unitDose?: { code: string; unit: string } } {
  const name = (field(row.rows[0] ?? {}, 'medicationCodeableConcept.coding.display') ?? '')
    .replace(/\(.*\)/, '')
    .trim();
  if (/tablets$/.test(name)) return { unitDose: { code: '428673006', unit: 'tablet' } };
  if (/capsules$/.test(name)) return { unitDose: { code: '428641000', unit: 'capsule' } };
  return {};
}
