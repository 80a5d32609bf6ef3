import type { Act, Letter, LetterState } from '../../messaging/letters.ts';
import { shortDateTime } from '../dates.ts';
import { LIST } from './operator-form.ts';

/** What the lists of letters are called, and what they mean. */
export const LETTER_LISTS: Readonly<Record<LetterState, { heading: string; says: string; one: string }>> = {
  failing: {
    heading: 'Failing',
    says: 'These failed, and are tried again and again. What follows them waits until they are taken or given up.',
    one: 'Failing',
  },
  refused: {
    heading: 'Refused',
    says: 'These will not be taken as they are: look at each, then send it again or give it up. Others are not held up by them.',
    one: 'Refused',
  },
  discarded: { heading: 'Given up', says: 'An operator gave these up, and said why.', one: 'Given up' },
};

const DID: Readonly<Record<Act['did'], string>> = {
  replayed: 'Sent again',
  edited: 'Edited and sent again',
  discarded: 'Given up',
};

/** A letter as lists and its own page show it. */
export function letterRow(letter: Letter) {
  const { to, which, at, acts } = letter;
  return {
    ...letter,
    ...inWords(letter),
    when: shortDateTime(at),
    href: `${LIST}/message?${new URLSearchParams({ to, which })}`,
    done: acts.map((each) => ({ ...each, words: DID[each.did], when: shortDateTime(each.at) })),
  };
}

/** Whom a letter is for, and what it is about, without what only programs read. */
function inWords({ to, about }: Letter): { whom: string; what: string } {
  const [, type, id = '', version] = /^([A-Za-z]+)\/(.+)\/_history\/(\d+)$/.exec(about) ?? [];
  return { whom: whomWords(to), what: type === undefined ? about : `${type} …${id.slice(-5)}, version ${version}` };
}

/** A subscriber by its name in the database: a neighbour by its own. */
export function whomWords(to: string): string {
  const [, name, kind] = /^neighbour\/([^/]+)\/(\w+)$/.exec(to) ?? [];
  return kind === undefined ? to : kind === 'fetch' ? `here, from ${name}` : `${name}`;
}

/** The page of all letters of a state, of one subscriber where it is given. */
export function lettersAddress(state: LetterState, more: { to?: string | undefined; after?: string | undefined } = {}) {
  const query = new URLSearchParams({ state });
  for (const [name, value] of Object.entries(more)) if (value !== undefined) query.set(name, value);
  return `${LIST}/letters?${query}`;
}

/** The id of the Subscription that a subscriber is; undefined for others. */
export function subscriptionOf(to: string): string | undefined {
  return /^Subscription\/([A-Za-z0-9\-.]{1,64})$/.exec(to)?.[1];
}

/** Where an operator sets how a Subscription is told. */
export function subscriptionAddress(id: string): string {
  return `${LIST}/subscription?${new URLSearchParams({ id })}`;
}
