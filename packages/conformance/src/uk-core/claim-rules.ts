import type { Fault, Rule } from '../rules/rule.ts';
import { resourceTypes } from '../structure/element-table.ts';
import { profiles } from './profiles.ts';

const layer = 'uk-core';
const ukCore = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-';
const core = 'http://hl7.org/fhir/StructureDefinition/';

/** What a resource says of itself in meta.profile, where that is a profile of UK Core or a type of R4. */
export const claimRules: readonly Rule[] = [
  {
    ...{ id: 'UKC-claim', on: ['Meta'], layer, severity: 'error', code: 'value' },
    says: 'The profile that is claimed is of another type, or there is none of this name.',
    holds: ({ profile }, { owner }) =>
      Array.isArray(profile)
        ? profile.flatMap((canonical: unknown, i) => {
            const fault = typeof canonical === 'string' ? faultOf(canonical, owner) : undefined;
            return fault ? [{ at: `.profile[${i}]`, ...fault }] : [];
          })
        : true,
  },
];

function faultOf(canonical: string, type: string): Fault | undefined {
  const [url = '', version] = canonical.split('|');
  const isUkCore = url.startsWith(ukCore);
  if (!isUkCore && !url.startsWith(core)) return undefined;
  // UKCore-Observation-Lab is a profile of Observation.
  const name = url.slice((isUkCore ? ukCore : core).length);
  const of = isUkCore ? (name.split('-')[0] ?? '') : name;
  if (!resourceTypes.has(of)) {
    return isUkCore
      ? { severity: 'warning', says: 'UK Core has no such profile: look for a slip in its url.' }
      : undefined;
  }
  if (of !== type) return { says: `This is a profile of ${of}: claim one of ${type}, or none.` };
  const stated = isUkCore ? profiles.get(name)?.version : undefined;
  if (stated === undefined && isUkCore) {
    return {
      severity: 'information',
      says: 'The tables of UK Core here do not have this profile: the layer uk-core did not check it.',
    };
  }
  if (version === undefined || stated === undefined || version === stated) return undefined;
  return {
    severity: 'information',
    says: `The layer uk-core checks by version ${stated} of this profile, not ${version.slice(0, 32)}.`,
  };
}
