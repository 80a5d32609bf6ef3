import assert from 'node:assert/strict';
import type { CodeableConcept, MedicationDispense, MedicationRequest, Patient, Quantity } from 'fhir/r4';
import type { Ecosystem } from './ecosystem.ts';
import { introduce, PEOPLE, type Someone } from './people.ts';

/** Says what happens, as it happens. */
export type Tell = (who: string, what: string) => void;

const ORDER = 'https://northgate-hospital.example/orders';
const DISPENSE = 'https://northgate-pharmacy.example/dispenses';
const MEDICATION_REQUEST_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const UK_CORE_CATEGORY = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCategory';

/** An order as a ward's system would write it; `identifier` is its number. */
export interface OrderDetails extends Partial<MedicationRequest> {
  number: string;
  setting: 'inpatient' | 'outpatient' | 'discharge' | 'leave';
}

/** The ward and the pharmacy of one story, and what they can do. */
export class Scene {
  readonly eco: Ecosystem;
  readonly patient: Someone<Patient>;
  readonly tell: Tell;
  /** Tells the numbers of one run from those of another on the same record. */
  readonly #run: string;

  constructor(eco: Ecosystem, patient: Someone<Patient>, tell: Tell, run: string) {
    this.eco = eco;
    this.patient = patient;
    this.tell = tell;
    this.#run = run;
  }

  order(number: string): string {
    return `${ORDER}|${number}-${this.#run}`;
  }

  dispense(number: string): string {
    return `${DISPENSE}|${number}-${this.#run}`;
  }

  /** Each side's own people are on its record, as they would be. */
  async begin(): Promise<void> {
    const { ward, pharmacy } = this.eco;
    const { doctor, nurse, wardPharmacist, hospital, pharmacist } = PEOPLE;
    await ward.ask('POST', '', introduce(this.patient, doctor, nurse, wardPharmacist, hospital));
    await pharmacy.ask('POST', '', introduce(pharmacist, PEOPLE.pharmacy));
  }

  /** The ward signs an order; it waits until the pharmacy has it. */
  async sign({ number, setting, ...more }: OrderDetails): Promise<MedicationRequest> {
    const { ward } = this.eco;
    const key = this.order(number);
    const [system, value] = key.split('|') as [string, string];
    const code = { system: setting === 'leave' ? UK_CORE_CATEGORY : MEDICATION_REQUEST_CATEGORY, code: setting };
    const request: MedicationRequest = {
      ...{ resourceType: 'MedicationRequest', identifier: [{ system, value }], status: 'active', intent: 'order' },
      category: [{ coding: [code] }],
      subject: this.patient.reference,
      authoredOn: new Date().toISOString(),
      requester: PEOPLE.doctor.reference,
      recorder: PEOPLE.doctor.reference,
      substitution: { allowedBoolean: false },
      ...more,
    };
    await ward.create(request);
    this.tell(
      'Ward',
      `signs ${setting} order ${number}: ${named(request.medicationCodeableConcept)}, ${doseOf(request)}.`,
    );
    return this.seenByPharmacy(number, 'active');
  }

  /** The pharmacy has the order, about the same person and the same medicine and dose as on the ward. */
  async seenByPharmacy(number: string, status: MedicationRequest['status']): Promise<MedicationRequest> {
    const key = this.order(number);
    const theirs = await this.eco.pharmacy.until<MedicationRequest>(
      'MedicationRequest',
      key,
      (is) => is.status === status,
    );
    const ours = await this.eco.ward.one<MedicationRequest>('MedicationRequest', key);
    for (const element of [
      'medicationCodeableConcept',
      'dosageInstruction',
      'category',
      'intent',
      'substitution',
    ] as const) {
      assert.deepEqual(theirs[element], ours?.[element], `${element} is the same on both sides`);
    }
    assert.equal(theirs.subject.identifier?.value ?? (await this.numberOf(theirs)), this.patient.identifier.value);
    this.tell('Pharmacy', `has it, ${status}.`);
    return theirs;
  }

  /** The NHS number of the Patient at the pharmacy that something there is about. */
  async numberOf({ subject }: { subject?: { reference?: string } }): Promise<string | undefined> {
    const patient = await this.eco.pharmacy.ask<Patient>('GET', subject?.reference ?? '');
    return patient.identifier?.find(({ system }) => system === this.patient.identifier.system)?.value;
  }

  /** The pharmacy prepares a product for an order, and hands it over; it waits until the ward knows. */
  async supply(
    number: string,
    what: { for: string; medicine: CodeableConcept; quantity: Quantity; more?: Partial<MedicationDispense> },
  ) {
    const { pharmacy } = this.eco;
    const key = this.dispense(number);
    const [system, value] = key.split('|') as [string, string];
    const [orderSystem, orderValue] = this.order(what.for).split('|') as [string, string];
    const request = await pharmacy.one<MedicationRequest>('MedicationRequest', this.order(what.for));
    const started: MedicationDispense = {
      ...{ resourceType: 'MedicationDispense', identifier: [{ system, value }], status: 'in-progress' },
      medicationCodeableConcept: what.medicine,
      subject: request?.subject ?? { identifier: this.patient.identifier },
      performer: [{ actor: PEOPLE.pharmacist.reference }],
      authorizingPrescription: [
        { reference: `MedicationRequest/${request?.id}`, identifier: { system: orderSystem, value: orderValue } },
      ],
      quantity: what.quantity,
      ...what.more,
    };
    await pharmacy.create(started);
    this.tell('Pharmacy', `prepares ${amountOf(what.quantity)} of ${named(what.medicine)}.`);
    const now = new Date().toISOString();
    await pharmacy.change<MedicationDispense>('MedicationDispense', key, () => ({
      ...{ status: 'completed', whenPrepared: now, whenHandedOver: now },
    }));
    this.tell('Pharmacy', 'hands it over.');
    return this.seenByWard(number, what.for);
  }

  /** The ward has the completed dispense, linked to its own order. */
  async seenByWard(number: string, order: string): Promise<MedicationDispense> {
    const { ward } = this.eco;
    const dispense = await ward.until<MedicationDispense>(
      'MedicationDispense',
      this.dispense(number),
      (is) => is.status === 'completed',
    );
    const request = await ward.one<MedicationRequest>('MedicationRequest', this.order(order));
    const linked = await ward.ask('GET', `MedicationDispense?prescription=MedicationRequest/${request?.id}`);
    const found = (linked as { entry?: { resource?: { id?: string } }[] }).entry ?? [];
    assert.ok(
      found.some(({ resource }) => resource?.id === dispense.id),
      `the ward finds dispense ${number} by its own order`,
    );
    this.tell('Ward', `knows: ${named(dispense.medicationCodeableConcept)} was given.`);
    return dispense;
  }

  /** The order is completed on both sides, or has another status. */
  async ends(number: string, status: MedicationRequest['status'] = 'completed'): Promise<void> {
    for (const site of [this.eco.ward, this.eco.pharmacy]) {
      await site.until<MedicationRequest>('MedicationRequest', this.order(number), (is) => is.status === status);
    }
    this.tell('Both', `have order ${number} ${status}.`);
  }

  /** The patient's page on both sides shows a medicine. */
  async shown(...texts: string[]): Promise<void> {
    const { system, value } = this.patient.identifier as { system: string; value: string };
    const path = `/patients/by-identifier?system=${encodeURIComponent(system)}&value=${value}`;
    for (const site of [this.eco.ward, this.eco.pharmacy]) {
      const page = await site.page(path);
      for (const text of texts) assert.ok(page.includes(text), `the patient's page at ${site.name} shows ${text}`);
    }
    this.tell('Both', `show ${texts.join(', ')} on the patient's page.`);
  }
}

function named(medicine: CodeableConcept | undefined): string {
  return medicine?.text ?? medicine?.coding?.[0]?.display ?? 'a medicine';
}

function amountOf({ value, unit }: Quantity): string {
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

function doseOf({ dosageInstruction }: MedicationRequest): string {
  return (dosageInstruction ?? []).map(({ text }) => text).join('; ');
}
