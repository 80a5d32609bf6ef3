/** The concepts of the dictionary as views over rows: a property is decoded when it is read. */

import type { ReleaseColumns } from './columns.ts';
import type { Amp, AmpIngredient, Coded, Ingredient, Strength, Vmp, Vtm } from './dictionary.ts';
import { isSet } from './store.ts';
import { allProperties, View, type ViewContext } from './view.ts';

const NOT_AVAILABLE_VMP = '0001';
const NOT_AVAILABLE_AMP = '0009';

/** A VTM. */
export class VtmView extends View implements Vtm {
  readonly level = 'VTM';
  protected get own() {
    return this.context.columns.VTM;
  }
  get id(): string {
    return this.own.VTMID.text(this.row) ?? '';
  }
  get previousId(): string | undefined {
    return this.own.VTMIDPREV.text(this.row);
  }
  get idDate(): string | undefined {
    return this.own.VTMIDDT.text(this.row);
  }
}

/** A VMP. */
export class VmpView extends View implements Vmp {
  readonly level = 'VMP';
  protected get own() {
    return this.context.columns.VMP;
  }
  get id(): string {
    return this.own.VPID.text(this.row) ?? '';
  }
  get vtmId(): string | undefined {
    return this.own.VTMID.text(this.row);
  }
  get previousId(): string | undefined {
    return this.own.VPIDPREV.text(this.row);
  }
  get idDate(): string | undefined {
    return this.own.VPIDDT.text(this.row);
  }
  get nameBasis(): Coded {
    return this.required('BASIS_OF_NAME', this.own.BASISCD);
  }
  get nameDate(): string | undefined {
    return this.own.NMDT.text(this.row);
  }
  get previousName(): string | undefined {
    return this.own.NMPREV.text(this.row);
  }
  get previousNameBasis(): Coded | undefined {
    return this.coded('BASIS_OF_NAME', this.own.BASIS_PREVCD);
  }
  get nameChangeReason(): Coded | undefined {
    return this.coded('NAMECHANGE_REASON', this.own.NMCHANGECD);
  }
  get combination(): Coded | undefined {
    return this.coded('COMBINATION_PROD_IND', this.own.COMBPRODCD);
  }
  get prescribingStatus(): Coded {
    return this.required('VIRTUAL_PRODUCT_PRES_STATUS', this.own.PRES_STATCD);
  }
  get sugarFree(): boolean {
    return isSet(this.own.SUG_F, this.row);
  }
  get glutenFree(): boolean {
    return isSet(this.own.GLU_F, this.row);
  }
  get preservativeFree(): boolean {
    return isSet(this.own.PRES_F, this.row);
  }
  get cfcFree(): boolean {
    return isSet(this.own.CFC_F, this.row);
  }
  get nonAvailability(): Coded | undefined {
    return this.coded('VIRTUAL_PRODUCT_NON_AVAIL', this.own.NON_AVAILCD);
  }
  get nonAvailabilityDate(): string | undefined {
    return this.own.NON_AVAILDT.text(this.row);
  }
  get available(): boolean {
    return this.nonAvailability?.code.padStart(4, '0') !== NOT_AVAILABLE_VMP;
  }
  get doseFormIndicator(): Coded | undefined {
    return this.coded('DF_INDICATOR', this.own.DF_INDCD);
  }
  get udfs(): string | undefined {
    return this.own.UDFS.text(this.row);
  }
  get udfsUnit(): Coded | undefined {
    return this.coded('UNIT_OF_MEASURE', this.own.UDFS_UOMCD);
  }
  get unitDoseUnit(): Coded | undefined {
    return this.coded('UNIT_OF_MEASURE', this.own.UNIT_DOSE_UOMCD);
  }
  get ingredients(): readonly Strength[] {
    return Array.from(this.owned('VPI', 'VPID', this.own.VPID), (row) => this.#strength(row));
  }
  get forms(): readonly Coded[] {
    const { FORMCD } = this.context.columns.DFORM;
    return Array.from(this.owned('DFORM', 'VPID', this.own.VPID), (row) => this.required('FORM', FORMCD, row));
  }
  get routes(): readonly Coded[] {
    const { ROUTECD } = this.context.columns.DROUTE;
    return Array.from(this.owned('DROUTE', 'VPID', this.own.VPID), (row) => this.required('ROUTE', ROUTECD, row));
  }
  get ontologyFormRoutes(): readonly Coded[] {
    const { FORMCD } = this.context.columns.ONT;
    return Array.from(this.owned('ONT', 'VPID', this.own.VPID), (row) => this.required('ONT_FORM_ROUTE', FORMCD, row));
  }
  get controlledDrug(): Vmp['controlledDrug'] {
    const row = this.owned('CONTROL_INFO', 'VPID', this.own.VPID)[0];
    if (row === undefined) return undefined;
    const { CATCD, CATDT, CAT_PREVCD } = this.context.columns.CONTROL_INFO;
    return {
      category: this.required('CONTROL_DRUG_CATEGORY', CATCD, row),
      date: CATDT.text(row),
      previousCategory: this.coded('CONTROL_DRUG_CATEGORY', CAT_PREVCD, row),
    };
  }
  get bnf(): string | undefined {
    const row = this.#classification;
    return row === undefined ? undefined : this.context.columns.BNF_VMP.BNF.text(row);
  }
  get atc(): string | undefined {
    const row = this.#classification;
    const atc = row === undefined ? undefined : this.context.columns.BNF_VMP.ATC.text(row);
    return atc === undefined || /^n\/a$/i.test(atc) ? undefined : atc;
  }
  get ddd(): string | undefined {
    const row = this.#classification;
    return row === undefined ? undefined : this.context.columns.BNF_VMP.DDD.text(row);
  }
  get dddUnit(): Coded | undefined {
    const row = this.#classification;
    return row === undefined ? undefined : this.coded('UNIT_OF_MEASURE', this.context.columns.BNF_VMP.DDD_UOMCD, row);
  }

  get #classification(): number | undefined {
    return this.owned('BNF_VMP', 'VPID', this.own.VPID)[0];
  }

  #strength(row: number): Strength {
    const vpi = this.context.columns.VPI;
    return {
      ingredientId: vpi.ISID.text(row) ?? '',
      ingredientName: this.nameOfIngredient(vpi.ISID, row),
      basis: this.coded('BASIS_OF_STRNTH', vpi.BASIS_STRNTCD, row),
      baseSubstanceId: vpi.BS_SUBID.text(row),
      baseSubstanceName: this.nameOfIngredient(vpi.BS_SUBID, row),
      numeratorValue: vpi.STRNT_NMRTR_VAL.text(row),
      numeratorUnit: this.coded('UNIT_OF_MEASURE', vpi.STRNT_NMRTR_UOMCD, row),
      denominatorValue: vpi.STRNT_DNMTR_VAL.text(row),
      denominatorUnit: this.coded('UNIT_OF_MEASURE', vpi.STRNT_DNMTR_UOMCD, row),
    };
  }
}

/** An AMP. */
export class AmpView extends View implements Amp {
  readonly level = 'AMP';
  protected get own() {
    return this.context.columns.AMP;
  }
  get id(): string {
    return this.own.APID.text(this.row) ?? '';
  }
  get vmpId(): string {
    return this.own.VPID.text(this.row) ?? '';
  }
  get description(): string {
    return this.own.DESC.text(this.row) ?? '';
  }
  get nameDate(): string | undefined {
    return this.own.NMDT.text(this.row);
  }
  get previousName(): string | undefined {
    return this.own.NM_PREV.text(this.row);
  }
  get supplier(): Coded {
    return this.required('SUPPLIER', this.own.SUPPCD);
  }
  get licensingAuthority(): Coded {
    return this.required('LICENSING_AUTHORITY', this.own.LIC_AUTHCD);
  }
  get previousLicensingAuthority(): Coded | undefined {
    return this.coded('LICENSING_AUTHORITY', this.own.LIC_AUTH_PREVCD);
  }
  get licensingAuthorityChangeReason(): Coded | undefined {
    return this.coded('LICENSING_AUTHORITY_CHANGE_REASON', this.own.LIC_AUTHCHANGECD);
  }
  get licensingAuthorityChangeDate(): string | undefined {
    return this.own.LIC_AUTHCHANGEDT.text(this.row);
  }
  get combination(): Coded | undefined {
    return this.coded('COMBINATION_PROD_IND', this.own.COMBPRODCD);
  }
  get flavour(): Coded | undefined {
    return this.coded('FLAVOUR', this.own.FLAVOURCD);
  }
  get emaMonitoring(): boolean {
    return isSet(this.own.EMA, this.row);
  }
  get parallelImport(): boolean {
    return isSet(this.own.PARALLEL_IMPORT, this.row);
  }
  get availabilityRestriction(): Coded {
    return this.required('AVAILABILITY_RESTRICTION', this.own.AVAIL_RESTRICTCD);
  }
  get available(): boolean {
    return this.availabilityRestriction.code.padStart(4, '0') !== NOT_AVAILABLE_AMP;
  }
  get ingredients(): readonly AmpIngredient[] {
    const { ISID, STRNTH, UOMCD } = this.context.columns.AP_ING;
    return Array.from(this.owned('AP_ING', 'APID', this.own.APID), (row) => ({
      ingredientId: ISID.text(row) ?? '',
      ingredientName: this.nameOfIngredient(ISID, row),
      strength: STRNTH.text(row),
      unit: this.coded('UNIT_OF_MEASURE', UOMCD, row),
    }));
  }
  get licensedRoutes(): readonly Coded[] {
    const { ROUTECD } = this.context.columns.LIC_ROUTE;
    return Array.from(this.owned('LIC_ROUTE', 'APID', this.own.APID), (row) => this.required('ROUTE', ROUTECD, row));
  }
  get sizeOrWeight(): string | undefined {
    const row = this.#information;
    return row === undefined ? undefined : this.context.columns.AP_INFO.SZ_WEIGHT.text(row);
  }
  get colour(): Coded | undefined {
    const row = this.#information;
    return row === undefined ? undefined : this.coded('COLOUR', this.context.columns.AP_INFO.COLOURCD, row);
  }
  get orderNumber(): string | undefined {
    const row = this.#information;
    return row === undefined ? undefined : this.context.columns.AP_INFO.PROD_ORDER_NO.text(row);
  }

  get #information(): number | undefined {
    return this.owned('AP_INFO', 'APID', this.own.APID)[0];
  }
}

/** An ingredient substance. */
export class IngredientView implements Ingredient {
  readonly row: number;
  readonly #columns: ReleaseColumns['ING'];

  constructor(context: ViewContext, row: number) {
    this.#columns = context.columns.ING;
    this.row = row;
  }
  toJSON(): Record<string, unknown> {
    return allProperties(this);
  }
  get id(): string {
    return this.#columns.ISID.text(this.row) ?? '';
  }
  get name(): string {
    return this.#columns.NM.text(this.row) ?? '';
  }
  get invalid(): boolean {
    return isSet(this.#columns.INVALID, this.row);
  }
  get previousId(): string | undefined {
    return this.#columns.ISIDPREV.text(this.row);
  }
  get idDate(): string | undefined {
    return this.#columns.ISIDDT.text(this.row);
  }
}
