/**
 * Where each value of a JSON text stands. `JSON.parse` gives values without places, and names the place of a fault in
 * some of its messages only.
 */

/** A value in a JSON text. */
export interface JsonPlace {
  /** The line on which it begins, from 1; for the member of an object, that of its name. */
  readonly line: number;
  /** The members of an object, by name. */
  readonly members?: ReadonlyMap<string, JsonPlace>;
  /** The items of an array. */
  readonly items?: readonly JsonPlace[];
}

/** Why a text is no JSON, and where. */
export interface JsonTextFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

const deepest = 500;
const literals = ['true', 'false', 'null'];
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringForm = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const spaceForm = /[ \t\r\n]*/y;

/** The places of a JSON text, or its first fault. Never throws. */
export function jsonPlaces(text: string): { place: JsonPlace } | { fault: JsonTextFault } {
  const reader = new PlaceReader(text);
  try {
    return { place: reader.read() };
  } catch (error) {
    if (error instanceof FaultAt) return { fault: { message: error.message, ...lineAndColumn(text, error.position) } };
    throw error;
  }
}

/** The line and column, from 1, of a position in a text, from 0. */
export function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  const start = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: position - start + 1 };
}

class FaultAt extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

class PlaceReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonPlace {
    this.#space();
    const place = this.#value(this.#line);
    this.#space();
    if (this.#at < this.#text.length)
      this.#fail(`Nothing may follow the end of the message, but ${this.#here()} does.`);
    return place;
  }

  #value(line: number): JsonPlace {
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (++this.#depth > deepest) this.#fail(`Nested more than ${deepest} levels deep.`);
      const place = first === '{' ? { line, members: this.#members() } : { line, items: this.#items() };
      this.#depth--;
      return place;
    }
    if (first === '"') this.#string();
    else if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) this.#number();
    else {
      const literal = literals.find((each) => this.#text.startsWith(each, this.#at));
      if (literal === undefined) this.#fail(`A value is expected here, not ${this.#here()}.`);
      this.#at += literal.length;
    }
    return { line };
  }

  #members(): Map<string, JsonPlace> {
    const members = new Map<string, JsonPlace>();
    this.#at++;
    this.#space();
    while (this.#text[this.#at] !== '}' || members.size > 0) {
      if (this.#text[this.#at] !== '"')
        this.#fail(`A property name in double quotes is expected here, not ${this.#here()}.`);
      const line = this.#line;
      const name = JSON.parse(this.#string()) as string;
      this.#space();
      if (this.#text[this.#at] !== ':')
        this.#fail(`A colon is expected after the name "${name}", not ${this.#here()}.`);
      this.#at++;
      this.#space();
      members.set(name, this.#value(line));
      if (this.#ends('}')) return members;
    }
    this.#at++;
    return members;
  }

  #items(): JsonPlace[] {
    const items: JsonPlace[] = [];
    this.#at++;
    this.#space();
    while (this.#text[this.#at] !== ']' || items.length > 0) {
      items.push(this.#value(this.#line));
      if (this.#ends(']')) return items;
    }
    this.#at++;
    return items;
  }

  /** After a member or item: true at the end; otherwise it stands at the next. */
  #ends(closing: string): boolean {
    this.#space();
    const found = this.#text[this.#at];
    if (found !== closing && found !== ',') this.#fail(`A comma or ${closing} is expected here, not ${this.#here()}.`);
    this.#at++;
    if (found === ',') this.#space();
    return found === closing;
  }

  #string(): string {
    const start = this.#at;
    const written = this.#match(stringForm);
    if (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length || this.#text[this.#at] === '\n')
        this.#fail('The text that begins here has no end.', start);
      this.#fail(`${this.#here()} may not stand in a text: escape it.`);
    }
    this.#at++;
    return `${written}"`;
  }

  #number(): void {
    if (this.#match(numberForm) === '') this.#fail('This is no number.');
    if (/[\d.eE+-]/.test(this.#text[this.#at] ?? '')) this.#fail('This is no number: write digits, as 1 or 2.5.');
  }

  #space(): void {
    const start = this.#at;
    this.#match(spaceForm);
    for (let i = start; i < this.#at; i++) if (this.#text[i] === '\n') this.#line++;
  }

  #match(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** What stands here, as a fault names it. */
  #here(): string {
    const found = this.#text.codePointAt(this.#at);
    if (found === undefined) return 'the end';
    const isSeen = found > 32 && (found < 127 || found > 160) && (found < 0xd800 || found > 0xdfff);
    return isSeen
      ? String.fromCodePoint(found)
      : `the character U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
  }

  #fail(message: string, position = this.#at): never {
    throw new FaultAt(message, position);
  }
}
