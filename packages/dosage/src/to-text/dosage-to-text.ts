import type { Dosage } from '../dosage.ts';
import { fill } from '../words/compiled-words.ts';
import { conceptText, words } from './concept-text.ts';
import { type DosageParts, type DosageText, dosageTextAlgorithm } from './dosage-text.ts';
import { doseAndRateText } from './dose-and-rate-text.ts';
import { type DosageElements, dosageElements, repeatElements } from './elements.ts';
import { frequencyText } from './frequency-text.ts';
import { maximumPerPeriodText, maximumText } from './maximum-dose-text.ts';
import { type DosageTextOptions, Reading, type ReadingOptions, readingOptions } from './reading.ts';
import {
  andList,
  boundsText,
  countOfDosesText,
  dayOfWeekText,
  durationText,
  eventText,
  timeOfDayListText,
  whenText,
} from './timing-text.ts';
import { accountForUnread, isEmpty, isObject, type JsonObject } from './unread-elements.ts';

/**
 * The text of one R4 or STU3 Dosage by the UK dose-to-text rules (D-001 on), such as
 * `2 tablet - 4 times a day - oral - for 7 days`; or a refusal that says which element is unsafe, contradictory or not
 * understood, and by which rule.
 *
 * Total: it takes any value, never throws, never guesses, and accounts for every element that is present: in the text,
 * in `notRendered`, or in a refusal. Medicine name, indication and patient instruction are not part of the text.
 */
export function dosageToText(dosage: Dosage, options?: DosageTextOptions): DosageText {
  return readDosage(dosage, readingOptions(options), false);
}

/** As `dosageToText`; `ordered` when the sequence is expressed by how several Dosages are joined. */
export function readDosage(dosage: unknown, options: ReadingOptions, ordered: boolean): DosageText {
  const reading = new Reading(options);
  const parts: DosageParts = {
    method: undefined,
    dose: undefined,
    rate: undefined,
    duration: undefined,
    frequency: undefined,
    when: undefined,
    dayOfWeek: undefined,
    timeOfDay: undefined,
    route: undefined,
    site: undefined,
    asNeeded: undefined,
    bounds: undefined,
    count: undefined,
    event: undefined,
    maxDosePerPeriod: undefined,
    maxDosePerAdministration: undefined,
    maxDosePerLifetime: undefined,
    additionalInstruction: undefined,
  };
  if (!isObject(dosage)) {
    reading.refuse('FHIR', '', 'A Dosage must be an object.');
    return refused(reading);
  }
  const elements = dosageElements(reading, dosage);
  readParts(reading, elements, parts);
  const { sequence, patientInstruction, text: senderText } = elements;
  if (sequence !== undefined && !ordered) reading.leaveOut('D-003', 'sequence', 'sequence', sequence);
  if (patientInstruction !== undefined) {
    reading.leaveOut('D-003', 'patientInstruction', 'patient-instruction', patientInstruction);
  }
  const text = joinParts(parts, reading);
  if (text === '') return withoutStructure(reading, senderText, parts);
  if (senderText !== undefined) reading.leaveOut('D-006', 'text', 'sender-text', senderText);
  return reading.refusals.length > 0 ? refused(reading) : rendered(reading, text, 'structure', parts);
}

/** D-006: the sender's own text, where nothing in the Dosage can be rendered. */
function withoutStructure(reading: Reading, text: unknown, parts: DosageParts): DosageText {
  if (typeof text === 'string' && text.trim() !== '') {
    if (reading.refusals.length === 0) return rendered(reading, text, 'sender-text', parts);
    reading.leaveOut('D-006', 'text', 'sender-text', text);
    return refused(reading);
  }
  if (text !== undefined) reading.leaveOut('D-006', 'text', 'empty');
  if (reading.refusals.length === 0)
    reading.refuse('D-006', '', 'There is nothing in the Dosage that can be put in words.');
  return refused(reading);
}

function readParts(reading: Reading, dosage: DosageElements, parts: DosageParts): void {
  const { compiled } = reading;
  if (dosage.method !== undefined) parts.method = conceptText(reading, dosage.method, 'method');
  const { dose, rate } = doseAndRateText(reading, dosage);
  parts.dose = dose;
  parts.rate = rate;
  if (dosage.timing !== undefined) readTiming(reading, dosage.timing, parts);
  if (dosage.route !== undefined) parts.route = conceptText(reading, dosage.route, 'route');
  if (dosage.site !== undefined) parts.site = conceptText(reading, dosage.site, 'site');
  parts.asNeeded = asNeededText(reading, dosage);
  parts.maxDosePerPeriod = maximumPerPeriodText(reading, dosage.maxDosePerPeriod);
  parts.maxDosePerAdministration = maximumText(
    reading,
    dosage.maxDosePerAdministration,
    'maxDosePerAdministration',
    compiled.maximumPerDose,
  );
  parts.maxDosePerLifetime = maximumText(
    reading,
    dosage.maxDosePerLifetime,
    'maxDosePerLifetime',
    compiled.maximumPerLifetime,
  );
  if (dosage.additionalInstruction !== undefined) {
    parts.additionalInstruction = additionalInstructionText(reading, dosage.additionalInstruction);
  }
}

function readTiming(reading: Reading, timing: unknown, parts: DosageParts): void {
  if (!isObject(timing)) {
    reading.refuse('FHIR', 'timing', 'A Timing must be an object.');
    return;
  }
  for (const name in timing) {
    if (name !== 'event' && name !== 'repeat' && name !== 'code') {
      accountForUnread(reading, 'timing', -1, name, timing[name]);
    }
  }
  if (isEmpty(timing)) reading.leaveOut('FHIR', 'timing', 'empty');
  if (timing.repeat !== undefined) readRepeat(reading, timing.repeat, parts);
  parts.event = eventText(reading, timing);
  if (timing.code !== undefined) readTimingCode(reading, timing, parts);
}

function readRepeat(reading: Reading, repeat: unknown, parts: DosageParts): void {
  if (!isObject(repeat)) {
    reading.refuse('FHIR', 'timing.repeat', 'timing.repeat must be an object.');
    return;
  }
  const elements = repeatElements(reading, repeat);
  if (isEmpty(repeat)) reading.leaveOut('FHIR', 'timing.repeat', 'empty');
  parts.duration = durationText(reading, elements);
  parts.frequency = frequencyText(reading, elements);
  parts.when = whenText(reading, elements);
  parts.dayOfWeek = dayOfWeekText(reading, elements);
  parts.timeOfDay = timeOfDayListText(reading, elements);
  parts.bounds = boundsText(reading, elements);
  parts.count = countOfDosesText(reading, elements);
}

/**
 * D-071: a timing code stands for what the structure would say. It is words for the frequency where the structure says
 * nothing but bounds, which FHIR allows beside a code; otherwise it is listed.
 */
function readTimingCode(reading: Reading, timing: JsonObject, parts: DosageParts): void {
  const structured =
    parts.event !== undefined ||
    parts.duration !== undefined ||
    parts.frequency !== undefined ||
    parts.when !== undefined ||
    parts.dayOfWeek !== undefined ||
    parts.timeOfDay !== undefined ||
    parts.count !== undefined;
  if (!structured) {
    parts.frequency = conceptText(reading, timing.code, 'timing.code');
    return;
  }
  const { code } = timing;
  const coding: unknown = isObject(code) && Array.isArray(code.coding) ? code.coding[0] : undefined;
  const shown = isObject(code)
    ? (words(code.text) ?? (isObject(coding) ? (coding.display ?? coding.code) : undefined))
    : undefined;
  reading.leaveOut('D-071', 'timing.code', 'timing-code', shown);
}

/** D-057, D-058. */
function asNeededText(reading: Reading, dosage: DosageElements): string | undefined {
  const { asNeededBoolean, asNeededCodeableConcept } = dosage;
  if (asNeededBoolean === undefined && asNeededCodeableConcept === undefined) return undefined;
  if (asNeededBoolean !== undefined && typeof asNeededBoolean !== 'boolean') {
    return reading.refuse('FHIR', 'asNeededBoolean', 'asNeededBoolean must be true or false.');
  }
  if (asNeededCodeableConcept === undefined) {
    if (asNeededBoolean === true) return reading.compiled.words.asRequired;
    reading.leaveOut('D-057', 'asNeededBoolean', 'false', false);
    return undefined;
  }
  if (asNeededBoolean === false) {
    return reading.refuse('FHIR', 'asNeededBoolean', 'It says not as needed, and a reason for which it is needed.');
  }
  const reason = conceptText(reading, asNeededCodeableConcept, 'asNeededCodeableConcept');
  if (reason !== undefined) {
    if (asNeededBoolean === true) reading.leaveOut('D-058', 'asNeededBoolean', 'repeated', true);
    return fill(reading.compiled.asRequiredFor, reason);
  }
  return asNeededBoolean === true ? reading.compiled.words.asRequired : undefined;
}

/** D-070: `a, b and c`. */
function additionalInstructionText(reading: Reading, value: unknown): string | undefined {
  if (!Array.isArray(value)) {
    return reading.refuse('FHIR', 'additionalInstruction', 'additionalInstruction must be a list.');
  }
  if (value.length === 0) reading.leaveOut('FHIR', 'additionalInstruction', 'empty');
  const texts: string[] = [];
  for (let i = 0; i < value.length; i++) {
    const text = conceptText(reading, value[i], 'additionalInstruction', i);
    if (text !== undefined) texts.push(text);
  }
  return texts.length === 0 ? undefined : andList(reading, texts);
}

/**
 * D-003, D-004: the parts in their order. Each by name, since looking eighteen names up in a loop takes as long as all
 * the rest; a property holds this to `partNames`.
 */
function joinParts(parts: DosageParts, reading: Reading): string {
  const { componentSeparator: apart, closeSeparator: close } = reading.compiled.words;
  let text = parts.dose ?? '';
  text = add(text, apart, parts.rate);
  text = add(text, apart, parts.duration);
  text = add(text, apart, parts.frequency);
  text = add(text, apart, parts.when);
  text = add(text, apart, parts.dayOfWeek);
  text = add(text, parts.dayOfWeek === undefined ? apart : close, parts.timeOfDay);
  text = add(text, apart, parts.route);
  text = add(text, apart, parts.site);
  text = add(text, apart, parts.asNeeded);
  text = add(text, apart, parts.bounds);
  text = add(text, apart, parts.count);
  text = add(text, apart, parts.event);
  text = add(text, apart, parts.maxDosePerPeriod);
  text = add(text, apart, parts.maxDosePerAdministration);
  text = add(text, apart, parts.maxDosePerLifetime);
  text = add(text, apart, parts.additionalInstruction);
  if (parts.method === undefined) return text;
  return text === '' ? parts.method : parts.method + close + text;
}

function add(text: string, separator: string, part: string | undefined): string {
  if (part === undefined) return text;
  return text === '' ? part : text + separator + part;
}

function rendered(reading: Reading, text: string, source: 'structure' | 'sender-text', parts: DosageParts): DosageText {
  const { warnings, notRendered } = reading;
  return { outcome: 'text', text, source, parts, algorithm: dosageTextAlgorithm, warnings, notRendered };
}

function refused(reading: Reading): DosageText {
  const { refusals, warnings, notRendered } = reading;
  return { outcome: 'refused', refusals, algorithm: dosageTextAlgorithm, warnings, notRendered };
}
