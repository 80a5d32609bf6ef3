import type { FhirResource } from 'fhir/r4';
import type { PatientKey } from './ids.ts';
import { instantSql } from './instant-sql.ts';

/** One row of the record: a current or an earlier version of a resource. */
export interface Row {
  key: PatientKey;
  type: string;
  id: string;
  version: number;
  /** ISO instant with milliseconds, UTC. */
  lastUpdated: string;
  interaction: 'create' | 'update' | 'patch' | 'delete' | 'move';
  /** The JSON that is served; null for a deletion. */
  content: string | null;
}

/** The columns of {@link Row}, for `resource` and `resource_history` alike. */
export const ROW_COLUMNS = `patient_key as key, type, id, version, interaction, content,
  ${instantSql('last_updated')} as "lastUpdated"`;

/** A version that has content. It is parsed when first asked for, and keeps what search found in it. */
export class Stored {
  readonly key: PatientKey;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: string;
  /** The JSON that is served. */
  readonly text: string;
  /** What has been worked out from the resource, by whoever did (search parameters); lives as long as this version. */
  readonly memo: Map<unknown, unknown> = new Map();
  #resource: FhirResource | undefined;

  constructor(row: Row) {
    this.key = row.key;
    this.type = row.type;
    this.id = row.id;
    this.version = row.version;
    this.lastUpdated = row.lastUpdated;
    this.text = row.content as string;
  }

  /** The resource as objects, shared by all readers: never change it. */
  get resource(): FhirResource {
    this.#resource ??= JSON.parse(this.text) as FhirResource;
    return this.#resource;
  }

  /** `Type/id`. */
  get reference(): string {
    return `${this.type}/${this.id}`;
  }
}
