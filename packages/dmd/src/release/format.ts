/**
 * The dm+d release format as data: which root element each file has, its groups, its rows and their elements.
 * Source: NHSBSA schemas *_v2_3.xsd, gtin_v2_0.xsd, bnf_v1_0.xsd, history_v1_0.xsd, vtm_ing_v1_0.xsd.
 *
 * One element per word group: `NAME type[!] [target]`. `!` means that the schema requires it. Types:
 *   id       SNOMED CT id of a concept: 6 to 18 digits with a Verhoeff check digit
 *   sctid    SNOMED CT id of a lookup row (unit, form, route, supplier)
 *   code     small coded value, kept as written: leading zeros are significant
 *   flag     1 or 0001 when set, missing otherwise
 *   int, decimal, date (CCYY-MM-DD), text
 * `target` is the table or lookup group that must hold the value.
 */

type ElementType = 'id' | 'sctid' | 'code' | 'flag' | 'int' | 'decimal' | 'date' | 'text';

/** One element of a row. */
export interface ElementSpec {
  readonly name: string;
  readonly type: ElementType;
  readonly required: boolean;
  readonly target: string | undefined;
}

/** One kind of row. The first column is its key, or the id of the concept it belongs to. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ElementSpec[];
  /** The first column must be unique. */
  readonly unique: boolean;
}

/** One kind of release file. */
export interface FileSpec {
  readonly kind: string;
  readonly title: string;
  readonly root: string;
  /** Rows by group element; the empty string where rows stand directly under the root. */
  readonly groups: Readonly<Record<string, { readonly row: string; readonly table: string }>>;
}

function table(name: string, columns: string, unique = false): TableSpec {
  const specs = columns
    .split(',')
    .map((c) => c.trim().split(/\s+/))
    .map(([element = '', type = 'text', target]) => ({
      name: element,
      type: type.replace('!', '') as ElementType,
      required: type.endsWith('!'),
      target,
    }));
  return { name, columns: specs, unique };
}

/** Tables in load order. */
export const TABLES: readonly TableSpec[] = [
  table('LOOKUP', 'GROUP text!, CD code!, CDDT date, CDPREV sctid, INVALID flag, DESC text!'),
  table('ING', 'ISID id!, ISIDDT date, ISIDPREV id, INVALID flag, NM text!', true),
  table('VTM', 'VTMID id!, INVALID flag, NM text!, ABBREVNM text, VTMIDPREV id, VTMIDDT date', true),
  table(
    'VMP',
    `VPID id!, VPIDDT date, VPIDPREV id, VTMID id VTM, INVALID flag, NM text!, ABBREVNM text,
     BASISCD code! BASIS_OF_NAME, NMDT date, NMPREV text, BASIS_PREVCD code BASIS_OF_NAME,
     NMCHANGECD code NAMECHANGE_REASON, COMBPRODCD code COMBINATION_PROD_IND,
     PRES_STATCD code! VIRTUAL_PRODUCT_PRES_STATUS, SUG_F flag, GLU_F flag, PRES_F flag, CFC_F flag,
     NON_AVAILCD code VIRTUAL_PRODUCT_NON_AVAIL, NON_AVAILDT date, DF_INDCD code DF_INDICATOR, UDFS decimal,
     UDFS_UOMCD sctid UNIT_OF_MEASURE, UNIT_DOSE_UOMCD sctid UNIT_OF_MEASURE`,
    true,
  ),
  table(
    'VPI',
    `VPID id! VMP, ISID id! ING, BASIS_STRNTCD code BASIS_OF_STRNTH, BS_SUBID id ING, STRNT_NMRTR_VAL decimal,
     STRNT_NMRTR_UOMCD sctid UNIT_OF_MEASURE, STRNT_DNMTR_VAL decimal, STRNT_DNMTR_UOMCD sctid UNIT_OF_MEASURE`,
  ),
  table('ONT', 'VPID id! VMP, FORMCD code! ONT_FORM_ROUTE'),
  table('DFORM', 'VPID id! VMP, FORMCD sctid! FORM'),
  table('DROUTE', 'VPID id! VMP, ROUTECD sctid! ROUTE'),
  table(
    'CONTROL_INFO',
    'VPID id! VMP, CATCD code! CONTROL_DRUG_CATEGORY, CATDT date, CAT_PREVCD code CONTROL_DRUG_CATEGORY',
    true,
  ),
  table(
    'AMP',
    `APID id!, INVALID flag, VPID id! VMP, NM text!, ABBREVNM text, DESC text!, NMDT date, NM_PREV text,
     SUPPCD sctid! SUPPLIER, LIC_AUTHCD code! LICENSING_AUTHORITY, LIC_AUTH_PREVCD code LICENSING_AUTHORITY,
     LIC_AUTHCHANGECD code LICENSING_AUTHORITY_CHANGE_REASON, LIC_AUTHCHANGEDT date,
     COMBPRODCD code COMBINATION_PROD_IND, FLAVOURCD code FLAVOUR, EMA flag, PARALLEL_IMPORT flag,
     AVAIL_RESTRICTCD code! AVAILABILITY_RESTRICTION`,
    true,
  ),
  table('AP_ING', 'APID id! AMP, ISID id! ING, STRNTH decimal, UOMCD sctid UNIT_OF_MEASURE'),
  table('LIC_ROUTE', 'APID id! AMP, ROUTECD sctid! ROUTE'),
  table('AP_INFO', 'APID id! AMP, SZ_WEIGHT text, COLOURCD code COLOUR, PROD_ORDER_NO text', true),
  table(
    'VMPP',
    `VPPID id!, INVALID flag, NM text!, ABBREVNM text, VPID id! VMP, QTYVAL decimal!,
     QTY_UOMCD sctid! UNIT_OF_MEASURE, COMBPACKCD code COMBINATION_PACK_IND`,
    true,
  ),
  table('DTINFO', 'VPPID id! VMPP, PAY_CATCD code! DT_PAYMENT_CATEGORY, PRICE int, DT date, PREVPRICE int', true),
  table('VMPP_CCONTENT', 'PRNTVPPID id! VMPP, CHLDVPPID id! VMPP'),
  table(
    'AMPP',
    `APPID id!, INVALID flag, NM text!, ABBREVNM text, VPPID id! VMPP, APID id! AMP,
     COMBPACKCD code COMBINATION_PACK_IND, LEGAL_CATCD code! LEGAL_CATEGORY, SUBP text,
     DISCCD code DISCONTINUED_IND, DISCDT date`,
    true,
  ),
  table(
    'PACK_INFO',
    `APPID id! AMPP, REIMB_STATCD code! REIMBURSEMENT_STATUS, REIMB_STATDT date,
     REIMB_STATPREVCD code REIMBURSEMENT_STATUS, PACK_ORDER_NO text`,
    true,
  ),
  table(
    'PRESCRIB_INFO',
    `APPID id! AMPP, SCHED_2 flag, ACBS flag, PADM flag, FP10_MDA flag, SCHED_1 flag, HOSP flag, NURSE_F flag,
     ENURSE_F flag, DENT_F flag`,
    true,
  ),
  table('PRICE_INFO', 'APPID id! AMPP, PRICE int, PRICEDT date, PRICE_PREV int, PRICE_BASISCD code! PRICE_BASIS', true),
  table(
    'REIMB_INFO',
    `APPID id! AMPP, PX_CHRGS int, DISP_FEES int, BB flag, LTD_STAB flag, CAL_PACK flag, SPEC_CONTCD code SPEC_CONT,
     DND code DND, FP34D flag`,
    true,
  ),
  table('AMPP_CCONTENT', 'PRNTAPPID id! AMPP, CHLDAPPID id! AMPP'),
  table('GTIN', 'AMPPID id! AMPP, GTIN text!, STARTDT date!, ENDDT date'),
  table('BNF_VMP', 'VPID id! VMP, BNF code, ATC text, DDD decimal, DDD_UOMCD sctid UNIT_OF_MEASURE', true),
  table('BNF_AMP', 'APID id! AMP, BNF code', true),
  table('HISTORY', 'GROUP text!, IDCURRENT id!, IDPREVIOUS id!, STARTDT date!, ENDDT date'),
  table('VTM_ING', 'VTMID id! VTM, ISID id! ING'),
];

/** The lookup groups in file order; the value says whether their codes are SNOMED CT ids. */
export const LOOKUP_GROUPS: Readonly<Record<string, boolean>> = {
  COMBINATION_PACK_IND: false,
  COMBINATION_PROD_IND: false,
  BASIS_OF_NAME: false,
  NAMECHANGE_REASON: false,
  VIRTUAL_PRODUCT_PRES_STATUS: false,
  CONTROL_DRUG_CATEGORY: false,
  LICENSING_AUTHORITY: false,
  UNIT_OF_MEASURE: true,
  FORM: true,
  ONT_FORM_ROUTE: false,
  ROUTE: true,
  DT_PAYMENT_CATEGORY: false,
  SUPPLIER: true,
  FLAVOUR: false,
  COLOUR: false,
  BASIS_OF_STRNTH: false,
  REIMBURSEMENT_STATUS: false,
  SPEC_CONT: false,
  DND: false,
  VIRTUAL_PRODUCT_NON_AVAIL: false,
  DISCONTINUED_IND: false,
  DF_INDICATOR: false,
  PRICE_BASIS: false,
  LEGAL_CATEGORY: false,
  AVAILABILITY_RESTRICTION: false,
  LICENSING_AUTHORITY_CHANGE_REASON: false,
};

/** The history groups, with the row element of each. */
export const HISTORY_GROUPS: Readonly<Record<string, string>> = {
  VTMS: 'VTM',
  VMPS: 'VMP',
  INGS: 'ING',
  SUPPS: 'SUPP',
  FORMS: 'FORM',
  ROUTES: 'ROUTE',
  UOMS: 'UOM',
};

function groups(pairs: Record<string, string>, prefix: Record<string, string> = {}): FileSpec['groups'] {
  return Object.fromEntries(Object.entries(pairs).map(([group, row]) => [group, { row, table: prefix[row] ?? row }]));
}

/** The files of a release, by root element in load order. */
export const FILES: readonly FileSpec[] = [
  {
    kind: 'lookup',
    title: 'Lookups',
    root: 'LOOKUP',
    groups: Object.fromEntries(Object.keys(LOOKUP_GROUPS).map((g) => [g, { row: 'INFO', table: 'LOOKUP' }])),
  },
  { kind: 'ingredient', title: 'Ingredients', root: 'INGREDIENT_SUBSTANCES', groups: groups({ '': 'ING' }) },
  { kind: 'vtm', title: 'VTMs', root: 'VIRTUAL_THERAPEUTIC_MOIETIES', groups: groups({ '': 'VTM' }) },
  {
    kind: 'vmp',
    title: 'VMPs',
    root: 'VIRTUAL_MED_PRODUCTS',
    groups: groups({
      VMPS: 'VMP',
      VIRTUAL_PRODUCT_INGREDIENT: 'VPI',
      ONT_DRUG_FORM: 'ONT',
      DRUG_FORM: 'DFORM',
      DRUG_ROUTE: 'DROUTE',
      CONTROL_DRUG_INFO: 'CONTROL_INFO',
    }),
  },
  {
    kind: 'amp',
    title: 'AMPs',
    root: 'ACTUAL_MEDICINAL_PRODUCTS',
    groups: groups({
      AMPS: 'AMP',
      AP_INGREDIENT: 'AP_ING',
      LICENSED_ROUTE: 'LIC_ROUTE',
      AP_INFORMATION: 'AP_INFO',
    }),
  },
  {
    kind: 'vmpp',
    title: 'VMPPs',
    root: 'VIRTUAL_MED_PRODUCT_PACK',
    groups: groups(
      { VMPPS: 'VMPP', DRUG_TARIFF_INFO: 'DTINFO', COMB_CONTENT: 'CCONTENT' },
      { CCONTENT: 'VMPP_CCONTENT' },
    ),
  },
  {
    kind: 'ampp',
    title: 'AMPPs',
    root: 'ACTUAL_MEDICINAL_PROD_PACKS',
    groups: groups(
      {
        AMPPS: 'AMPP',
        APPLIANCE_PACK_INFO: 'PACK_INFO',
        DRUG_PRODUCT_PRESCRIB_INFO: 'PRESCRIB_INFO',
        MEDICINAL_PRODUCT_PRICE: 'PRICE_INFO',
        REIMBURSEMENT_INFO: 'REIMB_INFO',
        COMB_CONTENT: 'CCONTENT',
      },
      { CCONTENT: 'AMPP_CCONTENT' },
    ),
  },
  { kind: 'gtin', title: 'GTINs', root: 'GTIN_DETAILS', groups: groups({ AMPPS: 'AMPP' }, { AMPP: 'GTIN' }) },
  {
    kind: 'bnf',
    title: 'BNF, ATC and DDD',
    root: 'BNF_DETAILS',
    groups: groups({ VMPS: 'VMP', AMPS: 'AMP' }, { VMP: 'BNF_VMP', AMP: 'BNF_AMP' }),
  },
  {
    kind: 'history',
    title: 'Historic codes',
    root: 'HISTORY',
    groups: Object.fromEntries(Object.entries(HISTORY_GROUPS).map(([g, row]) => [g, { row, table: 'HISTORY' }])),
  },
  { kind: 'vtm-ingredient', title: 'VTM ingredients', root: 'VTM_INGREDIENTS', groups: groups({ '': 'VTM_ING' }) },
];

/** Kinds without which there is no dictionary; the others are optional. */
export const REQUIRED_KINDS: readonly string[] = ['lookup', 'ingredient', 'vtm', 'vmp', 'amp', 'vmpp', 'ampp'];

const tablesByName = new Map(TABLES.map((t) => [t.name, t]));

/** The table of this name; throws on a name that is not in the format (a mistake of the caller). */
export function tableSpec(name: string): TableSpec {
  const found = tablesByName.get(name);
  if (found === undefined) throw new Error(`No such dm+d table: ${name}`);
  return found;
}
