import type { CapabilityStatement, CapabilityStatementRest } from 'fhir/r4';
import { terminologyCapabilities, terminologyRest } from '../../dmd/capabilities.ts';
import { isTerminologyType } from '../../dmd/resources.ts';
import { BACKPORT, WEBSOCKET_EXTENSION, websocketAddress } from '../../messaging/subscriptions/canonicals.ts';
import { TOPICS } from '../../messaging/subscriptions/topics.ts';
import { parametersOf } from '../../search/parameters.ts';
import { VERSION } from '../../version.ts';
import { JSON_PATCH } from '../body.ts';
import { operations } from '../operations/index.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';

/**
 * `GET [base]/metadata`: what the server does; with `mode=terminology`, what it knows.
 * @throws Refusal 400 for another parameter or mode
 */
export async function metadata(session: Session, { query }: FhirRequest): Promise<FhirAnswer> {
  let mode = 'full';
  for (const [name, value] of query) {
    if (name === '_format' || name === '_pretty') continue;
    if (name !== 'mode') {
      throw refuse(400, 'not-supported', `metadata does not take ${name}. It takes mode, _format and _pretty.`, {
        expression: name,
      });
    }
    if (value !== 'full' && value !== 'normative' && value !== 'terminology') {
      throw refuse(400, 'value', `mode takes full, normative or terminology; "${value}" is none of them.`, {
        expression: name,
      });
    }
    mode = value;
  }
  return mode === 'terminology' ? terminologyCapabilities(session) : capabilities(session);
}

/**
 * capabilities: `GET [base]/metadata`, made from the same tables that answer requests, so that it says what is true.
 * @see https://hl7.org/fhir/R4/http.html#capabilities
 */
function capabilities(session: Session): FhirAnswer {
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
    instantiates: [BACKPORT.server],
    rest: [{ ...rest(), extension: [{ url: WEBSOCKET_EXTENSION, valueUri: websocketAddress(session.base) }] }],
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
    resource: [...[...RESOURCE_TYPES].sort().map(resource), ...terminologyRest()],
    // Those of terminology stand at their types: one name has several definitions.
    operation: operations
      .filter(({ on }) => on.system && !on.types.some(isTerminologyType))
      .map(({ name, definition }) => ({ name, definition })),
  };
  return built;
}

/** What may be subscribed to, and how Subscriptions are written. */
const TOPICS_THERE = {
  extension: TOPICS.map(({ url }) => ({ url: BACKPORT.topic, valueCanonical: url })),
  supportedProfile: [BACKPORT.profile],
};

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
  const own = operations.filter(({ on }) => on.types.includes(type) || on.instances.includes(type));
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
    ...(type === 'Subscription' ? TOPICS_THERE : {}),
    ...(own.length === 0 ? {} : { operation: own.map(({ name, definition }) => ({ name, definition })) }),
  };
}
