import { type Dictionary, DMD_SYSTEM, DMD_SYSTEMS, isDmdSystem, terminologyOperations } from '@concord/dmd';
import type { OperationOutcome, ValueSet } from 'fhir/r4';
import type { Session } from '../fhir/request.ts';
import { SearchRefusal } from '../search/refusal.ts';
import type { CodeSets, Codes, Site } from '../search/wanted.ts';
import type { Release } from './release.ts';

/** The most codes that one value of a search may stand for; a value set of every product is not searched by. */
const MOST_CODES = 30_000;

/** Where a search is read: the server's base, the present, and the dm+d release that tells what is below a code. */
export async function siteFor(session: Session): Promise<Site> {
  session.release ??= await session.dmd?.find();
  const { release } = session;
  return { base: session.base, now: session.now, ...(release === undefined ? {} : { codes: codeSetsOf(release) }) };
}

/** What `:below`, `:above` and `:in` mean for codes of a release. A code stands for those that it had before, too. */
function codeSetsOf(release: Release): CodeSets {
  const { dictionary } = release;
  return {
    below: (source, system, code) =>
      withFormer(
        dictionary,
        source,
        reach(demandCurrent(dictionary, source, system, code), (id) => dictionary.children(id)),
      ),
    above: (source, system, code) =>
      withFormer(
        dictionary,
        source,
        reach(demandCurrent(dictionary, source, system, code), (id) => dictionary.parents(id)),
      ),
    members: (source, url) => membersOf(release, source, url),
  };
}

/** The present id of a code that a search names. */
function demandCurrent(dictionary: Dictionary, source: string, system: string | undefined, code: string): string {
  if (system !== undefined && !isDmdSystem(system)) {
    const message = `${source} takes codes of dm+d (${DMD_SYSTEM}); nothing is known here of what is above or below others.`;
    throw new SearchRefusal(source, 'not-supported', message);
  }
  const resolution = dictionary.resolve(code);
  switch (resolution.status) {
    case 'current':
    case 'superseded':
      return resolution.id;
    case 'ambiguous': {
      const meanings = resolution.candidates.map(({ id }) => id).join(' and ');
      throw new SearchRefusal(source, 'value', `${code} was a code of ${meanings}: name the one that is meant.`);
    }
    default:
      throw new SearchRefusal(source, 'value', `${code.slice(0, 64)} is not a code of the dm+d release in use.`);
  }
}

/** An id and all that steps lead to from it. */
function reach(from: string, step: (id: string) => readonly { readonly id: string }[]): Set<string> {
  const reached = new Set([from]);
  // A Set visits what is added to it on the way.
  for (const id of reached) for (const next of step(id)) reached.add(next.id);
  return reached;
}

/** Records hold the codes of their day: each concept is found by every id that it had, in any of dm+d's systems. */
function withFormer(dictionary: Dictionary, source: string, ids: Iterable<string>): Codes {
  const codes = new Set<string>();
  for (const id of ids) {
    codes.add(id);
    // An id that is another concept's now means that one.
    for (const former of dictionary.previousIds(id)) if (dictionary.kindOf(former) === undefined) codes.add(former);
  }
  if (codes.size > MOST_CODES) throw tooMany(source, codes.size);
  return new Map(DMD_SYSTEMS.map((system) => [system, codes]));
}

const EXPAND = terminologyOperations.find(({ name, level }) => name === 'expand' && level === 'type');

function membersOf({ terminology, dictionary }: Release, source: string, url: string): Codes {
  const parameters = { resourceType: 'Parameters' as const, parameter: [{ name: 'url', valueUri: url }] };
  const answer = EXPAND?.run(terminology, { parameters, now: new Date(0).toISOString() });
  if (answer?.ok !== true) {
    const reason = (answer?.resource as OperationOutcome | undefined)?.issue[0]?.diagnostics ?? 'it cannot be expanded';
    throw new SearchRefusal(source, answer?.status === 422 ? 'too-costly' : 'value', `${source}: ${reason}.`);
  }
  const bySystem = new Map<string, Set<string>>();
  for (const { system = '', code = '' } of (answer.resource as ValueSet).expansion?.contains ?? []) {
    const codes = bySystem.get(system);
    if (codes === undefined) bySystem.set(system, new Set([code]));
    else codes.add(code);
  }
  const products = bySystem.get(DMD_SYSTEM);
  if (products === undefined) return bySystem;
  return new Map([...bySystem, ...withFormer(dictionary, source, products)]);
}

function tooMany(source: string, count: number): SearchRefusal {
  const message = `${source} stands for ${count} codes; at most ${MOST_CODES} are searched for at once. Name something narrower.`;
  return new SearchRefusal(source, 'too-costly', message);
}
