/**
 * The properties of dm+d concepts as the code system names them: the XML element of the release, its type, and where it
 * is read. One row a property; `$lookup`, `$expand` and the filters of value sets all go by these tables.
 *
 * VTMID, VPID, VPPID and APID of a product are no properties: they are its `parent`. ABBREVNM is a designation.
 */

import type {
  Amp,
  AmpIngredient,
  Ampp,
  Coded,
  ConceptKind,
  Dictionary,
  Ingredient,
  LookupEntry,
  LookupName,
  Strength,
  Vmp,
  Vmpp,
  Vtm,
} from '../dictionary/dictionary.ts';

/** The FHIR type of a property's value. */
export type PropertyType = 'Coding' | 'string' | 'integer' | 'decimal' | 'dateTime';

/** A property read off a view of type V. */
export interface Property<V> {
  readonly code: string;
  readonly type: PropertyType;
  /** For codings: the lookup that is the value's code system; without one the value is a concept of dm+d itself. */
  readonly lookup?: LookupName;
  /** The values as the release writes them; empty where it gives none. */
  values(view: V, dictionary: Dictionary): readonly string[];
}

/** Properties that belong together, several times over (the ingredients of a product). */
interface PropertyGroup<V> {
  readonly code: string;
  readonly members: readonly Property<unknown>[];
  items(view: V, dictionary: Dictionary): readonly unknown[];
}

/** What a kind of concept has. */
export interface KindProperties<V = unknown> {
  readonly properties: readonly Property<V>[];
  readonly groups: readonly PropertyGroup<V>[];
}

const text = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
const number = (value: number | undefined): readonly string[] => (value === undefined ? [] : [String(value)]);
const flag = (value: boolean | undefined): readonly string[] => (value === true ? ['1'] : []);
const code = (value: Coded | undefined): readonly string[] => (value === undefined ? [] : [value.code]);
const codes = (values: readonly Coded[]): readonly string[] => values.map((value) => value.code);

type Row<V> = readonly [code: string, type: PropertyType, values: Property<V>['values'], lookup?: LookupName];

function rows<V>(table: readonly Row<V>[]): Property<V>[] {
  return table.map(([name, type, values, lookup]) =>
    lookup === undefined ? { code: name, type, values } : { code: name, type, values, lookup },
  );
}

const INVALID: Row<{ readonly invalid: boolean }> = ['INVALID', 'integer', (view) => flag(view.invalid)];

const VTM_INGREDIENT = rows<Ingredient>([['ISID', 'Coding', (ingredient) => [ingredient.id]]]);

const VTM: KindProperties<Vtm> = {
  properties: rows<Vtm>([
    INVALID,
    ['VTMIDPREV', 'Coding', (vtm) => text(vtm.previousId)],
    ['VTMIDDT', 'dateTime', (vtm) => text(vtm.idDate)],
  ]),
  groups: [
    {
      code: 'ING',
      members: VTM_INGREDIENT as Property<unknown>[],
      items: (vtm, dictionary) => dictionary.ingredientsOfVtm(vtm.id),
    },
  ],
};

const STRENGTH = rows<Strength>([
  ['ISID', 'Coding', (strength) => [strength.ingredientId]],
  ['BASIS_STRNTCD', 'Coding', (strength) => code(strength.basis), 'BASIS_OF_STRNTH'],
  ['BS_SUBID', 'Coding', (strength) => text(strength.baseSubstanceId)],
  ['STRNT_NMRTR_VAL', 'decimal', (strength) => text(strength.numeratorValue)],
  ['STRNT_NMRTR_UOMCD', 'Coding', (strength) => code(strength.numeratorUnit)],
  ['STRNT_DNMTR_VAL', 'decimal', (strength) => text(strength.denominatorValue)],
  ['STRNT_DNMTR_UOMCD', 'Coding', (strength) => code(strength.denominatorUnit)],
]);

const VMP: KindProperties<Vmp> = {
  properties: rows<Vmp>([
    INVALID,
    ['VPIDDT', 'dateTime', (vmp) => text(vmp.idDate)],
    ['VPIDPREV', 'Coding', (vmp) => text(vmp.previousId)],
    ['BASISCD', 'Coding', (vmp) => code(vmp.nameBasis), 'BASIS_OF_NAME'],
    ['NMDT', 'dateTime', (vmp) => text(vmp.nameDate)],
    ['NMPREV', 'string', (vmp) => text(vmp.previousName)],
    ['BASIS_PREVCD', 'Coding', (vmp) => code(vmp.previousNameBasis), 'BASIS_OF_NAME'],
    ['NMCHANGECD', 'Coding', (vmp) => code(vmp.nameChangeReason), 'NAMECHANGE_REASON'],
    ['COMBPRODCD', 'Coding', (vmp) => code(vmp.combination), 'COMBINATION_PROD_IND'],
    ['PRES_STATCD', 'Coding', (vmp) => code(vmp.prescribingStatus), 'VIRTUAL_PRODUCT_PRES_STATUS'],
    ['SUG_F', 'integer', (vmp) => flag(vmp.sugarFree)],
    ['GLU_F', 'integer', (vmp) => flag(vmp.glutenFree)],
    ['PRES_F', 'integer', (vmp) => flag(vmp.preservativeFree)],
    ['CFC_F', 'integer', (vmp) => flag(vmp.cfcFree)],
    ['NON_AVAILCD', 'Coding', (vmp) => code(vmp.nonAvailability), 'VIRTUAL_PRODUCT_NON_AVAIL'],
    ['NON_AVAILDT', 'dateTime', (vmp) => text(vmp.nonAvailabilityDate)],
    ['DF_INDCD', 'Coding', (vmp) => code(vmp.doseFormIndicator), 'DF_INDICATOR'],
    ['UDFS', 'decimal', (vmp) => text(vmp.udfs)],
    ['UDFS_UOMCD', 'Coding', (vmp) => code(vmp.udfsUnit)],
    ['UNIT_DOSE_UOMCD', 'Coding', (vmp) => code(vmp.unitDoseUnit)],
    ['ONTFORMCD', 'Coding', (vmp) => codes(vmp.ontologyFormRoutes), 'ONT_FORM_ROUTE'],
    ['FORMCD', 'Coding', (vmp) => codes(vmp.forms)],
    ['ROUTECD', 'Coding', (vmp) => codes(vmp.routes)],
    ['CATCD', 'Coding', (vmp) => code(vmp.controlledDrug?.category), 'CONTROL_DRUG_CATEGORY'],
    ['CATDT', 'dateTime', (vmp) => text(vmp.controlledDrug?.date)],
    ['CAT_PREVCD', 'Coding', (vmp) => code(vmp.controlledDrug?.previousCategory), 'CONTROL_DRUG_CATEGORY'],
    ['BNF', 'string', (vmp) => text(vmp.bnf)],
    ['ATC', 'string', (vmp) => text(vmp.atc)],
    ['DDD', 'decimal', (vmp) => text(vmp.ddd)],
    ['DDD_UOMCD', 'Coding', (vmp) => code(vmp.dddUnit)],
  ]),
  groups: [{ code: 'VPI', members: STRENGTH as Property<unknown>[], items: (vmp) => vmp.ingredients }],
};

const AMP_INGREDIENT = rows<AmpIngredient>([
  ['ISID', 'Coding', (ingredient) => [ingredient.ingredientId]],
  ['STRNTH', 'decimal', (ingredient) => text(ingredient.strength)],
  ['UOMCD', 'Coding', (ingredient) => code(ingredient.unit)],
]);

const AMP: KindProperties<Amp> = {
  properties: rows<Amp>([
    INVALID,
    ['NM', 'string', (amp) => [amp.name]],
    ['NMDT', 'dateTime', (amp) => text(amp.nameDate)],
    ['NM_PREV', 'string', (amp) => text(amp.previousName)],
    ['SUPPCD', 'Coding', (amp) => code(amp.supplier)],
    ['LIC_AUTHCD', 'Coding', (amp) => code(amp.licensingAuthority), 'LICENSING_AUTHORITY'],
    ['LIC_AUTH_PREVCD', 'Coding', (amp) => code(amp.previousLicensingAuthority), 'LICENSING_AUTHORITY'],
    [
      'LIC_AUTHCHANGECD',
      'Coding',
      (amp) => code(amp.licensingAuthorityChangeReason),
      'LICENSING_AUTHORITY_CHANGE_REASON',
    ],
    ['LIC_AUTHCHANGEDT', 'dateTime', (amp) => text(amp.licensingAuthorityChangeDate)],
    ['COMBPRODCD', 'Coding', (amp) => code(amp.combination), 'COMBINATION_PROD_IND'],
    ['FLAVOURCD', 'Coding', (amp) => code(amp.flavour), 'FLAVOUR'],
    ['EMA', 'integer', (amp) => flag(amp.emaMonitoring)],
    ['PARALLEL_IMPORT', 'integer', (amp) => flag(amp.parallelImport)],
    ['AVAIL_RESTRICTCD', 'Coding', (amp) => code(amp.availabilityRestriction), 'AVAILABILITY_RESTRICTION'],
    ['ROUTECD', 'Coding', (amp) => codes(amp.licensedRoutes)],
    ['SZ_WEIGHT', 'string', (amp) => text(amp.sizeOrWeight)],
    ['COLOURCD', 'Coding', (amp) => code(amp.colour), 'COLOUR'],
    ['PROD_ORDER_NO', 'string', (amp) => text(amp.orderNumber)],
  ]),
  groups: [{ code: 'AP_ING', members: AMP_INGREDIENT as Property<unknown>[], items: (amp) => amp.ingredients }],
};

const VMPP: KindProperties<Vmpp> = {
  properties: rows<Vmpp>([
    INVALID,
    ['QTYVAL', 'decimal', (vmpp) => text(vmpp.quantity)],
    ['QTY_UOMCD', 'Coding', (vmpp) => code(vmpp.quantityUnit)],
    ['COMBPACKCD', 'Coding', (vmpp) => code(vmpp.combination), 'COMBINATION_PACK_IND'],
    ['PAY_CATCD', 'Coding', (vmpp) => code(vmpp.drugTariff?.category), 'DT_PAYMENT_CATEGORY'],
    ['PRICE', 'integer', (vmpp) => number(vmpp.drugTariff?.price)],
    ['DT', 'dateTime', (vmpp) => text(vmpp.drugTariff?.date)],
    ['PREVPRICE', 'integer', (vmpp) => number(vmpp.drugTariff?.previousPrice)],
    ['CHLDVPPID', 'Coding', (vmpp, dictionary) => dictionary.componentPacks(vmpp.id).map((pack) => pack.id)],
    ['PRNTVPPID', 'Coding', (vmpp, dictionary) => dictionary.combinationPacks(vmpp.id).map((pack) => pack.id)],
  ]),
  groups: [],
};

const AMPP: KindProperties<Ampp> = {
  properties: rows<Ampp>([
    INVALID,
    ['COMBPACKCD', 'Coding', (ampp) => code(ampp.combination), 'COMBINATION_PACK_IND'],
    ['LEGAL_CATCD', 'Coding', (ampp) => code(ampp.legalCategory), 'LEGAL_CATEGORY'],
    ['SUBP', 'string', (ampp) => text(ampp.subPack)],
    ['DISCCD', 'Coding', (ampp) => code(ampp.discontinuedStatus), 'DISCONTINUED_IND'],
    ['DISCDT', 'dateTime', (ampp) => text(ampp.discontinuedDate)],
    ['REIMB_STATCD', 'Coding', (ampp) => code(ampp.appliance?.reimbursementStatus), 'REIMBURSEMENT_STATUS'],
    ['REIMB_STATDT', 'dateTime', (ampp) => text(ampp.appliance?.reimbursementStatusDate)],
    ['REIMB_STATPREVCD', 'Coding', (ampp) => code(ampp.appliance?.previousReimbursementStatus), 'REIMBURSEMENT_STATUS'],
    ['PACK_ORDER_NO', 'string', (ampp) => text(ampp.appliance?.orderNumber)],
    ['SCHED_2', 'integer', (ampp) => flag(ampp.prescribing?.schedule2)],
    ['ACBS', 'integer', (ampp) => flag(ampp.prescribing?.acbs)],
    ['PADM', 'integer', (ampp) => flag(ampp.prescribing?.personallyAdministered)],
    ['FP10_MDA', 'integer', (ampp) => flag(ampp.prescribing?.fp10Mda)],
    ['SCHED_1', 'integer', (ampp) => flag(ampp.prescribing?.schedule1)],
    ['HOSP', 'integer', (ampp) => flag(ampp.prescribing?.hospitalOnly)],
    ['NURSE_F', 'integer', (ampp) => flag(ampp.prescribing?.nurseFormulary)],
    ['ENURSE_F', 'integer', (ampp) => flag(ampp.prescribing?.nurseExtendedFormulary)],
    ['DENT_F', 'integer', (ampp) => flag(ampp.prescribing?.dentalFormulary)],
    ['PRICE', 'integer', (ampp) => number(ampp.price?.price)],
    ['PRICEDT', 'dateTime', (ampp) => text(ampp.price?.date)],
    ['PRICE_PREV', 'integer', (ampp) => number(ampp.price?.previousPrice)],
    ['PRICE_BASISCD', 'Coding', (ampp) => code(ampp.price?.basis), 'PRICE_BASIS'],
    ['PX_CHRGS', 'integer', (ampp) => number(ampp.reimbursement?.prescriptionCharges)],
    ['DISP_FEES', 'integer', (ampp) => number(ampp.reimbursement?.dispensingFees)],
    ['BB', 'integer', (ampp) => flag(ampp.reimbursement?.brokenBulk)],
    ['LTD_STAB', 'integer', (ampp) => flag(ampp.reimbursement?.limitedStability)],
    ['CAL_PACK', 'integer', (ampp) => flag(ampp.reimbursement?.calendarPack)],
    ['SPEC_CONTCD', 'Coding', (ampp) => code(ampp.reimbursement?.specialContainer), 'SPEC_CONT'],
    ['DND', 'Coding', (ampp) => code(ampp.reimbursement?.discountNotDeducted), 'DND'],
    ['FP34D', 'integer', (ampp) => flag(ampp.reimbursement?.fp34d)],
    ['CHLDAPPID', 'Coding', (ampp, dictionary) => dictionary.componentPacks(ampp.id).map((pack) => pack.id)],
    ['PRNTAPPID', 'Coding', (ampp, dictionary) => dictionary.combinationPacks(ampp.id).map((pack) => pack.id)],
    ['GTIN', 'string', (ampp) => ampp.gtins.map(({ gtin }) => gtin)],
  ]),
  groups: [],
};

const INGREDIENT: KindProperties<Ingredient> = {
  properties: rows<Ingredient>([
    INVALID,
    ['ISIDPREV', 'Coding', (ingredient) => text(ingredient.previousId)],
    ['ISIDDT', 'dateTime', (ingredient) => text(ingredient.idDate)],
  ]),
  groups: [],
};

const LOOKUP: KindProperties<LookupEntry> = {
  properties: rows<LookupEntry>([
    INVALID,
    ['CDDT', 'dateTime', (entry) => text(entry.codeDate)],
    ['CDPREV', 'Coding', (entry) => text(entry.previousCode)],
  ]),
  groups: [],
};

/** The properties of every kind of concept. */
export const PROPERTIES: Readonly<Record<ConceptKind, KindProperties>> = {
  VTM: VTM as KindProperties,
  VMP: VMP as KindProperties,
  AMP: AMP as KindProperties,
  VMPP: VMPP as KindProperties,
  AMPP: AMPP as KindProperties,
  INGREDIENT: INGREDIENT as KindProperties,
  UNIT_OF_MEASURE: LOOKUP as KindProperties,
  FORM: LOOKUP as KindProperties,
  ROUTE: LOOKUP as KindProperties,
  SUPPLIER: LOOKUP as KindProperties,
};

/** Properties that every concept has. `replacedBy` is on former codes only. */
export const COMMON_PROPERTIES: readonly string[] = ['parent', 'child', 'inactive', 'replacedBy'];

/** How a property of a kind is read, be it on its own or in a group. */
export interface PropertyReader {
  readonly type: PropertyType;
  readonly lookup: LookupName | undefined;
  values(view: unknown, dictionary: Dictionary): readonly string[];
}

const READERS: ReadonlyMap<ConceptKind, ReadonlyMap<string, PropertyReader>> = new Map(
  (Object.entries(PROPERTIES) as [ConceptKind, KindProperties][]).map(([kind, { properties, groups }]) => {
    const readers = new Map<string, PropertyReader>();
    for (const property of properties) readers.set(property.code, { ...property, lookup: property.lookup });
    for (const group of groups) {
      for (const member of group.members) {
        readers.set(member.code, {
          type: member.type,
          lookup: member.lookup,
          values: (view, dictionary) =>
            group.items(view, dictionary).flatMap((item) => [...member.values(item, dictionary)]),
        });
      }
    }
    return [kind, readers];
  }),
);

/** The reader of a property for a kind; undefined where that kind does not have it. */
export function propertyReader(kind: ConceptKind, property: string): PropertyReader | undefined {
  return READERS.get(kind)?.get(property);
}

/** Every property code that some kind has, groups included. */
export const PROPERTY_CODES: ReadonlySet<string> = new Set(
  Object.values(PROPERTIES).flatMap(({ properties, groups }) => [
    ...properties.map((property) => property.code),
    ...groups.flatMap((group) => [group.code, ...group.members.map((member) => member.code)]),
  ]),
);
