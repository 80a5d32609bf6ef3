import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { lineAndColumn } from '@concord/conformance';
import { type MessageFault, type MessageRead, readMessage } from '../check/read-message.ts';

/** One resource of a file, or why it could not be read. */
export interface CheckDocument {
  /** Its place in the file, where it holds several: `line 3`. */
  readonly name: string;
  readonly read: MessageRead | MessageFault;
}

/**
 * The resources in a file (- is standard input): one in JSON or XML, or one in JSON on each line. Of a file that is named
 * .ndjson no more than a line is held at a time. Does not throw.
 */
export function* documentsOf(file: string): Generator<CheckDocument> {
  try {
    if (/\.ndjson$/i.test(file)) yield* eachLine(linesOf(file));
    else yield* documentsIn(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    const fault = `The file cannot be read: ${(error as Error).message}`;
    yield { name: '', read: { fault, line: undefined, column: undefined } };
  }
}

function* documentsIn(bytes: Buffer): Generator<CheckDocument> {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes) && isLines(text)) yield* eachLine(text.split('\n').map((line) => Buffer.from(line)));
  else yield { name: '', read: readBytes(bytes) };
}

/** Each line that is not blank is a resource; what is wrong with one is on that line of the file. */
function* eachLine(lines: Iterable<Buffer>): Generator<CheckDocument> {
  let number = 0;
  let isAny = false;
  for (const bytes of lines) {
    number++;
    if (bytes.toString('utf8').replace('\uFEFF', '').trim() === '') continue;
    isAny = true;
    const read = readBytes(bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes);
    yield { name: `line ${number}`, read: 'fault' in read ? { ...read, line: number } : read };
  }
  if (!isAny) yield { name: '', read: readMessage('') };
}

/** Reads a resource that must be UTF-8, as FHIR is: another encoding would be read as other letters. */
function readBytes(bytes: Buffer): MessageRead | MessageFault {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return readMessage(text);
  const place = lineAndColumn(text, Math.max(0, text.indexOf('\uFFFD')));
  return { fault: 'This is not UTF-8, which FHIR is written in: save it as UTF-8.', ...place };
}

const CHUNK_BYTES = 1 << 20;
const NEW_LINE = 10;
const CARRIAGE_RETURN = 13;

/** The lines of a file, which may be larger than memory. */
function* linesOf(file: string): Generator<Buffer> {
  const opened = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let begun: Buffer[] = [];
    for (let size = readSync(opened, chunk); size > 0; size = readSync(opened, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(NEW_LINE); end >= 0 && end < size; end = chunk.indexOf(NEW_LINE, start)) {
        yield Buffer.concat([...begun, chunk.subarray(start, end)]);
        begun = [];
        start = end + 1;
      }
      // Copied, as the chunk is read into again.
      begun.push(Buffer.from(chunk.subarray(start, size)));
    }
    yield Buffer.concat(begun);
  } finally {
    closeSync(opened);
  }
}

/** True for a resource on each line, which as a whole is no JSON: the first line is one by itself. */
function isLines(text: string): boolean {
  const first = /^\uFEFF?\s*(\{.*\})[ \t\r]*\n\s*\S/.exec(text)?.[1];
  return first !== undefined && !('fault' in readMessage(first)) && 'fault' in readMessage(text);
}
