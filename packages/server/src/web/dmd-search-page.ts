import type { Level, SearchResult } from '@concord/dmd';
import { type DmdVisit, releaseFor } from './dmd-visit.ts';
import { LEVEL_WORDS, STANDING_TAGS } from './dmd-words.ts';
import type { Page } from './page.ts';
import type { Tag } from './words.ts';

/** Products on one page of results; more than that, and the words must be narrowed. */
const SHOWN = 30;
const LONGEST = 200;
const LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'];

/** A product found. */
interface FoundRow {
  readonly name: string;
  readonly address: string;
  readonly level: string;
  readonly tag: Tag | undefined;
  readonly notes: readonly string[];
}

/** Finds medicines by what a person types: the page, and what its script asks for at each pause in the typing. */
export async function dmdSearchPage(visit: DmdVisit): Promise<Page> {
  const release = await releaseFor(visit);
  const asked = (visit.query('q') ?? '').slice(0, LONGEST);
  const level = LEVELS.find((each) => each === visit.query('level'));
  const model = {
    ...{ asked, level, levels: LEVELS.map((value) => ({ value, words: LEVEL_WORDS[value].plural })) },
    ...{ release: release.name, isSample: release.isSample },
  };
  if (asked === '') return { view: 'dmd-search', title: 'Find a medicine in dm+d', model };
  const found = release.terminology.search.search(asked, {
    limit: SHOWN,
    ...(level === undefined ? {} : { levels: [level] }),
  });
  return {
    view: 'dmd-search',
    title: `Find a medicine in dm+d: ${asked}`,
    model: {
      ...model,
      isSearch: true,
      rows: found.results.map(foundRow),
      summary: summary(found.total, found.results.length),
      unknownWords: found.total === 0 ? found.unknownWords : [],
    },
  };
}

function summary(total: number, shown: number): string {
  if (total === 0) return 'No medicines found';
  if (total === 1) return '1 medicine found';
  const all = `${total.toLocaleString('en-GB')} medicines found`;
  return total > shown ? `${all}, the first ${shown} shown: add a word to narrow them` : all;
}

function foundRow({ id, name, level, standing, reasons, found, brand }: SearchResult): FoundRow {
  const notes = reasons.map((reason) => `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}`);
  if (brand !== undefined) notes.push(`Generic of ${brand.name}`);
  if (found === 'former id') notes.push('Found by a former code');
  if (found === 'misspelling') notes.push('Spelt differently from what was typed');
  return { name, address: `/dmd/${id}`, level: LEVEL_WORDS[level].short, tag: STANDING_TAGS[standing], notes };
}
