import { randomBytes } from 'node:crypto';

/**
 * Logical ids and patient keys.
 *
 * A patient key is a random number below 2^45 that names a compartment: all that is stored of one patient. A
 * server-assigned id is `<key>-<time><random>` in Crockford's base 32 (lower case), so that a read by id goes straight
 * to the patient's rows, without a directory. Ids that a client chooses have no such prefix and are found through
 * `resource_location`.
 */
export type PatientKey = number;

/** The compartment of everything that belongs to no patient: organisations, practitioners, medications. */
export const SHARED: PatientKey = 0;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 10;
const SERVER_ID = /^([0-9a-hjkmnp-tv-z]{1,9})-[0-9a-hjkmnp-tv-z]{20}$/;

/** A new compartment's key: never {@link SHARED}. */
export function newPatientKey(): PatientKey {
  return (randomBytes(6).readUIntBE(0, 6) % (2 ** 45 - 1)) + 1;
}

/** A new logical id for a resource in a compartment; later ids of one process sort after earlier ones by time. */
export function newId(key: PatientKey, now: number = Date.now()): string {
  let random = '';
  for (const byte of randomBytes(RANDOM_CHARACTERS)) random += ALPHABET[byte & 31];
  return `${base32(key)}-${base32(now).padStart(TIME_CHARACTERS, '0')}${random}`;
}

/** The compartment that an id of our own making names, or undefined for an id chosen by a client. */
export function keyOfId(id: string): PatientKey | undefined {
  const prefix = SERVER_ID.exec(id)?.[1];
  if (prefix === undefined) return undefined;
  let key = 0;
  for (const character of prefix) key = key * 32 + ALPHABET.indexOf(character);
  return key;
}

function base32(value: number): string {
  let text = '';
  for (let rest = value; rest > 0 || text === ''; rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  return text;
}
