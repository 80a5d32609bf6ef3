/**
 * One dm+d XML file as a stream of rows. Strict about shape (root, groups, rows, no repeated element) and deaf to
 * everything that makes XML dangerous: a document type declaration is refused, so no entity can be defined.
 */

import { SaxesParser } from 'saxes';
import { ReleaseError } from './errors.ts';
import { FILES, type FileSpec } from './format.ts';

/** Takes the rows of a file as they are read. `set` is called between `begin` and `end`. */
export interface RowSink {
  begin(table: string): void;
  /** One element of the row, with its text as written. */
  set(element: string, value: string, line: number): void;
  end(line: number): void;
  /** Something that the format does not foresee, kept out of no row. */
  note(rule: 'unknown-attribute' | 'text-outside-element', detail: string, line: number): void;
}

const DECLARED = /^utf-?8$/i;
const LONGEST_VALUE = 100_000;

/**
 * Reads one file into the sink that `openSink` gives once the root element tells the kind of file.
 * @returns which kind of release file it was.
 * @throws ReleaseError with file and line where it is not dm+d, not well-formed, or not safe.
 */
export async function readRows(
  chunks: AsyncIterable<Buffer>,
  file: string,
  openSink: (kind: FileSpec) => RowSink,
  onBytes?: (bytes: number) => void,
): Promise<FileSpec> {
  const reader = new RowReader(file, openSink);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      return reader.fail('malformed-xml', 'is not UTF-8 text');
    }
  };
  for await (const chunk of chunks) {
    reader.write(decode(chunk));
    onBytes?.(chunk.length);
  }
  reader.write(decode());
  return reader.close();
}

class RowReader {
  readonly #file: string;
  readonly #openSink: (kind: FileSpec) => RowSink;
  readonly #parser: SaxesParser;
  #spec: FileSpec | undefined;
  #sink: RowSink | undefined;
  #group: string | undefined;
  /** Row element that is open, with its table. */
  #row: { row: string; table: string } | undefined;
  #element: string | undefined;
  #value = '';
  #depth = 0;
  // GTIN rows repeat inside GTINDATA, and GTINDATA inside AMPP, under one AMPPID.
  #ampp = '';
  #gtinOpen = false;

  constructor(file: string, openSink: (kind: FileSpec) => RowSink) {
    this.#file = file;
    this.#openSink = openSink;
    const parser = new SaxesParser({ xmlns: false, position: true, fileName: undefined });
    this.#parser = parser;
    parser.on('error', (error) => this.fail('malformed-xml', `is not well-formed XML (${plain(error.message)})`));
    parser.on('doctype', () => this.fail('forbidden-xml', 'declares a document type, which no dm+d file does'));
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !DECLARED.test(encoding)) {
        this.fail('malformed-xml', `declares encoding ${encoding}, dm+d files are UTF-8`);
      }
    });
    parser.on('attribute', ({ name }) => {
      if (this.#depth > 0) this.#sink?.note('unknown-attribute', name, parser.line);
    });
    parser.on('opentag', ({ name }) => this.#open(name));
    parser.on('closetag', () => this.#close());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
  }

  fail(code: ReleaseError['code'], message: string): never {
    throw new ReleaseError(code, message, this.#file, this.#parser.line);
  }

  write(text: string): void {
    if (text !== '') this.#parser.write(text);
  }

  close(): FileSpec {
    this.#parser.close();
    if (this.#spec === undefined) this.fail('not-dmd', 'is empty');
    return this.#spec;
  }

  #open(name: string): void {
    this.#depth++;
    if (this.#depth === 1) this.#openRoot(name);
    else if (this.#group === undefined) this.#openGroup(name);
    else if (this.#row === undefined) this.#openRow(name);
    else this.#openElement(name);
  }

  #openRoot(name: string): void {
    this.#spec = FILES.find((f) => f.root === name);
    if (this.#spec === undefined) this.fail('not-dmd', `has root element <${name}>, which no dm+d file has`);
    this.#sink = this.#openSink(this.#spec);
    if (this.#spec.groups[''] !== undefined) this.#group = '';
  }

  #openGroup(name: string): void {
    if (!Object.hasOwn(this.#spec?.groups ?? {}, name)) {
      this.fail('wrong-element', `has <${name}> in <${this.#spec?.root}>, where the format has no such group`);
    }
    this.#group = name;
  }

  #openRow(name: string): void {
    const expected = this.#spec?.groups[this.#group ?? ''];
    if (expected === undefined || name !== expected.row) {
      this.fail('wrong-element', `has <${name}> where <${expected?.row}> belongs`);
    }
    this.#row = expected;
    if (expected.table === 'GTIN') {
      this.#ampp = '';
      this.#gtinOpen = false;
      return;
    }
    this.#sink?.begin(expected.table);
    if (expected.table === 'LOOKUP' || expected.table === 'HISTORY') {
      this.#sink?.set('GROUP', this.#group ?? '', this.#parser.line);
    }
  }

  #openElement(name: string): void {
    if (this.#element !== undefined) {
      this.fail('wrong-element', `has <${name}> inside <${this.#element}>, which holds text only`);
    }
    if (this.#row?.table === 'GTIN' && name === 'GTINDATA') return;
    this.#element = name;
    this.#value = '';
  }

  #text(text: string): void {
    if (this.#element !== undefined) {
      this.#value += text;
      if (this.#value.length > LONGEST_VALUE) this.fail('wrong-value', `has an endless <${this.#element}>`);
    } else if (/\S/.test(text)) {
      this.#sink?.note('text-outside-element', text.trim().slice(0, 60), this.#parser.line);
    }
  }

  #close(): void {
    this.#depth--;
    if (this.#element !== undefined) this.#closeElement(this.#element);
    else if (this.#row !== undefined) this.#closeRow();
    else if (this.#group !== undefined && this.#group !== '') this.#group = undefined;
  }

  #closeElement(name: string): void {
    this.#element = undefined;
    const line = this.#parser.line;
    if (this.#row?.table === 'GTIN') {
      if (name === 'AMPPID') {
        this.#endGtin();
        this.#ampp = this.#value;
        return;
      }
      if (name === 'GTIN' || !this.#gtinOpen) this.#beginGtin(line);
    }
    this.#sink?.set(name, this.#value, line);
  }

  #beginGtin(line: number): void {
    this.#endGtin();
    this.#sink?.begin('GTIN');
    this.#sink?.set('AMPPID', this.#ampp, line);
    this.#gtinOpen = true;
  }

  #endGtin(): void {
    if (this.#gtinOpen) this.#sink?.end(this.#parser.line);
    this.#gtinOpen = false;
  }

  #closeRow(): void {
    if (this.#row?.table === 'GTIN') {
      this.#endGtin();
      // </GTINDATA> closes here too: the row itself stays open one level up.
      if (this.#depth >= 3) return;
    } else {
      this.#sink?.end(this.#parser.line);
    }
    this.#row = undefined;
  }
}

/** saxes starts its messages with `line:column: `; our own message carries the line. */
function plain(message: string): string {
  return message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
}
