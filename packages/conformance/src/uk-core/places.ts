import { isObject, type JsonObject } from '../structure/walk.ts';
import { extensions } from './extensions.ts';
import type { ProfileRow } from './profiles.ts';
import { profiles } from './profiles.ts';

/** An element found, with its place below the resource (`.identifier[0].system`). */
export interface Found {
  readonly node: unknown;
  readonly at: string;
  /** What the `_` half of a primitive holds. */
  readonly shadow?: unknown;
}

const fixedOfSlice = new Map<string, string>();
for (const { type, rows } of profiles.values()) {
  for (const { path, fixed } of rows) {
    const slice = path.length === 2 && path[0]?.includes(':') && path[1] === 'system' ? path[0] : undefined;
    if (slice && fixed !== undefined) fixedOfSlice.set(`${type}.${slice}`, fixed);
  }
}

const urlOfExtension = new Map([...extensions.keys()].map((url) => [url.slice(url.lastIndexOf('/') + 1), url]));

/** The url of the extension whose definition has this short name; HL7's own are not in the table. */
function extensionUrl(name: string): string {
  return urlOfExtension.get(name) ?? `http://hl7.org/fhir/StructureDefinition/${name}`;
}

/** The elements that one step of a path leads to. */
function step({ node, at }: Found, name: string): Found[] {
  if (!isObject(node)) return [];
  if (name.endsWith('[x]')) {
    const stem = name.slice(0, -3);
    const key = Object.keys(node).find((each) => each.startsWith(stem) && /^[A-Z]/.test(each.slice(stem.length)));
    return key === undefined ? [] : [{ node: node[key], at: `${at}.${stem}` }];
  }
  const value = node[name];
  const shadow = node[`_${name}`];
  if (Array.isArray(value)) return value.map((item: unknown, i) => ({ node: item, at: `${at}.${name}[${i}]` }));
  return value === undefined && shadow === undefined ? [] : [{ node: value, at: `${at}.${name}`, shadow }];
}

/** The elements of a resource that a row of its profile is about. */
export function found(resource: JsonObject, type: string, path: readonly string[], row: ProfileRow): Found[] {
  let all: Found[] = [{ node: resource, at: '' }];
  for (const [i, full] of path.entries()) {
    const [name = '', slice] = full.split(':');
    if (name === 'extension') {
      const url = i === path.length - 1 && row.extension ? extensionUrl(row.extension) : undefined;
      all = all.flatMap((each) => step({ ...each, node: each.shadow ?? each.node }, name));
      all = all.filter(({ node }) => isObject(node) && node.url === url);
      continue;
    }
    all = all.flatMap((each) => step(each, name));
    const system = slice === undefined ? undefined : fixedOfSlice.get(`${type}.${full}`);
    if (slice !== undefined) all = all.filter(({ node }) => isObject(node) && node.system === system);
  }
  return all;
}
