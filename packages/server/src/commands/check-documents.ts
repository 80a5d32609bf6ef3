import { readFileSync } from 'node:fs';
import { parseExact } from '../fhir/exact-json.ts';
import { parseFhirXml } from '../fhir/xml/index.ts';

/** One resource of a file, or why it could not be read. */
export interface CheckDocument {
  /** Its place in the file, where it holds several: `line 3`. */
  readonly name: string;
  readonly resource?: unknown;
  readonly fault?: string;
}

const DEEPEST = 200;

/** The resources in a file (- is standard input): one in JSON or XML, or one in JSON on each line. Does not throw. */
export function documentsOf(file: string): CheckDocument[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
      .replace(/^\uFEFF/, '')
      .trim();
  } catch (error) {
    return [{ name: '', fault: `The file cannot be read: ${(error as Error).message}` }];
  }
  if (text === '') return [{ name: '', fault: 'The file is empty.' }];
  if (text.startsWith('<')) return [document('', () => parseFhirXml(text).resource)];
  const whole = document('', () => parseExact(text, DEEPEST));
  const lines = text.split('\n').map((line) => line.trim());
  const isLines =
    lines.filter((line) => line.startsWith('{')).length > 1 && lines.every((l) => l === '' || l.startsWith('{'));
  if (whole.fault === undefined || !isLines) return [whole];
  return lines.flatMap((line, i) => (line === '' ? [] : [document(`line ${i + 1}`, () => parseExact(line, DEEPEST))]));
}

function document(name: string, read: () => unknown): CheckDocument {
  try {
    return { name, resource: read() };
  } catch (error) {
    return { name, fault: (error as Error).message };
  }
}
