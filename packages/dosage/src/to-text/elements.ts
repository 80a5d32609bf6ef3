import type { Reading } from './reading.ts';
import { accountForUnread, type JsonObject } from './unread-elements.ts';

/**
 * The elements the renderer reads, taken from an object in one pass over the names it has; any other name is accounted
 * for on the way. One pass, since asking a Dosage for each of the names it might have costs more than making the text.
 */

/** A Dosage, the STU3 dose and rate included. */
export interface DosageElements {
  sequence: unknown;
  text: unknown;
  additionalInstruction: unknown;
  patientInstruction: unknown;
  timing: unknown;
  asNeededBoolean: unknown;
  asNeededCodeableConcept: unknown;
  site: unknown;
  route: unknown;
  method: unknown;
  doseAndRate: unknown;
  maxDosePerPeriod: unknown;
  maxDosePerAdministration: unknown;
  maxDosePerLifetime: unknown;
  doseQuantity: unknown;
  doseRange: unknown;
  rateRatio: unknown;
  rateRange: unknown;
  rateQuantity: unknown;
}

/** A `timing.repeat`. */
export interface RepeatElements {
  boundsDuration: unknown;
  boundsRange: unknown;
  boundsPeriod: unknown;
  count: unknown;
  countMax: unknown;
  duration: unknown;
  durationMax: unknown;
  durationUnit: unknown;
  frequency: unknown;
  frequencyMax: unknown;
  period: unknown;
  periodMax: unknown;
  periodUnit: unknown;
  dayOfWeek: unknown;
  timeOfDay: unknown;
  when: unknown;
  offset: unknown;
}

/** An item of `doseAndRate`. */
export interface DoseAndRateElements {
  type: unknown;
  doseQuantity: unknown;
  doseRange: unknown;
  rateRatio: unknown;
  rateRange: unknown;
  rateQuantity: unknown;
}

/** A Quantity. */
export interface QuantityElements {
  value: unknown;
  comparator: unknown;
  unit: unknown;
  system: unknown;
  code: unknown;
}

/** A Dosage, the STU3 dose and rate included. */
export function dosageElements(reading: Reading, from: JsonObject): DosageElements {
  const elements: DosageElements = {
    sequence: undefined,
    text: undefined,
    additionalInstruction: undefined,
    patientInstruction: undefined,
    timing: undefined,
    asNeededBoolean: undefined,
    asNeededCodeableConcept: undefined,
    site: undefined,
    route: undefined,
    method: undefined,
    doseAndRate: undefined,
    maxDosePerPeriod: undefined,
    maxDosePerAdministration: undefined,
    maxDosePerLifetime: undefined,
    doseQuantity: undefined,
    doseRange: undefined,
    rateRatio: undefined,
    rateRange: undefined,
    rateQuantity: undefined,
  };
  for (const name in from) {
    switch (name) {
      case 'sequence':
        elements.sequence = from[name];
        break;
      case 'text':
        elements.text = from[name];
        break;
      case 'additionalInstruction':
        elements.additionalInstruction = from[name];
        break;
      case 'patientInstruction':
        elements.patientInstruction = from[name];
        break;
      case 'timing':
        elements.timing = from[name];
        break;
      case 'asNeededBoolean':
        elements.asNeededBoolean = from[name];
        break;
      case 'asNeededCodeableConcept':
        elements.asNeededCodeableConcept = from[name];
        break;
      case 'site':
        elements.site = from[name];
        break;
      case 'route':
        elements.route = from[name];
        break;
      case 'method':
        elements.method = from[name];
        break;
      case 'doseAndRate':
        elements.doseAndRate = from[name];
        break;
      case 'maxDosePerPeriod':
        elements.maxDosePerPeriod = from[name];
        break;
      case 'maxDosePerAdministration':
        elements.maxDosePerAdministration = from[name];
        break;
      case 'maxDosePerLifetime':
        elements.maxDosePerLifetime = from[name];
        break;
      case 'doseQuantity':
        elements.doseQuantity = from[name];
        break;
      case 'doseRange':
        elements.doseRange = from[name];
        break;
      case 'rateRatio':
        elements.rateRatio = from[name];
        break;
      case 'rateRange':
        elements.rateRange = from[name];
        break;
      case 'rateQuantity':
        elements.rateQuantity = from[name];
        break;
      default:
        accountForUnread(reading, '', -1, name, from[name]);
    }
  }
  return elements;
}

/** A `timing.repeat`. */
export function repeatElements(reading: Reading, from: JsonObject): RepeatElements {
  const elements: RepeatElements = {
    boundsDuration: undefined,
    boundsRange: undefined,
    boundsPeriod: undefined,
    count: undefined,
    countMax: undefined,
    duration: undefined,
    durationMax: undefined,
    durationUnit: undefined,
    frequency: undefined,
    frequencyMax: undefined,
    period: undefined,
    periodMax: undefined,
    periodUnit: undefined,
    dayOfWeek: undefined,
    timeOfDay: undefined,
    when: undefined,
    offset: undefined,
  };
  for (const name in from) {
    switch (name) {
      case 'boundsDuration':
        elements.boundsDuration = from[name];
        break;
      case 'boundsRange':
        elements.boundsRange = from[name];
        break;
      case 'boundsPeriod':
        elements.boundsPeriod = from[name];
        break;
      case 'count':
        elements.count = from[name];
        break;
      case 'countMax':
        elements.countMax = from[name];
        break;
      case 'duration':
        elements.duration = from[name];
        break;
      case 'durationMax':
        elements.durationMax = from[name];
        break;
      case 'durationUnit':
        elements.durationUnit = from[name];
        break;
      case 'frequency':
        elements.frequency = from[name];
        break;
      case 'frequencyMax':
        elements.frequencyMax = from[name];
        break;
      case 'period':
        elements.period = from[name];
        break;
      case 'periodMax':
        elements.periodMax = from[name];
        break;
      case 'periodUnit':
        elements.periodUnit = from[name];
        break;
      case 'dayOfWeek':
        elements.dayOfWeek = from[name];
        break;
      case 'timeOfDay':
        elements.timeOfDay = from[name];
        break;
      case 'when':
        elements.when = from[name];
        break;
      case 'offset':
        elements.offset = from[name];
        break;
      default:
        accountForUnread(reading, 'timing.repeat', -1, name, from[name]);
    }
  }
  return elements;
}

/** An item of `doseAndRate`. */
export function doseAndRateElements(reading: Reading, from: JsonObject, path: string): DoseAndRateElements {
  const elements: DoseAndRateElements = {
    type: undefined,
    doseQuantity: undefined,
    doseRange: undefined,
    rateRatio: undefined,
    rateRange: undefined,
    rateQuantity: undefined,
  };
  for (const name in from) {
    switch (name) {
      case 'type':
        elements.type = from[name];
        break;
      case 'doseQuantity':
        elements.doseQuantity = from[name];
        break;
      case 'doseRange':
        elements.doseRange = from[name];
        break;
      case 'rateRatio':
        elements.rateRatio = from[name];
        break;
      case 'rateRange':
        elements.rateRange = from[name];
        break;
      case 'rateQuantity':
        elements.rateQuantity = from[name];
        break;
      default:
        accountForUnread(reading, path, -1, name, from[name]);
    }
  }
  return elements;
}

/** A Quantity. */
export function quantityElements(reading: Reading, from: JsonObject, path: string): QuantityElements {
  const elements: QuantityElements = {
    value: undefined,
    comparator: undefined,
    unit: undefined,
    system: undefined,
    code: undefined,
  };
  for (const name in from) {
    switch (name) {
      case 'value':
        elements.value = from[name];
        break;
      case 'comparator':
        elements.comparator = from[name];
        break;
      case 'unit':
        elements.unit = from[name];
        break;
      case 'system':
        elements.system = from[name];
        break;
      case 'code':
        elements.code = from[name];
        break;
      default:
        accountForUnread(reading, path, -1, name, from[name]);
    }
  }
  return elements;
}
