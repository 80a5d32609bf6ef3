import type { AllergyIntolerance, CodeableConcept } from 'fhir/r4';
import { shortDate } from './dates.ts';
import type { Directory } from './directory.ts';
import { conceptName } from './names.ts';
import { resourceAddress } from './person.ts';
import { type SaysSo, saysSo } from './says-so.ts';
import type { Tag } from './words.ts';

/** One allergy as pages show it. */
interface AllergyView {
  readonly name: string;
  readonly tags: readonly Tag[];
  /** Manifestations with severity, a line for each. */
  readonly reactions: readonly string[];
  readonly recorded: string | undefined;
  readonly says: SaysSo;
  readonly address: string;
}

/** A patient's allergies: what is known, what is denied, what is no more. */
export interface AllergiesView {
  readonly active: readonly AllergyView[];
  /** Statements that none is known. */
  readonly noneKnown: readonly AllergyView[];
  readonly inactive: readonly AllergyView[];
  /** Nothing at all is recorded, which says nothing. */
  readonly nothingRecorded: boolean;
}

/** SNOMED CT: no known allergy; no known drug, environmental, food allergy. */
const NONE_KNOWN: ReadonlySet<string> = new Set(['716186003', '409137002', '428607008', '429625007']);

const CRITICALITY: { readonly [code: string]: Tag } = {
  high: { text: 'High risk', colour: 'red' },
  'unable-to-assess': { text: 'Risk not known', colour: 'grey' },
};
const VERIFICATION: { readonly [code: string]: Tag } = {
  unconfirmed: { text: 'Unconfirmed', colour: 'yellow' },
  refuted: { text: 'Refuted', colour: 'grey' },
};
const CLINICAL: { readonly [code: string]: Tag } = {
  inactive: { text: 'Inactive', colour: 'grey' },
  resolved: { text: 'Resolved', colour: 'grey' },
};

/** Sorts a patient's allergies for the page; those entered in error are left out. The gravest first. */
export function allergiesView(allergies: readonly AllergyIntolerance[], directory: Directory): AllergiesView {
  const valid = allergies.filter((each) => code(each.verificationStatus) !== 'entered-in-error');
  const view = (each: AllergyIntolerance) => allergyView(each, directory);
  const isNoneKnown = (each: AllergyIntolerance) =>
    each.code?.coding?.some(({ code: c }) => NONE_KNOWN.has(c ?? '')) ?? false;
  const isOver = (each: AllergyIntolerance) =>
    code(each.verificationStatus) === 'refuted' || CLINICAL[code(each.clinicalStatus) ?? ''] !== undefined;
  const active = valid.filter((each) => !isOver(each) && !isNoneKnown(each));
  active.sort((a, b) => Number(b.criticality === 'high') - Number(a.criticality === 'high'));
  return {
    active: active.map(view),
    noneKnown: valid.filter((each) => !isOver(each) && isNoneKnown(each)).map(view),
    inactive: valid.filter(isOver).map(view),
    nothingRecorded: valid.length === 0,
  };
}

function allergyView(allergy: AllergyIntolerance, directory: Directory): AllergyView {
  const { criticality, verificationStatus, clinicalStatus, reaction, recordedDate, onsetDateTime } = allergy;
  const tags = [
    CRITICALITY[criticality ?? ''],
    VERIFICATION[code(verificationStatus) ?? ''],
    CLINICAL[code(clinicalStatus) ?? ''],
    allergy.type === 'intolerance' ? { text: 'Intolerance', colour: 'white' as const } : undefined,
  ];
  return {
    name: conceptName(allergy.code) ?? 'Substance not named',
    tags: tags.filter((tag) => tag !== undefined),
    reactions: (reaction ?? []).flatMap((each) => {
      const what = [...(each.manifestation ?? []).map(conceptName), each.description].filter((part) => part);
      const words = what.join(', ');
      return words === '' && !each.severity
        ? []
        : [`${words || 'Reaction'}${each.severity ? ` (${each.severity})` : ''}`];
    }),
    recorded: shortDate(recordedDate ?? onsetDateTime),
    says: saysSo(allergy, directory),
    address: resourceAddress(`AllergyIntolerance/${allergy.id}`),
  };
}

function code(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.[0]?.code;
}
