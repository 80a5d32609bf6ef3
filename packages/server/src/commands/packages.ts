import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { PackagesSettings } from '../config/packages-section.ts';
import { BadSetting, DEFAULTS, readConfig } from '../config.ts';
import {
  type FhirPackage,
  keepPackage,
  keptPackages,
  packageFromFolder,
  packageFromTgz,
} from '../packages/package-folder.ts';
import { fetchPackage } from '../packages/registry.ts';
import type { Command } from './command.ts';

type Action = (words: readonly string[], settings: PackagesSettings) => Promise<number>;

const ACTIONS: { readonly [name: string]: Action } = { add, list, remove };

/** `concord packages`: FHIR packages whose profiles are checked. */
export const packagesCommand: Command = {
  name: 'packages',
  summary: 'Add, list and remove FHIR packages, whose profiles are then checked',
  help: `Usage: concord packages add NAME[@VERSION] | FOLDER | FILE.tgz ...
       concord packages list
       concord packages remove NAME[@VERSION]

add     reads a package and keeps its profiles, value sets and code systems. A NAME is fetched from a FHIR package
        registry, the latest version unless one is named.
list    says which there are.
remove  takes one away.

What a resource claims in meta.profile is then checked by those profiles: in writes, $validate and concord check. Servers
read them when they start.

Options             Environment                  Default
  --packages FOLDER CONCORD_PACKAGES_FOLDER      packages in the data folder (${DEFAULTS.data})
  --registry URL    CONCORD_PACKAGES_REGISTRY    ${DEFAULTS.packages.registry}
  --config FILE     CONCORD_CONFIG               concord.config.json, .yaml or .yml here, if there is one
  --help                                         print this

Examples
  concord packages add fhir.r4.ukcore.stu2
  concord packages add ./our-profiles/package`,
  options: {
    packages: { type: 'string' },
    registry: { type: 'string' },
    data: { type: 'string' },
    config: { type: 'string' },
  },
  positionals: true,
  async run(flags, [name, ...words]) {
    const action = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new BadSetting(`say what to do: ${Object.keys(ACTIONS).join(', ')}.`);
    return action(words, readConfig(process.env, flags).packages);
  },
};

async function add(words: readonly string[], { folder, registry }: PackagesSettings): Promise<number> {
  if (words.length === 0) throw new BadSetting('add takes names, folders or .tgz files.');
  for (const word of words) {
    let found: FhirPackage;
    try {
      found = await packageAt(word, registry);
    } catch (error) {
      throw new Error(`${word}: ${(error as Error).message}`);
    }
    const kept = keepPackage(folder, found);
    console.log(`${found.name}@${found.version}: ${contents(found)}, in ${kept.folder}`);
    const there = new Set(keptPackages(folder).map((each) => each.name));
    // FHIR R4 itself is built in.
    const missing = Object.keys(found.dependencies).filter(
      (name) => !there.has(name) && !/^hl7\.fhir\.r4\.(core|expansions)$/.test(name),
    );
    if (missing.length > 0)
      console.log(`  It needs ${missing.join(', ')} too: what they define is not checked until they are added.`);
  }
  return 0;
}

async function packageAt(word: string, registry: string): Promise<FhirPackage> {
  if (existsSync(word))
    return statSync(word).isDirectory() ? packageFromFolder(word) : packageFromTgz(readFileSync(word));
  if (/[/\\]|\.tgz$/.test(word)) throw new Error('there is no such file.');
  const [name = '', version] = word.split('@');
  return fetchPackage(registry, name, version);
}

function contents({ resources }: FhirPackage): string {
  const count = (type: string) =>
    [...resources.values()].filter((each) => (each as { resourceType: string }).resourceType === type).length;
  return `${count('StructureDefinition')} profiles and extensions, ${count('ValueSet')} value sets, ${count('CodeSystem')} code systems`;
}

async function list(words: readonly string[], { folder }: PackagesSettings): Promise<number> {
  if (words.length > 0) throw new BadSetting('list takes nothing more.');
  const kept = keptPackages(folder);
  if (kept.length === 0) console.log(`No packages in ${folder}: concord packages add NAME adds one.`);
  for (const each of kept) console.log(`${each.name}@${each.version}  ${contents(packageFromFolder(each.folder))}`);
  return 0;
}

async function remove(words: readonly string[], { folder }: PackagesSettings): Promise<number> {
  const [word = '', ...more] = words;
  if (word === '' || more.length > 0) throw new BadSetting('remove takes one package: its name, or name@version.');
  const [name, version] = word.split('@');
  const kept = keptPackages(folder).filter(
    (each) => each.name === name && (version === undefined || each.version === version),
  );
  if (kept.length === 0) throw new Error(`there is no package ${word} in ${folder}.`);
  for (const each of kept) {
    rmSync(each.folder, { recursive: true });
    console.log(`Removed ${each.name}@${each.version}.`);
  }
  return 0;
}
