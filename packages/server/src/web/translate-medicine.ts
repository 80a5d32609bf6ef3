import type { Level } from '@concord/dmd';
import type { NamedRelease } from './dmd-visit.ts';
import { LEVEL_WORDS } from './dmd-words.ts';
import type { Visit } from './page.ts';

/** Medicines to choose from at once; more than that, and the words must be narrowed. */
const SHOWN = 12;
const LONGEST = 200;

/** What was typed or picked, and what it is. */
export type ChosenMedicine =
  | { readonly state: 'nothing'; readonly typed: '' }
  /** The code goes to the translation, which says what is wrong with it. */
  | { readonly state: 'chosen'; readonly typed: string; readonly code: string; readonly name: string }
  | {
      readonly state: 'choose';
      readonly typed: string;
      readonly options: readonly MedicineOption[];
      readonly total: number;
    };

interface MedicineOption {
  readonly code: string;
  readonly name: string;
  readonly level: string;
}

/**
 * The medicine that the address names: the `code` of a link; the one `picked` before, as long as the words are still its
 * name; else what the words find. One medicine is taken by itself only where its name has the words as typed: a misspelling is for a person to resolve.
 */
export function chosenMedicine(visit: Visit, release: NamedRelease, levels: readonly Level[]): ChosenMedicine {
  const { dictionary, terminology } = release;
  const typed = visit.query('medicine')?.slice(0, LONGEST);
  const code = visit.query('code')?.slice(0, LONGEST);
  if (code !== undefined) {
    const name = nameOf(release, code) ?? code;
    return { state: 'chosen', typed: name, code, name };
  }
  if (typed === undefined) return { state: 'nothing', typed: '' };
  const picked = visit.query('picked')?.slice(0, LONGEST);
  if (picked !== undefined && typed === nameOf(release, picked)) {
    return { state: 'chosen', typed, code: picked, name: typed };
  }
  if (/^\d{6,18}$/.test(typed)) return { state: 'chosen', typed, code: typed, name: nameOf(release, typed) ?? typed };
  const found = terminology.search.search(typed, { levels, limit: SHOWN });
  const same = found.results.filter((each) => each.name.toLowerCase() === typed.toLowerCase());
  const [only] = found.total === 1 ? found.results : same.length === 1 ? same : [];
  if (only !== undefined && only.found === 'name' && dictionary.product(only.id)?.invalid === false) {
    return { state: 'chosen', typed, code: only.id, name: only.name };
  }
  const options = found.results.map((each) => ({
    code: each.id,
    name: each.name,
    level: levels.length > 1 ? LEVEL_WORDS[each.level].short : '',
  }));
  return { state: 'choose', typed, options, total: found.total };
}

/** The name of a code, current or former. */
function nameOf({ dictionary }: NamedRelease, code: string): string | undefined {
  const resolution = dictionary.resolve(code);
  return resolution.status === 'current' || resolution.status === 'superseded'
    ? dictionary.displayOf(resolution.id)
    : undefined;
}

/** The address of a translation page, with what is asked in it. */
export function translateAddress(path: string, asked: { readonly [name: string]: string | undefined }): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined && value !== '') query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
