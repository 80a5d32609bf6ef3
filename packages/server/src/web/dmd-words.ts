import type { ConceptKind, Standing } from '@concord/dmd';
import type { Tag } from './words.ts';

/** How a kind of concept is called. */
export interface LevelWords {
  readonly short: string;
  readonly long: string;
  readonly plural: string;
}

/** The kinds of dm+d concept, in words. */
export const LEVEL_WORDS: Readonly<Record<ConceptKind, LevelWords>> = {
  VTM: { short: 'VTM', long: 'Virtual therapeutic moiety: the substance', plural: 'Substances (VTM)' },
  VMP: { short: 'VMP', long: 'Virtual medicinal product: strength and form', plural: 'Generic products (VMP)' },
  AMP: { short: 'AMP', long: 'Actual medicinal product: as one supplier makes it', plural: 'Actual products (AMP)' },
  VMPP: { short: 'VMPP', long: 'Virtual medicinal product pack', plural: 'Generic packs (VMPP)' },
  AMPP: { short: 'AMPP', long: 'Actual medicinal product pack', plural: 'Actual packs (AMPP)' },
  INGREDIENT: { short: 'Ingredient', long: 'Ingredient substance', plural: 'Ingredients' },
  UNIT_OF_MEASURE: { short: 'Unit', long: 'Unit of measure', plural: 'Units of measure' },
  FORM: { short: 'Form', long: 'Pharmaceutical form', plural: 'Forms' },
  ROUTE: { short: 'Route', long: 'Route of administration', plural: 'Routes' },
  SUPPLIER: { short: 'Supplier', long: 'Supplier', plural: 'Suppliers' },
};

/** What stands beside a product's name where it is not simply prescribable in primary care. */
export const STANDING_TAGS: { readonly [standing in Standing]?: Tag } = {
  caution: { text: 'Caution', colour: 'yellow' },
  'not prescribable': { text: 'Not to prescribe', colour: 'red' },
};

/** Chapters of the British National Formulary by the first two digits of a code. */
export const BNF_CHAPTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ '01': 'Gastro-intestinal system', '02': 'Cardiovascular system', '03': 'Respiratory system' },
    ...{ '04': 'Central nervous system', '05': 'Infections', '06': 'Endocrine system' },
    ...{ '07': 'Obstetrics, gynaecology and urinary tract', '08': 'Malignant disease and immunosuppression' },
    ...{ '09': 'Nutrition and blood', '10': 'Musculoskeletal and joint diseases', '11': 'Eye' },
    ...{ '12': 'Ear, nose and oropharynx', '13': 'Skin', '14': 'Immunological products and vaccines' },
    ...{ '15': 'Anaesthesia', '18': 'Preparations used in diagnosis', '19': 'Other drugs and preparations' },
    ...{ '20': 'Dressings', '21': 'Appliances', '22': 'Incontinence appliances', '23': 'Stoma appliances' },
  }),
);
