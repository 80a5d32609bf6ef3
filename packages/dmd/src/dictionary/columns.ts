/** The columns that the views read, found once by name. */

import type { Column, Table } from '../snapshot/image.ts';
import type { Store } from './store.ts';

type Columns<Names extends string> = Readonly<Record<Names, Column>>;

function pick<Names extends string>(table: Table, names: string): Columns<Names> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, table.column(name)])) as Columns<Names>;
}

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;

function columns<Text extends string>(store: Store, table: string, names: Text): Columns<Words<Text>> {
  return pick(store.table(table), names);
}

/** All columns by table. */
export type ReleaseColumns = ReturnType<typeof releaseColumns>;

/** Finds them in the tables of a snapshot; a column that it lacks reads as missing. */
export function releaseColumns(store: Store) {
  return {
    VTM: columns(store, 'VTM', 'VTMID INVALID NM ABBREVNM VTMIDPREV VTMIDDT'),
    ING: columns(store, 'ING', 'ISID ISIDDT ISIDPREV INVALID NM'),
    VMP: columns(
      store,
      'VMP',
      'VPID VPIDDT VPIDPREV VTMID INVALID NM ABBREVNM BASISCD NMDT NMPREV BASIS_PREVCD NMCHANGECD COMBPRODCD PRES_STATCD SUG_F GLU_F PRES_F CFC_F NON_AVAILCD NON_AVAILDT DF_INDCD UDFS UDFS_UOMCD UNIT_DOSE_UOMCD',
    ),
    VPI: columns(
      store,
      'VPI',
      'VPID ISID BASIS_STRNTCD BS_SUBID STRNT_NMRTR_VAL STRNT_NMRTR_UOMCD STRNT_DNMTR_VAL STRNT_DNMTR_UOMCD',
    ),
    ONT: columns(store, 'ONT', 'VPID FORMCD'),
    DFORM: columns(store, 'DFORM', 'VPID FORMCD'),
    DROUTE: columns(store, 'DROUTE', 'VPID ROUTECD'),
    CONTROL_INFO: columns(store, 'CONTROL_INFO', 'VPID CATCD CATDT CAT_PREVCD'),
    AMP: columns(
      store,
      'AMP',
      'APID INVALID VPID NM ABBREVNM DESC NMDT NM_PREV SUPPCD LIC_AUTHCD LIC_AUTH_PREVCD LIC_AUTHCHANGECD LIC_AUTHCHANGEDT COMBPRODCD FLAVOURCD EMA PARALLEL_IMPORT AVAIL_RESTRICTCD',
    ),
    AP_ING: columns(store, 'AP_ING', 'APID ISID STRNTH UOMCD'),
    LIC_ROUTE: columns(store, 'LIC_ROUTE', 'APID ROUTECD'),
    AP_INFO: columns(store, 'AP_INFO', 'APID SZ_WEIGHT COLOURCD PROD_ORDER_NO'),
    VMPP: columns(store, 'VMPP', 'VPPID INVALID NM ABBREVNM VPID QTYVAL QTY_UOMCD COMBPACKCD'),
    DTINFO: columns(store, 'DTINFO', 'VPPID PAY_CATCD PRICE DT PREVPRICE'),
    AMPP: columns(store, 'AMPP', 'APPID INVALID NM ABBREVNM VPPID APID COMBPACKCD LEGAL_CATCD SUBP DISCCD DISCDT'),
    PACK_INFO: columns(store, 'PACK_INFO', 'APPID REIMB_STATCD REIMB_STATDT REIMB_STATPREVCD PACK_ORDER_NO'),
    PRESCRIB_INFO: columns(
      store,
      'PRESCRIB_INFO',
      'APPID SCHED_2 ACBS PADM FP10_MDA SCHED_1 HOSP NURSE_F ENURSE_F DENT_F',
    ),
    PRICE_INFO: columns(store, 'PRICE_INFO', 'APPID PRICE PRICEDT PRICE_PREV PRICE_BASISCD'),
    REIMB_INFO: columns(store, 'REIMB_INFO', 'APPID PX_CHRGS DISP_FEES BB LTD_STAB CAL_PACK SPEC_CONTCD DND FP34D'),
    GTIN: columns(store, 'GTIN', 'AMPPID GTIN STARTDT ENDDT'),
    BNF_VMP: columns(store, 'BNF_VMP', 'VPID BNF ATC DDD DDD_UOMCD'),
    BNF_AMP: columns(store, 'BNF_AMP', 'APID BNF'),
  };
}
