import { terminologyRows } from '../../dmd/operations.ts';
import { subscriptionOperations } from '../../messaging/subscriptions/operations.ts';
import { currentMedicationOperation } from './current-medication.ts';
import { doseToProductOperation } from './dose-to-product.ts';
import { doseToTextOperation } from './dose-to-text.ts';
import { findingsOperation } from './findings.ts';
import type { Operation } from './operation.ts';
import { processMessageOperation } from './process-message.ts';
import { productToDoseOperation } from './product-to-dose.ts';
import { supplyQuantityOperation } from './supply-quantity.ts';
import { textToDoseOperation } from './text-to-dose.ts';
import { validateOperation } from './validate.ts';

/** Every operation of the server. */
export const operations: readonly Operation[] = [
  currentMedicationOperation,
  doseToProductOperation,
  doseToTextOperation,
  findingsOperation,
  processMessageOperation,
  productToDoseOperation,
  supplyQuantityOperation,
  textToDoseOperation,
  validateOperation,
  ...subscriptionOperations,
  ...terminologyRows,
];

/** The operation of a name (without `$`) at a place, if there is one. */
export function operationAt(name: string, type?: string, id?: string): Operation | undefined {
  return operations.find(({ name: own, on }) => {
    if (own !== name) return false;
    if (type === undefined) return on.system;
    return (id === undefined ? on.types : on.instances).includes(type);
  });
}
