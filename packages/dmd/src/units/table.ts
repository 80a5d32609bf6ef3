/**
 * Units that convert, and what each is in UCUM and in dm+d. Units of presentation (tablet, vial, spoonful) and
 * biological units (unit, international unit) are not here: they equal themselves only.
 *
 * One unit a line: dm+d code or `-`, dm+d name, UCUM codes (the first is the one written), size in the base unit.
 * Months and years are left out because they have no exact length.
 */

type Dimension = 'mass' | 'volume' | 'length' | 'area' | 'time' | 'amount' | 'radioactivity';

const SCALES: Readonly<Record<Dimension, string>> = {
  // base: gram
  mass: `
    258683005  kg         kg    1000
    258682000  gram       g     1
    258684004  mg         mg    1e-3
    258685003  microgram  ug    1e-6
    258686002  nanogram   ng    1e-9
    -          picogram   pg    1e-12`,
  // base: litre
  volume: `
    258770004  litre       L,l    1
    -          decilitre   dL,dl  1e-1
    -          centilitre  cL,cl  1e-2
    258773002  ml          mL,ml  1e-3
    258774008  microlitre  uL,ul  1e-6
    282113003  nanolitre   nL,nl  1e-9`,
  // base: metre
  length: `
    258669008  m           m     1
    258672001  cm          cm    1e-2
    258673006  mm          mm    1e-3
    -          micrometre  um    1e-6`,
  // base: square metre
  area: `
    -          square metre  m2    1
    259022006  square cm     cm2   1e-4`,
  // base: second
  time: `
    -          week    wk   604800
    -          day     d    86400
    258702006  hour    h    3600
    -          minute  min  60
    -          second  s    1`,
  // base: mole
  amount: `
    -          mol        mol   1
    258718000  mmol       mmol  1e-3
    258719008  micromol   umol  1e-6
    -          nanomol    nmol  1e-9`,
  // base: becquerel
  radioactivity: `
    418931004  GBq  GBq  1e9
    229034000  MBq  MBq  1e6
    282143001  kBq  kBq  1e3
    -          Bq   Bq   1`,
};

/**
 * dm+d units that are one unit per another: code, name, numerator, denominator, with a number where it is not one.
 * Only those whose parts convert; `unit/ml` and the like have a part that does not.
 */
const RATIOS = `
  258794004           g/l                    g / L
  396169007           g/ml                   g / mL
  408162005           kg/l                   kg / L
  408166008           mg/16 hours            mg / 16 h
  258836006           mg/24 hours            mg / 24 h
  408167004           mg/72 hours            mg / 72 h
  408168009           mg/g                   mg / g
  396163008           mg/kg                  mg / kg
  258796002           mg/l                   mg / L
  408169001           mg/mg                  mg / mg
  258798001           mg/ml                  mg / mL
  258840002           microgram/24 hours     ug / 24 h
  408170000           microgram/72 hours     ug / 72 h
  258802000           microgram/g            ug / g
  258801007           microgram/ml           ug / mL
  258838007           microgram/hour         ug / h
  258806002           nanogram/ml            ng / mL
  396180007           ml/kg                  mL / kg
  3315911000001103    ml/l                   mL / L
  419346007           ml/ml                  mL / mL
  419805009           ml/gram                mL / g
  418342002           microlitre/ml          uL / mL
  417932008           nanolitre/ml           nL / mL
  8088511000001103    microlitre/g           uL / g
  3316311000001109    mmol/ml                mmol / mL
  258813002           mmol/litre             mmol / L
  258812007           mol/l                  mol / L
  414719002           micromol/ml            umol / mL
  418042005           micrograms/square cm   ug / cm2
  8083511000001107    mg/square cm           mg / cm2
  418261000           GBq/ml                 GBq / mL
  418948007           MBq/ml                 MBq / mL
  418081005           kBq/ml                 kBq / mL
  10692711000001101   gram/gram              g / g`;

/**
 * Codes of the SNOMED CT "unit of presentation" hierarchy that senders use for a dm+d unit of presentation.
 * Source: UK guide on units, both hierarchies accepted.
 */
export const SAME_PRESENTATION: Readonly<Record<string, string>> = {
  '732936001': '428673006', // tablet
  '732937005': '428641000', // capsule
};

/** Biological units that UCUM has too; they convert to themselves only. */
export const BIOLOGICAL: Readonly<Record<string, { readonly code: string; readonly name: string }>> = {
  '[iU]': { code: '258997004', name: 'iu' },
  '[IU]': { code: '258997004', name: 'iu' },
};

/** One unit of the scales. */
export interface ScaleRow {
  readonly dimension: Dimension;
  readonly code: string | undefined;
  readonly name: string;
  readonly ucum: readonly string[];
  readonly size: string;
}

/** One dm+d unit that is a ratio, in UCUM codes of the scales. */
export interface RatioRow {
  readonly code: string;
  readonly name: string;
  readonly numerator: string;
  readonly count: string;
  readonly denominator: string;
}

/** The scales as rows. */
export const scaleRows: readonly ScaleRow[] = Object.entries(SCALES).flatMap(([dimension, text]) =>
  linesOf(text).map((line) => {
    const [code = '', name = '', ucum = '', size = ''] = line.split(/ {2,}/);
    return {
      dimension: dimension as Dimension,
      code: code === '-' ? undefined : code,
      name,
      ucum: ucum.split(','),
      size,
    };
  }),
);

/** The ratios as rows. */
export const ratioRows: readonly RatioRow[] = linesOf(RATIOS).map((line) => {
  const [code = '', name = '', ratio = ''] = line.split(/ {2,}/);
  const [numerator = '', per = ''] = ratio.split(' / ');
  const [, count = '1', denominator = ''] = /^(?:(\d+) )?(\S+)$/.exec(per) ?? [];
  return { code, name, numerator, count, denominator };
});

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
