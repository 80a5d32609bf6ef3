import { readFileSync } from 'node:fs';
import { type Dosage, dosagesToText, parseDoseSentence } from '@concord/dosage';
import { BadSetting } from '../config.ts';
import { parseExact } from '../fhir/exact-json.ts';
import { parseFhirXml } from '../fhir/xml/index.ts';
import type { Command } from './command.ts';

/** `concord dose`: dosages to text, and dose sentences to dosages. */
export const doseCommand: Command = {
  name: 'dose',
  summary: 'Put a FHIR dosage into words, or read a dose sentence',
  help: `Usage: concord dose text FILE...
       concord dose parse SENTENCE...

text   prints the text of each resource in the files (JSON, XML or NDJSON; a Bundle's entries each; or a Dosage or
       list of Dosages), by the UK dose-to-text rules. What cannot be said safely is refused, with the reason.
parse  reads each sentence into a FHIR Dosage, printed as JSON; - reads sentences from standard input, a line each.

FILE may be - for standard input. The exit status is 1 when anything was refused or only partly read.

  --json   print everything that is known of each result, as JSON, a line each

Examples
  concord dose parse "Take one or two tablets every 4-6 hours when required, max 8 in 24 hours"
  concord dose text prescription.json`,
  options: { json: { type: 'boolean' } },
  positionals: true,
  async run(flags, [what, ...rest]) {
    if ((what !== 'text' && what !== 'parse') || rest.length === 0) {
      throw new BadSetting('say "text" and files, or "parse" and sentences.');
    }
    return what === 'text' ? printTexts(rest, flags.json === true) : printDosages(rest, flags.json === true);
  },
};

function read(file: string): string {
  return readFileSync(file === '-' ? 0 : file, 'utf8');
}

function printTexts(files: string[], json: boolean): number {
  let refused = 0;
  for (const file of files) {
    for (const { name, dosages } of documentsIn(read(file)).flatMap(ordersIn)) {
      const result = dosagesToText(dosages);
      if (result.outcome === 'refused') refused++;
      if (json) console.log(JSON.stringify({ file, name, ...result }));
      else if (result.outcome === 'text') console.log(`${name}: ${result.text}`);
      else
        for (const { rule, path, message } of result.refusals)
          console.log(`${name}: refused by ${rule} at ${path}: ${message}`);
    }
  }
  return refused > 0 ? 1 : 0;
}

const DEEPEST = 200;

/** What a file holds: one XML document, one JSON document, or one on each line. */
function documentsIn(text: string): unknown[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) return [parseFhirXml(trimmed).resource];
  try {
    return [parseExact(trimmed, DEEPEST)];
  } catch (error) {
    const lines = trimmed.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2 || !lines.every((line) => line.trim().startsWith('{'))) throw error;
    return lines.map((line) => parseExact(line, DEEPEST));
  }
}

interface Order {
  name: string;
  dosages: Dosage[];
}

/** Whatever has dosages in a document: a resource, the entries of a Bundle, a Dosage, a list of Dosages. */
function ordersIn(document: unknown): Order[] {
  if (Array.isArray(document)) return [{ name: 'Dosage', dosages: document as Dosage[] }];
  const node = document as { [name: string]: unknown };
  if (node?.resourceType === 'Bundle') {
    return ((node.entry ?? []) as { resource?: unknown }[]).flatMap((entry) =>
      entry.resource ? ordersIn(entry.resource) : [],
    );
  }
  const dosages = node?.dosageInstruction ?? node?.dosage;
  if (Array.isArray(dosages))
    return [{ name: `${String(node.resourceType)}/${String(node.id ?? '?')}`, dosages: dosages as Dosage[] }];
  return node?.resourceType === undefined ? [{ name: 'Dosage', dosages: [node as Dosage] }] : [];
}

function printDosages(sentences: string[], json: boolean): number {
  let unread = 0;
  const all = sentences.flatMap((each) =>
    each === '-'
      ? read('-')
          .split('\n')
          .filter((line) => line.trim() !== '')
      : [each],
  );
  for (const sentence of all) {
    const result = parseDoseSentence(sentence);
    if (result.outcome !== 'read') unread++;
    if (json) {
      console.log(JSON.stringify({ sentence, ...result }));
      continue;
    }
    if (result.outcome !== 'refused') console.log(JSON.stringify(result.dosage, null, 2));
    if (result.outcome !== 'read') {
      console.error(`${result.outcome === 'partial' ? 'Partly read' : 'Refused'}: ${sentence}`);
      for (const { message, words } of result.reasons)
        console.error(`  ${message}${words.length > 0 ? ` (${words.join(', ')})` : ''}`);
    }
  }
  return unread > 0 ? 1 : 0;
}
