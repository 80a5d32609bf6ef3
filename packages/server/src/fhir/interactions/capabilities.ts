import type { CapabilityStatement, CapabilityStatementRest } from 'fhir/r4';
import { parametersOf } from '../../search/parameters.ts';
import { VERSION } from '../../version.ts';
import { JSON_PATCH } from '../body.ts';
import { operations } from '../operations/index.ts';
import type { FhirAnswer, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';

/**
 * capabilities: `GET [base]/metadata`, made from the same tables that answer requests, so that it says what is true.
 * @see https://hl7.org/fhir/R4/http.html#capabilities
 */
export function capabilities(session: Session): FhirAnswer {
  const statement: CapabilityStatement = {
    resourceType: 'CapabilityStatement',
    id: 'concord',
    url: `${session.base}/metadata`,
    version: VERSION,
    name: 'Concord',
    title: 'Concord medication record',
    status: 'active',
    date: new Date(session.now).toISOString(),
    description: "One record of a patient's medicines, agreed between GP practice, hospital, pharmacy and patient.",
    kind: 'instance',
    software: { name: 'Concord', version: VERSION },
    implementation: { description: 'Concord', url: session.base },
    fhirVersion: '4.0.1',
    format: ['json', 'xml', 'application/fhir+json', 'application/fhir+xml'],
    patchFormat: [JSON_PATCH],
    rest: [rest()],
  };
  return { status: 200, text: JSON.stringify(statement) };
}

let built: CapabilityStatementRest | undefined;

function rest(): CapabilityStatementRest {
  built ??= {
    mode: 'server',
    documentation:
      'Unknown parameters and modifiers are refused with 400 unless Prefer: handling=lenient. A deletion keeps the history.',
    interaction: ['transaction', 'batch', 'history-system'].map((code) => ({ code: code as 'batch' })),
    resource: [...RESOURCE_TYPES].sort().map(resource),
    operation: operations.map(({ name, definition }) => ({ name, definition })),
  };
  return built;
}

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
] as const;

function resource(type: string): NonNullable<CapabilityStatementRest['resource']>[number] {
  const parameters = [...parametersOf(type).values()];
  const references = parameters.filter((each) => each.type === 'reference');
  return {
    type: type as 'Patient',
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical', 'local'],
    searchInclude: ['*', `${type}:*`, ...references.map(({ code }) => `${type}:${code}`)],
    searchRevInclude: [...RESOURCE_TYPES]
      .sort()
      .flatMap((other) =>
        [...parametersOf(other).values()]
          .filter((each) => each.type === 'reference' && (each.targets.length === 0 || each.targets.includes(type)))
          .map(({ code }) => `${other}:${code}`),
      ),
    searchParam: parameters.map(({ code, type: kind, url }) => ({
      name: code,
      definition: url,
      type: kind as 'token',
    })),
  };
}
