import { compareDosageText, type Dosage, dosageToText, parseDoseSentence } from '@concord/dosage';
import type { FhirResource, MedicationAdministrationDosage } from 'fhir/r4';

/** One dose of a regimen as people are shown it. */
export interface ShownDose {
  /** How it follows the dose before it; undefined for the first, and where the record does not say. */
  readonly joined: 'then' | 'and' | undefined;
  /** What to read; undefined where there is neither text nor a structure from which text can safely be made. */
  readonly text: string | undefined;
  /** The sender's own words, or text made from the coded dose. */
  readonly from: 'sender' | 'coded' | 'nothing';
  /** The sender's words, where they say something else than the coded dose that is shown. */
  readonly sendersText?: string;
  /** The coded dose in words, where it cannot be told whether it says the same as the sender's words that are shown. */
  readonly codedText?: string;
  /** Why no text was made from the coded dose. */
  readonly refused?: string;
  /** What the patient was told beside it. */
  readonly patientInstruction?: string;
}

/** A resource's whole dosage. */
export interface ShownDosage {
  /** Empty where the resource has no dosage. */
  readonly doses: readonly ShownDose[];
  /** Several doses, and nothing says in which order or whether together. */
  readonly orderUnknown: boolean;
}

/**
 * What to show as the dosage of a medication resource. The sender's text where it says the same as the coded dose, or
 * cannot be compared with it; the coded dose in words where there is no text, or where the two differ, with the
 * sender's words beside it.
 * @param resource a MedicationRequest, Dispense, Statement or Administration; anything else has no dosage
 */
export function shownDosage(resource: FhirResource): ShownDosage {
  const dosages = dosagesOf(resource);
  const sequences = dosages.map((each) => sequenceOf(each));
  const orderUnknown = dosages.length > 1 && sequences.includes(undefined);
  const order = dosages.map((_, i) => i);
  if (!orderUnknown) order.sort((a, b) => (sequences[a] ?? 0) - (sequences[b] ?? 0));
  const isGiven = resource.resourceType === 'MedicationAdministration';
  const doses = order.map((at, i) => {
    const before = order[i - 1];
    const joined =
      before === undefined || orderUnknown ? undefined : sequences[before] === sequences[at] ? 'and' : 'then';
    return shownDose(dosages[at] as Dosage, joined, isGiven);
  });
  return { doses, orderUnknown };
}

function shownDose(dosage: Dosage, joined: ShownDose['joined'], isGiven: boolean): ShownDose {
  const told = words(dosage.patientInstruction);
  const common = { joined, ...(told === undefined ? {} : { patientInstruction: told }) };
  const text = words(dosage.text);
  if (text === undefined) {
    const rendered = dosageToText(dosage);
    if (rendered.outcome === 'text') return { ...common, text: rendered.text, from: 'coded' };
    return { ...common, text: undefined, from: 'nothing', refused: reasons(rendered.refusals) };
  }
  const compared = compareDosageText(dosage, { readSentence });
  switch (compared.outcome) {
    case 'same':
      return { ...common, text, from: 'sender' };
    case 'differs':
      // What was given has no timing in its coded dose, which is in the event's own dates: words may say more.
      if (isGiven && compared.differences.every((each) => each.kind === 'only-in-text')) {
        return { ...common, text, from: 'sender' };
      }
      return { ...common, text: compared.rendered, from: 'coded', sendersText: text };
    case 'cannot-tell':
      return {
        ...common,
        text,
        from: 'sender',
        ...(compared.reason === 'other-words' && compared.rendered ? { codedText: compared.rendered } : {}),
        ...(compared.reason === 'refused' ? { refused: reasons(compared.refusals) } : {}),
      };
  }
}

/** A sentence's dosage where it was read wholly, as one dose. */
function readSentence(text: string): Dosage | undefined {
  const read = parseDoseSentence(text);
  return read.outcome === 'read' && read.dosage.length === 1 ? read.dosage[0] : undefined;
}

function dosagesOf(resource: FhirResource): readonly Dosage[] {
  switch (resource.resourceType) {
    case 'MedicationRequest':
    case 'MedicationDispense':
      return list(resource.dosageInstruction);
    case 'MedicationStatement':
      return list(resource.dosage);
    case 'MedicationAdministration':
      return list(resource.dosage === undefined ? [] : [administered(resource.dosage)]);
    default:
      return [];
  }
}

/** What was given once, in the shape of an instruction. */
function administered(given: MedicationAdministrationDosage): Dosage {
  const { text, site, route, method, dose, rateRatio, rateQuantity } = given;
  const doseAndRate = {
    ...(dose === undefined ? {} : { doseQuantity: dose }),
    ...(rateRatio === undefined ? {} : { rateRatio }),
    ...(rateQuantity === undefined ? {} : { rateQuantity }),
  };
  return {
    ...(text === undefined ? {} : { text }),
    ...(site === undefined ? {} : { site }),
    ...(route === undefined ? {} : { route }),
    ...(method === undefined ? {} : { method }),
    ...(Object.keys(doseAndRate).length === 0 ? {} : { doseAndRate: [doseAndRate] }),
  } as Dosage;
}

function list(dosages: unknown): readonly Dosage[] {
  return (Array.isArray(dosages) ? dosages : []).filter((each) => typeof each === 'object' && each !== null);
}

function sequenceOf({ sequence }: Dosage): number | undefined {
  return typeof sequence === 'number' ? sequence : undefined;
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function reasons(refusals: readonly { message: string }[]): string {
  return refusals.map((each) => each.message).join(' ');
}
