import type { FhirResource, Patient } from 'fhir/r4';
import { NHS_NUMBER } from '../../fhir/nhs-number.ts';
import { aboutAnyOf } from '../../search/people.ts';
import type { Queryable } from '../../store/database.ts';
import { type Identity, identifiersOf, identitiesOfSubject, PATIENT_ID } from '../../store/patients.ts';
import { ROW_COLUMNS, type Row, Stored } from '../../store/stored.ts';

/** The stored Patients of some compartments, and of others in which the same names are. */
const PATIENTS = `select ${ROW_COLUMNS} from resource
  where type = 'Patient' and content is not null and patient_key in (
    select unnest($1::bigint[])
    union select twin.patient_key from patient_identity own join patient_identity twin using (system, value)
      where own.patient_key = any($1::bigint[]))`;

/** The stored Patients whom some changes may be about: who is meant by a number, an id or both. */
export class People {
  readonly #patients: readonly Stored[];
  readonly #tests = new Map<unknown, (entry: Stored) => boolean>();

  constructor(patients: readonly Stored[]) {
    this.#patients = patients;
  }

  /** Those whom resources in compartments may be about. */
  static async of(q: Queryable, keys: Iterable<number>): Promise<People> {
    const wanted = [...new Set(keys)].filter((key) => key !== 0);
    if (wanted.length === 0) return new People([]);
    return new People((await q.query<Row>(PATIENTS, [wanted])).map((row) => new Stored(row)));
  }

  /** Is a resource about one of the patients who are named, in whichever way it names its own? As searches have it. */
  isAbout(named: readonly Identity[], entry: Stored): boolean {
    let test = this.#tests.get(named);
    if (test === undefined) {
      test = aboutAnyOf(named, [{ key: 0, version: 0, entries: this.#patients }]);
      this.#tests.set(named, test);
    }
    return test(entry);
  }

  /** The NHS number of the patient whom a resource is about; undefined where it is not known. */
  nhsNumberOf(resource: FhirResource): string | undefined {
    const identities = identitiesOfSubject(resource);
    const own = identities.find(({ system }) => system === NHS_NUMBER);
    if (own !== undefined) return own.value;
    const id = identities.find(({ system }) => system === PATIENT_ID)?.value;
    const patient = this.#patients.find((entry) => entry.id === id)?.resource as Patient | undefined;
    return identifiersOf(patient?.identifier).find(({ system }) => system === NHS_NUMBER)?.value;
  }
}
