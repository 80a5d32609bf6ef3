/**
 * One dm+d XML file as a stream of rows. Strict about shape: root, groups, rows, no repeated element.
 */

import { ReleaseError } from './errors.ts';
import { FILES, type FileSpec } from './format.ts';
import { type XmlHandler, XmlReader } from './xml.ts';
import { XmlError } from './xml-text.ts';

/** Where in a file the reader stands. */
export interface Position {
  readonly line: number;
}

/** Takes the rows of a file as they are read. `set` is called between `begin` and `end`. */
export interface RowSink {
  begin(table: string): void;
  /** One element of the row, with its text as written. */
  set(element: string, value: string): void;
  end(): void;
  /** Something that the format does not foresee, kept out of every row. */
  note(rule: 'unknown-attribute' | 'text-outside-element', detail: string): void;
}

/** Gives the sink for a kind of file; the position tells, at any time, which line is being read. */
export type OpenSink = (kind: FileSpec, position: Position) => RowSink;

const LONGEST_VALUE = 100_000;

/**
 * Reads one file into the sink that `openSink` gives once the root element tells the kind of file.
 * @returns which kind of release file it was.
 * @throws ReleaseError with file and line where it is not dm+d, not well-formed, or not safe.
 */
export async function readRows(
  chunks: AsyncIterable<Buffer>,
  file: string,
  openSink: OpenSink,
  onBytes?: (bytes: number) => void,
): Promise<FileSpec> {
  const reader = new RowReader(file, openSink);
  for await (const chunk of chunks) {
    reader.write(chunk);
    onBytes?.(chunk.length);
  }
  return reader.end();
}

class RowReader implements XmlHandler {
  readonly #file: string;
  readonly #openSink: OpenSink;
  readonly #xml = new XmlReader(this);
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

  constructor(file: string, openSink: OpenSink) {
    this.#file = file;
    this.#openSink = openSink;
  }

  #fail(code: ReleaseError['code'], message: string): never {
    throw new ReleaseError(code, message, this.#file, this.#xml.line);
  }

  write(bytes: Buffer): void {
    try {
      this.#xml.write(bytes);
    } catch (error) {
      this.#refuse(error);
    }
  }

  end(): FileSpec {
    try {
      this.#xml.end();
    } catch (error) {
      this.#refuse(error);
    }
    return this.#spec ?? this.#fail('not-dmd', 'is empty');
  }

  #refuse(error: unknown): never {
    if (!(error instanceof XmlError)) throw error;
    if (error.forbidden) this.#fail('forbidden-xml', error.message);
    this.#fail('malformed-xml', `is not well-formed XML: ${error.message}`);
  }

  get wantsSpace(): boolean {
    return this.#element !== undefined;
  }

  attribute(name: string): void {
    if (this.#depth > 0) this.#sink?.note('unknown-attribute', name);
  }

  open(name: string): void {
    this.#depth++;
    if (this.#depth === 1) this.#openRoot(name);
    else if (this.#group === undefined) this.#openGroup(name);
    else if (this.#row === undefined) this.#openRow(name);
    else this.#openElement(name);
  }

  #openRoot(name: string): void {
    this.#spec = FILES.find((f) => f.root === name);
    if (this.#spec === undefined) this.#fail('not-dmd', `has root element <${name}>, which no dm+d file has`);
    this.#sink = this.#openSink(this.#spec, this.#xml);
    if (this.#spec.groups[''] !== undefined) this.#group = '';
  }

  #openGroup(name: string): void {
    if (!Object.hasOwn(this.#spec?.groups ?? {}, name)) {
      this.#fail('wrong-element', `has <${name}> in <${this.#spec?.root}>, where the format has no such group`);
    }
    this.#group = name;
  }

  #openRow(name: string): void {
    const expected = this.#spec?.groups[this.#group ?? ''];
    if (expected === undefined || name !== expected.row) {
      this.#fail('wrong-element', `has <${name}> where <${expected?.row}> belongs`);
    }
    this.#row = expected;
    if (expected.table === 'GTIN') {
      this.#ampp = '';
      this.#gtinOpen = false;
      return;
    }
    this.#sink?.begin(expected.table);
    if (expected.table === 'LOOKUP' || expected.table === 'HISTORY') {
      this.#sink?.set('GROUP', this.#group ?? '');
    }
  }

  #openElement(name: string): void {
    if (this.#element !== undefined) {
      this.#fail('wrong-element', `has <${name}> inside <${this.#element}>, which holds text only`);
    }
    if (this.#row?.table === 'GTIN' && name === 'GTINDATA') return;
    this.#element = name;
    this.#value = '';
  }

  text(text: string): void {
    if (this.#element !== undefined) {
      this.#value += text;
      if (this.#value.length > LONGEST_VALUE) this.#fail('wrong-value', `has an endless <${this.#element}>`);
    } else if (/\S/.test(text)) {
      this.#sink?.note('text-outside-element', text.trim().slice(0, 60));
    }
  }

  close(): void {
    this.#depth--;
    if (this.#element !== undefined) this.#closeElement(this.#element);
    else if (this.#row !== undefined) this.#closeRow();
    else if (this.#group !== undefined && this.#group !== '') this.#group = undefined;
  }

  #closeElement(name: string): void {
    this.#element = undefined;
    if (this.#row?.table === 'GTIN') {
      if (name === 'AMPPID') {
        this.#endGtin();
        this.#ampp = this.#value;
        return;
      }
      if (name === 'GTIN' || !this.#gtinOpen) this.#beginGtin();
    }
    this.#sink?.set(name, this.#value);
  }

  #beginGtin(): void {
    this.#endGtin();
    this.#sink?.begin('GTIN');
    this.#sink?.set('AMPPID', this.#ampp);
    this.#gtinOpen = true;
  }

  #endGtin(): void {
    if (this.#gtinOpen) this.#sink?.end();
    this.#gtinOpen = false;
  }

  #closeRow(): void {
    if (this.#row?.table === 'GTIN') {
      this.#endGtin();
      // </GTINDATA> closes here too: the row itself stays open one level up.
      if (this.#depth >= 3) return;
    } else {
      this.#sink?.end();
    }
    this.#row = undefined;
  }
}
