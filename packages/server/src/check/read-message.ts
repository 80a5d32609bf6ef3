import { jsonPlaces, lineAndColumn } from '@concord/conformance';
import { JsonFault, parseExact } from '../fhir/exact-json.ts';
import { FhirXmlError, parseFhirXml } from '../fhir/xml/index.ts';

/** A message as read. */
export interface MessageRead {
  readonly resource: unknown;
  /** The JSON text as sent; undefined where it was XML. */
  readonly json: string | undefined;
}

/** Why a text is no message, and where. */
export interface MessageFault {
  /** What is wrong and what to do. */
  readonly fault: string;
  /** From 1; undefined for what has no place, as an empty message. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

const DEEPEST = 200;

/** Reads one resource in JSON or XML, told by its first character. Never throws. */
export function readMessage(text: string): MessageRead | MessageFault {
  const whole = text.replace(/^\uFEFF/, '');
  const start = whole.search(/\S/);
  if (start < 0) return { fault: 'The message is empty.', line: undefined, column: undefined };
  if (whole[start] === '<') return readXml(whole, start);
  if (!/[[{"\d\-tfn]/.test(whole[start] ?? '')) {
    const place = lineAndColumn(whole, start);
    return { fault: 'This is neither JSON nor XML: a FHIR resource begins with { or <.', ...place };
  }
  try {
    return { resource: parseExact(whole, DEEPEST), json: whole };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const read = jsonPlaces(whole);
    if ('fault' in read) {
      const { message, line, column } = read.fault;
      return { fault: `Not JSON: ${lowered(message)}`, line, column };
    }
    // JSON, but not as a record may have it: a name given twice.
    return { fault: error.message, ...lineAndColumn(whole, error.position) };
  }
}

function readXml(whole: string, start: number): MessageRead | MessageFault {
  try {
    return { resource: parseFhirXml(whole.slice(start)).resource, json: undefined };
  } catch (error) {
    if (!(error instanceof FhirXmlError)) throw error;
    const { line = 1, column = 1 } = error;
    // The lines before the first character count too.
    const above = lineAndColumn(whole, start);
    const place = { line: line + above.line - 1, column: line === 1 ? column + above.column - 1 : column };
    return { fault: error.message.replace(/^Line \d+, column \d+: /, ''), ...place };
  }
}

/** Where and what, in a sentence. */
export function faultSentence({ fault, line, column }: MessageFault): string {
  return line === undefined ? fault : `Line ${line}, column ${column}: ${fault}`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
