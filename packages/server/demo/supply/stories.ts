import assert from 'node:assert/strict';
import type { MedicationRequest, Patient } from 'fhir/r4';
import { DOSAGES, MEDICINES, onceOn, units } from './medicines.ts';
import { PEOPLE, type Someone } from './people.ts';
import { SiteRefusal } from './site.ts';
import type { Scene } from './story.ts';

/** What happens to one patient's medicines, told and checked step by step. */
export interface Story {
  readonly title: string;
  readonly patient: Someone<Patient>;
  run(scene: Scene): Promise<void>;
}

const days = (value: number) => ({ value, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' });

/** The supply of medication, as it happens. */
export const STORIES: { readonly [name: string]: Story } = {
  'inpatient re-supply': {
    title: 'Inpatient re-supply: a dose is ordered, a product given, and the same ordered again when it runs out',
    patient: PEOPLE.inpatient,
    async run(scene) {
      const dose = { medicationCodeableConcept: MEDICINES.amoxicillin, dosageInstruction: [DOSAGES.amoxicillin] };
      const more = { daysSupply: days(7), dosageInstruction: [DOSAGES.amoxicillinCapsules] };
      const box = { medicine: MEDICINES.amoxicillinCapsules, quantity: units(21, 'capsule'), more };
      await scene.sign({ number: 'IN-1', setting: 'inpatient', ...dose });
      await scene.supply('D-1', { for: 'IN-1', ...box });
      await scene.ends('IN-1');
      const first = await scene.eco.ward.one<MedicationRequest>('MedicationRequest', scene.order('IN-1'));
      const prior = { reference: `MedicationRequest/${first?.id}`, identifier: first?.identifier?.[0] as object };
      scene.tell('Ward', 'runs out, and orders the same again.');
      const again = await scene.sign({ number: 'IN-2', setting: 'inpatient', ...dose, priorPrescription: prior });
      const theirFirst = await scene.eco.pharmacy.one('MedicationRequest', scene.order('IN-1'));
      assert.equal(
        again.priorPrescription?.reference ?? `MedicationRequest/${theirFirst?.id}`,
        `MedicationRequest/${theirFirst?.id}`,
        'the re-supply leads to the first order at the pharmacy too',
      );
      assert.equal(again.priorPrescription?.identifier?.value, first?.identifier?.[0]?.value);
      await scene.supply('D-2', { for: 'IN-2', ...box });
      await scene.ends('IN-2');
      await scene.shown('Amoxicillin');
    },
  },

  leave: {
    title: 'Leave: three days to take home for the weekend, and the pharmacy has the brand',
    patient: PEOPLE.onLeave,
    async run(scene) {
      await scene.sign({
        ...{ number: 'LV-1', setting: 'leave', medicationCodeableConcept: MEDICINES.citalopram },
        dosageInstruction: [DOSAGES.citalopram],
        dispenseRequest: { quantity: units(3, 'tablet'), expectedSupplyDuration: days(3) },
      });
      const given = await scene.supply('D-1', {
        ...{ for: 'LV-1', medicine: MEDICINES.cipramil, quantity: units(3, 'tablet') },
        more: { daysSupply: days(3), dosageInstruction: [DOSAGES.citalopram] },
      });
      assert.equal(
        given.substitution?.wasSubstituted ?? false,
        false,
        'a brand of what was ordered is no substitution',
      );
      await scene.ends('LV-1');
      await scene.shown('Citalopram');
    },
  },

  discharge: {
    title: 'Discharge: four weeks to take home, in two parts, recorded by the ward pharmacist for the doctor',
    patient: PEOPLE.discharged,
    async run(scene) {
      await scene.sign({
        ...{ number: 'TTO-1', setting: 'discharge', medicationCodeableConcept: MEDICINES.metformin },
        ...{ recorder: PEOPLE.wardPharmacist.reference, dosageInstruction: [DOSAGES.metformin] },
        dispenseRequest: { quantity: units(56, 'tablet'), expectedSupplyDuration: days(28) },
      });
      const part = (value: number) => ({
        ...{ for: 'TTO-1', medicine: MEDICINES.metforminAccord, quantity: units(value, 'tablet') },
        more: { daysSupply: days(value / 2), dosageInstruction: [DOSAGES.metformin] },
      });
      await scene.supply('D-1', part(28));
      const open = await scene.eco.ward.one<MedicationRequest>('MedicationRequest', scene.order('TTO-1'));
      assert.equal(open?.status, 'active', 'half of it is not all of it');
      scene.tell('Ward', 'sees that 28 of 56 were given, and waits for the rest.');
      await scene.supply('D-2', part(28));
      await scene.ends('TTO-1');
      await scene.shown('Metformin');
    },
  },

  outpatient: {
    title: 'Outpatient: one injection on a day, recorded by a nurse for a doctor',
    patient: PEOPLE.outpatient,
    async run(scene) {
      const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
      await scene.sign({
        ...{ number: 'OP-1', setting: 'outpatient', medicationCodeableConcept: MEDICINES.goserelin },
        ...{ recorder: PEOPLE.nurse.reference, dosageInstruction: [onceOn(day)] },
        dispenseRequest: { quantity: units(1, 'pre-filled disposable injection') },
      });
      const theirs = await scene.eco.pharmacy.one<MedicationRequest>('MedicationRequest', scene.order('OP-1'));
      assert.deepEqual(theirs?.dosageInstruction?.[0]?.timing?.event, [day], 'the day is the same on both sides');
      assert.notEqual(theirs?.recorder?.display, theirs?.requester?.display, 'who recorded it is not who ordered it');
      await scene.supply('D-1', {
        ...{ for: 'OP-1', medicine: MEDICINES.zoladex, quantity: units(1, 'pre-filled disposable injection') },
        more: { dosageInstruction: [onceOn(day)] },
      });
      await scene.ends('OP-1');
      await scene.shown('Goserelin');
    },
  },

  'stopped in time': {
    title: 'Held, released, held again and stopped: the pharmacy hears of each, and cannot begin what was stopped',
    patient: PEOPLE.onLeave,
    async run(scene) {
      const { ward } = scene.eco;
      const key = scene.order('ST-1');
      const become = async (status: MedicationRequest['status'], why: string) => {
        const statusReason = status === 'active' ? (undefined as never) : { text: why };
        await ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status, statusReason }));
        scene.tell('Ward', `${why}: ${status}.`);
        await scene.seenByPharmacy('ST-1', status);
      };
      await scene.sign({
        ...{ number: 'ST-1', setting: 'discharge', medicationCodeableConcept: MEDICINES.metformin },
        ...{ dosageInstruction: [DOSAGES.metformin], dispenseRequest: { quantity: units(56, 'tablet') } },
      });
      await become('on-hold', 'Awaiting blood results');
      await become('active', 'The results are good');
      await become('on-hold', 'A second opinion is asked');
      await become('stopped', 'Renal function');
      const refusedWith = (status: number) => (error: unknown) =>
        error instanceof SiteRefusal && error.status === status;
      const again = () => ward.change<MedicationRequest>('MedicationRequest', key, () => ({ status: 'active' }));
      await assert.rejects(again, refusedWith(409), 'what is stopped stays stopped');
      scene.tell('Ward', 'cannot make it active again: a new order would have to be written.');
      const late = { for: 'ST-1', medicine: MEDICINES.metforminAccord, quantity: units(56, 'tablet') };
      await assert.rejects(() => scene.supply('D-1', late), refusedWith(422), 'nothing is begun for it');
      scene.tell('Pharmacy', 'cannot begin it.');
      await scene.ends('ST-1', 'stopped');
    },
  },
};
