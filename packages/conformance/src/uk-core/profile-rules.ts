import type { TerminologyQuestion } from '../finding.ts';
import { once } from '../rules/kept.ts';
import { codings } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { found } from './places.ts';
import { type ProfileRow, profiles } from './profiles.ts';
import { choices, type Membership, membership, type UkCoreValueSet, valueSets } from './value-sets.ts';

const layer = 'uk-core';
const on = [...profiles.keys()];

/** The rows of a profile that one kind of check is about. */
function rowsOf(wanted: (row: ProfileRow) => boolean): ReadonlyMap<string, readonly ProfileRow[]> {
  return new Map([...profiles].map(([type, { rows }]) => [type, rows.filter(wanted)]));
}

const typeOf = (here: Here) => String(here.resource.resourceType);
const needed = rowsOf(({ min }) => min > 0);
const limited = rowsOf(({ max }) => max !== Infinity);
const bound = rowsOf(({ binding }) => binding !== undefined && valueSets.has(binding.valueSet));
const languages = rowsOf(({ binding }) => binding?.valueSet === 'all-languages');

/** A language tag of BCP 47: no language of more than three letters has been registered. */
const languageTag = /^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|[iIxX](-[A-Za-z0-9]{1,8})+)$/;

interface Standing {
  readonly at: string;
  readonly strength: string;
  readonly stands: Membership;
  readonly name: string;
  readonly set: UkCoreValueSet;
  readonly concept: JsonObject;
}

/** The concepts that the rows of the profile bind, each with how it stands to its value set. */
function standings(node: JsonObject, here: Here): Standing[] {
  const type = typeOf(here);
  return (bound.get(type) ?? []).flatMap((row) => {
    const { strength, valueSet: name } = row.binding ?? { strength: '', valueSet: '' };
    const set = valueSets.get(name);
    if (set === undefined) return [];
    return found(node, type, row.path, row).flatMap(({ node: concept, at }) => {
      // A choice may be a Reference, which has nothing to look up.
      if (!isObject(concept) || concept.reference !== undefined) return [];
      return [{ at, strength, stands: membership(concept, set, here.dictionary), name, set, concept }];
    });
  });
}

/** UK Core's profiles, row by row of their tables. A slice is known by the fixed value of its system. */
export const profileRules: readonly Rule[] = [
  {
    ...{ id: 'UKC-min', on, layer, severity: 'error', code: 'required' },
    says: 'UK Core requires this element: send it.',
    holds: (node, here) => {
      const type = typeOf(here);
      const missing: string[] = [];
      for (const row of needed.get(type) ?? []) {
        const last = row.path.at(-1) ?? '';
        for (const owner of found(node, type, row.path.slice(0, -1), row)) {
          if (!isObject(owner.node) || owner.node[last] !== undefined || owner.node[`_${last}`] !== undefined) continue;
          missing.push(`${owner.at}.${last}`);
        }
      }
      return missing;
    },
  },
  {
    ...{ id: 'UKC-max', on, layer, severity: 'error', code: 'structure' },
    says: 'UK Core allows one of these: keep the one that holds.',
    holds: (node, here) => {
      const type = typeOf(here);
      return (limited.get(type) ?? []).flatMap((row) => {
        const counts = new Map<string, number>();
        return found(node, type, row.path, row).flatMap(({ at }) => {
          const owner = at.slice(0, at.lastIndexOf('.'));
          const count = (counts.get(owner) ?? 0) + 1;
          counts.set(owner, count);
          return count > row.max ? [at] : [];
        });
      });
    },
  },
  {
    ...{ id: 'UKC-binding', on, layer, severity: 'warning', code: 'code-invalid' },
    says: 'No coding is in the value set that UK Core binds here (extensible): use one of it where one fits.',
    holds: (node, here) => faults(node, here, 'out', 'extensible'),
  },
  {
    ...{ id: 'UKC-code', on, layer, severity: 'error', code: 'code-invalid' },
    says: 'This UK Core code system has no such code: correct the code, or the system.',
    holds: (node, here) => faults(node, here, 'no-code'),
  },
  {
    ...{ id: 'UKC-preferred', on, layer, severity: 'information', code: 'code-invalid' },
    says: 'No coding is in the value set that UK Core prefers here.',
    holds: (node, here) => faults(node, here, 'out', 'preferred'),
  },
  {
    ...{ id: 'UKC-not-checked', on, layer, severity: 'information', code: 'informational' },
    says: 'A well-formed SNOMED CT id; whether it is in the value set that UK Core binds here was not checked.',
    holds: (node, here) => faults(node, here, 'unchecked'),
  },
  {
    ...{ id: 'UKC-language', on, layer, severity: 'error', code: 'code-invalid' },
    says: 'Not a language of BCP 47: write its tag, e.g. en, cy or pl, of system urn:ietf:bcp:47.',
    holds: (node, here) => {
      const type = typeOf(here);
      const spoken = (languages.get(type) ?? []).flatMap((row) =>
        found(node, type, row.path, row).flatMap((each) => {
          const given: unknown = isObject(each.node) ? each.node.coding : undefined;
          const tags = Array.isArray(given) ? given.filter((coding) => isObject(coding) && isLanguage(coding)) : [];
          return isObject(each.node) && tags.length === 0 ? [each.at] : [];
        }),
      );
      const { language } = node;
      return typeof language === 'string' && !languageTag.test(language) ? [...spoken, '.language'] : spoken;
    },
  },
];

function isLanguage({ system, code }: JsonObject): boolean {
  return system === 'urn:ietf:bcp:47' && typeof code === 'string' && languageTag.test(code);
}

/** What to ask of a value set that cannot be listed here. */
function questionOf(concept: JsonObject, name: string, strength: string): TerminologyQuestion {
  const given = concept.coding === undefined ? [concept] : codings(concept);
  return {
    valueSet: `https://fhir.hl7.org.uk/ValueSet/${name}`,
    codings: given.flatMap(({ system, code }) =>
      typeof system === 'string' && typeof code === 'string' ? [{ system, code }] : [],
    ),
    otherwise: {
      ...(strength === 'extensible'
        ? { rule: 'UKC-binding', severity: 'warning' }
        : { rule: 'UKC-preferred', severity: 'information' }),
      code: 'code-invalid',
      diagnostics: `No coding is in the value set that UK Core binds here (${strength}), ${name}: use one of it where one fits.`,
    },
  };
}

function faults(node: JsonObject, here: Here, wanted: Membership, strength?: string): Fault[] {
  const list: Fault[] = [];
  for (const { at, stands, name, set, strength: bound, concept } of once(node, here, standings)) {
    if (stands !== wanted || (strength !== undefined && strength !== bound)) continue;
    if (wanted === 'unchecked') list.push({ at, question: questionOf(concept, name, bound) });
    else if (wanted === 'no-code') list.push({ at, says: `No such code. Use one of ${choices(name, set)}.` });
    else list.push({ at, says: `No coding is in the value set of UK Core. Use one of ${choices(name, set)}.` });
  }
  return list;
}
