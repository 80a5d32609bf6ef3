/**
 * Volumes that ordinary measures give, and how units of products are used: data in `data/measures.json`, with a source a
 * line. A site may change the volumes.
 */

import { compare, divide, isWhole, parseDecimal, type Rational } from '../units/rational.ts';
import table from './data/measures.json' with { type: 'json' };

/** Up to this volume in ml, a measure is at hand that is graduated in these steps. */
export interface MeasureRow {
  readonly upTo: string;
  readonly step: string;
  readonly source: string;
}

/** Steps by volume in ml. A volume above the last row is measured in steps of that row, in more than one filling. */
export const MEASURES: readonly MeasureRow[] = table.volumes;

const ZERO: Rational = { numerator: 0n, denominator: 1n };

const decimals = new Map<string, Rational | undefined>();

/** A decimal of a table, read once: tables are asked for every quantity. */
export function decimalOf(text: string): Rational | undefined {
  const known = decimals.get(text);
  if (known !== undefined) return known;
  const read = parseDecimal(text);
  decimals.set(text, read);
  return read;
}

/** Whether a measure gives this volume in ml exactly, and which. */
export function measurable(volume: Rational, rows: readonly MeasureRow[] = MEASURES): MeasureRow | undefined {
  return rows.find(({ upTo, step }) => {
    const most = decimalOf(upTo);
    const steps = divide(volume, decimalOf(step) ?? volume);
    return most !== undefined && compare(volume, most) <= 0 && steps !== undefined && isWhole(steps);
  });
}

/** The steps that an infusion pump is set in, in ml per hour. */
export const PUMP: { readonly step: string; readonly source: string } = table.pump;

type SourceByUnit = Readonly<Record<string, string>>;

const byUnit = (rows: readonly { readonly unit: string; readonly source: string }[]): SourceByUnit =>
  Object.fromEntries(rows.map(({ unit, source }) => [unit, source]));

/** Unit of a liquid that is measured by volume: its doses are written in ml, not in this unit. */
export const MEASURED_BY_VOLUME: SourceByUnit = byUnit(table.measuredByVolume);

/** Containers of which a part can be drawn up, the rest of which is thrown away or kept as its leaflet says. */
export const DRAWN_UP_FROM: SourceByUnit = byUnit(table.drawnUpFrom);

/** Units that are given whole although what is in them is a liquid: made and metered as one dose. */
export const GIVEN_WHOLE: SourceByUnit = byUnit(table.givenWhole);

/** Units that say how often, not how much: nothing exact is in one of them. */
export const NOT_AN_AMOUNT: SourceByUnit = byUnit(table.notAnAmount);

/** A substance whose doses are counted in its own units, from these containers, on whatever device measures them. */
export interface CountedRow {
  /** First word of its name. */
  readonly substance: string;
  /** dm+d code of the unit counted. */
  readonly unit: string;
  readonly containers: readonly string[];
  readonly forms: readonly string[];
  /** Only of this strength. */
  readonly perMillilitre?: string | undefined;
  readonly source: string;
}

/** Doses that are counted in units of the substance: never written as a part of a pen, or as a volume of it. */
export const COUNTED_IN_UNITS: readonly CountedRow[] = table.countedInUnits;

/** Units that are another by another name, for every product or for those of one form. */
export const SAME_AS: readonly {
  readonly unit: string;
  readonly name: string;
  readonly is: string;
  readonly form?: string | undefined;
  readonly source: string;
}[] = table.sameAs;

/** Between what sizes people are: what is beyond is a wrong number or a wrong unit. */
export const PEOPLE: { readonly weight: Sizes; readonly area: Sizes } = {
  weight: sizes(table.people.weight),
  area: sizes(table.people.area),
};

/** The smallest and the largest, both included. */
interface Sizes {
  readonly from: Rational;
  readonly to: Rational;
}

function sizes({ from, to }: { readonly from: string; readonly to: string }): Sizes {
  return { from: decimalOf(from) ?? ZERO, to: decimalOf(to) ?? ZERO };
}
