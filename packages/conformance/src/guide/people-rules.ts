import { isPatientSystem, patientSystems } from '../identity/systems.ts';
import { children, has, text } from '../invariants/reading.ts';
import { identified } from '../rules/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

const layer = 'guide';
const patient = ['Patient'];
const practitioner = ['Practitioner'];
const extension = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore';
const verification = `${extension}-NHSNumberVerificationStatus`;
const unavailable = `${extension}-NHSNumberUnavailableReason`;

const hasExtension = (node: JsonObject | undefined, url: string) =>
  children(node, 'extension').some((each) => text(each, 'url') === url);

const verified = (identifier: JsonObject | undefined) =>
  children(identifier, 'extension').some(
    (each) => text(each, 'url') === verification && JSON.stringify(each).includes('"code":"01"'),
  );

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** The places of names whose text is not prefix, given and family joined. */
function misjoined(node: JsonObject): string[] {
  return children(node, 'name').flatMap((name, i) => {
    const whole = text(name, 'text');
    const family = text(name, 'family');
    if (!name || whole === undefined || family === undefined) return [];
    const joined = [...strings(name.prefix), ...strings(name.given), family, ...strings(name.suffix)].join(' ');
    const bare = [...strings(name.given), family].join(' ');
    return [joined, bare].includes(whole.trim()) ? [] : [`.name[${i}].text`];
  });
}

/** Prefixes that say a gender. */
const prefixGenders: Readonly<Record<string, string>> = { mr: 'male', mrs: 'female', miss: 'female', ms: 'female' };

/** The rules for a Patient and for those who care. */
export const peopleRules: readonly Rule[] = [
  {
    ...{ id: 'R-192', on: patient, layer, severity: 'warning', code: 'business-rule' },
    says: 'The NHS number is not said to be verified (01): trace the patient before relying on it.',
    holds: (node) =>
      children(node, 'identifier').flatMap((identifier, i) =>
        text(identifier, 'system') === patientSystems.nhsNumber && !verified(identifier) ? [`.identifier[${i}]`] : [],
      ),
  },
  {
    ...{ id: 'R-193', on: patient, layer, severity: 'warning', code: 'required', at: 'identifier' },
    says: 'No national patient number, no reason why it is not available, and no local number: whose record is this?',
    holds: (node) =>
      children(node, 'identifier').some((identifier) => isPatientSystem(text(identifier, 'system'))) ||
      identified(node) ||
      hasExtension(node, unavailable),
  },
  {
    ...{ id: 'R-194a', on: patient, layer, severity: 'error', code: 'required', at: 'name' },
    says: 'No name: send the official one.',
    holds: (node) => has(node, 'name'),
  },
  {
    ...{ id: 'R-194b', on: patient, layer, severity: 'warning', code: 'required', at: 'name' },
    says: 'No name is marked official (or usual): say which one to address the patient by.',
    holds: (node) =>
      !has(node, 'name') ||
      children(node, 'name').some((name) => ['official', 'usual'].includes(text(name, 'use') ?? '')),
  },
  {
    ...{ id: 'R-194c', on: patient, layer, severity: 'warning', code: 'conflict' },
    says: 'The name as text is not its parts joined by one blank: correct one of them.',
    holds: misjoined,
  },
  {
    ...{ id: 'R-195', on: patient, layer, severity: 'error', code: 'required' },
    says: 'A patient needs gender and birthDate: people are told apart by them.',
    holds: (node) => ['gender', 'birthDate'].filter((name) => !has(node, name)).map((name) => `.${name}`),
  },
  {
    ...{ id: 'R-197', on: patient, layer, severity: 'warning', code: 'conflict', at: 'gender' },
    says: 'The prefix of the name and the gender do not go together: is this the right patient?',
    holds: (node) => {
      const gender = text(node, 'gender');
      if (gender !== 'male' && gender !== 'female') return true;
      const prefixes = children(node, 'name').flatMap((name) => strings(name?.prefix));
      return prefixes.every(
        (prefix) => (rowOf(prefixGenders, prefix.toLowerCase().replace('.', '')) ?? gender) === gender,
      );
    },
  },
  {
    ...{ id: 'R-205', on: practitioner, layer, code: 'required', at: 'identifier' },
    severity: { hospital: 'error', gp: 'warning', any: 'warning' },
    says: 'No identifier: send the professional number (GMC, GPhC, NMC, HCPC) or the SDS user id.',
    holds: identified,
  },
  {
    ...{ id: 'R-207', on: practitioner, layer, severity: 'warning', code: 'business-rule' },
    says: 'A professional number as the code of a qualification: send it as an identifier.',
    holds: (node) =>
      children(node, 'qualification').flatMap((qualification, i) => {
        const code = qualification?.code;
        const codings = typeof code === 'object' && code !== null ? children(code as JsonObject, 'coding') : [];
        return codings.some((coding) => text(coding, 'system')?.includes('/Id/')) ? [`.qualification[${i}].code`] : [];
      }),
  },
  {
    ...{ id: 'R-208a', on: practitioner, layer, severity: 'error', code: 'required', at: 'name' },
    says: 'No name: send the name to show.',
    holds: (node) => has(node, 'name'),
  },
  {
    ...{ id: 'R-208b', on: practitioner, layer, severity: 'warning', code: 'conflict' },
    says: 'The name as text is not its parts joined by one blank: correct one of them.',
    holds: misjoined,
  },
];
