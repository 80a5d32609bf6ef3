/** The two pack levels, VMPP and AMPP, as views over rows. */

import type {
  Ampp,
  AppliancePack,
  Coded,
  DrugTariff,
  Gtin,
  PackPrice,
  PrescribingInfo,
  Reimbursement,
  Vmpp,
} from './dictionary.ts';
import { isSet, wholeNumber } from './store.ts';
import { View } from './view.ts';

const DISCONTINUED = '0001';

/** A VMPP. */
export class VmppView extends View implements Vmpp {
  readonly level = 'VMPP';
  protected get own() {
    return this.context.columns.VMPP;
  }
  get id(): string {
    return this.own.VPPID.text(this.row) ?? '';
  }
  get vmpId(): string {
    return this.own.VPID.text(this.row) ?? '';
  }
  get quantity(): string {
    return this.own.QTYVAL.text(this.row) ?? '';
  }
  get quantityUnit(): Coded {
    return this.required('UNIT_OF_MEASURE', this.own.QTY_UOMCD);
  }
  get combination(): Coded | undefined {
    return this.coded('COMBINATION_PACK_IND', this.own.COMBPACKCD);
  }
  get drugTariff(): DrugTariff | undefined {
    const row = this.owned('DTINFO', 'VPPID', this.own.VPPID)[0];
    if (row === undefined) return undefined;
    const { PAY_CATCD, PRICE, DT, PREVPRICE } = this.context.columns.DTINFO;
    return {
      category: this.required('DT_PAYMENT_CATEGORY', PAY_CATCD, row),
      price: wholeNumber(PRICE, row),
      date: DT.text(row),
      previousPrice: wholeNumber(PREVPRICE, row),
    };
  }
}

/** An AMPP. */
export class AmppView extends View implements Ampp {
  readonly level = 'AMPP';
  protected get own() {
    return this.context.columns.AMPP;
  }
  get id(): string {
    return this.own.APPID.text(this.row) ?? '';
  }
  get vmppId(): string {
    return this.own.VPPID.text(this.row) ?? '';
  }
  get ampId(): string {
    return this.own.APID.text(this.row) ?? '';
  }
  get combination(): Coded | undefined {
    return this.coded('COMBINATION_PACK_IND', this.own.COMBPACKCD);
  }
  get legalCategory(): Coded {
    return this.required('LEGAL_CATEGORY', this.own.LEGAL_CATCD);
  }
  get subPack(): string | undefined {
    return this.own.SUBP.text(this.row);
  }
  get discontinuedStatus(): Coded | undefined {
    return this.coded('DISCONTINUED_IND', this.own.DISCCD);
  }
  get discontinuedDate(): string | undefined {
    return this.own.DISCDT.text(this.row);
  }
  get discontinued(): boolean {
    return this.discontinuedStatus?.code.padStart(4, '0') === DISCONTINUED;
  }
  get price(): PackPrice | undefined {
    const row = this.#first('PRICE_INFO');
    if (row === undefined) return undefined;
    const { PRICE, PRICEDT, PRICE_PREV, PRICE_BASISCD } = this.context.columns.PRICE_INFO;
    return {
      price: wholeNumber(PRICE, row),
      date: PRICEDT.text(row),
      previousPrice: wholeNumber(PRICE_PREV, row),
      basis: this.required('PRICE_BASIS', PRICE_BASISCD, row),
    };
  }
  get prescribing(): PrescribingInfo | undefined {
    const row = this.#first('PRESCRIB_INFO');
    if (row === undefined) return undefined;
    const info = this.context.columns.PRESCRIB_INFO;
    return {
      schedule1: isSet(info.SCHED_1, row),
      schedule2: isSet(info.SCHED_2, row),
      acbs: isSet(info.ACBS, row),
      personallyAdministered: isSet(info.PADM, row),
      fp10Mda: isSet(info.FP10_MDA, row),
      hospitalOnly: isSet(info.HOSP, row),
      nurseFormulary: isSet(info.NURSE_F, row),
      nurseExtendedFormulary: isSet(info.ENURSE_F, row),
      dentalFormulary: isSet(info.DENT_F, row),
    };
  }
  get reimbursement(): Reimbursement | undefined {
    const row = this.#first('REIMB_INFO');
    if (row === undefined) return undefined;
    const info = this.context.columns.REIMB_INFO;
    return {
      prescriptionCharges: wholeNumber(info.PX_CHRGS, row),
      dispensingFees: wholeNumber(info.DISP_FEES, row),
      brokenBulk: isSet(info.BB, row),
      limitedStability: isSet(info.LTD_STAB, row),
      calendarPack: isSet(info.CAL_PACK, row),
      specialContainer: this.coded('SPEC_CONT', info.SPEC_CONTCD, row),
      discountNotDeducted: this.coded('DND', info.DND, row),
      fp34d: isSet(info.FP34D, row),
    };
  }
  get appliance(): AppliancePack | undefined {
    const row = this.#first('PACK_INFO');
    if (row === undefined) return undefined;
    const info = this.context.columns.PACK_INFO;
    return {
      reimbursementStatus: this.required('REIMBURSEMENT_STATUS', info.REIMB_STATCD, row),
      reimbursementStatusDate: info.REIMB_STATDT.text(row),
      previousReimbursementStatus: this.coded('REIMBURSEMENT_STATUS', info.REIMB_STATPREVCD, row),
      orderNumber: info.PACK_ORDER_NO.text(row),
    };
  }
  get gtins(): readonly Gtin[] {
    const { GTIN, STARTDT, ENDDT } = this.context.columns.GTIN;
    return Array.from(this.owned('GTIN', 'AMPPID', this.own.APPID), (row) => ({
      gtin: GTIN.text(row) ?? '',
      start: STARTDT.text(row) ?? '',
      end: ENDDT.text(row),
    }));
  }

  #first(table: 'PRICE_INFO' | 'PRESCRIB_INFO' | 'REIMB_INFO' | 'PACK_INFO'): number | undefined {
    return this.owned(table, 'APPID', this.own.APPID)[0];
  }
}
