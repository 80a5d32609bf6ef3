import type { JsonObject } from '../structure/walk.ts';
import { Invariants } from './invariants.ts';
import { ProfileBook } from './profile-book.ts';
import { ResourcePlaces } from './resource-places.ts';

/** Resources that refer to each other are looked into so far, one for the sake of another. */
const MAX_NESTING = 8;

/** What all that is checked of one message shares: each part is made when it is first needed. */
export class Message {
  readonly #resource: JsonObject;
  readonly #book: ProfileBook | undefined;
  readonly #now: string | undefined;
  #places: ResourcePlaces | undefined;
  #invariants: Invariants | undefined;
  readonly #answers = new Map<string, boolean | undefined>();
  #nesting = 0;

  constructor(resource: JsonObject, book: ProfileBook | undefined, now: string | undefined) {
    this.#resource = resource;
    this.#book = book;
    this.#now = now;
  }

  get places(): ResourcePlaces {
    this.#places ??= new ResourcePlaces(this.#resource);
    return this.#places;
  }

  get invariants(): Invariants {
    this.#invariants ??= new Invariants(this.#book ?? new ProfileBook([]), this.places, this.#now);
    return this.#invariants;
  }

  /** The answer to a question, found once; undefined where it asks others, or itself again, too deep. */
  once(question: string, find: () => boolean | undefined): boolean | undefined {
    if (this.#answers.has(question)) return this.#answers.get(question);
    if (this.#nesting >= MAX_NESTING) return undefined;
    this.#nesting++;
    const answer = find();
    this.#nesting--;
    this.#answers.set(question, answer);
    return answer;
  }
}
