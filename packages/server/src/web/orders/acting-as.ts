import type { Reference } from 'fhir/r4';
import { isStorable } from '../../fhir/storable-text.ts';
import type { Choice } from './order-choices.ts';

/** Who somebody at the screen says that they are. It is what they say: there is no sign-in. */
export interface You {
  readonly name: string;
  readonly register: string;
  readonly number: string;
}

interface Register extends Choice {
  readonly system: string;
  readonly pattern: RegExp;
  readonly like: string;
}

/** Where professionals are registered, and what their numbers look like. */
export const REGISTERS: readonly Register[] = [
  {
    ...{ code: 'GMC', words: 'GMC (doctors)', system: 'https://fhir.hl7.org.uk/Id/gmc-number' },
    ...{ pattern: /^(\d{7}|[A-Z]\d{6})$/, like: '7 digits' },
  },
  {
    ...{ code: 'GPhC', words: 'GPhC (pharmacists, technicians)', system: 'https://fhir.hl7.org.uk/Id/gphc-number' },
    ...{ pattern: /^2\d{6}$/, like: '7 digits, the first a 2' },
  },
  {
    ...{ code: 'NMC', words: 'NMC (nurses, midwives)', system: 'https://fhir.hl7.org.uk/Id/nmc-number' },
    ...{ pattern: /^[0-9A-Z]{8}$/, like: '8 letters and digits' },
  },
  {
    ...{ code: 'HCPC', words: 'HCPC (other professions)', system: 'https://fhir.hl7.org.uk/Id/hcpc-number' },
    ...{ pattern: /^[A-Z]{2}\d{1,6}$/, like: '2 letters and up to 6 digits' },
  },
];

const COOKIE = 'concord-you';
const LONGEST_NAME = 100;
/** A working day: the next shift says anew who it is. */
const SECONDS = 12 * 60 * 60;

/** What is wrong with what was typed, by field. */
export function youFaults({ name, register, number }: You): { readonly field: string; readonly text: string }[] {
  const faults: { field: string; text: string }[] = [];
  if (name === '') faults.push({ field: 'you-name', text: 'Enter your name' });
  else if (name.length > LONGEST_NAME)
    faults.push({ field: 'you-name', text: 'Enter a name of at most 100 characters' });
  const known = REGISTERS.find(({ code }) => code === register);
  if (known === undefined) faults.push({ field: 'you-register', text: 'Choose where you are registered' });
  else if (!known.pattern.test(number)) {
    faults.push({ field: 'you-number', text: `Enter your ${known.code} number: ${known.like}` });
  }
  return faults;
}

/** The cookie that remembers who one says one is. */
export function youCookie({ name, register, number }: You): string {
  const value = encodeURIComponent(JSON.stringify([name, register, number]));
  return `${COOKIE}=${value}; Path=/; Max-Age=${SECONDS}; HttpOnly; SameSite=Strict`;
}

/** Who a request's cookie says that it is from; undefined where it says nothing that could be used. */
export function readYou(cookies: string | undefined): You | undefined {
  const pair = (cookies ?? '').split(/;\s*/).find((each) => each.startsWith(`${COOKIE}=`));
  if (pair === undefined) return undefined;
  try {
    const said: unknown = JSON.parse(decodeURIComponent(pair.slice(COOKIE.length + 1)));
    if (!Array.isArray(said) || said.length !== 3 || said.some((each) => typeof each !== 'string')) return undefined;
    const [name, register, number] = said as [string, string, string];
    const you = { name, register, number };
    return youFaults(you).length === 0 && isStorable(name) ? you : undefined;
  } catch {
    return undefined;
  }
}

/** The person as resources name them: by the number of their register. */
export function referenceTo({ name, register, number }: You): Reference {
  const system = REGISTERS.find(({ code }) => code === register)?.system;
  return { type: 'Practitioner', identifier: { ...(system && { system }), value: number }, display: name };
}
