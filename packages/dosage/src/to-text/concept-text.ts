import type { Coding } from '../dosage.ts';
import { at, type Reading } from './reading.ts';
import { accountForUnread, isObject, type JsonObject } from './unread-elements.ts';

/** D-005: the words a sender wants shown for a SNOMED CT coding, on the Coding. */
const descriptionDisplayUrl = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-CodingSCTDescDisplay';

/** Identifies the same description by number; it holds no words. */
const descriptionIdUrl = 'http://hl7.org/fhir/StructureDefinition/coding-sctdescid';

/**
 * D-005: the words of a CodeableConcept. Its text; else those of the coding the user selected, or of the first: its
 * description display, else its display.
 *
 * Returns undefined where there is nothing to show, and then has recorded why: a refusal for a code without words.
 */
export function conceptText(reading: Reading, concept: unknown, path: string, index = -1): string | undefined {
  if (!isObject(concept)) return reading.refuse('FHIR', at(path, index), 'A CodeableConcept must be an object.');
  for (const name in concept) {
    if (name !== 'text' && name !== 'coding') accountForUnread(reading, path, index, name, concept[name]);
  }
  const coding = concept.coding;
  const text = words(concept.text);
  if (text === undefined && concept.text !== undefined && typeof concept.text !== 'string') {
    return reading.refuse('FHIR', `${at(path, index)}.text`, 'The text of a concept must be a string.');
  }
  if (coding === undefined) {
    if (text === undefined) reading.leaveOut('D-005', at(path, index), 'empty');
    return text;
  }
  if (!Array.isArray(coding)) {
    return reading.refuse('FHIR', `${at(path, index)}.coding`, 'The codings of a concept must be a list.');
  }
  return codedText(reading, coding, text, path, index);
}

function codedText(reading: Reading, codings: unknown[], text: string | undefined, path: string, index: number) {
  const chosen = choose(codings);
  let shown = text ?? (chosen < 0 ? undefined : codingWords(reading, codings[chosen]));
  let from = text === undefined ? chosen : -1;
  for (let i = 0; shown === undefined && i < codings.length; i++) {
    // Codings of one concept are translations of each other, so another's words serve when the chosen has none.
    shown = codingWords(reading, codings[i]);
    from = i;
  }
  let hasCode = false;
  for (let i = 0; i < codings.length; i++) {
    const coding: unknown = codings[i];
    if (!isObject(coding)) {
      return reading.refuse('FHIR', `${at(path, index)}.coding[${i}]`, 'A Coding must be an object.');
    }
    if (coding.code !== undefined) hasCode = true;
    accountForCoding(reading, coding, shown, path, index, i);
  }
  if (shown !== undefined) {
    if (text === undefined && from !== chosen) {
      reading.warn('D-005', at(path, index), 'The preferred coding has no words; those of another coding are shown.');
    }
    return shown;
  }
  if (hasCode) {
    return reading.refuse('D-005', at(path, index), 'The code has no words to show, so the text would leave it out.');
  }
  reading.leaveOut('D-005', at(path, index), 'empty');
  return undefined;
}

/** Index of the coding whose words are preferred, -1 where there is none. */
function choose(codings: unknown[]): number {
  if (codings.length > 1) {
    for (let i = 0; i < codings.length; i++) {
      const coding: unknown = codings[i];
      if (isObject(coding) && coding.userSelected === true) return i;
    }
  }
  return codings.length === 0 ? -1 : 0;
}

function codingWords(reading: Reading, coding: unknown): string | undefined {
  if (!isObject(coding)) return undefined;
  const display = (coding.extension === undefined ? undefined : descriptionDisplay(coding)) ?? words(coding.display);
  if (display !== undefined) return display;
  const lookUp = reading.options.termOf;
  return lookUp === undefined ? undefined : words(lookUp(coding as Coding));
}

function descriptionDisplay(coding: JsonObject): string | undefined {
  if (!Array.isArray(coding.extension)) return undefined;
  for (const extension of coding.extension) {
    if (isObject(extension) && extension.url === descriptionDisplayUrl) return words(extension.valueString);
  }
  return undefined;
}

/** Lists what a coding holds that the words shown do not say. */
function accountForCoding(
  reading: Reading,
  coding: JsonObject,
  shown: string | undefined,
  path: string,
  index: number,
  place: number,
): void {
  for (const name in coding) {
    switch (name) {
      case 'system':
      case 'code':
      case 'version':
      case 'userSelected':
        // They identify the concept, whose words are shown.
        break;
      case 'display':
        if (coding.display !== shown && words(coding.display) !== shown) {
          reading.leaveOut('D-005', `${at(path, index)}.coding[${place}].display`, 'other-words', coding.display);
        }
        break;
      case 'extension':
        accountForCodingExtensions(reading, coding, shown, `${at(path, index)}.coding[${place}]`);
        break;
      default:
        accountForUnread(reading, `${at(path, index)}.coding`, place, name, coding[name]);
    }
  }
}

function accountForCodingExtensions(reading: Reading, coding: JsonObject, shown: string | undefined, path: string) {
  if (!Array.isArray(coding.extension)) {
    accountForUnread(reading, path, -1, 'extension', coding.extension);
    return;
  }
  for (let i = 0; i < coding.extension.length; i++) {
    const extension: unknown = coding.extension[i];
    if (isObject(extension)) {
      if (extension.url === descriptionIdUrl) continue;
      if (extension.url === descriptionDisplayUrl) {
        if (words(extension.valueString) === shown) continue;
        reading.leaveOut('D-005', `${path}.extension[${i}]`, 'other-words', extension.valueString);
        continue;
      }
    }
    reading.leaveOut('FHIR', `${path}.extension[${i}]`, 'extension', isObject(extension) ? extension.url : undefined);
  }
}

/** A sender's words on one line: trimmed, line breaks and tabs as spaces, letter case kept; undefined where blank. */
export function words(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  if (trimmed === '') return undefined;
  for (let i = 0; i < trimmed.length; i++) {
    if (trimmed.charCodeAt(i) < 32)
      return trimmed.replace(/\s+/g, (space) => (space === ' ' || !/[\n\r\t]/.test(space) ? space : ' '));
  }
  return trimmed;
}
