/**
 * The concepts of the dictionary: products of the five levels, ingredients, and coded values. All read-only; a property
 * that the release does not give is `undefined`. Decimals are the exact text of the release, never a binary float.
 */

/** The five levels of the ladder. */
export type Level = 'VTM' | 'VMP' | 'AMP' | 'VMPP' | 'AMPP';

/** What an id of the dictionary can stand for: a product level, an ingredient or a coded lookup with SNOMED ids. */
export type ConceptKind = Level | 'INGREDIENT' | 'UNIT_OF_MEASURE' | 'FORM' | 'ROUTE' | 'SUPPLIER';

/** The 26 lookup groups of f_lookup2. */
export type LookupName =
  | 'COMBINATION_PACK_IND'
  | 'COMBINATION_PROD_IND'
  | 'BASIS_OF_NAME'
  | 'NAMECHANGE_REASON'
  | 'VIRTUAL_PRODUCT_PRES_STATUS'
  | 'CONTROL_DRUG_CATEGORY'
  | 'LICENSING_AUTHORITY'
  | 'UNIT_OF_MEASURE'
  | 'FORM'
  | 'ONT_FORM_ROUTE'
  | 'ROUTE'
  | 'DT_PAYMENT_CATEGORY'
  | 'SUPPLIER'
  | 'FLAVOUR'
  | 'COLOUR'
  | 'BASIS_OF_STRNTH'
  | 'REIMBURSEMENT_STATUS'
  | 'SPEC_CONT'
  | 'DND'
  | 'VIRTUAL_PRODUCT_NON_AVAIL'
  | 'DISCONTINUED_IND'
  | 'DF_INDICATOR'
  | 'PRICE_BASIS'
  | 'LEGAL_CATEGORY'
  | 'AVAILABILITY_RESTRICTION'
  | 'LICENSING_AUTHORITY_CHANGE_REASON';

/**
 * A coded value. `code` is the text of the release (`0001`, `258684004`); `display` is its lookup text, undefined
 * where the release uses a code that its lookup file does not hold (real releases do).
 */
export interface Coded {
  readonly code: string;
  readonly display: string | undefined;
}

/** One row of a lookup group. Previous code and date only for units, forms and routes; `invalid` only for suppliers. */
export interface LookupEntry extends Coded {
  readonly display: string;
  readonly lookup: LookupName;
  readonly previousCode: string | undefined;
  /** CCYY-MM-DD since when this code is in use. */
  readonly codeDate: string | undefined;
  readonly invalid: boolean;
}

interface ConceptBase {
  readonly id: string;
  /** Dense index within the level, 0 to `count(level) - 1`, stable for one release: a key for parallel arrays. */
  readonly row: number;
  /** NM of the release. */
  readonly name: string;
  readonly abbreviatedName: string | undefined;
  /** INVALID is set: the concept must not be used. */
  readonly invalid: boolean;
}

/** Virtual therapeutic moiety. */
export interface Vtm extends ConceptBase {
  readonly level: 'VTM';
  /** The last predecessor only (VTMIDPREV); `history()` has all. */
  readonly previousId: string | undefined;
  readonly idDate: string | undefined;
}

/** One ingredient of a VMP with its strength (VPI). Solids have no denominator. */
export interface Strength {
  readonly ingredientId: string;
  readonly ingredientName: string | undefined;
  /** BASIS_OF_STRNTH: 0001 based on the ingredient substance, 0002 on the base substance. */
  readonly basis: Coded | undefined;
  readonly baseSubstanceId: string | undefined;
  readonly baseSubstanceName: string | undefined;
  /** Exact decimal text. */
  readonly numeratorValue: string | undefined;
  readonly numeratorUnit: Coded | undefined;
  readonly denominatorValue: string | undefined;
  readonly denominatorUnit: Coded | undefined;
}

/** Controlled drug category of a VMP (CONTROL_INFO). */
export interface ControlledDrug {
  readonly category: Coded;
  readonly date: string | undefined;
  readonly previousCategory: Coded | undefined;
}

/** Virtual medicinal product. */
export interface Vmp extends ConceptBase {
  readonly level: 'VMP';
  readonly vtmId: string | undefined;
  /** The last predecessor only (VPIDPREV); `history()` has all. */
  readonly previousId: string | undefined;
  readonly idDate: string | undefined;
  readonly nameBasis: Coded;
  readonly nameDate: string | undefined;
  readonly previousName: string | undefined;
  readonly previousNameBasis: Coded | undefined;
  readonly nameChangeReason: Coded | undefined;
  readonly combination: Coded | undefined;
  /** VIRTUAL_PRODUCT_PRES_STATUS, e.g. 0001 valid, 0004 never valid as a VMP, 0009 caution. */
  readonly prescribingStatus: Coded;
  readonly sugarFree: boolean;
  readonly glutenFree: boolean;
  readonly preservativeFree: boolean;
  readonly cfcFree: boolean;
  /** VIRTUAL_PRODUCT_NON_AVAIL, only where recorded: 0001 actual products not available. */
  readonly nonAvailability: Coded | undefined;
  readonly nonAvailabilityDate: string | undefined;
  /** False when `nonAvailability` is 0001. */
  readonly available: boolean;
  /** DF_INDICATOR: 1 discrete, 2 continuous, 3 not applicable. */
  readonly doseFormIndicator: Coded | undefined;
  /** Unit dose form size, exact decimal text; with its unit, only for discrete products. */
  readonly udfs: string | undefined;
  readonly udfsUnit: Coded | undefined;
  /** What one unit is called when it is handled (tablet, vial, spoonful). */
  readonly unitDoseUnit: Coded | undefined;
  readonly ingredients: readonly Strength[];
  readonly forms: readonly Coded[];
  readonly routes: readonly Coded[];
  /** ONT_FORM_ROUTE texts such as `tablet.oral`. */
  readonly ontologyFormRoutes: readonly Coded[];
  readonly controlledDrug: ControlledDrug | undefined;
  /** Eight digits, chapter-section-paragraph-subparagraph; leading zeros are significant. */
  readonly bnf: string | undefined;
  /** ATC code, possibly shorter than seven characters; undefined where the release says `n/a`. */
  readonly atc: string | undefined;
  /** Defined daily dose, exact decimal text. */
  readonly ddd: string | undefined;
  readonly dddUnit: Coded | undefined;
}

/** An ingredient of an AMP (an excipient of note), with a strength where recorded (AP_ING). */
export interface AmpIngredient {
  readonly ingredientId: string;
  readonly ingredientName: string | undefined;
  readonly strength: string | undefined;
  readonly unit: Coded | undefined;
}

/** Actual medicinal product. */
export interface Amp extends ConceptBase {
  readonly level: 'AMP';
  readonly vmpId: string;
  /** DESC: name with supplier, the text to show. */
  readonly description: string;
  readonly nameDate: string | undefined;
  readonly previousName: string | undefined;
  readonly supplier: Coded;
  readonly licensingAuthority: Coded;
  readonly previousLicensingAuthority: Coded | undefined;
  readonly licensingAuthorityChangeReason: Coded | undefined;
  readonly licensingAuthorityChangeDate: string | undefined;
  readonly combination: Coded | undefined;
  readonly flavour: Coded | undefined;
  /** EMA additional monitoring. */
  readonly emaMonitoring: boolean;
  readonly parallelImport: boolean;
  /** AVAILABILITY_RESTRICTION, e.g. 0001 none, 0009 not available. */
  readonly availabilityRestriction: Coded;
  /** False when `availabilityRestriction` is 0009. */
  readonly available: boolean;
  readonly ingredients: readonly AmpIngredient[];
  readonly licensedRoutes: readonly Coded[];
  readonly sizeOrWeight: string | undefined;
  readonly colour: Coded | undefined;
  readonly orderNumber: string | undefined;
}

/** Drug Tariff entry of a VMPP. Prices in pence. */
export interface DrugTariff {
  readonly category: Coded;
  readonly price: number | undefined;
  readonly date: string | undefined;
  readonly previousPrice: number | undefined;
}

/** Virtual medicinal product pack. */
export interface Vmpp extends ConceptBase {
  readonly level: 'VMPP';
  readonly vmpId: string;
  /** Pack size, exact decimal text. */
  readonly quantity: string;
  readonly quantityUnit: Coded;
  readonly combination: Coded | undefined;
  readonly drugTariff: DrugTariff | undefined;
}

/** Indicative price of an AMPP. Prices in pence. */
export interface PackPrice {
  readonly price: number | undefined;
  readonly date: string | undefined;
  readonly previousPrice: number | undefined;
  readonly basis: Coded;
}

/** What may be prescribed how (PRESCRIB_INFO). */
export interface PrescribingInfo {
  readonly schedule1: boolean;
  readonly schedule2: boolean;
  readonly acbs: boolean;
  readonly personallyAdministered: boolean;
  readonly fp10Mda: boolean;
  readonly hospitalOnly: boolean;
  readonly nurseFormulary: boolean;
  readonly nurseExtendedFormulary: boolean;
  readonly dentalFormulary: boolean;
}

/** Reimbursement of an AMPP (REIMB_INFO). Counts of charges and fees as in the release. */
export interface Reimbursement {
  readonly prescriptionCharges: number | undefined;
  readonly dispensingFees: number | undefined;
  readonly brokenBulk: boolean;
  readonly limitedStability: boolean;
  readonly calendarPack: boolean;
  readonly specialContainer: Coded | undefined;
  readonly discountNotDeducted: Coded | undefined;
  readonly fp34d: boolean;
}

/** Appliance pack information (PACK_INFO). */
export interface AppliancePack {
  readonly reimbursementStatus: Coded;
  readonly reimbursementStatusDate: string | undefined;
  readonly previousReimbursementStatus: Coded | undefined;
  readonly orderNumber: string | undefined;
}

/** A GTIN of an AMPP: 13 or 14 digits, with the days on which it is in force. */
export interface Gtin {
  readonly gtin: string;
  readonly start: string;
  readonly end: string | undefined;
}

/** Actual medicinal product pack. */
export interface Ampp extends ConceptBase {
  readonly level: 'AMPP';
  readonly vmppId: string;
  readonly ampId: string;
  readonly combination: Coded | undefined;
  /** LEGAL_CATEGORY: 0001 GSL, 0002 P, 0003 POM, 0004 not applicable. */
  readonly legalCategory: Coded;
  /** Sub-pack text such as `4 x 7 tablets`. */
  readonly subPack: string | undefined;
  readonly discontinuedStatus: Coded | undefined;
  readonly discontinuedDate: string | undefined;
  /** True when `discontinuedStatus` is 0001. */
  readonly discontinued: boolean;
  readonly price: PackPrice | undefined;
  readonly prescribing: PrescribingInfo | undefined;
  readonly reimbursement: Reimbursement | undefined;
  readonly appliance: AppliancePack | undefined;
  readonly gtins: readonly Gtin[];
}

/** Any product of the ladder: narrow by `level`. */
export type Product = Vtm | Vmp | Amp | Vmpp | Ampp;

/** The view type of a level. */
export interface ProductByLevel {
  VTM: Vtm;
  VMP: Vmp;
  AMP: Amp;
  VMPP: Vmpp;
  AMPP: Ampp;
}

/** Ingredient substance. */
export interface Ingredient {
  readonly id: string;
  readonly row: number;
  readonly name: string;
  readonly invalid: boolean;
  readonly previousId: string | undefined;
  readonly idDate: string | undefined;
}
