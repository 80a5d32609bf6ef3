import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ProfileBook } from '@concord/conformance';
import { readTgz } from './read-tgz.ts';

/** A FHIR package, as read: its name and version, and the resources that checks use. */
export interface FhirPackage {
  readonly name: string;
  readonly version: string;
  /** By name, the versions that it says it needs. */
  readonly dependencies: { readonly [name: string]: string };
  /** StructureDefinitions, ValueSets and CodeSystems, by file name. */
  readonly resources: ReadonlyMap<string, unknown>;
}

const USED: ReadonlySet<unknown> = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);

/**
 * Reads a package from its .tgz.
 * @throws Error that says why it is none
 */
export function packageFromTgz(bytes: Buffer): FhirPackage {
  const files = readTgz(bytes);
  const inside = [...files].filter(([path]) => /^package\/[^/]+\.json$/.test(path));
  return packageOf(new Map(inside.map(([path, content]) => [basename(path), content.toString('utf8')])));
}

/**
 * Reads a package from a folder: one with package.json, or one in which `package` is.
 * @throws Error that says why it is none
 */
export function packageFromFolder(folder: string): FhirPackage {
  const inside = existsSync(join(folder, 'package', 'package.json')) ? join(folder, 'package') : folder;
  const names = readdirSync(inside).filter((name) => name.endsWith('.json'));
  return packageOf(new Map(names.map((name) => [name, readFileSync(join(inside, name), 'utf8')])));
}

function packageOf(files: ReadonlyMap<string, string>): FhirPackage {
  const manifest = parse(files.get('package.json') ?? '') as { [key: string]: unknown } | undefined;
  const { name, version, dependencies } = manifest ?? {};
  if (typeof name !== 'string' || typeof version !== 'string') {
    throw new Error('it has no package/package.json with a name and a version: it is no FHIR package');
  }
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || !/^[A-Za-z0-9][\w.+-]*$/.test(version)) {
    throw new Error(`its name and version, ${JSON.stringify(`${name}@${version}`)}, are none of a FHIR package`);
  }
  const resources = new Map<string, unknown>();
  for (const [file, text] of files) {
    const resource = parse(text) as { resourceType?: unknown } | undefined;
    if (USED.has(resource?.resourceType)) resources.set(file, resource);
  }
  return { name, version, dependencies: { ...(dependencies as object) }, resources };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A package that is kept: its name and version, and where. */
export interface KeptPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** The packages in a folder, each in one of its own, `name#version`, as FHIR tools cache them. */
export function keptPackages(folder: string): KeptPackage[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const [name = '', version = ''] = entry.split('#');
      const path = join(folder, entry);
      return version !== '' && !entry.startsWith('.') && statSync(path).isDirectory()
        ? [{ name, version, folder: path }]
        : [];
    });
}

/** Keeps what checks use of a package; one of the same name and version is replaced. Whole or not at all. */
export function keepPackage(folder: string, { name, version, dependencies, resources }: FhirPackage): KeptPackage {
  const path = join(folder, `${name}#${version}`);
  const beside = join(folder, `.${name}#${version}.${process.pid}`);
  mkdirSync(join(beside, 'package'), { recursive: true });
  writeFileSync(join(beside, 'package', 'package.json'), JSON.stringify({ name, version, dependencies }, null, 2));
  for (const [file, resource] of resources) writeFileSync(join(beside, 'package', file), JSON.stringify(resource));
  rmSync(path, { recursive: true, force: true });
  renameSync(beside, path);
  return { name, version, folder: path };
}

/** Everything in the packages of a folder that checks use; undefined where there is none. */
export function profilesIn(folder: string): ProfileBook | undefined {
  const kept = keptPackages(folder);
  if (kept.length === 0) return undefined;
  return new ProfileBook(kept.flatMap((each) => [...packageFromFolder(each.folder).resources.values()]));
}
