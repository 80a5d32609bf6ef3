import type { Amp, AmpIngredient, Ampp, Coded, Dictionary, Product, Strength, Vmp, Vmpp, Vtm } from '@concord/dmd';
import { shortDate } from './dates.ts';
import { BNF_CHAPTERS } from './dmd-words.ts';

/** What is known of one aspect of a product, in words; several values where there are several. */
export interface Fact {
  readonly label: string;
  readonly values: readonly string[];
}

/** Everything that a clinician may ask of a product itself, in the release's own words. */
export function factsOf(product: Product, dictionary: Dictionary): Fact[] {
  switch (product.level) {
    case 'VTM':
      return told(vtmFacts(product, dictionary));
    case 'VMP':
      return told(vmpFacts(product));
    case 'AMP':
      return told(ampFacts(product));
    case 'VMPP':
      return told(vmppFacts(product));
    case 'AMPP':
      return told(amppFacts(product));
  }
}

type Row = readonly [label: string, ...values: (string | undefined | false)[]];

/** Rows without a value are left out. */
function told(rows: readonly Row[]): Fact[] {
  return rows
    .map(([label, ...values]) => ({ label, values: values.filter((each) => typeof each === 'string' && each !== '') }))
    .filter(({ values }) => values.length > 0) as Fact[];
}

function vtmFacts(vtm: Vtm, dictionary: Dictionary): Row[] {
  return [
    ['Abbreviation', vtm.abbreviatedName],
    ['Ingredients', ...dictionary.ingredientsOfVtm(vtm.id).map(({ name }) => name)],
  ];
}

function vmpFacts(vmp: Vmp): Row[] {
  const { controlledDrug, udfs } = vmp;
  const previous = controlledDrug?.previousCategory;
  return [
    ['Prescribing status', words(vmp.prescribingStatus)],
    [
      'Availability',
      vmp.nonAvailability === undefined ? undefined : since(words(vmp.nonAvailability), vmp.nonAvailabilityDate),
    ],
    ['Form', ...vmp.forms.map(words)],
    ['Route', ...vmp.routes.map(words)],
    ['Strength', ...vmp.ingredients.map(strength)],
    ['Given in units of', vmp.unitDoseUnit && words(vmp.unitDoseUnit)],
    ['One unit holds', udfs === undefined ? undefined : amount(udfs, vmp.udfsUnit)],
    ['Dose form', vmp.doseFormIndicator && words(vmp.doseFormIndicator)],
    [
      'Controlled drug',
      controlledDrug && since(words(controlledDrug.category), controlledDrug.date),
      previous && `Before that: ${words(previous)}`,
    ],
    [
      'Free of',
      vmp.sugarFree && 'Sugar',
      vmp.glutenFree && 'Gluten',
      vmp.preservativeFree && 'Preservative',
      vmp.cfcFree && 'CFC',
    ],
    ['Combination', vmp.combination && words(vmp.combination)],
    ['BNF', vmp.bnf === undefined ? undefined : bnf(vmp.bnf)],
    ['ATC', vmp.atc],
    ['Defined daily dose', vmp.ddd === undefined ? undefined : amount(vmp.ddd, vmp.dddUnit)],
    ['Former name', vmp.previousName && `${vmp.previousName}${reason(vmp.nameChangeReason)}`],
  ];
}

function ampFacts(amp: Amp): Row[] {
  return [
    ['Supplier', words(amp.supplier)],
    ['Availability', words(amp.availabilityRestriction)],
    ['Licensed by', words(amp.licensingAuthority)],
    ['Licensed routes', ...amp.licensedRoutes.map(words)],
    ['Excipients of note', ...amp.ingredients.map(excipient)],
    ['Monitoring', amp.emaMonitoring && 'Additional monitoring (black triangle)'],
    ['Import', amp.parallelImport && 'Parallel import'],
    ['Flavour', amp.flavour && words(amp.flavour)],
    ['Size or weight', amp.sizeOrWeight],
    ['Colour', amp.colour && words(amp.colour)],
    ['Order number', amp.orderNumber],
    ['Combination', amp.combination && words(amp.combination)],
    ['Former name', amp.previousName],
  ];
}

function vmppFacts(vmpp: Vmpp): Row[] {
  const { drugTariff: tariff } = vmpp;
  return [
    ['Pack size', amount(vmpp.quantity, vmpp.quantityUnit)],
    ['Drug Tariff', tariff && words(tariff.category)],
    ['Drug Tariff price', tariff?.price === undefined ? undefined : since(pounds(tariff.price), tariff.date)],
    ['Former price', tariff?.previousPrice === undefined ? undefined : pounds(tariff.previousPrice)],
    ['Combination', vmpp.combination && words(vmpp.combination)],
  ];
}

function amppFacts(ampp: Ampp): Row[] {
  const { price, prescribing, reimbursement, appliance } = ampp;
  return [
    ['Legal category', words(ampp.legalCategory)],
    ['Availability', ampp.discontinuedStatus && since(words(ampp.discontinuedStatus), ampp.discontinuedDate)],
    ['Sub-pack', ampp.subPack],
    ['Price', price?.price === undefined ? price && words(price.basis) : since(pounds(price.price), price.date)],
    ['Price basis', price?.price === undefined ? undefined : words(price.basis)],
    ['Former price', price?.previousPrice === undefined ? undefined : pounds(price.previousPrice)],
    [
      'May be prescribed',
      prescribing?.schedule1 && 'Not on FP10: black list (Schedule 1)',
      prescribing?.schedule2 && 'Selected List Scheme only (Schedule 2)',
      prescribing?.acbs && 'For ACBS indications only',
      prescribing?.personallyAdministered && 'Personally administered item',
      prescribing?.fp10Mda && 'In instalments on FP10 MDA',
      prescribing?.hospitalOnly && 'In hospital only',
      prescribing?.nurseFormulary && 'Nurse prescribers’ formulary',
      prescribing?.nurseExtendedFormulary && 'Nurse prescribers’ extended formulary',
      prescribing?.dentalFormulary && 'Dental formulary',
    ],
    [
      'Reimbursement',
      reimbursement?.brokenBulk && 'Broken bulk may be claimed',
      reimbursement?.limitedStability && 'Limited stability',
      reimbursement?.calendarPack && 'Calendar pack',
      reimbursement?.specialContainer && words(reimbursement.specialContainer),
      reimbursement?.discountNotDeducted && words(reimbursement.discountNotDeducted),
      reimbursement?.fp34d && 'FP34D',
    ],
    ['Prescription charges', count(reimbursement?.prescriptionCharges)],
    ['Dispensing fees', count(reimbursement?.dispensingFees)],
    ['Appliance', appliance && since(words(appliance.reimbursementStatus), appliance.reimbursementStatusDate)],
    ['Order number', appliance?.orderNumber],
    [
      'Bar codes (GTIN)',
      ...ampp.gtins.map(({ gtin, end }) => (end === undefined ? gtin : `${gtin} (until ${shortDate(end)})`)),
    ],
    ['Combination', ampp.combination && words(ampp.combination)],
  ];
}

/** The lookup's text; the bare code where the release's lookup does not hold it. */
function words({ code, display }: Coded): string {
  return display ?? `Code ${code}`;
}

/** An ingredient with its strength: `Paracetamol 500 mg`, `Paracetamol 24 mg per 1 ml`. */
function strength(each: Strength): string {
  const name = each.ingredientName ?? each.ingredientId;
  const numerator = each.numeratorValue === undefined ? undefined : amount(each.numeratorValue, each.numeratorUnit);
  const denominator =
    each.denominatorValue === undefined ? undefined : amount(each.denominatorValue, each.denominatorUnit);
  const base =
    each.baseSubstanceName === undefined || each.baseSubstanceId === each.ingredientId
      ? ''
      : ` (as ${each.baseSubstanceName})`;
  if (numerator === undefined) return `${name}${base}: strength not recorded`;
  return `${name}${base} ${numerator}${denominator === undefined ? '' : ` per ${denominator}`}`;
}

function excipient({ ingredientId, ingredientName, strength: value, unit }: AmpIngredient): string {
  const name = ingredientName ?? ingredientId;
  return value === undefined ? name : `${name} ${amount(value, unit)}`;
}

function amount(value: string, unit: Coded | undefined): string {
  return unit === undefined ? value : `${value} ${words(unit)}`;
}

/** `04070100`: chapter, section, paragraph and subparagraph, two digits each. */
function bnf(code: string): string {
  const chapter = BNF_CHAPTERS.get(code.slice(0, 2));
  const place = (code.match(/\d\d/g) ?? [])
    .map(Number)
    .filter((part) => part > 0)
    .join('.');
  return `${code}: section ${place}${chapter === undefined ? '' : `, in chapter ${Number(code.slice(0, 2))} ${chapter}`}`;
}

/** The release gives prices in whole pence. */
export function pounds(pence: number): string {
  return `£${Math.floor(pence / 100).toLocaleString('en-GB')}.${String(pence % 100).padStart(2, '0')}`;
}

function since(text: string, date: string | undefined): string {
  return date === undefined ? text : `${text}, since ${shortDate(date)}`;
}

function reason(changed: Coded | undefined): string {
  return changed?.display === undefined || changed.display.trim() === '' ? '' : ` (${changed.display})`;
}

function count(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
