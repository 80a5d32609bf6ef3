import { at, type Reading } from './reading.ts';

/** Any JSON object, read by name. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object holds nothing, or nothing but its id. */
export function isEmpty(value: JsonObject): boolean {
  for (const name in value) {
    if (name !== 'id') return false;
  }
  return true;
}

/**
 * Accounts for an element that no part of the renderer reads, so that nothing is left out silently: a modifier
 * extension is refused, every other is listed with its reason.
 */
export function accountForUnread(reading: Reading, path: string, index: number, name: string, value: unknown): void {
  if (value === undefined || name === 'id') return;
  const parent = at(path, index);
  const own = `${parent === '' ? '' : `${parent}.`}${identifier(name)}`;
  if (name === 'modifierExtension') {
    if (Array.isArray(value) && value.length === 0) return;
    reading.refuse('FHIR', own, 'A modifier extension may change the meaning of everything beside it.');
  } else if (name === 'extension') {
    accountForExtensions(reading, own, value);
  } else if (name.startsWith('_')) {
    // FHIRPath names a primitive and its extensions by the same element.
    reading.leaveOut('FHIR', `${parent === '' ? '' : `${parent}.`}${identifier(name.slice(1))}`, 'extension');
  } else {
    reading.leaveOut('FHIR', own, 'unknown-element', value);
    reading.warn('FHIR', own, `"${name}" is not an element of FHIR R4 or STU3 here, and its meaning is not known.`);
  }
}

/** A name as FHIRPath writes it: between backticks where it is no plain identifier. */
function identifier(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function accountForExtensions(reading: Reading, path: string, value: unknown): void {
  if (!Array.isArray(value)) {
    reading.leaveOut('FHIR', path, 'extension');
    return;
  }
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    reading.leaveOut('FHIR', at(path, i), 'extension', isObject(item) ? item.url : undefined);
  }
}
