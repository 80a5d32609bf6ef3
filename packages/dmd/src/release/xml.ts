/**
 * Reads XML as bytes arrive, for the plain XML of dm+d files: elements and text. Several times faster than a general
 * parser because names and texts are cut straight from the bytes, and as strict: well-formedness, UTF-8, characters,
 * references and attributes are checked. A document type declaration is refused, so no entity can be defined.
 */

import { isUtf8 } from 'node:buffer';
import { checkAttributes, DECLARATION, isName, plainText, XmlError } from './xml-text.ts';

/** What the reader of a document is told. */
export interface XmlHandler {
  open(name: string): void;
  close(): void;
  /** Text of an element, cut by comments and CDATA into several calls; white space alone only where it is wanted. */
  text(text: string): void;
  /** Whether white space alone is wanted as text here. */
  readonly wantsSpace: boolean;
  /** An attribute of the element that is opened next. */
  attribute(name: string): void;
}

interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const LINE_FEED = 10;
const SPACE = 32;
const BANG = 33;
const QUOTE = 34;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const MINUS = 45;
const SLASH = 47;
const LESS = 60;
const GREATER = 62;
const QUESTION = 63;
const BRACKET = 93;
const ASCII = 128;

// A token longer than this (a text, tag or comment) is no dm+d; it bounds what is kept between chunks.
const LONGEST_TOKEN = 1_000_000;
const DEEPEST = 64;
const CDATA = '<![CDATA[';

/** A reader fed with `write` and ended with `end`. Both throw XmlError, and whatever the handler throws. */
export class XmlReader {
  readonly #handler: XmlHandler;
  readonly #names = new Map<number, Name[]>();
  readonly #open: Name[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #lines = 1;
  #counted = 0;
  #started = false;
  /** Nothing was read yet but a byte order mark. */
  #beginning = true;
  #rootSeen = false;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  /** The line that is being read, from 1. */
  get line(): number {
    for (;;) {
      const next = this.#chunk.indexOf(LINE_FEED, this.#counted);
      if (next < 0 || next >= this.#at) return this.#lines;
      this.#lines++;
      this.#counted = next + 1;
    }
  }

  write(bytes: Buffer): void {
    const rest = this.#chunk;
    this.#chunk = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    this.#at = 0;
    this.#counted = 0;
    if (!this.#started && !this.#start()) return;
    while (this.#token());
    this.#keepRest();
  }

  end(): void {
    if (!this.#started && this.#chunk.length > 0) this.#start();
    const inside = this.#open.at(-1);
    if (inside !== undefined) throw new XmlError(`ends inside <${inside.text}>`);
    if (this.#chunk.toString('latin1', this.#at).trim() !== '') throw new XmlError('has text outside its root element');
    if (!this.#rootSeen) throw new XmlError('has no element');
  }

  /** Looks at the first bytes; false where there are too few yet to tell. */
  #start(): boolean {
    const chunk = this.#chunk;
    if (chunk.length < 3) return false;
    this.#started = true;
    if (chunk[0] === 0xfe || chunk[0] === 0xff) throw new XmlError('is not UTF-8 text');
    if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) this.#at = 3;
    return true;
  }

  #keepRest(): void {
    const chunk = this.#chunk;
    const done = this.#at;
    if (chunk.length - done > LONGEST_TOKEN) throw new XmlError('has an endless text, tag or comment');
    // Tokens end with a whole character, so what was read can be judged without the rest.
    if (!isUtf8(chunk.subarray(0, done))) throw new XmlError('is not UTF-8 text');
    this.#lines = this.line;
    this.#chunk = Buffer.from(chunk.subarray(done));
    this.#at = 0;
    this.#counted = 0;
  }

  /** Reads the text that begins here and the tag after it; false where they do not end in this chunk. */
  #token(): boolean {
    const chunk = this.#chunk;
    const start = this.#at;
    let plain = true;
    let ascii = true;
    let blank = true;
    let less = start;
    for (; less < chunk.length; less++) {
      const byte = chunk[less] as number;
      if (byte === LESS) break;
      if (byte > SPACE) {
        blank = false;
        if (byte >= ASCII) ascii = false;
        else if (byte === AMPERSAND || byte === BRACKET) plain = false;
      } else if (byte !== SPACE && byte !== LINE_FEED) {
        plain = false;
      }
    }
    if (less >= chunk.length - 1) return false;
    const second = chunk[less + 1];
    const end = second === BANG || second === QUESTION ? this.#markupEnd(less) : this.#tagEnd(less);
    if (end < 0) return false;
    if (less > start) {
      this.#text(start, less, plain, ascii, blank);
      this.#beginning = false;
    }
    this.#at = less;
    if (second === SLASH) this.#closeTag(less + 2, end);
    else if (second === BANG) this.#comment(less, end);
    else if (second === QUESTION) this.#instruction(less, end);
    else this.#openTag(less + 1, end);
    this.#beginning = false;
    this.#at = end + 1;
    return true;
  }

  /** Place of the `>` of a tag, which may have another `>` inside quotes; -1 where it is not there yet. */
  #tagEnd(less: number): number {
    const chunk = this.#chunk;
    let quote = 0;
    for (let i = less + 1; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GREATER) return i;
      else if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
      else if (byte === LESS) {
        this.#at = less;
        throw new XmlError('has a < inside a tag');
      }
    }
    return -1;
  }

  /** Place of the last byte of a comment, CDATA section or instruction; -1 where it is not there yet. */
  #markupEnd(less: number): number {
    const chunk = this.#chunk;
    const find = (mark: string, from: number): number => {
      const found = chunk.indexOf(mark, from);
      return found < 0 ? -1 : found + mark.length - 1;
    };
    if (chunk[less + 1] === QUESTION) return find('?>', less + 2);
    if (less + CDATA.length > chunk.length) return -1;
    if (chunk[less + 2] === MINUS && chunk[less + 3] === MINUS) return find('-->', less + 4);
    if (chunk.toString('latin1', less, less + CDATA.length) === CDATA) return find(']]>', less + CDATA.length);
    this.#at = less;
    if (/^<!DOCTYPE$/i.test(chunk.toString('latin1', less, less + CDATA.length))) {
      throw new XmlError('declares a document type, which no dm+d file does', true);
    }
    throw new XmlError('has a declaration that XML does not have here');
  }

  #text(start: number, end: number, plain: boolean, ascii: boolean, blank: boolean): void {
    if (this.#open.length === 0) {
      if (!blank) throw new XmlError('has text outside its root element');
      return;
    }
    if (blank && plain && !this.#handler.wantsSpace) return;
    const raw = this.#chunk.toString(ascii ? 'latin1' : 'utf8', start, end);
    this.#handler.text(plain && ascii ? raw : plainText(raw));
  }

  #openTag(start: number, end: number): void {
    const chunk = this.#chunk;
    const closed = chunk[end - 1] === SLASH;
    const last = closed ? end - 1 : end;
    let stop = start;
    while (stop < last && (chunk[stop] as number) > SPACE) stop++;
    const name = this.#name(start, stop);
    if (this.#open.length === 0) {
      if (this.#rootSeen) throw new XmlError('has a second root element');
      this.#rootSeen = true;
    }
    if (stop < last) {
      for (const attribute of checkAttributes(chunk.toString('utf8', stop, last))) this.#handler.attribute(attribute);
    }
    if (this.#open.length === DEEPEST) throw new XmlError('is nested too deep');
    this.#handler.open(name.text);
    if (closed) this.#handler.close();
    else this.#open.push(name);
  }

  #closeTag(start: number, end: number): void {
    const chunk = this.#chunk;
    let stop = end;
    while (stop > start && (chunk[stop - 1] as number) <= SPACE) stop--;
    const name = this.#open.pop();
    if (name === undefined || !sameBytes(name.bytes, chunk, start, stop)) {
      const written = chunk.toString('utf8', start, Math.min(stop, start + 40));
      throw new XmlError(`closes <${written}> ${name === undefined ? 'that is not open' : `inside <${name.text}>`}`);
    }
    this.#handler.close();
  }

  #comment(less: number, end: number): void {
    const text = this.#chunk.toString('utf8', less, end + 1);
    if (text.startsWith(CDATA)) {
      if (this.#open.length === 0) throw new XmlError('has text outside its root element');
      this.#handler.text(plainText(text.slice(CDATA.length, -3), true));
    } else if (/--|-$/.test(text.slice(4, -3))) {
      throw new XmlError('has -- inside a comment');
    } else {
      plainText(text, true);
    }
  }

  #instruction(less: number, end: number): void {
    const text = this.#chunk.toString('utf8', less, end + 1);
    if (!/^<\?xml[\s?]/i.test(text)) {
      if (!isName(/^<\?([^\s?]*)/.exec(text)?.[1] ?? ''))
        throw new XmlError('has a processing instruction without name');
      return;
    }
    const encoding = this.#beginning ? DECLARATION.exec(text) : null;
    if (encoding === null) throw new XmlError('has an XML declaration that is out of place or not well-formed');
    if (!/^utf-?8$/i.test(encoding[1] ?? 'utf-8')) {
      throw new XmlError(`declares encoding ${encoding[1]}, dm+d files are UTF-8`);
    }
  }

  /** The name in these bytes, made into a string once. */
  #name(start: number, stop: number): Name {
    const chunk = this.#chunk;
    const key = ((stop - start) << 16) | ((chunk[start] ?? 0) << 8) | (chunk[stop - 1] ?? 0);
    let known = this.#names.get(key);
    for (const name of known ?? []) if (sameBytes(name.bytes, chunk, start, stop)) return name;
    const text = chunk.toString('utf8', start, stop);
    if (!isName(text)) throw new XmlError('has a tag without a proper name');
    const name = { bytes: Uint8Array.from(chunk.subarray(start, stop)), text };
    if (known === undefined) {
      known = [];
      this.#names.set(key, known);
    }
    // A file with ever new names is refused by whoever reads it; what is kept here stays small all the same.
    if (known.length < DEEPEST) known.push(name);
    return name;
  }
}

function sameBytes(bytes: Uint8Array, chunk: Uint8Array, start: number, stop: number): boolean {
  if (bytes.length !== stop - start) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== chunk[start + i]) return false;
  return true;
}
