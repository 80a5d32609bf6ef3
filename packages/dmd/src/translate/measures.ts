/** Volumes that ordinary measures give, and how containers are used: data, with a source a line. A site may change it. */

import { compare, divide, isWhole, parseDecimal, type Rational } from '../units/rational.ts';

/** Up to this volume in ml, a measure is at hand that is graduated in these steps. */
export interface MeasureRow {
  readonly upTo: string;
  readonly step: string;
  readonly source: string;
}

/**
 * Steps by volume in ml. A volume above the last row is measured in steps of that row, in more than one filling.
 * ISO 7886-1 gives the widest interval that a syringe of a size may have; many syringes are finer, and a site that has
 * them says so.
 */
export const MEASURES: readonly MeasureRow[] = [
  { upTo: '1', step: '0.05', source: 'ISO 7886-1: syringes below 2 ml, scale interval 0.05 ml' },
  { upTo: '2', step: '0.1', source: '2 ml syringe, ordinarily marked every 0.1 ml (ISO 7886-1 allows up to 0.2 ml)' },
  { upTo: '5', step: '0.5', source: '5 ml oral syringe, marked every 0.5 ml (ISO 7886-1: 5 to 10 ml, 0.5 ml)' },
  { upTo: '1000000', step: '0.5', source: '5 ml spoon or syringe as often as it takes, and the rest as above' },
];

/** Whether a measure gives this volume in ml exactly, and which. */
export function measurable(volume: Rational, rows: readonly MeasureRow[] = MEASURES): MeasureRow | undefined {
  return rows.find(({ upTo, step }) => {
    const most = parseDecimal(upTo);
    const steps = divide(volume, parseDecimal(step) ?? volume);
    return most !== undefined && compare(volume, most) <= 0 && steps !== undefined && isWhole(steps);
  });
}

/** Unit of a liquid that is measured by volume: its doses are written in ml, not in this unit. */
export const MEASURED_BY_VOLUME: Readonly<Record<string, string>> = {
  '733015007': 'spoonful: UK practice measures an oral liquid in ml',
};

/** Containers of which a part can be drawn up, the rest of which is thrown away or kept as its leaflet says. */
export const DRAWN_UP_FROM: Readonly<Record<string, string>> = {
  '415818006': 'vial: drawn up with a syringe',
  '413516001': 'ampoule: drawn up with a syringe; what is left is thrown away',
  '419672006': 'bottle: measured or drawn up',
  '428672001': 'bag: run in by volume',
  '10696111000001103': 'elastomeric device: run in by volume',
};

/** Units that are given whole although what is in them is a liquid: made and metered as one dose. */
export const GIVEN_WHOLE: Readonly<Record<string, string>> = {
  '3318611000001103': 'a pre-filled injection gives one dose, unless its leaflet says that it is graduated',
  '732988008': 'a cartridge is given by its device',
  '408102007': 'a unit dose is made for one dose',
  '3318711000001107': 'a device meters its own dose',
};

/** Substances whose pens and cartridges are dialled in whole units of it. Source: insulin pens count single units. */
export const DIALLED: readonly { readonly substance: RegExp; readonly unit: string; readonly says: string }[] = [
  { substance: /^insulin\b/i, unit: '767525000', says: 'insulin pens are dialled in whole units' },
];
