import { codeSystemVersion, DMD_SYSTEM, terminologyOperations } from '@concord/dmd';
import type { CapabilityStatementRestResource, CodeSystem, TerminologyCapabilities } from 'fhir/r4';
import type { FhirAnswer, Session } from '../fhir/request.ts';
import { VERSION } from '../version.ts';
import { terminologyRows } from './operations.ts';
import { releaseOf } from './release-of.ts';
import { TERMINOLOGY_TYPES, type TerminologyType } from './resources.ts';
import { searchParameters } from './search-parameters.ts';

/** The terminology types in the CapabilityStatement. */
export function terminologyRest(): CapabilityStatementRestResource[] {
  return TERMINOLOGY_TYPES.map((type) => ({
    type,
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: declared(type),
    operation: terminologyRows
      .filter(({ on }) => on.types.includes(type) || on.instances.includes(type))
      .map(({ name, definition }) => ({ name, definition })),
  }));
}

function declared(type: TerminologyType) {
  return [...searchParameters(type).values()]
    .filter(({ name }) => !name.includes(':'))
    .map(({ name, definition, type: kind }) => ({ name, definition, type: kind }));
}

/**
 * terminology capabilities: `GET [base]/metadata?mode=terminology`, made from the release in use.
 * @see https://hl7.org/fhir/R4/terminologycapabilities.html
 */
export async function terminologyCapabilities(session: Session): Promise<FhirAnswer> {
  const release = await releaseOf(session);
  const capabilities: TerminologyCapabilities = {
    resourceType: 'TerminologyCapabilities',
    id: 'concord-terminology',
    url: `${session.base}/metadata?mode=terminology`,
    version: VERSION,
    name: 'ConcordTerminology',
    title: 'dm+d terminology of Concord',
    status: 'active',
    date: new Date(session.now).toISOString(),
    kind: 'instance',
    software: { name: 'Concord', version: VERSION },
    implementation: { description: 'Concord', url: session.base },
    description: `The dictionary of medicines and devices, version ${codeSystemVersion(release.dictionary)}. http://snomed.info/sct is taken for ${DMD_SYSTEM} where a code of dm+d is asked about.`,
    lockedDate: false,
    codeSystem: [...release.resources.of('CodeSystem').values()].map(({ resource }) =>
      codeSystem(resource as CodeSystem),
    ),
    expansion: {
      hierarchical: false,
      paging: true,
      incomplete: false,
      parameter: parametersOf('expand').map(([name, documentation]) => ({ name, documentation })),
      textFilter: 'The beginnings of words of the name, in any order; or a code.',
    },
    codeSearch: 'all',
    validateCode: { translations: false },
    translation: { needsMap: false },
    closure: { translation: false },
  };
  return { status: 200, text: JSON.stringify(capabilities) };
}

function codeSystem({ url, version, filter, property }: CodeSystem) {
  return {
    ...(url === undefined ? {} : { uri: url }),
    version: [
      {
        ...(version === undefined ? {} : { code: version }),
        isDefault: true,
        compositional: false,
        language: ['en-GB' as const],
        ...(filter === undefined ? {} : { filter: filter.map(({ code, operator }) => ({ code, op: operator })) }),
        ...(property === undefined ? {} : { property: property.map(({ code }) => code) }),
      },
    ],
    subsumption: url === DMD_SYSTEM,
  };
}

/** The parameters that an operation takes. */
function parametersOf(operation: string): [name: string, documentation: string][] {
  const rows =
    terminologyOperations.find(({ name, level }) => name === operation && level === 'type')?.parameters ?? [];
  return rows
    .filter(({ handling, name }) => handling !== 'unsupported' && !name.startsWith('_'))
    .map(({ name, documentation }) => [name, documentation]);
}
