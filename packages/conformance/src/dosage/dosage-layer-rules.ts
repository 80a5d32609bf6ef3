import { compareDosageText, type Dosage, type DosageTextDifference, dosagesToText } from '@concord/dosage';
import { once } from '../rules/kept.ts';
import { dosagesOf } from '../rules/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { compareMeasures, plainWords } from './measure.ts';

const layer = 'dosage';
const on = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement'];

const listOf = (node: JsonObject) => (node.dosageInstruction === undefined ? 'dosage' : 'dosageInstruction');

/** What the dosages of one resource come to: rendered and compared once, and asked about by several rules. */
interface Reading {
  readonly refused: readonly Fault[];
  readonly doubtful: readonly Fault[];
  readonly contrary: readonly Fault[];
  readonly unstructured: readonly Fault[];
  readonly unsaid: readonly Fault[];
  readonly otherWords: readonly Fault[];
}

const readingOf = (node: JsonObject, here: Here): Reading => once(node, here, read);

/** Words with their numbers apart: `2 tablets` is 2 and tablet. */
function measured(words: string): { numbers: string; rest: string } {
  const plain = plainWords(words);
  const number = /\d+(?:\.\d+)?/g;
  return { numbers: (plain.match(number) ?? []).join(), rest: plain.replace(number, '').replace(/\s+/g, ' ').trim() };
}

/** What contradicts: an error where both give a number of the same thing, and another; undefined where both come to one. */
function contradiction({ part, inText = '', inStructure = '' }: DosageTextDifference): Omit<Fault, 'at'> | undefined {
  const comparison = compareMeasures(inText, inStructure);
  if (comparison === 'same') return undefined;
  const [text, structure] = [measured(inText), measured(inStructure)];
  const isOther = comparison === 'other' || (text.rest === structure.rest && text.numbers !== structure.numbers);
  return {
    severity: isOther && comparison !== 'near' ? 'error' : 'warning',
    says: `Text and structure contradict each other (${part ?? 'words'}): "${inText}" in the text, "${inStructure}" from the structure. Ask which is meant, and send both alike.`,
  };
}

/** What R4 does not allow, and how a system is spelled: the layers `fhir` and `guide` tell it at the same place. */
const toldElsewhere: readonly string[] = ['FHIR', 'R-051', 'R-066'];

function read(node: JsonObject): Reading {
  const list = listOf(node);
  const dosages = dosagesOf(node) as readonly unknown[] as Dosage[];
  const found = {
    ...{ refused: [] as Fault[], doubtful: [] as Fault[], contrary: [] as Fault[] },
    ...{ unstructured: [] as Fault[], unsaid: [] as Fault[], otherWords: [] as Fault[] },
  };
  if (dosages.length === 0) return found;
  const text = dosagesToText(dosages, { path: `.${list}` });
  if (text.outcome === 'refused') {
    for (const { rule, path, message } of text.refusals) {
      found.refused.push({ at: path, says: `No safe text can be made of the dosage (${rule}): ${message}` });
    }
  }
  for (const { rule, path, message } of text.warnings) {
    if (!toldElsewhere.includes(rule)) found.doubtful.push({ at: path, says: `${message} (${rule})` });
  }
  dosages.forEach((dosage, i) => {
    const at = `.${list}[${i}].text`;
    const compared = compareDosageText(dosage);
    if (compared.outcome === 'cannot-tell' && compared.reason === 'other-words') {
      const says = `The text says it in other words than the structure, which gives "${compared.rendered ?? ''}": check that both mean the same.`;
      found.otherWords.push({ at, says });
    }
    if (compared.outcome !== 'differs') return;
    for (const difference of compared.differences) {
      const { kind, inText = '', inStructure = '' } = difference;
      if (kind === 'different') {
        const fault = contradiction(difference);
        if (fault) found.contrary.push({ at, ...fault });
      } else if (kind === 'only-in-text')
        found.unstructured.push({
          at,
          says: `"${inText}" is in the text only: structure it, or nothing but a reader will heed it.`,
        });
      else
        found.unsaid.push({
          at,
          says: `"${inStructure}" is in the structure only: the text leaves it out. Make the text from the structure.`,
        });
    }
  });
  return found;
}

const sent = (faults: readonly Fault[], { direction }: Here): readonly Fault[] =>
  direction === 'send' ? faults.map((fault) => ({ ...fault, severity: 'error' })) : faults;

/** What the text of the dosages tells: whether there is a safe one, and whether the sender's own says the same. */
export const dosageLayerRules: readonly Rule[] = [
  {
    ...{ id: 'DOS-refused', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'No safe text can be made of the dosage (an error where it is sent).',
    holds: (node, here) => sent(readingOf(node, here).refused, here),
  },
  {
    ...{ id: 'DOS-doubtful', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The dosage can be put into words, but something in it is odd.',
    holds: (node, here) => readingOf(node, here).doubtful,
  },
  {
    ...{ id: 'R-060a', on, layer, severity: 'warning', code: 'conflict' },
    says: 'Text and structure contradict each other (an error where a number differs).',
    holds: (node, here) => readingOf(node, here).contrary,
  },
  {
    ...{ id: 'R-060b', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The text has an instruction that the structure does not have.',
    holds: (node, here) => readingOf(node, here).unstructured,
  },
  {
    ...{ id: 'R-060c', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'The structure has something that the text leaves out.',
    holds: (node, here) => readingOf(node, here).unsaid,
  },
  {
    ...{ id: 'R-060d', on, layer, severity: 'information', code: 'business-rule' },
    says: 'The text says it in other words than the structure: whether both mean the same cannot be told.',
    holds: (node, here) => readingOf(node, here).otherWords,
  },
];
