import { join } from 'node:path';
import { httpAddress, path } from './kinds.ts';
import { section } from './section.ts';

/** `packages`: FHIR packages, whose profiles count where resources claim them. */
export interface PackagesSettings {
  folder: string;
  registry: string;
}

/** `packages`: where FHIR packages are, and are from. */
export const packagesSection = section<PackagesSettings>('packages', {
  folder: {
    ...{ kind: path, usual: ({ data }) => join(data, 'packages'), flag: 'packages' },
    says: 'The folder of FHIR packages (`concord packages`), read when the server starts.',
  },
  registry: {
    ...{ kind: httpAddress, usual: 'https://packages.simplifier.net', flag: 'registry' },
    says: 'The FHIR package registry that `concord packages add NAME` asks.',
  },
});
