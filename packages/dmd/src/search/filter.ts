/** What a person may narrow a search to. */

import type { Dictionary, Product, Vmp } from '../dictionary/dictionary.ts';
import { type Setting, standingOf } from './standing.ts';

/** Filters; each one that is given must hold. Codes may be zero padded or not. */
export interface ProductFilter {
  /** Pharmaceutical form codes: the product's VMP has one of them. */
  readonly forms?: readonly string[];
  /** Route codes: the product's VMP has one of them. */
  readonly routes?: readonly string[];
  /** True: only what is available (VMP not 'actual products not available', AMP not restriction 9, AMPP not
   * discontinued); false: only what is not. */
  readonly available?: boolean;
  /** True: without products marked invalid. */
  readonly activeOnly?: boolean;
  /** VIRTUAL_PRODUCT_PRES_STATUS codes of the product's VMP. */
  readonly prescribingStatus?: readonly string[];
  /**
   * Only what belongs in a pick list of this care setting: valid, available; of VMPs those whose status allows it
   * (primary care 1 and 9), AMPs regardless of their VMP's status.
   */
  readonly setting?: Setting;
  /** Only products of this VTM (id). */
  readonly vtm?: string;
}

/** Makes the test for a filter; undefined when it filters nothing. */
export function makeFilter(dictionary: Dictionary, filter: ProductFilter): ((product: Product) => boolean) | undefined {
  const tests: ((product: Product) => boolean)[] = [];
  const { available, setting, vtm } = filter;
  if (filter.activeOnly === true) tests.push((product) => !product.invalid);
  if (available !== undefined) tests.push((product) => isAvailable(product) === available);
  if (setting !== undefined) {
    tests.push((product) => standingOf(product, setting).standing !== 'not prescribable');
  }
  if (vtm !== undefined) {
    tests.push((product) => (product.level === 'VTM' ? product.id === vtm : dictionary.vtmOf(product.id)?.id === vtm));
  }
  const vmpTest = makeVmpTest(filter);
  if (vmpTest !== undefined) {
    tests.push((product) => {
      if (product.level === 'VTM') return dictionary.vmpsOfVtm(product.id).some(vmpTest);
      const vmp = product.level === 'VMP' ? product : dictionary.vmpOf(product.id);
      return vmp !== undefined && vmpTest(vmp);
    });
  }
  return tests.length === 0 ? undefined : (product) => tests.every((test) => test(product));
}

/** Whether actual products can be had. A VTM or VMPP says nothing of it and counts as available. */
function isAvailable(product: Product): boolean {
  if (product.level === 'VMP' || product.level === 'AMP') return product.available;
  return product.level !== 'AMPP' || !product.discontinued;
}

function makeVmpTest(filter: ProductFilter): ((vmp: Vmp) => boolean) | undefined {
  const forms = codes(filter.forms);
  const routes = codes(filter.routes);
  const statuses = codes(filter.prescribingStatus);
  if (forms === undefined && routes === undefined && statuses === undefined) return undefined;
  return (vmp) =>
    (forms === undefined || vmp.forms.some((form) => forms.has(unpadded(form.code)))) &&
    (routes === undefined || vmp.routes.some((route) => routes.has(unpadded(route.code)))) &&
    (statuses === undefined || statuses.has(unpadded(vmp.prescribingStatus.code)));
}

function codes(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return list === undefined ? undefined : new Set(list.map(unpadded));
}

function unpadded(code: string): string {
  return code.replace(/^0+(?=\d)/, '');
}
