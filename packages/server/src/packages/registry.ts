import type { FhirPackage } from './package-folder.ts';
import { packageFromTgz } from './package-folder.ts';

const PATIENCE_MILLISECONDS = 60_000;

/**
 * Fetches a package from a FHIR package registry: the version asked for, or the latest.
 * @throws Error that says what went wrong
 */
export async function fetchPackage(registry: string, name: string, version: string | undefined): Promise<FhirPackage> {
  const asked = version ?? (await latest(registry, name));
  const found = packageFromTgz(await get(`${registry}/${encodeURIComponent(name)}/${encodeURIComponent(asked)}`));
  if (found.name !== name)
    throw new Error(`${registry} answered with another package, ${found.name}@${found.version}.`);
  return found;
}

async function latest(registry: string, name: string): Promise<string> {
  const text = (await get(`${registry}/${encodeURIComponent(name)}`)).toString('utf8');
  const tags = (JSON.parse(text) as { 'dist-tags'?: { latest?: unknown } })['dist-tags'];
  if (typeof tags?.latest !== 'string')
    throw new Error(`${registry} does not say which version of ${name} is the latest: name one.`);
  return tags.latest;
}

async function get(url: string): Promise<Buffer> {
  let answer: Response;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  } catch (error) {
    const cause = (error as { cause?: Error }).cause ?? (error as Error);
    throw new Error(`${url} cannot be reached: ${cause.message}`);
  }
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: check the name and version, or the registry.`);
  return Buffer.from(await answer.arrayBuffer());
}
