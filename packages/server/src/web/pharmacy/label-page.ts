import type { MedicationDispense, Patient } from 'fhir/r4';
import { localReference } from '../../store/patients.ts';
import { Stored } from '../../store/stored.ts';
import { shortDate } from '../dates.ts';
import { Directory } from '../directory.ts';
import { patientName, supplyRow } from '../orders/order-row.ts';
import type { Orders } from '../orders/read-orders.ts';
import type { WorkVisit } from '../orders/work-visit.ts';
import { notHere } from '../orders/write-order.ts';
import type { Page } from '../page.ts';

/** The label of a supply, to print. */
export async function labelPage(visit: WorkVisit): Promise<Page> {
  const row = await visit.record.read('MedicationDispense', visit.path('id'));
  if (!row?.content) throw notHere('MedicationDispense');
  const stored = new Stored(row);
  const dispense = stored.resource as MedicationDispense;
  const directory = await Directory.load(visit.record, [dispense]);
  const local = localReference(dispense.subject?.reference);
  const people = local === undefined ? [] : await visit.record.readMany([local]);
  const patients = new Map(people.map((each) => [each.reference, each.resource as Patient]));
  const orders: Orders = { orders: [], waiting: [], directory, patients, cut: [] };
  const supply = supplyRow({ stored, dispense }, orders);
  const [order] = dispense.authorizingPrescription ?? [];
  const request = localReference(order?.reference);
  return {
    view: 'pharmacy-label',
    title: `Label: ${supply.medicine.name}`,
    model: {
      ...{ supply, patient: patientName(dispense, orders), pharmacy: visit.config.name },
      date: shortDate(dispense.whenPrepared ?? visit.today),
      back: request === undefined ? '/pharmacy' : `/pharmacy/orders/${request.id}`,
    },
  };
}
