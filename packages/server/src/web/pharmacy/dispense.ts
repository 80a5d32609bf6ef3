import { type Dictionary, translateResource } from '@concord/dmd';
import { supplied } from '@concord/medication-record';
import type { Dosage, MedicationDispense, MedicationRequest, Quantity } from 'fhir/r4';
import { newIdentifier } from '../../messaging/neighbours/business-identifier.ts';
import { referenceTo, type You } from '../orders/acting-as.ts';
import { inWords } from '../orders/order-row.ts';

const DMD = 'https://dmd.nhs.uk';
const SUPPLY_TYPE = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationSupplyType';
const PROFILE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationDispense';

/** A new dispense for an order, before anything is chosen. */
function forOrder(order: MedicationRequest, you: You): MedicationDispense {
  const key = order.identifier?.find(({ system, value }) => system && value);
  return {
    resourceType: 'MedicationDispense',
    meta: { profile: [PROFILE] },
    identifier: [newIdentifier()],
    status: 'preparation',
    subject: order.subject,
    performer: [{ actor: referenceTo(you) }],
    authorizingPrescription: [{ reference: `MedicationRequest/${order.id}`, ...(key && { identifier: key }) }],
    type: { coding: [{ system: SUPPLY_TYPE, code: 'prescription-dispensing', display: 'Prescription dispensing' }] },
  } as MedicationDispense;
}

/**
 * A supply of a product that is begun.
 * @param isAll is it all that the order needs? Only then it lasts for as long as the order says.
 */
export function begun(
  dictionary: Dictionary,
  order: MedicationRequest,
  product: string,
  quantity: Quantity,
  isAll: boolean,
  you: You,
): MedicationDispense {
  const display = dictionary.displayOf(product);
  const days = isAll ? order.dispenseRequest?.expectedSupplyDuration : undefined;
  const dosage = dosageOf(dictionary, order, product);
  return {
    ...forOrder(order, you),
    medicationCodeableConcept: { coding: [{ system: DMD, code: product, ...(display && { display }) }] },
    quantity,
    ...(days === undefined ? {} : { daysSupply: days }),
    ...(dosage === undefined ? {} : { dosageInstruction: dosage }),
  };
}

/** An order that the pharmacy will not supply, and why. */
export function declined(order: MedicationRequest, reason: string, you: You): MedicationDispense {
  const { medicationCodeableConcept, medicationReference, contained } = order;
  return {
    ...forOrder(order, you),
    ...(contained && { contained }),
    ...(medicationCodeableConcept && { medicationCodeableConcept }),
    ...(medicationReference && { medicationReference }),
    status: 'declined',
    statusReasonCodeableConcept: inWords(reason),
  } as MedicationDispense;
}

/** The dose in terms of the product: `1 capsule` of it for `500 milligram`; as ordered where that cannot be said. */
function dosageOf(dictionary: Dictionary, order: MedicationRequest, product: string): Dosage[] | undefined {
  const translated = translateResource(dictionary, order, { product, setting: 'secondary' });
  const isOfProduct = dictionary.vmpOf(order.medicationCodeableConcept?.coding?.[0]?.code ?? '') !== undefined;
  if (isOfProduct || translated.outcome === 'refused') return order.dosageInstruction;
  return (translated.resource as unknown as MedicationRequest).dosageInstruction;
}

/**
 * Is a product another than was ordered, so that it takes leave to substitute? A brand, or a product of the substance
 * ordered, is none.
 */
export function isSubstitute(dictionary: Dictionary, order: MedicationRequest, dispense: MedicationDispense): boolean {
  const [product] = supplied(order, [dispense], { dictionary }).products;
  return product?.relation !== 'same' && product?.relation !== 'product of it';
}
