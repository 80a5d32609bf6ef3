import { snomed } from '../../words/units.ts';

/**
 * A method, by the verb as an order ("apply"), as passive ("applied") and other forms. The code is that of the
 * UK ePrescribing method reference set, which UK Core binds; a verb outside it is carried as text.
 */
export interface MethodRow {
  readonly display: string;
  readonly code?: string;
  readonly order: readonly string[];
  readonly done: readonly string[];
}

/** Methods, by the words for them. */
export const METHODS: readonly MethodRow[] = [
  { display: 'Take', code: '419652001', order: ['take'], done: ['taken'] },
  { display: 'Give', code: '419582001', order: ['give'], done: ['given'] },
  { display: 'Administer', code: '418283001', order: ['administer'], done: ['administered'] },
  { display: 'Inhale', code: '421134003', order: ['inhale', 'breathe in'], done: ['inhaled'] },
  { display: 'Apply', code: '417924000', order: ['apply'], done: ['applied'] },
  {
    display: 'Apply sparingly',
    code: '93431000001109',
    order: ['apply sparingly', 'apply thinly', 'apply a thin layer', 'apply thin layer', 'apply a small amount'],
    done: ['applied sparingly', 'applied thinly'],
  },
  { display: 'Use', code: '419385000', order: ['use'], done: ['used'] },
  { display: 'Insert', code: '421257003', order: ['insert'], done: ['inserted'] },
  { display: 'Instill', code: '421538008', order: ['instill', 'put'], done: ['instilled'] },
  { display: 'Inject', code: '422145002', order: ['inject'], done: ['injected'] },
  { display: 'Chew', code: '419747000', order: ['chew'], done: ['chewed'] },
  { display: 'Suck', code: '420045007', order: ['suck'], done: ['sucked'] },
  { display: 'Dissolve', code: '421682005', order: ['dissolve'], done: ['dissolved'] },
  { display: 'Swallow', code: '421521009', order: ['swallow'], done: ['swallowed'] },
  { display: 'Place', code: '421066005', order: ['place'], done: ['placed'] },
  { display: 'Sniff', code: '420360002', order: ['sniff'], done: ['sniffed'] },
  { display: 'Sprinkle', code: '422219000', order: ['sprinkle'], done: ['sprinkled'] },
  { display: 'Massage', code: '93471000001106', order: ['massage'], done: ['massaged'] },
  { display: 'Shampoo', code: '420606003', order: ['shampoo'], done: [] },
  { display: 'Wash', code: '422152000', order: ['wash'], done: ['washed'] },
  { display: 'Add', code: '422106007', order: ['add'], done: ['added'] },
  { display: 'Dilute', code: '421399004', order: ['dilute'], done: ['diluted'] },
  { display: 'Nebulise', code: '71791000001107', order: ['nebulise', 'nebulize'], done: ['nebulised', 'nebulized'] },
  {
    display: 'Use as a mouthwash',
    code: '93481000001108',
    order: ['use as a mouthwash', 'use as mouthwash'],
    done: [],
  },
  { display: 'Swish and swallow', code: '421298005', order: ['swish and swallow'], done: [] },
  { display: 'Infusion', code: '13283701000001109', order: ['infuse'], done: ['infused'] },
  { display: 'Continuous infusion', code: '261754007', order: [], done: [] },
  { display: 'Single bolus', code: '397801003', order: [], done: [] },
  { display: 'Intermittent bolus', code: '397884008', order: [], done: [] },
  { display: 'Drop', order: [], done: [] },
  { display: 'Spray', order: [], done: ['sprayed'] },
  { display: 'Rub in', order: ['rub in'], done: ['rubbed in'] },
  { display: 'Rinse', order: ['rinse'], done: [] },
  { display: 'Gargle', order: ['gargle'], done: ['gargled'] },
  { display: 'Smear', order: ['smear'], done: [] },
  { display: 'Drink', order: ['drink'], done: [] },
];

/** A method as a Dosage carries it. */
export function methodConcept(row: MethodRow): {
  coding?: { system: string; code: string; display: string }[];
  text?: string;
} {
  if (row.code === undefined) return { text: row.display };
  return { coding: [{ system: snomed, code: row.code, display: row.display }] };
}

/** Methods that have no countable dose: a bare range after them may be how often. */
export const UNCOUNTED_METHODS: ReadonlySet<string> = new Set([
  'Apply',
  'Apply sparingly',
  'Use',
  'Massage',
  'Wash',
  'Shampoo',
  'Rub in',
  'Smear',
]);
