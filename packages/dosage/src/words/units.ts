import type { TimeUnit } from '../dosage.ts';

/** Units as tables: which codes and which of a sender's words are what. What a code is called is among the words. */

export const ucum = 'http://unitsofmeasure.org';
export const snomed = 'http://snomed.info/sct';

/**
 * D-020: SNOMED CT units met in doses, from both hierarchies (unit of presentation 732935002, unit of drug
 * administration 408103002), which mean the same: the thing that each counts.
 */
export const snomedUnits: ReadonlyMap<string, string> = new Map([
  ['428673006', 'tablet'],
  ['732936001', 'tablet'],
  ['385055001', 'tablet'],
  ['428641000', 'capsule'],
  ['732937005', 'capsule'],
  ['3317411000001100', 'dose'],
  ['767525000', 'unit'],
  ['415818006', 'vial'],
  ['413516001', 'ampoule'],
  ['10692211000001108', 'application'],
  ['428672001', 'bag'],
  ['13299601000001101', 'enema'],
  ['419702001', 'patch'],
  ['733005001', 'patch'],
  ['655791000001103', 'plaster'],
  ['404218003', 'drop'],
]);

/** D-015, R-051: words and codes that senders use for a unit of time, lower case, to the UCUM code they mean. */
export const timeUnitOf: ReadonlyMap<string, TimeUnit> = new Map<string, TimeUnit>([
  ['s', 's'],
  ['second', 's'],
  ['seconds', 's'],
  ['min', 'min'],
  ['minute', 'min'],
  ['minutes', 'min'],
  ['h', 'h'],
  ['hour', 'h'],
  ['hours', 'h'],
  ['d', 'd'],
  ['day', 'd'],
  ['days', 'd'],
  ['wk', 'wk'],
  ['week', 'wk'],
  ['weeks', 'wk'],
  ['mo', 'mo'],
  ['month', 'mo'],
  ['months', 'mo'],
  ['a', 'a'],
  ['year', 'a'],
  ['years', 'a'],
]);

/**
 * D-013b: unit words, singular and lower case, that keep decimals whatever their code, and the UCUM code each means
 * (empty where it has none). A word here beside another of these codes is a contradiction.
 */
export const measuredUnits: ReadonlyMap<string, string> = new Map([
  ['kilogram', 'kg'],
  ['kg', 'kg'],
  ['gram', 'g'],
  ['gramme', 'g'],
  ['g', 'g'],
  ['milligram', 'mg'],
  ['milligramme', 'mg'],
  ['mg', 'mg'],
  ['microgram', 'ug'],
  ['microgramme', 'ug'],
  ['mcg', 'ug'],
  ['ug', 'ug'],
  ['nanogram', 'ng'],
  ['ng', 'ng'],
  ['litre', 'L'],
  ['liter', 'L'],
  ['l', 'L'],
  ['decilitre', 'dL'],
  ['dl', 'dL'],
  ['millilitre', 'mL'],
  ['milliliter', 'mL'],
  ['ml', 'mL'],
  ['microlitre', 'uL'],
  ['mole', 'mol'],
  ['millimole', 'mmol'],
  ['mmol', 'mmol'],
  ['micromole', 'umol'],
  ['metre', 'm'],
  ['centimetre', 'cm'],
  ['cm', 'cm'],
  ['millimetre', 'mm'],
  ['mm', 'mm'],
  ['kilobecquerel', 'kBq'],
  ['megabecquerel', 'MBq'],
  ['gigabecquerel', 'GBq'],
  ['unit', ''],
  ['international unit', '[iU]'],
  ['iu', '[iU]'],
  ['percent', '%'],
  ['%', '%'],
]);
