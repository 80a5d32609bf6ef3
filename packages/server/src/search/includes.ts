import { localReference } from '../store/patients.ts';
import type { Record } from '../store/record.ts';
import type { Stored } from '../store/stored.ts';
import type { Include, Search } from './criteria.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { valuesIn } from './prepare.ts';
import { SearchRefusal } from './refusal.ts';
import { findAll } from './search.ts';

/** The most resources that a page brings along beside its matches. */
const INCLUDE_LIMIT = 1000;

/**
 * What a page's matches bring along: the resources that they refer to (`_include`) and those that refer to them
 * (`_revinclude`). Each once, and none that is a match itself.
 * @throws SearchRefusal when it would be more than a page can hold
 */
export async function included(record: Record, search: Search, matches: Stored[], base: string): Promise<Stored[]> {
  const known = new Set(matches.map((entry) => entry.reference));
  const brought: Stored[] = [];
  let from = matches;
  // Ends by itself: each step brings only what is new, and there is a limit to how much that may be.
  for (let step = 0; from.length > 0; step++) {
    const isMatch = step === 0;
    const applies = (include: Include) => isMatch || include.iterate;
    const found = [
      ...(await referredTo(record, search.includes.filter(applies), from, known, base)),
      ...(await referringTo(record, search.revincludes.filter(applies), from, known)),
    ];
    from = [];
    for (const entry of found) {
      if (known.has(entry.reference)) continue;
      known.add(entry.reference);
      from.push(entry);
    }
    brought.push(...from);
    if (brought.length > INCLUDE_LIMIT) {
      throw new SearchRefusal(
        '_include',
        'too-costly',
        `A page would bring along more than ${INCLUDE_LIMIT} resources: ask for fewer with _count.`,
      );
    }
  }
  return brought;
}

async function referredTo(
  record: Record,
  includes: Include[],
  from: Stored[],
  known: Set<string>,
  base: string,
): Promise<Stored[]> {
  const wanted = new Map<string, { type: string; id: string }>();
  for (const include of includes) {
    for (const entry of from) {
      if (include.type !== '*' && include.type !== entry.type) continue;
      for (const reference of referencesIn(entry, include.parameter, base)) {
        const text = `${reference.type}/${reference.id}`;
        if (!known.has(text) && (include.target === undefined || include.target === reference.type))
          wanted.set(text, reference);
      }
    }
  }
  return record.readMany([...wanted.values()]);
}

/** The local references that a resource makes by one parameter, or by any. */
function referencesIn(entry: Stored, parameter: Parameter | undefined, base: string): { type: string; id: string }[] {
  const parameters = parameter
    ? [parameter]
    : [...parametersOf(entry.type).values()].filter((each) => each.type === 'reference');
  return parameters.flatMap((each) =>
    valuesIn(entry, each).flatMap((value) => {
      if (value.kind !== 'reference' || value.reference === undefined) return [];
      const text = value.reference.startsWith(`${base}/`) ? value.reference.slice(base.length + 1) : value.reference;
      return localReference(text) ?? [];
    }),
  );
}

async function referringTo(
  record: Record,
  revincludes: Include[],
  from: Stored[],
  known: Set<string>,
): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const { type, parameter, target } of revincludes) {
    const all = [...parametersOf(type).values()].filter((each) => each.type === 'reference');
    // Where there is a subject, patient is the same once more.
    const hasSubject = all.some((each) => each.code === 'subject');
    const parameters = parameter ? [parameter] : all.filter((each) => each.code !== 'patient' || !hasSubject);
    const references = from
      .filter((entry) => target === undefined || target === entry.type)
      .map((entry) => entry.reference);
    if (references.length === 0) continue;
    for (const each of parameters) {
      const values = [{ kind: 'reference' as const, references }];
      const criterion = { kind: 'value' as const, source: '_revinclude', parameter: each, values };
      found.push(...(await findAll(record, type, [criterion], INCLUDE_LIMIT + 1)));
    }
  }
  return found.filter((entry) => !known.has(entry.reference));
}
