import { isSctid } from '@concord/dmd';
import { has, text } from '../invariants/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { hasModulus11Digit } from './check-digit.ts';
import { isPatientSystem, patientSystems } from './systems.ts';

/** How the values of one identifier system look. */
interface IdentifierFormat {
  readonly rule: string;
  readonly systems: readonly string[];
  readonly severity: 'error' | 'warning';
  readonly valid: (value: string) => boolean;
  readonly says: string;
}

const { nhsNumber, chiNumber, healthAndCareNumber, healthAndCareNumberHscni } = patientSystems;
const ukId = 'https://fhir.hl7.org.uk/Id';
const like = (pattern: RegExp) => (value: string) => pattern.test(value);

/** Day and month of birth lead a CHI number. */
function isChi(value: string): boolean {
  const day = Number(value.slice(0, 2));
  const month = Number(value.slice(2, 4));
  return hasModulus11Digit(value) && day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/** The identifier systems whose values can be checked by themselves. */
const identifierFormats: readonly IdentifierFormat[] = [
  {
    rule: 'R-190',
    systems: [nhsNumber],
    severity: 'error',
    valid: hasModulus11Digit,
    says: 'Not an NHS number: it has ten digits without spaces, the last a check digit. Look for a mistyped digit.',
  },
  {
    rule: 'ID-chi',
    systems: [chiNumber],
    severity: 'error',
    valid: isChi,
    says: 'Not a CHI number: ten digits, date of birth first (DDMMYY), the last a check digit. Look for a mistyped digit.',
  },
  {
    rule: 'ID-hcn',
    systems: [healthAndCareNumber, healthAndCareNumberHscni],
    severity: 'error',
    valid: (value) => value.startsWith('3') && hasModulus11Digit(value),
    says: 'Not a Health and Care number: ten digits from 3200000010 on, the last a check digit. Look for a mistyped digit.',
  },
  {
    rule: 'R-209a',
    systems: ['https://fhir.nhs.uk/Id/ods-organization-code', 'https://fhir.nhs.uk/Id/ods-site-code'],
    severity: 'warning',
    valid: like(/^[A-Z0-9]{3,12}$/),
    says: 'Not an ODS code: capital letters and digits only, at least three.',
  },
  {
    rule: 'R-206-gmc',
    systems: [`${ukId}/gmc-number`],
    severity: 'warning',
    valid: like(/^(C?\d{7}|L\d{6})$/),
    says: 'Not a GMC reference number: seven digits (or L and six).',
  },
  {
    rule: 'R-206-nmc',
    systems: [`${ukId}/nmc-number`],
    severity: 'warning',
    valid: like(/^\d{2}[A-L]\d{4}[A-Z]$/),
    says: 'Not an NMC PIN: two digits, a letter A to L, four digits, a letter.',
  },
  {
    rule: 'R-206-gphc',
    systems: [`${ukId}/gphc-number`],
    severity: 'warning',
    valid: like(/^2\d{6}$/),
    says: 'Not a GPhC registration number: seven digits that begin with 2.',
  },
  {
    rule: 'R-206-hcpc',
    systems: [`${ukId}/hcpc-number`],
    severity: 'warning',
    valid: like(/^[A-Z]{2}\d{1,6}$/),
    says: 'Not an HCPC registration number: two letters and up to six digits.',
  },
  {
    rule: 'R-206-gmp',
    systems: [`${ukId}/gmp-number`],
    severity: 'warning',
    valid: like(/^G\d{7}$/),
    says: 'Not a GMP number: G and seven digits.',
  },
  {
    rule: 'ID-sds-user',
    systems: ['https://fhir.nhs.uk/Id/sds-user-id', 'https://fhir.nhs.uk/Id/sds-role-profile-id'],
    severity: 'warning',
    valid: like(/^\d{12}$/),
    says: 'Not an SDS id: twelve digits.',
  },
];

const known = identifierFormats.flatMap(({ systems }) => systems);
const knownSystems = new Set(known);

const registers = known.filter((each) => each.startsWith(ukId)).map((each) => each.slice(ukId.length + 1));

/** Names that systems went by, or that are taken for them, and the one meant. */
const otherNames: Readonly<Record<string, string>> = {
  'https://fhir.nhs.uk/id/ods-organisation-code': 'https://fhir.nhs.uk/Id/ods-organization-code',
  'https://fhir.nhs.net/id/nhs-number': nhsNumber,
  'urn:oid:2.16.840.1.113883.2.1.4.1': nhsNumber,
  [`${ukId.toLowerCase()}/gpc-number`]: `${ukId}/gphc-number`,
};

/** The system that a spelling of one means; undefined where it is right, or means none of these. */
function meantBy(system: string): string | undefined {
  if (knownSystems.has(system) || system.length > 128 || !/^(https?:\/\/fhir\.|urn:oid:)/i.test(system))
    return undefined;
  const plain = system
    .toLowerCase()
    .replace(/^http:/, 'https:')
    .replace(/\/$/, '');
  return rowOf(otherNames, plain) ?? known.find((each) => each.toLowerCase() === plain);
}

/** The systems whose identifiers UK Core requires to have a value. */
const valued: Readonly<Record<string, readonly string[]>> = {
  Patient: [nhsNumber],
  Organization: ['https://fhir.nhs.uk/Id/ods-organization-code', 'https://fhir.nhs.uk/Id/ods-site-code'],
};

const sct = 'http://snomed.info/sct';
const layer = 'identity';

function identifierRule({ rule, systems, severity, valid, says }: IdentifierFormat): Rule {
  return {
    ...{ id: rule, on: ['Identifier'], layer, severity, code: 'value', at: 'value', says },
    holds: (node) => {
      const value = text(node, 'value');
      return value === undefined || !systems.includes(text(node, 'system') ?? '') || valid(value);
    },
  };
}

function isMalformed(node: JsonObject): boolean {
  const code = text(node, 'code');
  return text(node, 'system') === sct && code !== undefined && !isSctid(code);
}

/** The rules for identifiers and for the ids that SNOMED CT gives. */
export const identityRules: readonly Rule[] = [
  ...identifierFormats.map(identifierRule),
  {
    ...{ id: 'R-209b', on: ['Identifier'], layer, severity: 'warning', code: 'value', at: 'system' },
    says: 'Not how the identifier system is written, so that nobody finds what it identifies.',
    holds: (node) => {
      const meant = meantBy(text(node, 'system') ?? '');
      return meant === undefined || [{ says: `Not how the identifier system is written: write ${meant}.` }];
    },
  },
  {
    ...{ id: 'R-206-register', on: ['Identifier'], layer, severity: 'warning', code: 'value', at: 'system' },
    says: `None of the registers of ${ukId} that are known here: ${registers.join(', ')}. Check its spelling.`,
    holds: (node) => {
      const system = text(node, 'system') ?? '';
      return !system.startsWith(`${ukId}/`) || knownSystems.has(system) || meantBy(system) !== undefined;
    },
  },
  {
    ...{ id: 'ID-placeholder', on: ['Identifier'], layer, severity: 'warning', code: 'value', at: 'value' },
    says: "Ten times one digit is nobody's number: leave it out, and say why it is not available.",
    holds: (node) => !isPatientSystem(text(node, 'system')) || !/^(\d)\1{9}$/.test(text(node, 'value') ?? ''),
  },
  {
    ...{ id: 'ID-no-value', on: ['Identifier'], layer, severity: 'warning', code: 'required', at: 'value' },
    says: 'An identifier without a value identifies nothing: send the value, or leave the identifier out.',
    // Where UK Core requires the value, it says so.
    holds: (node, { owner }) =>
      text(node, 'system') === undefined ||
      has(node, 'value') ||
      owner === 'MedicationStatement' ||
      rowOf(valued, owner)?.includes(text(node, 'system') ?? '') === true,
  },
  {
    ...{ id: 'ID-sctid', on: ['Coding', 'Quantity'], layer, severity: 'error', code: 'code-invalid', at: 'code' },
    says: 'Not a SNOMED CT id: 6 to 18 digits, the last a check digit. Look for a mistyped digit, or digits lost to a number type.',
    holds: (node) => !isMalformed(node),
  },
];
