import { PATIENT_ID } from '../../store/patients.ts';
import type { Page, Redirect } from '../page.ts';
import { askedPatient, choiceOf, findPatients, patientOf } from './choose-patient.ts';
import { listQuery } from './order-list.ts';
import type { WorkPlace, WorkVisit } from './work-visit.ts';

/**
 * The page of a list of orders, all of them or one patient's, with the way to choose a patient; the list itself is kept
 * up to date apart from it.
 * @param titles of the page, and what comes before a patient's name
 */
export async function listPage(
  visit: WorkVisit,
  place: WorkPlace,
  titles: { readonly all: string; readonly of: string },
): Promise<Page | Redirect> {
  const asked = visit.query('q');
  const found = asked === undefined ? undefined : await findPatients(visit, asked);
  const [only, ...others] = found?.choices ?? [];
  if (only !== undefined && others.length === 0) return { redirect: `/${place}?patient=${only.id}` };
  const who = askedPatient(visit);
  const patient = who?.system === PATIENT_ID ? choiceOf(await patientOf(visit, who.value)) : undefined;
  return {
    view: place,
    title: patient === undefined ? titles.all : `${titles.of}: ${patient.spoken}`,
    model: {
      ...{ you: visit.you, here: visit.here, found, asked, patient, isOne: who !== undefined },
      live: `/${place}/live${listQuery(visit)}`,
    },
  };
}
