import type { Dosage } from '../dosage.ts';
import { snomed } from '../words/units.ts';
import type { PartOf } from './parts.ts';
import { explain, type Placed, refuse, type Work, wordsOf } from './work.ts';

/** Writes whether, and for what, a dose is only when required. Refuses two reasons. */
export function addAsNeeded(work: Work, dosage: Dosage, needed: readonly Placed<PartOf<'asNeeded'>>[]): void {
  const reasons = needed.filter(({ part }) => part.reason !== undefined);
  for (const { stretch } of needed) explain(work, 'asNeeded', stretch);
  const [placed, other] = reasons;
  if (placed?.part.reason === undefined) {
    if (needed.length > 0) dosage.asNeededBoolean = true;
    return;
  }
  if (other !== undefined)
    refuse(
      work,
      'not-expressible',
      'FHIR R4 has room for one reason only.',
      reasons.map(({ stretch }) => stretch),
    );
  const { code, display } = placed.part.reason;
  const words = reasonWords(wordsOf(work.text, placed.stretch));
  dosage.asNeededCodeableConcept = {
    ...(code === undefined
      ? {}
      : { coding: [{ system: snomed, code, ...(display === undefined ? {} : { display }) }] }),
    text: words,
  };
}

/** The reason within "when required for pain", "at onset of migraine", "for pain when required". */
function reasonWords(words: string): string {
  const onset = /\b(?:onset|start|signs?)\s+of\s+(?:(?:a|an|the)\s+)?(.+)$/i.exec(words);
  const reason =
    /\b(?:for|to\s+(?:relieve|help|control|ease|treat))\s+(?:(?:the|a|an)\s+)?(?:(?:relief|treatment)\s+of\s+)?(.+)$/i.exec(
      words,
    );
  const short = /^p\.?r\.?n\.?\s+(.+)$/i.exec(words);
  const found = onset?.[1] ?? reason?.[1] ?? short?.[1] ?? words;
  return found.replace(/\s+(?:only\s+)?(?:when|if|as|where|whenever|prn)\b.*$/i, '').replaceAll(/\s+/g, ' ');
}
