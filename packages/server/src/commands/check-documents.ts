import { readFileSync } from 'node:fs';
import { type MessageFault, type MessageRead, readMessage } from '../check/read-message.ts';

/** One resource of a file, or why it could not be read. */
export interface CheckDocument {
  /** Its place in the file, where it holds several: `line 3`. */
  readonly name: string;
  readonly read: MessageRead | MessageFault;
}

/** The resources in a file (- is standard input): one in JSON or XML, or one in JSON on each line. Does not throw. */
export function* documentsOf(file: string): Generator<CheckDocument> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const fault = `The file cannot be read: ${(error as Error).message}`;
    yield { name: '', read: { fault, line: undefined, column: undefined } };
    return;
  }
  if (!isLines(text)) {
    yield { name: '', read: readMessage(text) };
    return;
  }
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() !== '') yield { name: `line ${number}`, read: readMessage(line) };
  }
}

/** True for a resource on each line, which as a whole is no JSON. */
function isLines(text: string): boolean {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const isEach = lines.length > 1 && lines.every((line) => line.trimStart().startsWith('{'));
  return isEach && 'fault' in readMessage(text);
}
