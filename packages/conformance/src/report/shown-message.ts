import { type JsonPlace, jsonPlaces } from './json-places.ts';

/** A message as it is shown to people, with the places of its values. */
export interface ShownMessage {
  readonly text: string;
  /** `as-sent`: the sender's own lines; `laid-out`: the sender's JSON on lines of its own; `from-xml`: the JSON of it. */
  readonly how: 'as-sent' | 'laid-out' | 'from-xml';
  readonly place: JsonPlace;
}

const widest = 400;
/** A text with as many lines as this part of what it would have with each value on its own is taken to be laid out. */
const fewest = 5;

/**
 * The text to show findings in. JSON that its sender laid out keeps its lines, so that their numbers are the sender's
 * own; other JSON is laid out, and XML is shown as the JSON that it means, which is what the findings' places name.
 * @param sent the JSON text as sent; undefined for XML
 */
export function shownMessage(resource: unknown, sent: string | undefined): ShownMessage {
  const laidOut = JSON.stringify(resource, null, 2) ?? 'null';
  if (sent !== undefined && isLaidOut(sent, laidOut)) {
    const read = jsonPlaces(sent);
    if ('place' in read) return { text: sent, how: 'as-sent', place: read.place };
  }
  const read = jsonPlaces(laidOut);
  const place = 'place' in read ? read.place : { line: 1 };
  return { text: laidOut, how: sent === undefined ? 'from-xml' : 'laid-out', place };
}

function isLaidOut(sent: string, laidOut: string): boolean {
  const lines = sent.split('\n');
  return lines.every((line) => line.length <= widest) && lines.length * fewest >= laidOut.split('\n').length;
}
