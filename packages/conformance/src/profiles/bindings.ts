import type { TerminologyQuestion } from '../finding.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { type ElementDefinition, objectsIn, withoutVersion } from './definitions.ts';
import type { ProfileBook } from './profile-book.ts';
import { profileFindings } from './profile-rules.ts';
import type { CodesBySystem } from './value-set-codes.ts';

/** What is wrong with a code, or why it was not checked, and what a terminology server could be asked about it. */
export interface BindingFault {
  readonly rule: 'PRO-binding' | 'PRO-not-checked';
  readonly says: string;
  readonly question?: TerminologyQuestion;
}

/** Has a value a code of the value set that a profile requires? Undefined where it has, or where none is required. */
export function bindingFault(
  { binding }: ElementDefinition,
  value: unknown,
  profile: string,
  book: ProfileBook | undefined,
): BindingFault | undefined {
  if (binding?.strength !== 'required' || typeof binding.valueSet !== 'string') return undefined;
  const codes = book?.codes(binding.valueSet);
  if (codes === undefined) return unlisted(binding.valueSet, value, profile);
  const isIn = ({ system, code }: JsonObject) => codes.get(String(system))?.has(String(code)) === true;
  const isFine =
    typeof value === 'string'
      ? [...codes.values()].some((each) => each.has(value))
      : !isObject(value) ||
        (Array.isArray(value.coding)
          ? objectsIn(value.coding).some(isIn)
          : value.code === undefined
            ? true
            : isIn(value));
  // A concept of text alone has no code of the value set either: required asks for one.
  const isTextOnly = isObject(value) && value.coding === undefined && typeof value.text === 'string';
  if (isFine && !isTextOnly) return undefined;
  return { rule: 'PRO-binding', says: `${profile} requires a code of ${binding.valueSet}: ${listed(codes)}.` };
}

/** A value set that cannot be listed here: what to ask a terminology server. */
function unlisted(valueSet: string, value: unknown, profile: string): BindingFault {
  const given = isObject(value) ? (Array.isArray(value.coding) ? objectsIn(value.coding) : [value]) : [];
  const codings = given.flatMap(({ system, code }) =>
    typeof system === 'string' && typeof code === 'string' ? [{ system, code }] : [],
  );
  const says = `The codes of ${valueSet} cannot be listed here: its binding was not checked.`;
  if (codings.length === 0) return { rule: 'PRO-not-checked', says };
  const diagnostics = `${profile} requires a code of ${valueSet}: no coding is in it.`;
  const { severity, code } = profileFindings['PRO-binding'];
  const otherwise = { rule: 'PRO-binding', severity, code, diagnostics };
  return { rule: 'PRO-not-checked', says, question: { valueSet: withoutVersion(valueSet), codings, otherwise } };
}

function listed(codes: CodesBySystem): string {
  const all = [...codes].flatMap(([system, list]) => [...list].map((code) => `${system}#${code}`));
  return all.length > 12 ? `${all.slice(0, 12).join(', ')}… (${all.length} codes)` : all.join(', ');
}
