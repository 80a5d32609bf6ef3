import { snomed, ucum } from '../../words/units.ts';

/** A unit of dose as a Dosage carries it. */
export interface DoseUnit {
  readonly unit: string;
  readonly system?: string;
  readonly code?: string;
}

interface UnitRow {
  /** Singular forms and abbreviations; then those that are plural. A phrase may be several words. */
  readonly one: readonly string[];
  readonly many: readonly string[];
  readonly unit: DoseUnit;
}

const presentation = (code: string, unit: string, one: readonly string[], many: readonly string[]): UnitRow => ({
  one,
  many,
  unit: { unit, system: snomed, code },
});

const measured = (code: string, unit: string, one: readonly string[], many: readonly string[] = []): UnitRow => ({
  one,
  many,
  unit: { unit, system: ucum, code },
});

/**
 * Units that a dose is counted or measured in. Codes of what is counted are those of the dm+d unit-of-measure
 * lookup, where it has one, or of SNOMED CT "unit of product usage"; measured amounts are UCUM (D-020).
 */
export const UNITS: readonly UnitRow[] = [
  presentation('428673006', 'tablet', ['tablet', 'tab'], ['tablets', 'tabs']),
  presentation('428641000', 'capsule', ['capsule', 'cap'], ['capsules', 'caps']),
  presentation('429587008', 'lozenge', ['lozenge'], ['lozenges']),
  presentation('3318311000001108', 'pastille', ['pastille'], ['pastilles']),
  presentation('733013000', 'sachet', ['sachet', 'satchet'], ['sachets', 'satchets']),
  presentation('430293001', 'suppository', ['suppository', 'supp'], ['suppositories', 'supps']),
  presentation('733007009', 'pessary', ['pessary'], ['pessaries']),
  presentation('700476008', 'enema', ['enema', 'micro enema', 'microenema'], ['enemas', 'micro enemas', 'microenemas']),
  presentation('419702001', 'patch', ['patch'], ['patches']),
  presentation('733010002', 'plaster', ['plaster'], ['plasters']),
  presentation('404218003', 'drop', ['drop', 'gtt'], ['drops']),
  presentation('732981002', 'puff', ['puff'], ['puffs']),
  presentation('732981002', 'actuation', ['actuation', 'pump actuation'], ['actuations', 'pump actuations']),
  presentation('419694003', 'spray', ['spray', 'metered spray'], ['sprays', 'metered sprays']),
  presentation('3317411000001100', 'dose', ['dose'], ['doses']),
  presentation('10692211000001108', 'application', ['application'], ['applications']),
  presentation('413516001', 'ampoule', ['ampoule', 'amp'], ['ampoules', 'amps']),
  presentation('3318011000001105', 'nebule', ['nebule'], ['nebules']),
  presentation('415818006', 'vial', ['vial'], ['vials']),
  presentation(
    '733020007',
    'syringe',
    ['syringe', 'pre filled syringe', 'prefilled syringe'],
    ['syringes', 'pre filled syringes', 'prefilled syringes'],
  ),
  presentation('732988008', 'cartridge', ['cartridge'], ['cartridges']),
  presentation('732995004', 'film', ['film'], ['films']),
  presentation('418530008', 'tube', ['tube'], ['tubes']),
  presentation('419672006', 'bottle', ['bottle'], ['bottles']),
  presentation('428672001', 'bag', ['bag'], ['bags']),
  presentation('10696911000001100', 'scoop', ['scoop'], ['scoops']),
  presentation('733018009', 'strip', ['strip'], ['strips']),
  presentation('10693411000001103', 'insert', [], ['inserts']),
  presentation('732980001', 'applicatorful', ['applicatorful', 'applicatorfull'], ['applicatorfuls']),
  presentation(
    '514941000000109',
    '5ml spoonful',
    ['5 ml spoonful', '5 ml spoon', '5 ml medicine spoonful'],
    ['5 ml spoonfuls', '5 ml spoons', '5 ml medicine spoonfuls'],
  ),
  {
    one: ['2.5 ml spoonful', '2.5 ml spoon'],
    many: ['2.5 ml spoonfuls', '2.5 ml spoons'],
    unit: { unit: '2.5ml spoonful' },
  },
  {
    one: ['10 ml spoonful', '10 ml spoon'],
    many: ['10 ml spoonfuls', '10 ml spoons'],
    unit: { unit: '10ml spoonful' },
  },
  presentation('733015007', 'spoonful', ['spoonful'], ['spoonfuls']),
  { one: ['measuring spoon'], many: ['measuring spoons'], unit: { unit: 'measuring spoon' } },
  { one: ['capful'], many: ['capfuls'], unit: { unit: 'capful' } },
  { one: ['ring'], many: ['rings'], unit: { unit: 'ring' } },
  { one: ['squirt'], many: ['squirts'], unit: { unit: 'squirt' } },
  { one: ['pump'], many: ['pumps'], unit: { unit: 'pump' } },
  { one: ['blister'], many: ['blisters'], unit: { unit: 'blister', system: snomed, code: '425565005' } },
  {
    one: ['fingertip unit', 'finger tip unit', 'ftu'],
    many: ['fingertip units', 'finger tip units', 'ftus'],
    unit: { unit: 'fingertip unit' },
  },
  // D-013b: units of insulin, heparin and the like keep decimals and are never written "U".
  presentation('767525000', 'unit', ['unit'], ['units']),
  measured('[iU]', 'international unit', ['international unit', 'iu'], ['international units', 'ius']),
  measured('kg', 'kilogram', ['kilogram', 'kg'], ['kilograms']),
  measured('g', 'gram', ['gram', 'g', 'gm', 'gramme'], ['grams', 'gms', 'grammes']),
  measured('mg', 'milligram', ['milligram', 'mg', 'mgs', 'milligramme'], ['milligrams', 'milligrammes']),
  measured('ug', 'microgram', ['microgram', 'mcg', 'mcgs', 'ug', 'microgramme'], ['micrograms', 'microgrammes']),
  measured('ng', 'nanogram', ['nanogram'], ['nanograms']),
  measured('mL', 'millilitre', ['millilitre', 'ml', 'mls'], ['millilitres']),
  measured('L', 'litre', ['litre'], ['litres']),
  measured('mmol', 'millimole', ['millimole', 'mmol'], ['millimoles', 'mmols']),
  measured('cm', 'centimetre', ['centimetre', 'cm', 'centimeter'], ['centimetres', 'centimeters']),
  measured(
    'mg/kg',
    'milligram per kilogram',
    ['milligram per kilogram', 'mg / kg', 'mg per kg'],
    ['milligrams per kilogram'],
  ),
  measured(
    'ug/kg',
    'microgram per kilogram',
    ['microgram per kilogram', 'microgram / kg', 'mcg / kg'],
    ['micrograms per kilogram', 'micrograms / kg'],
  ),
  measured('mL/kg', 'millilitre per kilogram', ['millilitre per kilogram', 'ml / kg'], ['millilitres per kilogram']),
];

/** Units that are whole things: a sentence that names one while the medicine is another contradicts it. */
export const SOLID_FORMS: ReadonlySet<string> = new Set([
  'tablet',
  'capsule',
  'lozenge',
  'pastille',
  'suppository',
  'pessary',
  'patch',
  'plaster',
  'sachet',
  'enema',
]);

/** Whether a unit measures (milligram, millilitre, units of insulin) and does not count. */
export const isMeasured = (unit: DoseUnit | undefined): boolean =>
  unit !== undefined && (unit.system === ucum || unit.unit === 'unit');

/** Names of units that measure: a medicine dosed in millilitres has no "one". */
export const MEASURES: ReadonlySet<string> = new Set(
  UNITS.filter(({ unit }) => isMeasured(unit)).flatMap(({ one, many, unit }) => [...one, ...many, unit.unit]),
);
