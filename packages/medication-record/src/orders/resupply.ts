import { type Dosage, dosagesToText } from '@concord/dosage';
import type { Medication, MedicationRequest } from 'fhir/r4';
import { ReferenceIndex } from '../references.ts';
import { RESUPPLY_ELEMENTS } from '../rules/resupply-elements.ts';
import { medicineNames, sameContent, sameDose, sameMedicine } from '../same-medicine.ts';
import { object, objects, text, type Unchecked } from '../tolerant-reading.ts';

/** An element in which two orders differ. */
export interface OrderDifference {
  readonly element: string;
  readonly prior: unknown;
  readonly next: unknown;
  /** True where an order that differs in it is no re-supply. */
  readonly matters: boolean;
}

/** What an order is to the one that it names as its prior one. */
export interface Resupply {
  /** `neither`: it differs from an order that is not over, or is of another patient. */
  readonly kind: 'resupply' | 'replacement' | 'neither';
  readonly rule: 'R-023';
  /** Why, and for `neither` what to do. */
  readonly message: string;
  readonly differences: readonly OrderDifference[];
}

const GOES_ON: readonly unknown[] = ['active', 'completed'];
const IS_OVER: readonly unknown[] = ['cancelled', 'stopped', 'entered-in-error'];

/**
 * Whether an order supplies the prior one again (the same medicine and dosage, the prior one active or completed) or
 * replaces it (the prior one cancelled, stopped or entered in error).
 * @param medications the Medication resources that the orders may refer to
 */
export function compareResupply(
  prior: MedicationRequest,
  next: MedicationRequest,
  medications: readonly Medication[] = [],
): Resupply {
  const index = new ReferenceIndex('Medication', medications);
  const same: Readonly<Record<string, () => boolean>> = {
    subject: () => samePatient(prior.subject, next.subject),
    medicationCodeableConcept: () => sameMedicine(medicineNames(prior, index), medicineNames(next, index)),
    dosageInstruction: () => sameInstruction(prior.dosageInstruction, next.dosageInstruction),
  };
  const differences: OrderDifference[] = [];
  for (const { elements, must } of RESUPPLY_ELEMENTS) {
    const [before, after] = [elementOf(prior, elements), elementOf(next, elements)];
    const isSame = same[elements[0] ?? ''] ?? (() => sameContent(before, after));
    if (isSame()) continue;
    differences.push({ element: elements[0] ?? '', prior: before, next: after, matters: must === 'same' });
  }
  const named = differences.filter(({ matters }) => matters).map(({ element }) => ELEMENT_WORDS[element] ?? element);
  const answer = (kind: Resupply['kind'], message: string): Resupply => ({ kind, rule: 'R-023', message, differences });
  const status = text(prior.status) ?? 'missing';
  if (differences.some(({ element }) => element === 'subject')) {
    return answer('neither', 'The prior order is of another patient: correct priorPrescription.');
  }
  if (named.length === 0 && GOES_ON.includes(status)) {
    return answer('resupply', `The same medicine and dosage as an order that is ${status}: it is supplied again.`);
  }
  if (IS_OVER.includes(status)) return answer('replacement', `The prior order is ${status}, and this one replaces it.`);
  if (!GOES_ON.includes(status)) {
    const message = `The prior order is ${status}: only an active or completed one is supplied again, and one that is to be replaced is cancelled or stopped first.`;
    return answer('neither', message);
  }
  const message = `Not a re-supply, as it differs in ${named.join(' and ')}; and not a replacement, as the prior order is ${status}. Stop the prior order first, or leave priorPrescription out.`;
  return answer('neither', message);
}

const ELEMENT_WORDS: Readonly<Record<string, string>> = {
  medicationCodeableConcept: 'medicine',
  dosageInstruction: 'dosage',
};

function elementOf(request: MedicationRequest, elements: readonly string[]): unknown {
  return elements.map((element) => (request as unknown as Unchecked)[element]).find((value) => value !== undefined);
}

/** One structure, or two that are rendered as the same words with nothing left out. */
function sameInstruction(a: unknown, b: unknown): boolean {
  if (sameDose(a, b)) return true;
  const [before, after] = [wordsOf(a), wordsOf(b)];
  return before !== undefined && before === after;
}

function wordsOf(dosages: unknown): string | undefined {
  const list = objects(dosages);
  if (list.length === 0) return undefined;
  const rendered = dosagesToText(list as unknown as readonly Dosage[]);
  const whole = rendered.notRendered.every(({ reason }) => SAYS_NOTHING_MORE.includes(reason));
  return rendered.outcome === 'text' && whole ? rendered.text : undefined;
}

/** Reasons for which a part of a dosage is left out of its text although nothing is lost by that. */
const SAYS_NOTHING_MORE: readonly string[] = [
  'sender-text',
  'sequence',
  'false',
  'timing-code',
  'dose-type',
  'other-words',
  'zero-offset',
  'equal-maximum',
  'repeated',
  'empty',
];

/** The same reference or the same identifier; where they have neither in common, nobody knows, and it is not said. */
function samePatient(a: unknown, b: unknown): boolean {
  const [one, other] = [object(a), object(b)];
  const [idOne, idOther] = [object(one.identifier), object(other.identifier)];
  if (idOne.value !== undefined && idOther.value !== undefined && idOne.system === idOther.system) {
    return idOne.value === idOther.value;
  }
  const patients = new ReferenceIndex('Patient', []);
  const [keyOne, keyOther] = [one, other].map(({ reference }) => patients.resolve({ reference })?.key);
  return keyOne === undefined || keyOther === undefined || keyOne === keyOther;
}
